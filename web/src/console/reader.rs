//! Reading devices, a few at once, and showing what was read.

use std::cell::RefCell;

use countermand_console::{fleet::Fleet, problem::Problem, run::Run, text};
use countermand_core_model::{Command, CommandTarget, DeviceRef, Listing};
use countermand_table::{Bits, RowId};
use leptos::prelude::*;

use super::{
    announcer::Announcer, connection::ConnectionHandle, early::EarlyReads, page_clock::PageClock,
    run::RunStore, table::TableStore,
};
use crate::platform::{
    clock,
    first_screen::{self, FirstScreen},
    focus, network,
};

/// How many milliseconds lie at least between two times that what was read is shown.
const SHOWN_EVERY: f64 = 120.0;

/// How many times as long as showing took nothing more is shown: reading has the rest of the time.
const PAUSE: f64 = 6.0;

/// How many milliseconds lie at most between two times.
const SHOWN_WITHIN: f64 = 900.0;

/// What was read of a device and is not shown yet.
struct Arrival {
    device: DeviceRef,
    read: Result<Listing<Command>, Problem>,
}

/// Reads devices and commands. Copies are the same reader.
#[derive(Clone, Copy)]
pub struct Reader {
    pub(super) connection: ConnectionHandle,
    pub(super) announcer: Announcer,
    pub(super) clock: PageClock,
    pub(super) table: TableStore,
    pub(super) run: RunStore,
    arrivals: StoredValue<Vec<Arrival>>,
    next_showing: StoredValue<f64>,
    was_going: StoredValue<bool>,
}

impl Reader {
    pub(super) fn new(
        connection: ConnectionHandle,
        announcer: Announcer,
        clock: PageClock,
        table: TableStore,
        run: RunStore,
    ) -> Self {
        Self {
            connection,
            announcer,
            clock,
            table,
            run,
            arrivals: StoredValue::new(Vec::new()),
            next_showing: StoredValue::new(0.0),
            was_going: StoredValue::new(false),
        }
    }

    /// Reads every device again, unless there is no network: what is shown stays.
    pub fn refresh(self) {
        if network::is_online() {
            self.read(self.table.devices());
        }
    }

    /// Reads everything again after somebody signed in again.
    pub fn refresh_signed_in(self) {
        self.connection.spawn(async move {
            // The next answer tells whether the server accepts the new session.
            let _ = self.connection.client().check().await;
            self.refresh();
        });
    }

    /// Reads the devices again that could not be read.
    pub fn retry_failed(self) {
        let failed = self.table.fleet.with_untracked(|fleet| {
            fleet
                .problems()
                .map(|(device, ..)| device.device().clone())
                .collect()
        });
        self.read(failed);
    }

    /// Reads these devices, a few at a time. What was asked for before the console was built is not asked for again.
    pub fn read(self, devices: Vec<DeviceRef>) {
        if devices.is_empty() {
            return;
        }
        self.table
            .update_fleet(|fleet| devices.iter().for_each(|device| fleet.reading(device)));
        let (client, fleet) = (self.connection.client(), self.table.fleet);
        let early = EarlyReads::take();
        self.connection
            .spawn_each(devices, async move |device: DeviceRef| {
                // A device that was taken out while it waited for its turn is not read.
                if fleet.with_untracked(|fleet| fleet.has(&device)) {
                    let early = early.of(&device).await;
                    let read = match early {
                        Some(read) => read.map_err(|error| Problem::of(&error)),
                        None if network::is_online() => {
                            let read = client.list(&device, None).await;
                            read.map_err(|error| Problem::of(&error))
                        }
                        None => Err(Problem::offline()),
                    };
                    self.arrived(Arrival { device, read });
                }
            });
    }

    /// Shows what was read soon: the first and the last at once, then everything that came in the meantime together,
    /// so that thousands of devices do not sort the table thousands of times.
    fn arrived(self, arrival: Arrival) {
        // Gone where the connection was closed meanwhile.
        let Some(count) = self.arrivals.try_update_value(|arrivals| {
            arrivals.push(arrival);
            arrivals.len()
        }) else {
            return;
        };
        if count >= self.table.fleet.with_untracked(Fleet::going) {
            clock::after(0.0, move || self.show_arrivals());
        } else if count == 1 {
            let wait = self.next_showing.get_value() - clock::elapsed();
            clock::after(wait.max(0.0), move || self.show_arrivals());
        }
    }

    fn show_arrivals(self) {
        // The connection may have been closed meanwhile.
        let Some(arrivals) = self.arrivals.try_update_value(std::mem::take) else {
            return;
        };
        if arrivals.is_empty() {
            return;
        }
        let began = clock::elapsed();
        self.next_showing.set_value(began + SHOWN_EVERY);
        focus::kept_over("commands", || self.take_in(arrivals));
        first_screen::is_there(FirstScreen::Rows);
        self.after_reading();
        // The views were told, and draw in tasks that were queued before this one.
        leptos::task::spawn_local(async move {
            let now = clock::elapsed();
            let pause = ((now - began) * PAUSE).clamp(SHOWN_EVERY, SHOWN_WITHIN);
            let _ = self.next_showing.try_set_value(now + pause);
        });
    }

    fn take_in(self, arrivals: Vec<Arrival>) {
        let at = clock::now();
        let mut changed = Bits::default();
        let (mut removed, mut updated) = (Vec::new(), Vec::new());
        self.clock.tick();
        self.table.update_fleet(|fleet| {
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
                        updated.extend(changes.changed);
                        removed.extend(changes.removed);
                    }
                    Err(problem) => fleet.failed(&device, problem),
                }
            }
        });
        self.table.forget(&removed);
        self.update_run(&updated);
        self.table.mark(changed);
    }

    /// Tells the run's results what a later reading shows of their commands.
    fn update_run(self, updated: &[RowId]) {
        if updated.is_empty() {
            return;
        }
        self.table.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            self.run.rows.change(|run| {
                for row in updated.iter().filter(|row| store.has(**row)) {
                    let row = store.row(*row);
                    if let Some(target) = row.target() {
                        run.was_listed_again(&target, row.state());
                    }
                }
            });
        });
        self.run.publish_soon();
    }

    /// Says how far a long reading is. Called every few seconds.
    pub fn announce(self) {
        let (going, total) = self
            .table
            .fleet
            .with_untracked(|fleet| (fleet.going(), fleet.len()));
        // What is over before the next call needs no word.
        if going > 0 && self.was_going.get_value() {
            let done = total - going;
            self.announcer.say(text::table::reading(done, total));
        }
        self.was_going.set_value(going > 0);
    }

    fn after_reading(self) {
        let (going, failed, waiting) = self
            .table
            .fleet
            .with_untracked(|fleet| (fleet.going(), fleet.problems().count(), fleet.waiting()));
        self.table.prune_selection();
        if going == 0 && self.run.status.with_untracked(Option::is_none) {
            self.announcer.say(text::table::read_all(waiting, failed));
        }
    }
}

impl Reader {
    /// Reads a target of the last run again.
    pub fn recheck(self, target: CommandTarget) {
        self.recheck_all(vec![target]);
    }

    /// Reads every target of the last run again whose outcome may change by that.
    pub fn recheck_doubtful(self) {
        self.recheck_all(self.run.rows.peek(Run::to_read_again));
    }

    fn recheck_all(self, targets: Vec<CommandTarget>) {
        let count = targets.len();
        let mut devices: Vec<DeviceRef> = targets
            .iter()
            .map(|target| target.device().clone())
            .collect();
        devices.sort();
        devices.dedup();
        let left = RefCell::new((count, devices));
        self.connection.spawn_each(targets, async move |target| {
            let said = self.recheck_one(target).await;
            let mut left = left.borrow_mut();
            left.0 -= 1;
            if left.0 == 0 {
                self.announcer.say(if count == 1 {
                    said
                } else {
                    text::run::were_read_again(count)
                });
                let devices = std::mem::take(&mut left.1);
                self.read(self.table.still_chosen(devices));
            }
        });
    }

    /// Returns what the reading showed, in a sentence.
    async fn recheck_one(self, target: CommandTarget) -> String {
        let client = self.connection.client();
        let found = client.get(target.device(), target.id()).await;
        let found = found
            .map(|command| command.state)
            .map_err(|error| Problem::of(&error));
        self.clock.tick();
        let said = match &found {
            Ok(state) => text::run::now(text::state_within(*state)),
            Err(problem) => text::run::still_unread(&problem.title),
        };
        self.run
            .rows
            .change(|run| run.was_read_again(&target, found));
        self.run.publish_soon();
        said
    }
}
