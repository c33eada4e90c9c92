//! What the page's server noticed while it watched the devices.

use countermand_console::{
    text::brake as words,
    watch::{Surge, Watch},
};
use countermand_core_model::Timestamp;
use countermand_relay_api::route;
use leptos::prelude::*;

use super::{announcer::Announcer, connection::ConnectionHandle, store_signal::StoreSignal};
use crate::platform::{clock, intl, relay};

/// The watch over the devices. Copies are the same watch.
#[derive(Clone, Copy)]
pub struct Watching {
    connection: ConnectionHandle,
    announcer: Announcer,
    /// What the server said last.
    pub watch: StoreSignal<Watch>,
    /// The surge of this time is not shown any more.
    ignored: StoreSignal<Option<Timestamp>>,
    is_off: StoredValue<bool>,
}

impl Watching {
    pub(super) fn new(connection: ConnectionHandle, announcer: Announcer) -> Self {
        Self {
            connection,
            announcer,
            watch: StoreSignal::new(Watch::default()),
            ignored: StoreSignal::new(None),
            is_off: StoredValue::new(false),
        }
    }

    /// Asks the server, unless it has said that nobody watches.
    pub fn refresh(self) {
        let relay = self.connection.relay();
        let Some(relay) = relay.filter(|_| !self.connection.is_signed_out()) else {
            return;
        };
        if self.is_off.get_value() {
            return;
        }
        let path = route::watch(&relay.offer.name);
        self.connection.spawn(async move {
            let answer = relay::get(&path).await;
            let answer = answer.ok().filter(relay::Answer::is_good);
            let Some(watch) = answer.and_then(|one| Watch::read(&one.text, clock::now())) else {
                return;
            };
            self.is_off.set_value(!watch.is_on);
            let before = self.watch.get_untracked();
            if let Some(surge) = watch.surge.as_ref().filter(|_| before.surge != watch.surge) {
                self.announcer.alert(said(surge));
            }
            if before != watch {
                self.watch.set(watch);
            }
        });
    }

    /// Returns the surge that is to be shown. Tracked.
    pub fn surge(self) -> Option<Surge> {
        let surge = self.watch.with(|watch| watch.surge.clone());
        surge.filter(|surge| self.ignored.get() != Some(surge.at))
    }

    /// Shows a surge no longer.
    pub fn ignore(self, surge: &Surge) {
        self.ignored.set(Some(surge.at));
    }
}

/// What happened, in a sentence.
pub fn said(surge: &Surge) -> String {
    match surge.since {
        Some(since) => words::surge(&surge.kind, surge.devices, &intl::local_short(since)),
        None => words::surge_untimed(&surge.kind, surge.devices),
    }
}
