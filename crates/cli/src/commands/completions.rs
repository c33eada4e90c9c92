//! `countermand completions`: what a shell needs to complete command lines.

use clap::Args;
use clap_complete::{Shell, env::Shells};

use crate::{completion::VARIABLE, exit::Exit, failure::Failure, output::print};

/// Print the completion script for a shell.
///
/// The script asks this program for completions: it knows the profiles, kinds, states and runs as they are then.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let name = args.shell.to_string();
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&name) else {
        return Err(Failure::usage(format!(
            "there are no completions for {name}"
        )));
    };
    let program = "countermand";
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, program, program, program, &mut script)
        .map_err(|error| Failure::before_sending(error.to_string()))?;
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::AsAsked)
}
