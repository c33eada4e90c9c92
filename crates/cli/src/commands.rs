//! The subcommands. One file or folder each: its arguments, then its checks, then its work.

mod brake;
mod cancel;
mod check;
mod completions;
mod devices;
mod file_kind;
mod filtered_out;
mod following;
mod list;
mod resume;
mod running;
mod runs;
mod serve;
mod show;
mod simulate;
mod unlisted;
mod verify;

use clap::{CommandFactory, Parser, Subcommand};

use crate::{args::GlobalOptions, exit::Exit, failure::Failure, logging::LogFormat};

const AFTER_HELP: &str = "\
Secrets are never arguments. They come from the environment (COUNTERMAND_TOKEN for Applivery;
COUNTERMAND_APP_KEY and COUNTERMAND_APP_SECRET for EnOS; COUNTERMAND_SERVER_TOKEN for --server), or from
a profile.

Profiles are read from countermand/config.toml in your configuration folder, or from the file that
COUNTERMAND_CONFIG names:

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
  verify: 0 intact and finished, 3 intact but unfinished, 1 broken, 2 no journal";

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

/// The subcommands.
#[derive(Debug, Subcommand)]
enum Action {
    /// List the commands of devices
    List(list::ListArgs),
    /// Show one command in full
    Show(show::ShowArgs),
    /// List the devices of the organization
    Devices(devices::DevicesArgs),
    /// Cancel pending commands, and report what actually happened to each
    Cancel(cancel::CancelArgs),
    /// Stop a wrong command across the whole organization, soonest to act first
    Brake(Box<brake::BrakeArgs>),
    /// Check the connection: configuration, profile, network, clock, key and permissions
    Check(check::CheckArgs),
    /// Continue an interrupted run from its journal
    Resume(resume::ResumeArgs),
    /// List and show the runs of this machine; with --server, control those of a server
    Runs(runs::RunsArgs),
    /// Check that a journal is intact, and summarize it
    Verify(verify::VerifyArgs),
    /// Run both providers' servers on this machine, to try things out
    Simulate(simulate::SimulateArgs),
    /// Serve the console, with a relay that holds the keys
    Serve(serve::ServeArgs),
    /// Print the completion script for a shell
    Completions(completions::CompletionsArgs),
}

impl Arguments {
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

impl Action {
    /// Refuses a server where none is asked.
    fn refuse_server(&self, global: &GlobalOptions) -> Result<(), Failure> {
        let instead = match self {
            Self::List(_)
            | Self::Show(_)
            | Self::Devices(_)
            | Self::Cancel(_)
            | Self::Brake(_)
            | Self::Check(_)
            | Self::Runs(_) => return Ok(()),
            Self::Resume(_) => " To resume a run of a server, use \"countermand runs resume ID\".",
            Self::Verify(_) | Self::Simulate(_) | Self::Serve(_) | Self::Completions(_) => "",
        };
        match global.server.is_some() || global.connection.is_some() {
            true => Err(Failure::usage(format!(
                "--server and --connection cannot be used with this command.{instead}"
            ))),
            false => Ok(()),
        }
    }
}

/// Runs the subcommand.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let global = arguments.global;
    arguments.action.refuse_server(&global)?;
    match arguments.action {
        Action::List(args) => list::run(&global, &args).await,
        Action::Show(args) => show::run(&global, &args).await,
        Action::Devices(args) => devices::run(&global, &args).await,
        Action::Cancel(args) => Box::pin(cancel::run(&global, &args)).await,
        Action::Brake(args) => Box::pin(brake::run(&global, &args)).await,
        Action::Check(args) => check::run(&global, &args).await,
        Action::Resume(args) => resume::run(&global, &args).await,
        Action::Runs(args) => runs::run(&global, &args).await,
        Action::Verify(args) => verify::run(&args).await,
        Action::Simulate(args) => simulate::run(&args).await,
        Action::Serve(args) => serve::run(&global, &args).await,
        Action::Completions(args) => completions::run(&args, Arguments::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_behind_the_subcommand() {
        for line in [
            "countermand --org o1 --profile p list d",
            "countermand list d --org o1 --profile p",
            "countermand --profile p list --org o1 d",
        ] {
            let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(arguments.global.org.as_deref(), Some("o1"), "{line}");
            assert_eq!(arguments.global.profile.as_deref(), Some("p"), "{line}");
        }
    }

    #[test]
    fn a_secret_is_never_an_argument() {
        for option in ["--token", "--app-key", "--app-secret", "--secret", "--key"] {
            let line = ["countermand", "list", "d", option, "s3cr3t-value"];
            let error = Arguments::try_parse_from(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{option}");
        }
    }

    #[test]
    fn these_or_everything_and_never_both_or_neither() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' '));
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
        assert_eq!(args.command, ["1", "2", "3"]);
    }

    #[test]
    fn a_plan_stands_alone_and_a_filter_only_narrows_what_waits() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' '));
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
            let Action::Cancel(args) = Arguments::try_parse_from(line.split(' ')).unwrap().action
            else {
                panic!("not a cancel");
            };
            assert_eq!(args.named.devices, ["applivery:d"], "{option}");
        }
    }
}
