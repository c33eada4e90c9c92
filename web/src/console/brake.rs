//! The brake: what is to be stopped, what the first looks find of it, and its start.

use std::pin::pin;

use countermand_client::{AnswerOrder, AskOptions};
use countermand_console::{
    brake::{BrakeForm, LISTED, Preview, Wrong},
    problem::Problem,
    watch::Surge,
};
use countermand_core_model::{Device, DeviceRef};
use futures_channel::{mpsc::unbounded, oneshot::channel};
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use leptos::prelude::*;

use super::{
    connection::ConnectionHandle, run::RunStore, runner::Runner, store_signal::StoreSignal,
    table::TableStore,
};
use crate::platform::{clock, focus};

/// How many devices are looked at at once before anything is sent.
const AT_ONCE: usize = 8;

/// For how many milliseconds the devices are listed before anything is sent.
const LISTED_FOR: f64 = 2_000.0;

/// The id of the button that leads on.
pub const NEXT: &str = "brake-next";

/// The id of what has the focus where it is asked whether it is meant: the box for the organization or, where nothing has
/// to be typed, the harmless button.
pub const TYPED: &str = "brake-typed";

/// The two screens of the brake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// What is to be stopped, and where.
    What,
    /// Whether it is meant.
    Confirm,
}

/// The brake. Copies are the same brake.
#[derive(Clone, Copy)]
pub struct BrakeStore {
    connection: ConnectionHandle,
    table: TableStore,
    run: RunStore,
    runner: Runner,
    /// Which screen is open, if one is.
    pub screen: StoreSignal<Option<Screen>>,
    /// What is entered.
    pub form: StoreSignal<BrakeForm>,
    /// What the first looks found.
    pub found: StoreSignal<Preview>,
    /// What is wrong with what is entered.
    pub wrong: StoreSignal<Option<Wrong>>,
    /// Which looks count: those for an earlier scope do not.
    turn: StoredValue<u32>,
}

impl BrakeStore {
    pub(super) fn new(table: TableStore, run: RunStore, runner: Runner) -> Self {
        Self {
            connection: runner.connection,
            table,
            run,
            runner,
            screen: StoreSignal::new(None),
            form: StoreSignal::new(BrakeForm::new(clock::now(), Vec::new())),
            found: StoreSignal::new(Preview::default()),
            wrong: StoreSignal::new(None),
            turn: StoredValue::new(0),
        }
    }

    /// Opens it, and begins to look.
    pub fn open(self) {
        self.open_with(|chosen| BrakeForm::new(clock::now(), chosen));
    }

    /// Opens it for what somebody was told of.
    pub fn open_for(self, surge: &Surge) {
        self.open_with(|chosen| BrakeForm::of_surge(clock::now(), chosen, surge));
    }

    fn open_with(self, form: impl FnOnce(Vec<DeviceRef>) -> BrakeForm) {
        if !self.connection.may_cancel() || self.screen.get_untracked().is_some() {
            return;
        }
        self.form.set(form(untrack(|| self.table.devices())));
        self.wrong.set(None);
        self.screen.set(Some(Screen::What));
        self.look();
    }

    /// Closes it. Nothing was sent.
    pub fn close(self) {
        self.next_turn();
        self.screen.set(None);
    }

    /// Goes back to what is entered.
    pub fn back(self) {
        self.screen.set(Some(Screen::What));
        focus::soon(NEXT);
    }

    /// Changes what is entered.
    pub fn enter(self, change: impl FnOnce(&mut BrakeForm)) {
        self.form.update(change);
        self.wrong.set(None);
    }

    /// Changes where it is to be stopped, and looks there.
    pub fn enter_place(self, change: impl FnOnce(&mut BrakeForm)) {
        self.enter(change);
        self.look();
    }

    /// Asks whether what is entered is meant. Where it cannot be used, says so.
    pub fn confirm(self) {
        let rules = self.connection.severity_rules();
        match self.form.with_untracked(|form| form.sweep(&rules)) {
            Ok(_) => {
                self.screen.set(Some(Screen::Confirm));
                focus::soon(TYPED);
            }
            Err(wrong) => {
                self.wrong.set(Some(wrong));
                focus::soon(match wrong {
                    Wrong::NoKind => "brake-kinds",
                    Wrong::NoSearch => "brake-search",
                    Wrong::AtMost => "brake-at-most",
                });
            }
        }
    }

    /// Brakes. Only one run is driven here at a time.
    pub fn go(self) {
        let rules = self.connection.severity_rules();
        let (sweep, spends_all) = self
            .form
            .with_untracked(|form| (form.sweep(&rules), form.spends_all));
        if self.run.is_active_now() {
            return;
        }
        if let Ok(sweep) = sweep {
            self.close();
            self.runner.start_sweep(sweep, spends_all);
        }
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    /// Takes something in that the looks of this turn found. Returns whether they go on.
    fn take(self, turn: u32, change: impl FnOnce(&mut Preview)) -> bool {
        let counts = self.turn.try_get_value() == Some(turn);
        if counts {
            self.found.update(change);
        }
        counts
    }

    /// Looks at the devices that are likely to act soonest, of the first that the provider lists. Nothing is sent.
    fn look(self) {
        let turn = self.next_turn();
        self.found.set(Preview::default());
        let Some(place) = self.form.with_untracked(BrakeForm::of_place) else {
            return;
        };
        let client = self.connection.client();
        self.connection.spawn(async move {
            let (known, mut pages) = unbounded();
            let mut count = 0;
            let (enough, is_enough) = channel::<()>();
            let mut enough = Some(enough);
            let listing = client.sweep_devices(&place, move |page: Vec<Device>| {
                count += page.len();
                // Nobody waits for the others any more where this fails.
                let _ = known.unbounded_send(page);
                self.take(turn, |found| found.devices = count);
                if count >= LISTED {
                    drop(enough.take());
                }
            });
            let until = select(clock::wait(LISTED_FOR), is_enough);
            let listed = match select(Box::pin(listing), until).await {
                Either::Left((listed, _)) => listed,
                Either::Right(_) => Ok(false),
            };
            let mut devices = Vec::new();
            while let Ok(page) = pages.try_recv() {
                devices.extend(page);
            }
            let goes_on = self.take(turn, |found| match &listed {
                Ok(is_whole) => found.all_known = *is_whole,
                Err(error) => found.problem = Some(Problem::of(error)),
            });
            if !goes_on {
                return;
            }
            self.table.update_fleet(|fleet| fleet.remember(&devices));
            let first = Preview::spread_over(devices, clock::now());
            let mut options = AskOptions::default();
            options.concurrency = AT_ONCE;
            let client = client.asking(options);
            let mut looks = pin!(client.list_each(first, None, true, AnswerOrder::AsTheyCome));
            while let Some((_, listed)) = looks.next().await {
                let commands = listed.ok().map(|listing| listing.items);
                if !self.take(turn, |found| found.looked_at(commands)) {
                    return;
                }
            }
            self.take(turn, |found| found.is_over = true);
        });
    }
}
