//! The subcommands. One file or folder each: its arguments, then its checks, then its work.

mod brake;
mod brake_rules;
mod cancel;
mod check;
mod completions;
mod config;
mod definition;
mod devices;
mod examples;
mod file_kind;
mod filtered_out;
mod following;
mod handing_over;
mod list;
mod man;
mod profile;
mod resume;
mod running;
mod runs;
mod serve;
mod show;
mod simulate;
mod sweep_words;
mod unlisted;
mod verify;

use std::ffi::OsString;

use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    args::{Connected, GlobalOptions},
    exit::Exit,
    failure::Failure,
    logging::LogFormat,
};

const AFTER_HELP: &str = "\
Secrets are never arguments. They come from the environment (COUNTERMAND_TOKEN for Applivery;
COUNTERMAND_APP_KEY and COUNTERMAND_APP_SECRET for EnOS; COUNTERMAND_SERVER_TOKEN for --server), or from
a profile.

Profiles are read from countermand/config.toml in your configuration folder, or from the file that
COUNTERMAND_CONFIG names (`countermand profile add` writes one):

  [profile.plant]
  provider = \"enos\"
  base_url = \"https://apim.example\"
  org = \"o15\"
  app_key_env = \"PLANT_APP_KEY\"                 # an environment variable
  app_secret_command = \"pass show plant/secret\" # the output of a command (run by sh -c)
  # token_file = \"applivery-token\"              # a file, relative to config.toml

COUNTERMAND_PROVIDER, COUNTERMAND_BASE_URL, COUNTERMAND_ORG and COUNTERMAND_PROFILE replace the options.
Options override the profile of --profile, which overrides the environment. A profile that is named by
COUNTERMAND_PROFILE overrides nothing. Contradictions are reported.

Exit status:
  0  everything as asked
  1  failed before anything was sent (list, show and devices: any failure)
  2  wrong usage, missing key or organization, invalid value
  3  some target was not cancelled, or a list is incomplete
  4  some outcome is unknown: treat that command as not cancelled
  130  interrupted at a question: nothing was sent
  verify: 0 intact and finished, 3 intact but unfinished, 1 broken, 2 no journal
  check: 0 nothing failed, 1 something did";

/// See which commands are pending on remote devices at Applivery and EnOS, and cancel them.
///
/// It never says "cancelled" unless the provider, read again, says so; and it loses no answer.
#[derive(Debug, Parser)]
#[command(name = "countermand", version, propagate_version = true, after_long_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    global: GlobalOptions,
    #[command(subcommand)]
    action: Action,
}

/// The subcommands. What each does is said at its arguments.
#[derive(Debug, Subcommand)]
enum Action {
    List(Box<Connected<list::ListArgs>>),
    Show(Connected<show::ShowArgs>),
    Devices(Box<Connected<devices::DevicesArgs>>),
    Cancel(Box<Connected<cancel::CancelArgs>>),
    Brake(Box<Connected<brake::BrakeArgs>>),
    BrakeRules(Box<Connected<brake_rules::BrakeRulesArgs>>),
    Check(Connected<check::CheckArgs>),
    Resume(Connected<resume::ResumeArgs>),
    Runs(Connected<runs::RunsArgs>),
    Verify(verify::VerifyArgs),
    Profile(profile::ProfileArgs),
    Config(config::ConfigArgs),
    Simulate(simulate::SimulateArgs),
    Serve(serve::ServeArgs),
    Completions(completions::CompletionsArgs),
    #[command(hide = true)]
    Man(man::ManArgs),
}

impl Arguments {
    /// Parses a command line.
    ///
    /// # Errors
    /// Also for `--help` and `--version`, as clap does.
    pub(crate) fn parse_from<T: Into<OsString> + Clone>(
        line: impl IntoIterator<Item = T>,
    ) -> Result<Self, clap::Error> {
        let mut definition = definition::lenient(definition());
        let mut matches = definition.try_get_matches_from_mut(line)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut definition))
    }

    /// Returns the log format to use when `RUST_LOG` is not set.
    pub(crate) fn log_format(&self) -> LogFormat {
        match &self.action {
            Action::Serve(args) => args.log_format(),
            _ => LogFormat::Off,
        }
    }

    /// Returns whether the subcommand is a server, which uses every processor.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self.action, Action::Serve(_) | Action::Simulate(_))
    }
}

/// Returns the definition of the command line.
pub(crate) fn definition() -> Command {
    definition::completed(Arguments::command())
}

/// Refuses the options of a connection before a subcommand that has none.
fn refuse_connection(before: &GlobalOptions) -> Result<(), Failure> {
    match before.any_given() {
        Some(option) => Err(Failure::usage(format!(
            "{option} cannot be used with this command"
        ))),
        None => Ok(()),
    }
}

/// Where a server's runs are resumed.
const OF_SERVER: &str = " To resume a run of a server, use \"countermand runs resume ID\".";

/// Refuses a server where none is asked, and says what to do instead.
fn refuse_server(connection: &GlobalOptions, instead: &str) -> Result<(), Failure> {
    match connection.server.is_some() || connection.connection.is_some() {
        true => Err(Failure::usage(format!(
            "--server and --connection cannot be used with this command.{instead}"
        ))),
        false => Ok(()),
    }
}

/// Runs the subcommand.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let before = arguments.global;
    match arguments.action {
        Action::List(list) => {
            let (connection, args) = list.behind(before);
            list::run(&connection, &args).await
        }
        Action::Show(show) => {
            let (connection, args) = show.behind(before);
            show::run(&connection, &args).await
        }
        Action::Devices(devices) => {
            let (connection, args) = devices.behind(before);
            devices::run(&connection, &args).await
        }
        Action::Cancel(cancel) => {
            let (connection, args) = cancel.behind(before);
            Box::pin(cancel::run(&connection, &args)).await
        }
        Action::Brake(brake) => {
            let (connection, args) = brake.behind(before);
            Box::pin(brake::run(&connection, &args)).await
        }
        Action::BrakeRules(rules) => {
            let (connection, args) = rules.behind(before);
            Box::pin(brake_rules::run(&connection, &args)).await
        }
        Action::Check(check) => {
            let (connection, args) = check.behind(before);
            check::run(&connection, &args).await
        }
        Action::Resume(resume) => {
            let (connection, args) = resume.behind(before);
            refuse_server(&connection, OF_SERVER)?;
            resume::run(&connection, &args).await
        }
        Action::Runs(runs) => {
            let (connection, args) = runs.behind(before);
            runs::run(&connection, &args).await
        }
        Action::Serve(args) => {
            refuse_server(&before, "")?;
            serve::run(before.profile.as_deref(), &args).await
        }
        unconnected @ (Action::Verify(_) | Action::Simulate(_) | Action::Completions(_)) => {
            refuse_server(&before, "")?;
            run_unconnected(unconnected).await
        }
        unconnected => {
            refuse_connection(&before)?;
            run_unconnected(unconnected).await
        }
    }
}

/// Runs a subcommand that has no connection.
async fn run_unconnected(action: Action) -> Result<Exit, Failure> {
    match action {
        Action::Verify(args) => verify::run(&args).await,
        Action::Profile(args) => profile::run(&args).await,
        Action::Config(args) => config::run(&args),
        Action::Simulate(args) => simulate::run(&args).await,
        Action::Completions(args) => completions::run(&args),
        Action::Man(args) => man::run(&args, definition()),
        _ => Err(Failure::usage("this command needs a connection")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        definition().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_behind_the_subcommand() {
        for line in [
            "countermand --org o1 --profile p list d",
            "countermand list d --org o1 --profile p",
            "countermand --profile p list --org o1 d",
        ] {
            let Arguments { global, action } = Arguments::parse_from(line.split(' ')).unwrap();
            let Action::List(list) = action else {
                panic!("not a list");
            };
            let connection = list.connection.or(global);
            assert_eq!(connection.org.as_deref(), Some("o1"), "{line}");
            assert_eq!(connection.profile.as_deref(), Some("p"), "{line}");
        }
    }

    /// Calls `look` with each command and its names.
    fn each(command: &Command, path: &str, look: &dyn Fn(&str, &Command)) {
        for command in command.get_subcommands() {
            let path = format!("{path} {}", command.get_name());
            look(path.trim_start(), command);
            each(command, &path, look);
        }
    }

    #[test]
    fn the_options_of_a_connection_are_where_there_is_one() {
        each(&definition(), "", &|path, command| {
            let first = path.split(' ').next().unwrap();
            let connects = [
                "list",
                "show",
                "devices",
                "cancel",
                "brake",
                "brake-rules",
                "check",
                "resume",
                "runs",
            ];
            let is_parent = !path.contains(' ');
            let has = command
                .get_arguments()
                .any(|arg| arg.get_id() == "connection");
            assert_eq!(has, is_parent && connects.contains(&first), "{path}");
        });
        // Also behind the subcommands of one.
        let line = "countermand runs list --server https://h --connection c";
        let Action::Runs(runs) = Arguments::parse_from(line.split(' ')).unwrap().action else {
            panic!("not runs");
        };
        assert_eq!(runs.connection.server.as_deref(), Some("https://h"));
        // Scripts give the same ones to every command.
        for (line, is_taken) in [
            ("countermand verify j --profile p", true),
            ("countermand completions bash --org o", true),
            ("countermand verify j --server https://h", false),
            ("countermand config path --org o", false),
        ] {
            let parsed = Arguments::parse_from(line.split(' '));
            assert_eq!(parsed.is_ok(), is_taken, "{line}");
        }
    }

    #[test]
    fn every_help_page_has_examples_that_the_definition_accepts() {
        each(&definition(), "", &|path, command| {
            let help = command.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_else(|| panic!("{path} has no examples"));
            let examples = help
                .lines()
                .filter_map(|line| line.trim().strip_prefix("countermand "));
            for example in examples.filter(|line| !line.ends_with('\\')) {
                let line = example.split(" > ").next().unwrap();
                // Words in double quotes are one.
                let words = line
                    .split('"')
                    .enumerate()
                    .flat_map(|(at, part)| match at % 2 {
                        0 => part.split_whitespace().map(str::to_owned).collect(),
                        _ => vec![part.to_owned()],
                    });
                let words = ["countermand".to_owned()].into_iter().chain(words);
                let parsed = Arguments::parse_from(words);
                assert!(parsed.is_ok(), "{path}: {example}: {:?}", parsed.err());
            }
        });
    }

    #[test]
    fn a_secret_is_never_an_argument() {
        for option in ["--token", "--app-key", "--app-secret", "--secret", "--key"] {
            let line = ["countermand", "list", "d", option, "s3cr3t-value"];
            let error = Arguments::parse_from(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{option}");
        }
    }

    #[test]
    fn these_or_everything_and_never_both_or_neither() {
        let parse = |line: &str| Arguments::parse_from(line.split(' '));
        assert!(parse("countermand cancel d").is_err());
        assert!(parse("countermand cancel d --all-pending --command 1").is_err());
        assert!(parse("countermand cancel d --command").is_err());
        assert!(parse("countermand cancel d --all-pending").is_ok());
        let Action::Cancel(args) = parse("countermand cancel d --command 1 2 --command 3")
            .unwrap()
            .action
        else {
            panic!("not a cancel");
        };
        assert_eq!(args.args.command, ["1", "2", "3"]);
    }

    #[test]
    fn a_plan_stands_alone_and_a_filter_only_narrows_what_waits() {
        let parse = |line: &str| Arguments::parse_from(line.split(' '));
        for line in [
            "countermand cancel --plan f",
            "countermand cancel --plan f --allow-drift --journal j",
            "countermand cancel d --all-pending --kind LOCK,WIPE --kind REBOOT --text x --created-after 2h",
            "countermand cancel --devices-from - --all-pending",
            "countermand cancel d --all-pending --plan-out f",
        ] {
            assert!(parse(line).is_ok(), "{line}: {:?}", parse(line).err());
        }
        for line in [
            "countermand cancel d --plan f",
            "countermand cancel --devices-from x --plan f",
            "countermand cancel --plan f --all-pending",
            "countermand cancel --plan f --command 1",
            "countermand cancel --plan f --kind LOCK",
            "countermand cancel --plan f --plan-out g",
            "countermand cancel d --all-pending --allow-drift",
            "countermand cancel d --command 1 --text x",
            "countermand cancel d --kind LOCK",
            "countermand cancel d --all-pending --plan-out f --journal j",
            "countermand cancel d --all-pending --created-after yesterday",
            "countermand cancel d --all-pending --kind",
            "countermand cancel d --all-pending --kind ,",
            "countermand cancel d --all-pending --kind WIPE,",
            "countermand cancel d --all-pending --kind=",
            "countermand cancel d --all-pending --text=",
            "countermand cancel d --all-pending --text=\u{200b}",
            "countermand cancel d --all-pending --text=\u{a0}",
            "countermand cancel d --all-pending --created-before=",
            "countermand list d --text=",
            "countermand devices --search=",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn an_option_that_narrows_takes_one_value_and_leaves_the_device_alone() {
        for option in ["--kind WIPE", "--text x", "--created-before 2h"] {
            let line = format!("countermand cancel --all-pending {option} applivery:d");
            let Action::Cancel(args) = Arguments::parse_from(line.split(' ')).unwrap().action
            else {
                panic!("not a cancel");
            };
            assert_eq!(args.args.named.devices, ["applivery:d"], "{option}");
        }
    }
}
