//! Whether there is a network, and the page's own host.

use leptos::prelude::*;

use crate::platform::{clock, network, site, visible};

/// What can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything, as far as is known.
    Online,
    /// The page's own host does not answer: this is the copy that the browser keeps.
    HostAway,
    /// Nothing: the browser has no network.
    Offline,
}

/// The network. Copies are the same.
#[derive(Clone, Copy)]
pub struct Network {
    /// What can be reached.
    pub reach: RwSignal<Reach>,
}

impl Network {
    /// The network as the browser has it; a host that is away is looked for again and again.
    pub fn new() -> Self {
        let this = Self {
            reach: RwSignal::new(Reach::Online),
        };
        this.look();
        network::watch(move || this.look());
        clock::every(5_000, move || {
            if this.reach.get_untracked() == Reach::HostAway && visible::is_visible() {
                leptos::task::spawn_local(async move {
                    this.host_answered(site::file(super::host::FILE).await.is_ok());
                });
            }
        });
        this
    }

    /// The one of this page.
    pub fn shared() -> Self {
        expect_context()
    }

    fn look(self) {
        let before = self.reach.get_untracked();
        let now = match (network::is_online(), before) {
            (false, _) => Reach::Offline,
            (true, Reach::Offline) => Reach::Online,
            (true, before) => before,
        };
        if now != before {
            self.reach.set(now);
        }
    }

    /// The page's own host was asked for something: did it answer?
    pub fn host_answered(self, answered: bool) {
        let now = match (network::is_online(), answered) {
            (false, _) => Reach::Offline,
            (true, true) => Reach::Online,
            (true, false) => Reach::HostAway,
        };
        if now != self.reach.get_untracked() {
            self.reach.set(now);
        }
    }

    /// Is there no network? To be watched by a view.
    pub fn is_offline(self) -> bool {
        self.reach.get() == Reach::Offline
    }

    /// The same, at this moment.
    pub fn is_offline_now(self) -> bool {
        self.reach.get_untracked() == Reach::Offline
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}
