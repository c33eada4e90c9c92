//! The whole definition of the command line: what the derived one cannot say.

use clap::{Arg, Command};

use super::examples;

/// Completes the derived definition. The options of a connection may precede the subcommand; behind it they are options of
/// the subcommands that have a connection.
pub(super) fn completed(derived: Command) -> Command {
    with_examples(derived.mut_args(|arg| arg.global(false)), "")
}

/// Returns the definition that a command line is parsed by: subcommands without a connection pass over its options.
pub(super) fn lenient(definition: Command) -> Command {
    let options: Vec<Arg> = definition.get_arguments().cloned().collect();
    WITHOUT_CONNECTION.iter().fold(definition, |command, name| {
        command.mut_subcommand(name, |command| passing_over(command, &options))
    })
}

/// Subcommands that have no connection, and pass over its options: scripts give the same ones to every command.
const WITHOUT_CONNECTION: [&str; 4] = ["verify", "simulate", "serve", "completions"];

/// Lets a subcommand take the options that name a provider's connection, without showing them.
fn passing_over(command: Command, options: &[Arg]) -> Command {
    const NAMES: [&str; 5] = ["provider", "base-url", "org", "profile", "insecure-http"];
    let own: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
    let is_missing = |name: &str| NAMES.contains(&name) && !own.contains(&name);
    let missing: Vec<Arg> = options
        .iter()
        .filter(|option| option.get_long().is_some_and(is_missing))
        .map(|option| option.clone().hide(true))
        .collect();
    command.args(missing)
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
