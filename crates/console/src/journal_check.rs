//! A journal read anew: is it whole, how far is the run, and what became of each target?
//!
//! The client reads and judges; here its entries pass through, a few at a time, because a journal may have
//! hundreds of thousands of lines and the page must not stand still.

use std::{collections::HashMap, io::Cursor};

use countermand_client::{BrokenJournal, ChainEnd, Entry, JournalReader, Unfinished, read_journal};
use countermand_core_model::{CommandId, CommandTarget, DeviceRef};

use super::{progress::Progress, rows, run_status::JournalState};

/// So many lines are read in one step: about a millisecond's worth.
const A_STEP: usize = 100;

/// A journal that is being checked.
#[derive(Debug)]
pub struct Check {
    reader: JournalReader<Cursor<Vec<u8>>>,
    entries: Vec<Result<(u64, Entry), BrokenJournal>>,
    targets: HashMap<CommandTarget, Known>,
    numbers: Vec<Option<CommandTarget>>,
}

/// What the client's replay does not tell of a target.
#[derive(Debug, Default)]
struct Known {
    title: Option<String>,
    is_beyond: bool,
    /// Its row is in the journal.
    is_final: bool,
}

/// A whole journal.
#[derive(Debug)]
pub struct Checked {
    /// What it says, as the client takes it.
    pub run: Unfinished,
    /// Where its chain ends.
    pub end: ChainEnd,
    targets: HashMap<CommandTarget, Known>,
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
    /// Devices that could not be listed: what waits there is no part of the run.
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
            targets: HashMap::new(),
            numbers: Vec::new(),
        }
    }

    /// Reads on a little; false when it is read to its end.
    pub fn step(&mut self) -> bool {
        for _ in 0..A_STEP {
            let Some(read) = self.reader.next() else {
                return false;
            };
            if let Ok((_, entry)) = &read {
                self.note(entry);
            }
            self.entries.push(read);
        }
        true
    }

    fn note(&mut self, entry: &Entry) {
        match entry {
            Entry::Target {
                device,
                id,
                kind,
                name,
                ..
            } => {
                let title = kind
                    .as_ref()
                    .map(|kind| rows::title_of(kind, name.as_deref()));
                self.begin(device, id, title, false);
            }
            Entry::Beyond { device, id, .. } => self.begin(device, id, None, true),
            Entry::Settled { target, .. } => {
                let settled = self.numbers.get(*target).and_then(Option::as_ref);
                if let Some(known) = settled.and_then(|target| self.targets.get_mut(target)) {
                    known.is_final = true;
                }
            }
            _ => {}
        }
    }

    fn begin(
        &mut self,
        device: &DeviceRef,
        id: &CommandId,
        title: Option<String>,
        is_beyond: bool,
    ) {
        let target = CommandTarget::new(device.clone(), id.clone()).ok();
        if let Some(target) = &target {
            let known = Known {
                title,
                is_beyond,
                is_final: false,
            };
            self.targets.insert(target.clone(), known);
        }
        self.numbers.push(target);
    }

    /// What was read.
    ///
    /// # Errors
    /// Where it is broken.
    pub fn end(self) -> Result<Checked, BrokenJournal> {
        let end = self.reader.end();
        Ok(Checked {
            run: Unfinished::replay(self.entries)?,
            end,
            targets: self.targets,
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

    /// The run as it is shown: what is settled, and for the rest how far it got.
    pub fn past(&self) -> Progress {
        let mut run = self.asked();
        for report in self.run.reports() {
            run.settle(report);
        }
        run.end();
        run
    }

    /// The run as it is gone on with: only what is final is settled.
    pub fn resumed(&self) -> Progress {
        let mut run = self.asked();
        for report in self.run.reports() {
            let target = CommandTarget::new(report.device.clone(), report.id.clone());
            if target.is_ok_and(|target| self.targets.get(&target).is_some_and(|one| one.is_final))
            {
                run.settle(report);
            }
        }
        run.keep(JournalState::Written);
        run.planned(&[]);
        run
    }

    /// Everything that is meant, with its title.
    fn asked(&self) -> Progress {
        let mut run = Progress::planning(0, JournalState::Written);
        for report in self.run.reports() {
            let Ok(target) = CommandTarget::new(report.device, report.id) else {
                continue;
            };
            let known = self.targets.get(&target);
            let title = known.and_then(|known| known.title.clone());
            if known.is_none_or(|known| !known.is_beyond) {
                run.ask(target, title.as_deref());
            }
        }
        run
    }
}

/// What a journal that is not whole comes to.
pub fn verdict_of(broken: &BrokenJournal) -> JournalStatus {
    JournalStatus::Broken {
        line: broken.line(),
    }
}

#[cfg(test)]
mod tests;
