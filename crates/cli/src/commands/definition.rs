//! The whole definition of the command line: what the derived one cannot say.

use clap::Command;

use super::examples;

/// Completes the derived definition. The options of a connection may precede the subcommand; behind it they are options of
/// the subcommands that have a connection.
pub(super) fn completed(derived: Command) -> Command {
    let command = derived.mut_args(|arg| arg.global(false));
    with_examples(command, "")
}

/// Adds its examples to the help of each command. `path` is the command's names without the program's.
fn with_examples(command: Command, path: &str) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let command = match examples::of(path) {
        Some(lines) => command.after_help(lines),
        None => command,
    };
    names.into_iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |command| with_examples(command, path.trim_start()))
    })
}
