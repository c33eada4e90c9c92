//! Signed checkpoints: those in an audit log, and those that were kept elsewhere.

use std::{collections::BTreeMap, path::Path};

use countermand_core_model::Timestamp;
use countermand_server::audit::{AuditLine, Checkpoint, Entry, Link, NoteKey, SignedNote};

use crate::failure::Failure;

/// What is known of the checkpoints of an audit log.
#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    keys: Vec<NoteKey>,
    /// Those that were kept elsewhere, by how many lines they are about.
    elsewhere: BTreeMap<u64, Vec<Checkpoint>>,
    /// How many there are elsewhere.
    kept: usize,
    /// How many of them the log was compared with.
    compared: usize,
    /// How many have a valid signature by one of the keys.
    signed: usize,
    /// How many have none by any of them.
    others: usize,
    /// The last line that a valid signature is about.
    last: Option<(u64, Option<Timestamp>)>,
}

/// What a signature says by the keys that are known.
enum Signed {
    Valid,
    Invalid,
    ByOthers,
}

impl Checkpoints {
    /// Takes the keys, and the checkpoints that were kept in `file`.
    pub(super) fn read(keys: Vec<NoteKey>, file: Option<&Path>) -> Result<Self, Failure> {
        let mut this = Self {
            keys,
            ..Self::default()
        };
        let Some(path) = file else {
            return Ok(this);
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("Cannot read {}: {error}", path.display())))?;
        for (number, note) in notes(&text).enumerate() {
            let named =
                |what: &str| format!("{}: checkpoint {} {what}", path.display(), number + 1);
            let read = SignedNote::parse(&note);
            let read = read.and_then(|note| Some((Checkpoint::parse(&note)?, this.check(&note))));
            let Some((checkpoint, signed)) = read else {
                return Err(Failure::usage(named("is not one")));
            };
            match signed {
                Signed::Invalid => {
                    return Err(Failure::before_sending(named("has a wrong signature")));
                }
                Signed::Valid => this.note_signed(&checkpoint),
                Signed::ByOthers => this.others += 1,
            }
            this.kept += 1;
            let same = this.elsewhere.entry(checkpoint.lines).or_default();
            same.push(checkpoint);
        }
        Ok(this)
    }

    fn check(&self, note: &SignedNote<'_>) -> Signed {
        let origin = note.text().lines().next();
        let results = self.keys.iter().filter_map(|key| {
            let is_valid = key.has_signed(note)?;
            Some(is_valid && origin == Some(key.name()))
        });
        match results.reduce(|all, one| all && one) {
            Some(true) => Signed::Valid,
            Some(false) => Signed::Invalid,
            None => Signed::ByOthers,
        }
    }

    fn note_signed(&mut self, checkpoint: &Checkpoint) {
        self.signed += 1;
        let is_later = self.last.is_none_or(|(lines, _)| lines < checkpoint.lines);
        if is_later {
            self.last = Some((checkpoint.lines, checkpoint.at));
        }
    }

    /// Takes line `number`, whose hash is `hash`.
    pub(super) fn take(&mut self, number: u64, line: &AuditLine, hash: Link) -> Result<(), String> {
        if let Entry::Checkpoint { note } = &line.entry {
            let note = SignedNote::parse(note);
            let read = note.and_then(|note| Some((Checkpoint::parse(&note)?, self.check(&note))));
            match read {
                None | Some((_, Signed::Invalid)) => {
                    return Err(format!(
                        "line {number}: the checkpoint's signature is wrong: it, or a line before it, was changed"
                    ));
                }
                Some((checkpoint, Signed::Valid)) => self.note_signed(&checkpoint),
                Some((_, Signed::ByOthers)) => self.others += 1,
            }
        }
        for kept in self.elsewhere.remove(&number).unwrap_or_default() {
            if kept.last != hash {
                return Err(format!(
                    "line {number}, or one before it, is not what it was when a checkpoint was signed{}",
                    at(kept.at)
                ));
            }
            self.compared += 1;
        }
        Ok(())
    }

    /// Ends with line `end`. Returns what a summary says.
    pub(super) fn end(self, removed: u64, end: u64) -> Result<Vec<(&'static str, String)>, String> {
        if let Some((lines, kept)) = self.elsewhere.last_key_value()
            && *lines > end
        {
            let when = at(kept.first().and_then(|kept| kept.at));
            return Err(format!(
                "it ends at line {end}, and had {lines} lines when a checkpoint was signed{when}: lines are missing at its end"
            ));
        }
        if !self.keys.is_empty() && self.signed == 0 {
            let keys: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
            return Err(format!("no checkpoint is signed by {}", keys.join(", ")));
        }
        let mut lines = Vec::new();
        let total = self.signed + self.others;
        if let Some((last, when)) = self.last {
            let mut text = format!(
                "{total}, {} signed by the key; up to line {last}{}",
                self.signed,
                at(when)
            );
            text.push_str(&format!(", {} lines follow", end.saturating_sub(last)));
            lines.push(("checkpoints", text));
        } else if total > 0 {
            lines.push((
                "checkpoints",
                format!("{total}, signatures not checked (--key)"),
            ));
        }
        if self.kept > 0 {
            let older: usize = self.elsewhere.values().map(Vec::len).sum();
            let mut text = format!("{} of {} are as the log says", self.compared, self.kept);
            if older > 0 {
                text.push_str(&format!(
                    "; {older} about lines up to {removed}, which were removed"
                ));
            }
            lines.push(("kept elsewhere", text));
        }
        Ok(lines)
    }
}

fn at(time: Option<Timestamp>) -> String {
    time.map(|time| format!(" at {time}")).unwrap_or_default()
}

/// Returns the notes in a text: each is a text, an empty line, and signatures up to the next empty line.
fn notes(text: &str) -> impl Iterator<Item = String> {
    let blocks: Vec<&str> = text
        .split("\n\n")
        .map(|block| block.trim_matches('\n'))
        .filter(|block| !block.is_empty())
        .collect();
    let notes: Vec<String> = blocks
        .chunks(2)
        .map(|note| format!("{}\n", note.join("\n\n")))
        .collect();
    notes.into_iter()
}
