//! Whether the network and the page's own server can be reached.

use countermand_relay_api::route;
use leptos::prelude::*;

use super::store_signal::StoreSignal;
use crate::platform::{clock, network, site, visible};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything, as far as is known.
    Online,
    /// The page's own server does not answer: this is the copy that the browser keeps.
    HostAway,
    /// Nothing: the browser has no network.
    Offline,
}

/// What can be reached. Copies are the same.
#[derive(Clone, Copy)]
pub struct Connectivity {
    pub reach: StoreSignal<Reach>,
}

impl Connectivity {
    /// Watches the browser's network. A server that does not answer is asked again every few seconds.
    pub fn new() -> Self {
        let this = Self {
            reach: StoreSignal::new(Reach::Online),
        };
        this.check();
        network::watch(move || this.check());
        clock::every(5_000, move || {
            if this.reach.get_untracked() == Reach::HostAway && visible::is_visible() {
                leptos::task::spawn_local(async move {
                    this.host_answered(site::file(route::CONNECTIONS).await.is_ok());
                });
            }
        });
        this
    }

    pub fn shared() -> Self {
        expect_context()
    }

    fn check(self) {
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

    /// Notes whether the page's own server answered a request.
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

    /// Returns whether there is no network. Tracked.
    pub fn is_offline(self) -> bool {
        self.reach.get() == Reach::Offline
    }

    /// Returns whether there is no network. Not tracked.
    pub fn is_offline_now(self) -> bool {
        self.reach.get_untracked() == Reach::Offline
    }
}

impl Default for Connectivity {
    fn default() -> Self {
        Self::new()
    }
}
