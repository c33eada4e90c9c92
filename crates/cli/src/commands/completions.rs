//! `countermand completions`.

use clap::CommandFactory;

use crate::{
    args::{Arguments, CompletionsArgs},
    exit::Exit,
    failure::Failure,
    output::print,
};

/// Prints them.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let mut definition = Arguments::command();
    clap_complete::generate(args.shell, &mut definition, "countermand", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::AsAsked)
}
