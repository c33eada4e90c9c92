//! What a process does that sweeps, as `run` does: it learns of devices, looks at them, and takes in what it finds
//! while cancels are under way. Which device is next, which is tried again and what is left in the end is the
//! production code. Beside what holds for every target:
//!
//! - a command that waits where the sweep looked is a target, if it was given before the sweep was asked for;
//! - no more are targets than were wanted;
//! - what was not looked at is told, and whoever resumes looks at it.

use std::{collections::BTreeMap, sync::Arc};

use countermand_core_model::{CommandState, Device, Filter, KindName, SeverityRules, Timestamp};

use super::{
    process::{self, Kept, Process},
    search::{Luck, Search, Setting},
    state::State,
};
use crate::{
    Sweep,
    cancel::DeviceQueue,
    journal::{Entry, UnfinishedRun},
    plan::Planned,
    run::{
        entries,
        resumed::Rest,
        sweeping::devices::{SweepDevices, SweepWork},
        unlisted::{Unlisted, Wanted},
    },
};

/// What every command of the model is.
pub(super) const KIND: &str = "WIPE";

/// How many devices are looked at at once: one, so that another waits.
const AT_ONCE: usize = 1;

/// What a process has still to look for.
#[derive(Clone)]
pub(super) struct Swept {
    devices: SweepDevices,
    /// The devices that are being looked at, by their command.
    looking: BTreeMap<usize, Unlisted>,
    /// How many devices this process's list of them has shown; `None` once it ended.
    shown: Option<usize>,
    /// The list of devices failed for good, which is told.
    is_list_lost: bool,
    /// Devices that are told as not looked at, by their command.
    told: Vec<usize>,
    /// Nothing more is looked at.
    has_left: bool,
}

impl std::hash::Hash for Swept {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.devices.hash(state);
        for (number, unlisted) in &self.looking {
            (number, &unlisted.known).hash(state);
        }
        (self.shown, self.is_list_lost, &self.told, self.has_left).hash(state);
    }
}

/// How a look at a device ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Listed,
    /// It failed as often as it is tried.
    Failed,
    /// The run is stopped.
    Not,
}

fn sweep(setting: Setting) -> Sweep {
    let filter = Filter {
        kinds: KindName::parse_list("kind", KIND).unwrap(),
        ..Filter::default()
    };
    Sweep::new(filter).unwrap().at_most(setting.at_most)
}

impl Swept {
    /// A new sweep, which is written down.
    pub(super) fn begins(setting: Setting, kept: &mut Kept) -> Self {
        let sweep = sweep(setting);
        kept.note(Entry::Sweep {
            asked_at: process::asked_at(setting),
            filter: sweep.filter().clone(),
            scope: sweep.scope.clone(),
            at_most: sweep.at_most,
        });
        Self::goes_on(SweepWork::new(sweep))
    }

    pub(super) fn goes_on(work: SweepWork) -> Self {
        let filter = Arc::new(work.sweep.filter().clone());
        let now = Timestamp::from_millis(1_000).unwrap();
        Self {
            devices: SweepDevices::new(work, filter, now),
            looking: BTreeMap::new(),
            shown: Some(0),
            is_list_lost: false,
            told: Vec::new(),
            has_left: false,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.has_left
    }
}

impl Search {
    fn is_at_limit(&self, process: &Process) -> bool {
        let most = self.setting.at_most;
        most.is_some_and(|most| process.commands.len() >= most)
    }

    fn command_on(&self, unlisted: &Unlisted) -> usize {
        let mut all = 0..self.setting.commands;
        all.find(|number| process::device(self.setting, *number) == unlisted.device)
            .unwrap()
    }

    /// Begins as many looks as there may be, and leaves what is left once there are none.
    pub(super) fn looks_on(&self, state: &mut State) {
        let State {
            process, truths, ..
        } = state;
        let Some(process) = process else { return };
        let is_at_limit = self.is_at_limit(process);
        let stopped = process.stopped;
        let Some(swept) = process.swept.as_mut().filter(|swept| !swept.has_left) else {
            return;
        };
        while !stopped && swept.looking.len() < AT_ONCE {
            let Some(unlisted) = swept.devices.next(is_at_limit) else {
                break;
            };
            swept.looking.insert(self.command_on(&unlisted), unlisted);
        }
        let is_listing = swept.shown.is_some() && !is_at_limit && !stopped;
        if !swept.looking.is_empty() || is_listing {
            return;
        }
        swept.has_left = true;
        for unlisted in swept.devices.take_left() {
            if let Some(swept) = &mut process.swept {
                swept.told.push(self.command_on(&unlisted));
            }
            if stopped {
                self.takes_in(process, unlisted, Look::Not, |number| truths[number].state);
            }
        }
    }

    /// What a sweep can do next.
    pub(super) fn sweeps(
        &self,
        state: &State,
        process: &Process,
        swept: &Swept,
        all: &mut Vec<(String, State)>,
    ) {
        if let Some(shown) = swept.shown.filter(|_| !swept.has_left)
            && !process.stopped
            && !self.is_at_limit(process)
        {
            self.lists_devices(state, shown, all);
        }
        for number in swept.looking.keys() {
            let ends: &[Look] = match process.stopped {
                true => &[Look::Not],
                false => &[Look::Listed, Look::Failed],
            };
            for look in ends {
                let mut next = state.clone();
                let State {
                    process, truths, ..
                } = &mut next;
                if let Some(to) = process {
                    self.look_ends(to, *number, *look, truths);
                }
                all.push((format!("the look at {number} ends: {look:?}"), next));
            }
        }
    }

    /// The list of the devices goes on, ends or is lost.
    fn lists_devices(&self, state: &State, shown: usize, all: &mut Vec<(String, State)>) {
        let mut next = state.clone();
        let Some(process) = &mut next.process else {
            return;
        };
        let Some(swept) = &mut process.swept else {
            return;
        };
        if shown < self.setting.commands {
            let device = Device::new(process::device(self.setting, shown));
            swept.shown = Some(shown + 1);
            if swept.devices.take(&device) {
                process.kept.note(Entry::ToList {
                    device: device.device,
                    asked_at: process::asked_at(self.setting),
                    filter: Some(swept.devices.filter().clone()),
                });
            }
            all.push((format!("device {shown} is known"), next));
        } else {
            swept.shown = None;
            if swept.devices.all_are_known() {
                let devices = swept.devices.status().devices;
                process.kept.note(Entry::AllKnown { devices });
            }
            all.push(("all devices are known".to_owned(), next));
        }
        if self.setting.luck == Luck::Any {
            let mut next = state.clone();
            let process = next.process.as_mut();
            if let Some(swept) = process.and_then(|process| process.swept.as_mut()) {
                swept.shown = None;
                swept.is_list_lost = !swept.devices.status().all_known;
            }
            all.push(("the list of devices is lost".to_owned(), next));
        }
    }

    fn look_ends(
        &self,
        process: &mut Process,
        number: usize,
        look: Look,
        truths: &[super::provider_model::Truth],
    ) {
        let Some(swept) = &mut process.swept else {
            return;
        };
        let Some(mut unlisted) = swept.looking.remove(&number) else {
            return;
        };
        match look {
            Look::Not => swept.devices.again(unlisted),
            Look::Failed => loop {
                match swept.devices.failed(unlisted, false) {
                    Some(given_up) => {
                        swept.told.push(number);
                        let state = |number: usize| truths[number].state;
                        return self.takes_in(process, given_up, look, state);
                    }
                    None => unlisted = swept.devices.next(false).unwrap(),
                }
            },
            Look::Listed => {
                let device = unlisted.device.clone();
                let before = process.targets().count();
                let waiting = truths[number].is_pending();
                self.adds_found(process, &mut unlisted, number, waiting);
                process.kept.note(Entry::Listed {
                    device: device.clone(),
                    targets: unlisted.known.len(),
                });
                self.takes_in(process, unlisted, look, |number| truths[number].state);
                let found = process.targets().skip(before);
                let given = found.map(|target| target.created_at).collect();
                if let Some(swept) = &mut process.swept {
                    swept.devices.looked(&device, given);
                }
            }
        }
    }

    /// Adds what a list shows as a target, if it is none yet and is wanted.
    fn adds_found(
        &self,
        process: &mut Process,
        unlisted: &mut Unlisted,
        number: usize,
        waiting: bool,
    ) {
        let command = process::command(self.setting, number, CommandState::Pending);
        let is_wanted = unlisted.wants(&command) == Wanted::Yes;
        if !unlisted.known.is_empty() || !waiting || !is_wanted || self.is_at_limit(process) {
            return;
        }
        let planned = Planned::of(&command).unwrap();
        let target = process.commands.len();
        process.commands.push(number);
        process.kept.note(entries::target(target, &planned));
        let target = planned.target(target, &SeverityRules::default());
        unlisted.known.push(target);
    }

    /// Makes a queue of the targets of a device. Those of an earlier process are read first.
    fn takes_in(
        &self,
        process: &mut Process,
        unlisted: Unlisted,
        look: Look,
        state: impl Fn(usize) -> CommandState,
    ) {
        if unlisted.known.is_empty() {
            return;
        }
        let schedule = process::schedule(self.setting.watch);
        let mut queue = DeviceQueue::new(self.setting.order, schedule, false, unlisted.known);
        let commands = &process.commands;
        // A run that is stopped reads nothing that it does not send.
        if look != Look::Not {
            process::sees(&mut queue, &mut process.kept, |number| {
                state(commands[number])
            });
        }
        process.queues.push(queue);
    }

    /// A sweep that ended has found all that it should have, or says what it did not look at.
    pub(super) fn is_swept(&self, state: &State, process: &Process, swept: &Swept) {
        let most = self.setting.at_most;
        let found = process.commands.len();
        assert!(most.is_none_or(|most| found <= most), "{:#?}", self.path);
        let is_beyond = self.is_at_limit(process);
        for (number, truth) in state.truths.iter().enumerate() {
            let is_found = process.commands.contains(&number);
            let is_later = self.setting.later && number == 0;
            assert!(!(is_found && is_later), "{:#?}", self.path);
            let is_told = swept.told.contains(&number)
                || swept.is_list_lost
                || process.stopped && !swept.devices.status().all_known;
            assert!(
                is_found || is_later || !truth.is_pending() || is_told || is_beyond,
                "{number} still waits and nobody says so: {:#?}",
                self.path
            );
            if is_told && !is_beyond {
                self.is_left_to_others(process, number);
            }
        }
    }

    /// Whoever resumes looks at this device.
    fn is_left_to_others(&self, process: &Process, number: usize) {
        let lines = process.kept.lines.iter().cloned().zip(1..);
        let lines = lines.map(|(entry, line)| Ok((line, entry)));
        let unfinished = UnfinishedRun::replay(lines).unwrap();
        let (_, mut rest) = Rest::of(unfinished, SeverityRules::default());
        let work = rest.take_sweep().unwrap();
        let device = process::device(self.setting, number);
        let was_looked_at = work.known.contains(&device)
            && work.left.iter().all(|unlisted| unlisted.device != device);
        let is_told = process.swept.as_ref();
        let is_told = is_told.is_some_and(|swept| swept.told.contains(&number));
        assert!(!(was_looked_at && is_told), "{:#?}", self.path);
    }
}
