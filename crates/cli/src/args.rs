//! What can be asked for: one file per subcommand.

mod cancel;
mod completions;
mod devices;
mod duration;
mod filter;
mod global;
mod list;
mod named_devices;
mod output;
mod pace;
mod resume;
mod run;
mod serve;
mod show;
mod simulate;
mod verify;
mod when;

pub(crate) use cancel::CancelArgs;
pub(crate) use completions::CompletionsArgs;
pub(crate) use devices::DevicesArgs;
pub(crate) use filter::{FilterArgs, Text};
pub(crate) use global::GlobalOptions;
pub(crate) use list::ListArgs;
pub(crate) use named_devices::NamedDevices;
pub(crate) use output::OutputArgs;
pub(crate) use pace::PaceArgs;
pub(crate) use resume::ResumeArgs;
pub(crate) use run::RunArgs;
pub(crate) use serve::{LogForm, ServeArgs};
pub(crate) use show::ShowArgs;
pub(crate) use simulate::{Clock, CorsSwitch, SimulateArgs};
pub(crate) use verify::VerifyArgs;

use clap::{Parser, Subcommand};

const SECRETS: &str = "\
Secrets are never arguments. They come from the environment: COUNTERMAND_TOKEN (Applivery),
COUNTERMAND_APP_KEY and COUNTERMAND_APP_SECRET (EnOS), or from what a profile names.

Profiles are in countermand/config.toml in your configuration folder, or in the file that
COUNTERMAND_CONFIG names:

  [profile.plant]
  provider = \"enos\"
  base_url = \"https://apim.example\"
  org = \"o15\"
  app_key_env = \"PLANT_APP_KEY\"                 # an environment variable
  app_secret_command = \"pass show plant/secret\" # what a command prints (run by sh -c)
  # token_file = \"applivery-token\"              # a file, beside config.toml unless absolute

COUNTERMAND_PROVIDER, COUNTERMAND_BASE_URL, COUNTERMAND_ORG and COUNTERMAND_PROFILE stand in for
the options. Options beat the profile of --profile, which beats the environment; a profile that is
named by COUNTERMAND_PROFILE beats nothing. Where they contradict each other, that is said.

Exit status: 0 all as asked; 1 failed before anything was sent (of list, show and devices: anything
that failed); 2 wrong usage, a missing key or organisation, an invalid value; 3 some target was not
cancelled; 4 some outcome is unknown. Of verify: 0 whole and finished; 3 whole, not finished; 1 broken;
2 no journal.";

/// See which commands wait for remote devices at Applivery and EnOS, and cancel them.
///
/// It never says "cancelled" unless the vendor, read again, says so; and it loses no answer.
#[derive(Debug, Parser)]
#[command(name = "countermand", version, propagate_version = true, after_long_help = SECRETS)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) action: Action,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// List the commands of devices
    List(ListArgs),
    /// Show one command with all that is known of it
    Show(ShowArgs),
    /// List the devices of the organisation
    Devices(DevicesArgs),
    /// Cancel commands that wait, and tell truthfully what became of each
    Cancel(CancelArgs),
    /// Go on with a run that was broken off, from its journal
    Resume(ResumeArgs),
    /// Check that a journal is whole, and say what is in it
    Verify(VerifyArgs),
    /// Run both vendors' servers on this machine, to try things out
    Simulate(SimulateArgs),
    /// Serve the console, with a relay that holds the keys
    Serve(ServeArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
