//! Completions that a shell asks for while a person types: profiles, kinds, states and runs.

use std::ffi::OsStr;

use clap::Command;
use clap_complete::{
    CompleteEnv,
    engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate},
};
use countermand_core_model::{CommandState, KindSeverity};

use crate::{run_folder::RunFolder, settings::ConfigFile};

/// The environment variable by which a shell's script asks. It is not the usual `COMPLETE`, which somebody may have set for
/// another reason: a command would print a script in place of its result.
pub(crate) const VARIABLE: &str = "COUNTERMAND_COMPLETE";

/// Answers a shell that asks for completions of `definition`, and ends the process then.
pub(crate) fn answer(definition: fn() -> Command) {
    CompleteEnv::with_factory(|| with_candidates(definition()))
        .var(VARIABLE)
        .complete();
}

/// Adds what is known of the values of options and arguments.
fn with_candidates(command: Command) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let is_add = command.get_name() == "add";
    let command = command.mut_args(|arg| match arg.get_id().as_str() {
        "profile" => arg.add(ArgValueCandidates::new(profiles)),
        "profile_name" if !is_add => arg.add(ArgValueCandidates::new(profiles)),
        "kind" => arg.add(ArgValueCompleter::new(kinds)),
        "state" => arg.add(ArgValueCandidates::new(states)),
        "id" => arg.add(ArgValueCandidates::new(runs)),
        "journal" if arg.is_positional() => arg.add(ArgValueCompleter::new(journals)),
        _ => arg,
    });
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, with_candidates)
    })
}

/// A file that cannot be read has no profiles here.
fn profiles() -> Vec<CompletionCandidate> {
    let file = ConfigFile::read();
    let names = file.iter().flat_map(ConfigFile::profiles);
    names
        .map(|profile| CompletionCandidate::new(&profile.name))
        .collect()
}

fn states() -> Vec<CompletionCandidate> {
    let states = CommandState::ALL.iter().map(|state| state.as_str());
    states
        .chain(["all"])
        .map(CompletionCandidate::new)
        .collect()
}

/// Completes the last of several kinds by commas.
fn kinds(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else {
        return Vec::new();
    };
    let (before, last) = match current.rfind(',') {
        Some(comma) => current.split_at(comma + 1),
        None => ("", current),
    };
    let last = last.to_lowercase();
    KindSeverity::known_kinds()
        .filter(|kind| kind.to_lowercase().starts_with(&last))
        .map(|kind| CompletionCandidate::new(format!("{before}{kind}")))
        .collect()
}

/// The runs of this machine.
fn runs() -> Vec<CompletionCandidate> {
    let files = RunFolder::of_user().and_then(|folder| folder.files());
    let names = files.into_iter().flatten();
    names
        .filter_map(|path| {
            let is_journal = path.extension().is_some_and(|kind| kind == "journal");
            is_journal.then(|| CompletionCandidate::new(path.file_stem().unwrap_or_default()))
        })
        .collect()
}

/// The runs of this machine, and files.
fn journals(current: &OsStr) -> Vec<CompletionCandidate> {
    use clap_complete::engine::{PathCompleter, ValueCompleter};
    let start = current.to_string_lossy();
    let mut all = runs();
    all.retain(|run| run.get_value().to_string_lossy().starts_with(&*start));
    all.extend(PathCompleter::any().complete(current));
    all
}
