//! Tells a plan, a journal and an audit log apart, so that a mix-up is answered with the right command.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use countermand_client::ChainError;
use serde_json::Value;

use crate::{
    failure::{Failure, in_words},
    shell::quoted_path,
};

/// The longest prefix of the first line that is read.
const FIRST_LINE: u64 = 4 << 10;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Journal,
    Plan,
    AuditLog,
}

impl FileKind {
    /// Returns the kind that the first line names.
    fn of(path: &Path) -> Option<Self> {
        let mut first = Vec::new();
        let file = BufReader::new(File::open(path).ok()?);
        file.take(FIRST_LINE).read_until(b'\n', &mut first).ok()?;
        let line: Value = serde_json::from_slice(&first).ok()?;
        match line.get("format")?.as_str()? {
            "countermand journal" => Some(Self::Journal),
            "countermand plan" => Some(Self::Plan),
            countermand_server::audit::FORMAT => Some(Self::AuditLog),
            _ => None,
        }
    }

    /// Returns its name, with an article.
    fn name(self) -> &'static str {
        match self {
            Self::Journal => "a journal",
            Self::Plan => "a plan",
            Self::AuditLog => "an audit log",
        }
    }

    /// Returns the command that takes it.
    fn command(self) -> &'static str {
        match self {
            Self::Journal => "resume",
            Self::Plan => "cancel --plan",
            Self::AuditLog => "verify",
        }
    }
}

/// Returns the failure of a file that cannot be read as the kind that is `wanted`.
pub(super) fn refused(path: &Path, wanted: FileKind, error: &ChainError) -> Failure {
    let (name, wanted_name) = (quoted_path(path), wanted.name());
    if !error.is_unrecognized() {
        let message = format!("Cannot use {name}: {}", in_words(error));
        return Failure::before_sending(message);
    }
    Failure::usage(match (FileKind::of(path), error) {
        (Some(kind), _) if kind != wanted => format!(
            "{name} is {}, not {wanted_name}; use \"{}\".",
            kind.name(),
            kind.command()
        ),
        (_, ChainError::OtherFormat(_)) => format!("{name} is not {wanted_name}."),
        (_, error) => format!("{name} is not {wanted_name}: {}", in_words(error)),
    })
}
