//! The open connection and the way in and out: opening, locking, switching, the saved connections.

use countermand_console::{
    idle::{self, IdleLimit},
    profiles::{self, Profiles},
    saved_connections::{SavedConnection, saved_connections},
};
use leptos::prelude::*;

use super::{Console, Session, host::Host, keys};
use crate::platform::{
    clock, focus, leaving,
    storage::{Refused, Store},
    touch,
};

/// Why the last connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Somebody locked it.
    Locked,
    /// Somebody went to another one.
    Switched,
    /// Nobody touched it for so long.
    Idle(IdleLimit),
    /// Somebody signed out at the page's host.
    SignedOut,
    /// Somebody else signed in there.
    OtherUser,
}

/// What is done once a run need not be waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Lock.
    Lock,
    /// Close this connection, and go to another one: a known one, or one to be entered.
    Switch(Option<Box<SavedConnection>>),
    /// Close this connection, and open another one of the page's host's relay.
    Relayed(String),
    /// Lock, and sign out at the page's host.
    SignOut,
}

/// The open connection, and the way to let go of it. Copies are the same.
#[derive(Clone, Copy)]
pub struct Door {
    /// The open connection.
    pub session: RwSignal<Option<Session>>,
    /// Its console, while the workspace is there.
    pub console: RwSignal<Option<Console>>,
    /// Why it was closed last.
    pub closed: RwSignal<Option<Closed>>,
    /// Did the one that was closed last lead through the page's host's relay?
    pub was_relayed: RwSignal<bool>,
    /// The session at the relay of the open connection has ended.
    pub signed_out: RwSignal<bool>,
    /// Does a run go on? Kept by the workspace.
    pub run_goes_on: RwSignal<bool>,
    /// What is asked about, while a run goes on.
    pub asking: RwSignal<Option<Leaving>>,
    /// The saved connections.
    pub profiles: RwSignal<Profiles>,
    /// Those, and the ones whose key this tab keeps.
    pub saved_connections: RwSignal<Vec<SavedConnection>>,
    /// The browser keeps nothing for this page, or has no room.
    pub refused: RwSignal<bool>,
    /// Where the form of the connect screen is to begin.
    pub wanted: RwSignal<Option<SavedConnection>>,
    host: Host,
}

impl Door {
    /// A closed door, with what the browser keeps.
    pub fn new(host: Host) -> Self {
        let this = Self {
            session: RwSignal::new(None),
            console: RwSignal::new(None),
            closed: RwSignal::new(None),
            was_relayed: RwSignal::new(false),
            signed_out: RwSignal::new(false),
            run_goes_on: RwSignal::new(false),
            asking: RwSignal::new(None),
            profiles: RwSignal::new(Profiles::default()),
            saved_connections: RwSignal::new(Vec::new()),
            refused: RwSignal::new(false),
            wanted: RwSignal::new(None),
            host,
        };
        this.read();
        Store::watch(move || this.read());
        this
    }

    /// The one of this page.
    pub fn shared() -> Self {
        expect_context()
    }

    /// Reads again what the browser keeps.
    pub fn read(self) {
        let text = Store::Computer.get(profiles::KEY);
        self.refused.set(text.is_err());
        let profiles = Profiles::read(text.ok().flatten().as_deref());
        self.saved_connections
            .set(saved_connections(&profiles, &keys::kept()));
        self.profiles.set(profiles);
    }

    /// Changes the saved connections. They are read again before, for another tab may have changed them.
    ///
    /// # Errors
    /// Where the browser keeps nothing.
    pub fn change_profiles<T>(self, change: impl FnOnce(&mut Profiles) -> T) -> Result<T, Refused> {
        let text = Store::Computer.get(profiles::KEY)?;
        let mut profiles = Profiles::read(text.as_deref());
        let done = change(&mut profiles);
        let kept = Store::Computer.set(profiles::KEY, &profiles.write());
        self.read();
        kept?;
        Ok(done)
    }

    /// Opens a connection.
    pub fn open(self, session: Session) {
        touch::note();
        self.read();
        self.closed.set(None);
        self.wanted.set(None);
        self.signed_out.set(false);
        if let Some(relay) = &session.relay {
            super::address::name_connection(&relay.offer.name);
        }
        self.session.set(Some(session));
        focus::screen();
    }

    /// Does this, at once or after asking where a run goes on.
    pub fn leave(self, leaving: Leaving) {
        // Of what waits for an approval nothing was sent: it is taken back, and nothing is lost.
        let waits = self
            .console
            .get_untracked()
            .is_some_and(|console| console.asked.with_untracked(Option::is_some));
        if self.run_goes_on.get_untracked() && !waits {
            self.asking.set(Some(leaving));
        } else {
            self.leave_now(leaving);
        }
    }

    /// Does this, whatever goes on.
    pub fn leave_now(self, leaving: Leaving) {
        match leaving {
            Leaving::Lock => self.lock(Closed::Locked),
            Leaving::Switch(to) => {
                self.close();
                self.read();
                self.wanted.set(to.map(|to| *to));
            }
            Leaving::Relayed(name) => {
                self.close();
                self.host.wanted.set(Some(name));
            }
            Leaving::SignOut => {
                self.lock(Closed::SignedOut);
                self.host.sign_out();
            }
        }
    }

    /// What one person opened through the relay is locked where it is somebody else who is signed in now.
    pub fn keep_to(self, user: Option<String>) {
        let opened_by = self.session.with_untracked(|session| {
            let relay = session.as_ref()?.relay.as_ref()?;
            Some(relay.user.clone())
        });
        if user.is_some() && opened_by.is_some() && user != opened_by {
            self.lock(Closed::OtherUser);
        }
    }

    /// Does the open connection lead through the page's host's relay?
    pub fn is_relayed(self) -> bool {
        self.session
            .with_untracked(|session| session.as_ref().is_some_and(|one| one.relay.is_some()))
    }

    /// Wipes the keys, kept ones too, and everything that was read.
    fn lock(self, closed: Closed) {
        keys::wipe_all();
        self.read();
        self.wanted.set(None);
        self.close();
        self.closed.set(Some(closed));
    }

    /// Wipes the open connection's key and everything that was read.
    fn close(self) {
        if let Some(session) = self.session.get_untracked() {
            // Approved later, it could not start any more.
            if let Some(console) = self.console.get_untracked() {
                console.take_back();
            }
            session.tasks.end();
            self.was_relayed.set(session.relay.is_some());
            self.signed_out.set(false);
            leaving::set_going_on(false);
            self.asking.set(None);
            self.run_goes_on.set(false);
            self.console.set(None);
            self.closed.set(Some(Closed::Switched));
            self.session.set(None);
            super::address::forget();
            focus::screen();
        }
    }

    /// Looks whether it is time to lock; called every few seconds.
    pub fn lock_when_idle(self) {
        let (last, now) = (touch::last(), clock::now());
        let limit = self
            .session
            .with_untracked(|session| session.as_ref().map(|session| session.idle));
        let goes_on = self.run_goes_on.get_untracked();
        if goes_on {
            // Somebody waits for it.
            touch::note();
        }
        match limit {
            Some(limit) if idle::must_lock(limit, last, now, goes_on) => {
                let relayed = self.is_relayed();
                self.lock(Closed::Idle(limit));
                if relayed {
                    self.host.sign_out();
                }
            }
            _ => self.wipe_stale(),
        }
    }

    /// A key that is kept while nobody is there is wiped as an open one is.
    fn wipe_stale(self) {
        let count = self.saved_connections.with_untracked(|all| count_kept(all));
        if count == 0 {
            return;
        }
        keys::note_touch();
        if keys::kept().len() != count {
            self.read();
        }
    }
}

fn count_kept(saved_connections: &[SavedConnection]) -> usize {
    saved_connections
        .iter()
        .filter(|one| one.slot.is_some())
        .count()
}
