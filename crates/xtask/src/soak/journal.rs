//! A reader of journals that shares no code with the writer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use countermand_core_model::CancelOutcome as Outcome;
use serde::Deserialize;

/// The fields of a line that the soak needs.
#[derive(Debug, Deserialize)]
struct Line {
    event: String,
    target: Option<usize>,
    count: Option<usize>,
    id: Option<String>,
    outcome: Option<Outcome>,
    device: Option<String>,
}

/// A finished journal.
#[derive(Debug, Default)]
pub struct Journal {
    /// The id of each target, by its number.
    ids: BTreeMap<usize, String>,
    /// Every outcome that was written for a target.
    outcomes: BTreeMap<usize, Vec<Outcome>>,
    /// The targets for which a cancel of their own was answered.
    answered: BTreeSet<usize>,
    /// Devices whose commands could not be listed.
    pub unlisted: Vec<String>,
    pub resumed: usize,
    pub sealed: bool,
}

impl Journal {
    pub fn read(path: &Path) -> Result<Self> {
        let file = fs_err::File::open(path)?;
        Self::of(BufReader::new(file))
    }

    pub fn of(lines: impl BufRead) -> Result<Self> {
        let mut journal = Self::default();
        for line in lines.lines() {
            let line = line?;
            let line: Line = serde_json::from_str(&line).with_context(|| line.clone())?;
            journal.take(line);
        }
        Ok(journal)
    }

    fn take(&mut self, line: Line) {
        match (line.event.as_str(), line.target) {
            ("target" | "beyond", Some(target)) => {
                self.ids.extend(line.id.map(|id| (target, id)));
                // One that needs no cancel has its outcome here.
                if let Some(outcome) = line.outcome {
                    self.outcomes.entry(target).or_default().push(outcome);
                }
            }
            ("settled", Some(target)) => {
                let outcomes = self.outcomes.entry(target).or_default();
                outcomes.extend(line.outcome);
            }
            ("answered", Some(target)) => {
                self.answered.insert(target);
            }
            ("unlisted", _) => self.unlisted.extend(line.device),
            ("resumed", _) => self.resumed += 1,
            ("sealed", _) => self.sealed = true,
            _ => {}
        }
    }

    /// Returns the commands, in lower case, for which no cancel of their own was answered.
    pub fn without_an_answer(&self) -> BTreeSet<String> {
        let ids = self.ids.iter();
        ids.filter(|(target, _)| !self.answered.contains(target))
            .map(|(_, id)| id.to_ascii_lowercase())
            .collect()
    }

    /// Returns the outcomes of each target, by the command's id in lower case.
    pub fn outcomes(&self) -> impl Iterator<Item = (String, &[Outcome])> {
        self.ids.iter().map(|(target, id)| {
            let outcomes = self.outcomes.get(target).map_or(&[][..], Vec::as_slice);
            (id.to_ascii_lowercase(), outcomes)
        })
    }
}

/// How far a run is, read from the journal that it writes.
pub struct Progress {
    path: PathBuf,
    read: Option<File>,
    /// The last line, which is not whole yet.
    begun: Vec<u8>,
    to_send: u32,
    answered: usize,
}

impl Progress {
    /// Follows the journal of a run over so many targets, which it lists while it runs.
    pub fn of(path: &Path, targets: u32) -> Self {
        Self {
            path: path.to_owned(),
            read: None,
            begun: Vec::new(),
            to_send: targets,
            answered: 0,
        }
    }

    /// Reads what is new, and returns the part of the targets whose cancels were answered.
    pub fn now(&mut self) -> Result<f64> {
        if self.read.is_none() {
            self.read = File::open(&self.path).ok();
        }
        let Some(file) = &mut self.read else {
            return Ok(0.0);
        };
        file.read_to_end(&mut self.begun)?;
        let whole = self
            .begun
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |last| last + 1);
        let lines: Vec<u8> = self.begun.drain(..whole).collect();
        for line in lines.split(|byte| *byte == b'\n') {
            // A half line that a killed run has left is no line.
            if let Ok(line) = serde_json::from_slice::<Line>(line) {
                match line.event.as_str() {
                    "answered" => self.answered += 1,
                    "answered_everything" => self.answered += line.count.unwrap_or(0),
                    _ => {}
                }
            }
        }
        Ok(self.answered as f64 / f64::from(self.to_send.max(1)))
    }
}
