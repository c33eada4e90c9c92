//! The arguments of `countermand brake-rules`.

use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};
use countermand_core_model::{InvalidValue, Timestamp};

use crate::{
    args::{NamedDevices, OutputArgs, SweepArgs, parse_days, parse_note, parse_timestamp},
    run_folder::is_run_id,
};

/// List and change a server's brake rules: while one is in force, what it covers is braked without an approval.
///
/// One operator proposes a rule, and another one signs it. It needs --server.
#[derive(Debug, Args)]
pub(crate) struct BrakeRulesArgs {
    #[command(subcommand)]
    pub(super) action: Action,
}

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// List the rules of the connection, the newest first
    List(ListArgs),
    /// Propose a rule; it is in force once another operator signs it
    Propose(Box<ProposeArgs>),
    /// Show a rule that another operator proposes, and sign it
    Sign(SignArgs),
    /// Decline a rule that another operator proposes
    Decline(RuleArgs),
    /// End a rule, whoever proposed or signed it
    Revoke(RuleArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("end").required(true).multiple(false))]
pub(super) struct ProposeArgs {
    #[command(flatten)]
    pub(super) named: NamedDevices,
    #[command(flatten)]
    pub(super) what: SweepArgs,
    /// When the rule ends: a date or time in UTC (2026-12-04, 2026-12-04T18:00) or RFC 3339; in 30 days at most
    #[arg(long, group = "end", value_name = "TIME", value_parser = parse_timestamp)]
    pub(super) until: Option<Timestamp>,
    /// How long the rule is in force, for example 12h or 7d; 30d at most
    #[arg(long = "for", group = "end", value_name = "DURATION", value_parser = parse_days)]
    pub(super) duration: Option<Duration>,
    /// Let the server's watch brake by itself, without anybody who presses
    #[arg(long)]
    pub(super) automatic: bool,
    /// Why, kept with the rule
    #[arg(long, value_name = "TEXT", value_parser = parse_note)]
    pub(super) reason: Option<String>,
    /// Do not ask for confirmation; required without a terminal
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct SignArgs {
    #[command(flatten)]
    pub(super) rule: RuleArgs,
    /// Sign without asking
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
}

#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// The rule
    #[arg(value_name = "ID", value_parser = parse_id)]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Parses the id of a rule, which is a segment of paths.
fn parse_id(text: &str) -> Result<String, InvalidValue> {
    if is_run_id(text) {
        return Ok(text.to_owned());
    }
    let rule = "must be 1 to 128 letters, digits, hyphens and underscores";
    Err(InvalidValue::new("ID", rule, text))
}
