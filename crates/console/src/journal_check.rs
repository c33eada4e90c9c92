//! A journal read anew: is it whole, how far is the run, and what became of each target?
//!
//! The client reads and judges; here its entries pass through, a few at a time, because a journal may have
//! hundreds of thousands of lines and the page must not stand still.

use std::io::Cursor;

use countermand_client::{
    ChainEnd, ChainError, Entry, JournalReader, RunWatch, UnfinishedRun, read_journal,
};

use countermand_core_model::SeverityRules;

use super::run::Run;

/// So many lines are read in one step: about a millisecond's worth.
const A_STEP: usize = 100;

/// A journal that is being checked.
#[derive(Debug)]
pub struct Check {
    reader: JournalReader<Cursor<Vec<u8>>>,
    entries: Vec<Result<(u64, Entry), ChainError>>,
}

/// A whole journal.
#[derive(Debug)]
pub struct Checked {
    /// What it says, as the client takes it.
    pub run: UnfinishedRun,
    /// Where its chain ends.
    pub end: ChainEnd,
}

/// What a journal comes to, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalStatus {
    /// Every line follows from the one before, and the last one is the seal.
    Sealed,
    /// Every line follows from the one before; this is still to be done.
    Unfinished(Open),
    /// It ends before anything was sent.
    NotBegun,
    /// It was changed, or part of it is missing.
    Broken {
        /// The line, where one can be named.
        line: Option<u64>,
    },
}

/// What an unfinished run has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Targets that may have been sent a cancel and are not settled.
    pub in_doubt: usize,
    /// Targets that wait for their first cancel.
    pub to_send: usize,
    /// Devices that are still to be listed.
    pub to_list: usize,
    /// Devices that could not be listed: what is pending there is not part of the run.
    pub unlisted: usize,
    /// Devices whose list may not have been whole.
    pub partly_listed: usize,
}

impl Open {
    /// All targets that are not settled.
    pub fn total(self) -> usize {
        self.in_doubt + self.to_send
    }
}

impl Check {
    /// Of these bytes.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self {
            reader: read_journal(Cursor::new(bytes)),
            entries: Vec::new(),
        }
    }

    /// Reads on a little; false when it is read to its end.
    pub fn step(&mut self) -> bool {
        for _ in 0..A_STEP {
            let Some(read) = self.reader.next() else {
                return false;
            };
            self.entries.push(read);
        }
        true
    }

    /// What was read.
    ///
    /// # Errors
    /// Where it is broken.
    pub fn end(self) -> Result<Checked, ChainError> {
        let end = self.reader.end();
        Ok(Checked {
            run: UnfinishedRun::replay(self.entries)?,
            end,
        })
    }
}

impl Checked {
    /// In short.
    pub fn verdict(&self) -> JournalStatus {
        if self.run.is_finished() {
            JournalStatus::Sealed
        } else if !self.run.is_planned() {
            JournalStatus::NotBegun
        } else {
            JournalStatus::Unfinished(Open {
                in_doubt: self.run.in_doubt(),
                to_send: self.run.to_send(),
                to_list: self.run.devices_to_list(),
                unlisted: self.run.devices_unlisted(),
                partly_listed: self.run.devices_partly_listed(),
            })
        }
    }

    /// Returns the run with its rows, as far as the journal tells, and as grave as these rules say.
    pub fn past(&self, severity_rules: SeverityRules) -> Run {
        Run::past(RunWatch::of_journal(&self.run, severity_rules))
    }
}

/// What a journal that is not whole comes to.
pub fn verdict_of(broken: &ChainError) -> JournalStatus {
    JournalStatus::Broken {
        line: broken.line(),
    }
}

#[cfg(test)]
mod tests;
