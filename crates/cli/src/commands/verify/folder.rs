//! A folder of audit logs: those of servers of older versions, and exports.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use countermand_server::audit::{Entry, file_sha256, read};

use super::{audit, audit_source::AuditSource, checkpoints::Checkpoints, file};
use crate::{args::OutputArgs, exit::Exit, failure::Failure, output::say};

/// Checks each log in the folder, and that those which another one names are what they were then.
pub(super) fn run(
    folder: &Path,
    checkpoints: &dyn Fn() -> Result<Checkpoints, Failure>,
    output: OutputArgs,
) -> Result<Exit, Failure> {
    let unreadable = |error: io::Error| {
        Failure::usage(format!(
            "Cannot read the folder {}: {error}",
            folder.display()
        ))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|it| it == "ndjson") && file::is_audit(&path)? {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::usage(format!(
            "No audit log (*.ndjson) in the folder {}.",
            folder.display()
        )));
    }
    paths.sort();
    let mut worst = Exit::AsAsked;
    let mut named = BTreeMap::new();
    for path in paths {
        say(&format!("{}:", path.display()));
        let source = AuditSource::File(path.clone());
        match audit::run(&source, checkpoints()?, output) {
            Ok(Exit::AsAsked) => {}
            Ok(exit) if worst == Exit::AsAsked => worst = exit,
            Ok(_) => {}
            Err(failure) => {
                say(failure.message());
                worst = Exit::NothingSent;
                continue;
            }
        }
        for line in read(file::open(&path)?) {
            if let Ok((_, line)) = line
                && let Entry::EarlierFile { file, sha256 } = line.entry
            {
                named.insert(file, sha256);
            }
        }
    }
    for (name, sha256) in named {
        // A name, and no path: it stays in the folder.
        let path = folder.join(PathBuf::from(&name).file_name().unwrap_or_default());
        if path.is_file() && file_sha256(&path).map_err(unreadable)? != sha256 {
            say(&format!(
                "The audit log {} is not what it was when a later one named it.",
                path.display()
            ));
            worst = Exit::NothingSent;
        }
    }
    Ok(worst)
}
