//! Reading devices, a few at once.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use countermand_console::{fleet::AT_ONCE, problem::Problem, text};
use countermand_core_model::{Command, DeviceRef, Listing};
use countermand_table::{Bits, RowId};
use leptos::prelude::*;

use super::Console;
use crate::platform::{clock, focus};

/// So many milliseconds lie between two times that what was read is shown.
const SHOWN_EVERY: f64 = 120.0;

/// How many milliseconds what has changed is marked.
const MARKED_FOR: f64 = 4_000.0;

/// What was read of a device, and is not shown yet.
pub struct Arrival {
    device: DeviceRef,
    read: Result<Listing<Command>, Problem>,
}

impl Console {
    /// Reads every device again.
    pub fn refresh(self) {
        self.read(
            self.fleet
                .with_untracked(countermand_console::fleet::Fleet::refs),
        );
    }

    /// Reads again the devices that could not be read.
    pub fn retry_failed(self) {
        let failed = self.fleet.with_untracked(|fleet| {
            fleet
                .problems()
                .map(|(device, ..)| device.device().clone())
                .collect()
        });
        self.read(failed);
    }

    /// Reads these devices, [`AT_ONCE`] at a time.
    pub fn read(self, devices: Vec<DeviceRef>) {
        if devices.is_empty() {
            return;
        }
        self.fleet
            .update(|fleet| devices.iter().for_each(|device| fleet.reading(device)));
        let client = self.client();
        self.a_few_at_once(devices, async move |device: DeviceRef| {
            // Taken out while it waited for its turn, it need not be read.
            if self.fleet.with_untracked(|fleet| fleet.has(&device)) {
                let read = client.list(&device, None).await;
                let read = read.map_err(|error| Problem::of(&error));
                self.arrived(Arrival { device, read });
            }
        });
    }

    /// Does `work` for each of these, in their order, [`AT_ONCE`] at a time.
    pub(super) fn a_few_at_once<T: 'static>(self, items: Vec<T>, work: impl AsyncFn(T) + 'static) {
        let lines = AT_ONCE.min(items.len());
        let (queue, work) = (Rc::new(RefCell::new(VecDeque::from(items))), Rc::new(work));
        for _ in 0..lines {
            let (queue, work) = (queue.clone(), work.clone());
            self.spawn(async move {
                loop {
                    // Let go of before the work begins: the others take theirs meanwhile.
                    let next = queue.borrow_mut().pop_front();
                    let Some(item) = next else { break };
                    work(item).await;
                }
            });
        }
    }

    /// What was read is shown soon: the first at once, then everything that came in the meantime together, so that
    /// thousands of devices do not sort the table thousands of times.
    fn arrived(self, arrival: Arrival) {
        let first = self.arrivals.try_update_value(|arrivals| {
            arrivals.push(arrival);
            arrivals.len() == 1
        });
        if first == Some(true) {
            let wait = self.next_showing.get_value() - clock::elapsed();
            clock::after(wait.max(0.0), move || self.show_arrivals());
        }
    }

    fn show_arrivals(self) {
        // The connection may have been closed meanwhile.
        let Some(arrivals) = self.arrivals.try_update_value(std::mem::take) else {
            return;
        };
        let began = clock::elapsed();
        let at = clock::now();
        let mut changed = Bits::default();
        let mut removed = Vec::new();
        let mut stand_otherwise = Vec::new();
        focus::kept_over("commands", || {
            self.now.set(at);
            self.fleet.update(|fleet| {
                for Arrival { device, read } in arrivals {
                    match read {
                        Ok(listing) => {
                            let was_read = fleet.was_read(&device);
                            let changes = fleet.read(&device, &listing, at);
                            if was_read {
                                let rows = changes.changed.iter().chain(&changes.added);
                                rows.for_each(|row| {
                                    changed.set(row.number(), true);
                                });
                            }
                            stand_otherwise.extend(changes.changed);
                            removed.extend(changes.removed);
                        }
                        Err(problem) => fleet.failed(&device, problem),
                    }
                }
            });
            self.forget(&removed);
            self.tell_run(&stand_otherwise);
            self.mark(changed);
        });
        // Half of the time at most goes into showing, however many there are.
        let took = clock::elapsed() - began;
        self.next_showing
            .set_value(clock::elapsed() + took.max(SHOWN_EVERY));
        self.after_reading();
    }

    /// What a reading after the run shows of its commands is told in its results, too.
    fn tell_run(self, changed: &[RowId]) {
        if changed.is_empty() {
            return;
        }
        self.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            self.change(|run| {
                for row in changed.iter().filter(|row| store.has(**row)) {
                    let row = store.row(*row);
                    if let Some(target) = row.target() {
                        run.was_listed_again(&target, row.state());
                    }
                }
            });
        });
        self.publish_soon();
    }

    /// Rows that are gone are selected no more, nor anything else: their numbers come again.
    pub(super) fn forget(self, removed: &[RowId]) {
        if removed.is_empty() {
            return;
        }
        self.selection.update(|selection| selection.forget(removed));
        for set in [self.kept, self.recent] {
            set.update(|rows| {
                for row in removed {
                    rows.set(row.number(), false);
                }
            });
        }
    }

    /// Marks rows for a moment.
    fn mark(self, changed: Bits) {
        if changed.is_empty() {
            return;
        }
        self.recent.set(changed.clone());
        clock::after(MARKED_FOR, move || {
            // Marked anew meanwhile, they stay marked.
            if self.recent.try_with_untracked(|recent| *recent == changed) == Some(true) {
                self.recent.set(Bits::default());
            }
        });
    }

    fn after_reading(self) {
        let (going, failed, waiting) = self
            .fleet
            .with_untracked(|fleet| (fleet.going(), fleet.problems().count(), fleet.waiting()));
        if going == 0 {
            self.prune();
            if self.run.with_untracked(Option::is_none) {
                self.say(text::table::read_all(waiting, failed));
            }
        }
    }
}
