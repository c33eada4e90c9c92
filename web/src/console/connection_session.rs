//! The open connection of the page: opening it, switching, locking.

use countermand_console::{
    idle::{self, IdleLimit},
    saved_connections::SavedConnection,
};
use leptos::prelude::*;

use super::{
    Console, address, connection::OpenConnection, page_host::PageHost,
    saved_connections::SavedConnections, store_signal::StoreSignal,
};
use crate::platform::{
    address::Step,
    clock,
    first_screen::{self, FirstScreen},
    focus, touch, unload_guard,
};

/// Why the last connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// A person locked it.
    Locked,
    /// A person went to another connection.
    Switched,
    /// Nobody touched it for this long.
    Idle(IdleLimit),
    /// A person signed out at the page's server.
    SignedOut,
    /// Somebody else signed in there.
    OtherUser,
}

/// A way to leave the open connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    Lock,
    /// Go to another connection: a saved one, or one to be entered.
    Switch(Option<Box<SavedConnection>>),
    /// Go to another connection of the page's server.
    Relayed(String),
    /// Lock, and sign out at the page's server.
    SignOut,
    /// Go back to where connections are chosen.
    Back,
}

/// The open connection, or none. Copies are the same.
#[derive(Clone, Copy)]
pub struct ConnectionSession {
    pub saved: SavedConnections,
    host: PageHost,
    pub open: StoreSignal<Option<OpenConnection>>,
    /// The stores of the open connection.
    pub console: StoreSignal<Option<Console>>,
    /// Why the last connection was closed.
    pub closed: StoreSignal<Option<Closed>>,
    /// Whether the last closed connection led through the page's server.
    pub was_relayed: StoreSignal<bool>,
    /// Whether the server session of the open connection has ended.
    pub is_signed_out: StoreSignal<bool>,
    pub run_is_active: StoreSignal<bool>,
    /// What the person is asked about, while a run is active.
    pub asking: StoreSignal<Option<Leaving>>,
    /// The saved connection with which the connect screen is to begin.
    pub wanted: StoreSignal<Option<SavedConnection>>,
    /// Whether the brake is to be opened with the next connection.
    pub wants_brake: StoreSignal<bool>,
    /// What owns the stores of every connection.
    page: StoredValue<Owner>,
    /// What owns the stores of the open connection.
    owner: StoredValue<Option<Owner>>,
}

impl ConnectionSession {
    /// Begins with no open connection.
    pub fn new(host: PageHost) -> Self {
        Self {
            saved: SavedConnections::new(),
            host,
            open: StoreSignal::new(None),
            console: StoreSignal::new(None),
            closed: StoreSignal::new(None),
            was_relayed: StoreSignal::new(false),
            is_signed_out: StoreSignal::new(false),
            run_is_active: StoreSignal::new(false),
            asking: StoreSignal::new(None),
            wanted: StoreSignal::new(None),
            wants_brake: StoreSignal::new(false),
            page: StoredValue::new(Owner::current().unwrap_or_default()),
            owner: StoredValue::new(None),
        }
    }

    pub fn shared() -> Self {
        expect_context()
    }

    /// Sets the saved connection with which the connect screen is to begin.
    pub fn want(self, wanted: Option<SavedConnection>) {
        self.wanted.set(wanted);
    }

    /// Opens the brake: over the open connection, or over the one that is opened next. The only one that is known is
    /// opened at once.
    pub fn brake(self) {
        if let Some(console) = self.console.get_untracked() {
            return console.brake.open();
        }
        self.wants_brake.set(true);
        let saved = self.saved.all.get_untracked();
        let offered = self.host.relay.look_untracked(|relay| relay.offers.clone());
        let has_demos = self.host.demos.with_untracked(|one| !one.demos.is_empty());
        match (saved.as_slice(), offered.as_slice(), has_demos) {
            ([saved], [], false) => self.want(Some(saved.clone())),
            ([], [offer], false) => self.host.want(Some(offer.name.clone())),
            _ => focus::soon("brake-choice"),
        }
    }

    /// Sets whether the brake is to be opened with the next connection.
    pub fn want_brake(self, is_wanted: bool) {
        self.wants_brake.set(is_wanted);
    }

    pub fn start(self, open: OpenConnection) {
        touch::note();
        self.saved.reload();
        self.closed.set(None);
        self.wanted.set(None);
        self.is_signed_out.set(false);
        address::enter(open.relay.as_ref().map(|relay| &*relay.offer.name));
        let owner = self.page.with_value(Owner::child);
        owner.with(|| self.start_console(open.clone()));
        self.owner.set_value(Some(owner));
        self.open.set(Some(open));
        focus::screen();
    }

    /// Makes the stores of the open connection, and has its devices read before there are views to show them.
    fn start_console(self, open: OpenConnection) {
        let console = Console::new(open);
        self.console.set(Some(console));
        Effect::new(move |_| self.run_is_active.set(console.run.is_active()));
        console.follow_severity();
        console.follow_address();
        console.devices.choose_first();
        if console.table.devices().is_empty() {
            first_screen::is_there(FirstScreen::Ready);
        }
        first_screen::limit_waiting();
        if self.wants_brake.get_untracked() {
            self.wants_brake.set(false);
            console.brake.open();
        }
    }

    /// Notices that the server session of the open connection has ended, or begun again. Called every second.
    pub fn check_signed_in(self, console: Console) {
        let ended = console.connection.is_signed_out();
        if ended != self.is_signed_out.get_untracked() {
            self.is_signed_out.set(ended);
        }
    }

    /// Leaves, at once or after asking where a run is active.
    pub fn leave(self, leaving: Leaving) {
        let has_typed = self.open.look_untracked(|open| open.is_key_typed);
        let loses = self.run_is_active.get_untracked();
        if loses || (leaving == Leaving::Back && has_typed) {
            self.asking.set(Some(leaving));
        } else {
            self.leave_now(leaving);
        }
    }

    /// Follows a step in the browser's history. Where something would be lost, the page stays and asks.
    pub fn stepped(self, step: Step) {
        let Some(console) = self.console.get_untracked() else {
            // What was closed stays closed.
            return address::forget();
        };
        match step {
            Step::Within => console.follow_address(),
            Step::Own => {
                let named = untrack(|| console.table.named_devices());
                console.table.write_address_again(&named);
            }
            Step::Elsewhere => {
                self.leave(Leaving::Back);
                if self.asking.get_untracked().is_some() {
                    console.table.stay_here();
                }
            }
        }
    }

    pub fn stay(self) {
        self.asking.set(None);
    }

    /// Leaves, even where a run is active.
    pub fn leave_now(self, leaving: Leaving) {
        match leaving {
            Leaving::Lock => self.lock(Closed::Locked),
            Leaving::Back => {
                self.close();
                self.saved.reload();
            }
            Leaving::Switch(to) => {
                self.close();
                self.saved.reload();
                self.wanted.set(to.map(|to| *to));
            }
            Leaving::Relayed(name) => {
                self.close();
                self.host.want(Some(name));
            }
            Leaving::SignOut => {
                self.lock(Closed::SignedOut);
                self.host.sign_out();
            }
        }
    }

    /// Signs out on the connect screen, where no connection is open.
    pub fn sign_out_closed(self) {
        self.closed.set(Some(Closed::SignedOut));
        self.host.sign_out();
    }

    /// Asks the server who is signed in. What one person opened is locked when somebody else is.
    pub fn check_user(self) {
        leptos::task::spawn_local(async move {
            self.host.reload().await;
            self.keep_to(self.host.user());
        });
    }

    fn keep_to(self, user: Option<String>) {
        let opened_by = self
            .open
            .look_untracked(|open| open.relay.as_ref().map(|relay| relay.user.clone()));
        if user.is_some() && opened_by.is_some() && user != opened_by {
            self.lock(Closed::OtherUser);
        }
    }

    /// Returns whether the open connection leads through the page's server.
    pub fn is_relayed(self) -> bool {
        self.open.look_untracked(|open| open.relay.is_some())
    }

    /// Wipes the keys, stored ones too, and everything that was read.
    fn lock(self, closed: Closed) {
        self.saved.wipe_keys();
        self.wanted.set(None);
        self.close();
        self.closed.set(Some(closed));
    }

    /// Wipes the open connection's key and everything that was read.
    fn close(self) {
        if let Some(open) = self.open.get_untracked() {
            open.tasks.end();
            self.was_relayed.set(open.relay.is_some());
            self.is_signed_out.set(false);
            unload_guard::set_active(false);
            self.asking.set(None);
            self.run_is_active.set(false);
            self.console.set(None);
            self.closed.set(Some(Closed::Switched));
            self.open.set(None);
            // Once the views are gone that look at them.
            let owner = self.owner.try_update_value(Option::take).flatten();
            clock::after(0.0, move || drop(owner));
            address::forget();
            focus::screen();
        }
    }

    /// Locks if it is time. Called every few seconds.
    pub fn lock_when_idle(self) {
        let (last, now) = (touch::last(), clock::now());
        let limit = self.open.look_untracked(|open| Some(open.idle));
        let is_active = self.run_is_active.get_untracked();
        if is_active {
            // Somebody waits for the run.
            touch::note();
        }
        match limit {
            Some(limit) if idle::must_lock(limit, last, now, is_active) => {
                let relayed = self.is_relayed();
                self.lock(Closed::Idle(limit));
                if relayed {
                    self.host.sign_out();
                }
            }
            _ => self.saved.wipe_stale_keys(),
        }
    }
}
