//! `countermand completions`: the completion script for a shell.

use clap::Args;
use clap_complete::Shell;

use crate::{exit::Exit, failure::Failure, output::print};

/// Print the completion script for a shell.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script for the command line `definition`.
pub(super) fn run(args: &CompletionsArgs, mut definition: clap::Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut definition, "countermand", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::AsAsked)
}
