//! The state of the simulator.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::config::Config;
use crate::enos::token::Tokens;
use crate::faults::rules::Rules;
use crate::fleet::Provider;
use crate::fleet::device::Device;
use crate::fleet::generator;
use crate::fleet::identity::Identity;
use crate::fleet::lifecycle;
use crate::fleet::presence::Presence;
use crate::fleet::{applivery, enos};
use crate::ledger::Counters;
use crate::options::Options;
use crate::server::meter::Meter;

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) identity: Identity,
    pub(crate) clock: Clock,
    traffic: bool,
    requests: AtomicU64,
    state: Mutex<State>,
}

/// The part that changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) rules: Rules,
    pub(crate) counters: Counters,
    pub(crate) tokens: Tokens,
    pub(crate) meter: Meter,
    /// The devices that were looked at; the others are as they are at the start.
    devices: HashMap<(Provider, u32), Device>,
}

impl World {
    pub(crate) fn new(config: &Config, devices: u32) -> Self {
        let clock = Clock::new(config.clock);
        let state = State {
            options: Options::new(config.cors, clock.is_manual()),
            rules: Rules::new(config.seed),
            counters: Counters::default(),
            tokens: Tokens::default(),
            meter: Meter::default(),
            devices: HashMap::new(),
        };
        Self {
            identity: Identity::new(config.seed, devices),
            clock,
            traffic: config.traffic,
            requests: AtomicU64::new(0),
            state: Mutex::new(state),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; if something did, a test should see the rest.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The device, advanced to the present.
    pub(crate) fn device<'a>(
        &self,
        state: &'a mut State,
        provider: Provider,
        index: u32,
    ) -> &'a mut Device {
        let start_ms = self.clock.start_ms();
        let device = state.devices.entry((provider, index)).or_insert_with(|| {
            generator::generate(provider, index, &self.identity, start_ms, self.traffic)
        });
        lifecycle::advance(device, &self.identity, self.clock.now_ms());
        device
    }

    /// When a device can be reached, without making the device.
    pub(crate) fn presence(&self, provider: Provider, index: u32) -> Presence {
        let seen = self
            .lock()
            .seen(provider, index)
            .map(|device| device.presence);
        let start_ms = self.clock.start_ms();
        seen.unwrap_or_else(|| match provider {
            Provider::Applivery => applivery::presence_of(&self.identity, index, start_ms),
            Provider::Enos => enos::presence_of(&self.identity, index, start_ms),
        })
    }

    /// The devices that were looked at, in their order.
    pub(crate) fn known_devices(&self, state: &State) -> Vec<(Provider, u32)> {
        let mut known: Vec<_> = state.devices.keys().copied().collect();
        known.sort_unstable();
        known
    }

    /// A new request id, as in every answer of EnOS.
    pub(crate) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let half = |n| crate::rng::mix(&[self.identity.seed(), 81, number, n]);
        format!("{:016x}{:016x}", half(0), half(1))
    }
}

impl State {
    /// A device that was looked at, as it was then.
    pub(crate) fn seen(&self, provider: Provider, index: u32) -> Option<&Device> {
        self.devices.get(&(provider, index))
    }
}
