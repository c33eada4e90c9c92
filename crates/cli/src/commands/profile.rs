//! `countermand profile`: the connections in the configuration file.

mod add;
mod row;

use clap::{Args, Subcommand};

use self::{add::AddArgs, row::ProfileRow};
use super::check;
use crate::{
    args::{GlobalOptions, OutputArgs},
    exit::Exit,
    failure::Failure,
    output::{print, print_rows, say},
    settings::ConfigFile,
};

/// List, show, add and test the profiles of the configuration file.
#[derive(Debug, Args)]
pub(crate) struct ProfileArgs {
    #[command(subcommand)]
    action: Action,
}

/// What to do with the profiles.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the profiles
    List(ListArgs),
    /// Show a profile, and where its secrets come from
    Show(NamedArgs),
    /// Add a profile to the configuration file, which keeps its comments and its order
    Add(Box<AddArgs>),
    /// Check the connection of a profile, as `check --profile NAME` does
    Test(NamedArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
struct NamedArgs {
    /// The profile
    #[arg(value_name = "NAME")]
    profile_name: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs the action. Nothing but `test` contacts anybody.
pub(super) async fn run(args: &ProfileArgs) -> Result<Exit, Failure> {
    match &args.action {
        Action::List(args) => list(args),
        Action::Show(args) => show(args),
        Action::Add(args) => add::run(args),
        Action::Test(args) => {
            ConfigFile::read()?.profile(&args.profile_name)?;
            let connection = GlobalOptions {
                profile: Some(args.profile_name.clone()),
                ..GlobalOptions::default()
            };
            check::check(&connection, args.output).await
        }
    }
}

fn list(args: &ListArgs) -> Result<Exit, Failure> {
    let file = ConfigFile::read()?;
    let rows: Vec<ProfileRow> = file.profiles().iter().map(ProfileRow::of).collect();
    print_rows(args.output, &rows)?;
    if rows.is_empty() && args.output.is_table() {
        say(&format!("no profiles in {}", file.path().display()));
    }
    Ok(Exit::AsAsked)
}

fn show(args: &NamedArgs) -> Result<Exit, Failure> {
    let profile = ConfigFile::read()?.profile(&args.profile_name)?;
    let row = ProfileRow::of(&profile);
    match args.output.is_table() {
        true => print(&row.in_full())?,
        false => print_rows(args.output, &[row])?,
    }
    Ok(Exit::AsAsked)
}
