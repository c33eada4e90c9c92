//! Sign-ins under way: what was sent with a browser, to be held against what it brings back.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use countermand_transport::SharedTimer;
use openidconnect::{Nonce, PkceCodeVerifier};

use super::{super::digest::Digest, PATIENCE};

/// More than this many at once are not kept: the oldest goes.
const MOST: usize = 1_000;

pub(super) struct Attempt {
    pub(super) state: String,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
}

/// By the hash of the browser's token.
pub(super) struct Attempts {
    timer: SharedTimer,
    begun: Mutex<HashMap<Digest, (Duration, Attempt)>>,
}

impl Attempts {
    pub(super) fn new(timer: SharedTimer) -> Self {
        Self {
            timer,
            begun: Mutex::default(),
        }
    }

    pub(super) fn begin(&self, token: &str, attempt: Attempt) {
        let now = self.timer.monotonic();
        let mut begun = self.lock();
        begun.retain(|_, (at, _)| now.saturating_sub(*at) < PATIENCE);
        if begun.len() >= MOST
            && let Some(oldest) = begun
                .iter()
                .min_by_key(|(_, (at, _))| *at)
                .map(|(digest, _)| *digest)
        {
            begun.remove(&oldest);
        }
        begun.insert(Digest::of(token), (now, attempt));
    }

    /// Takes it out: whoever comes back a second time began none.
    pub(super) fn end(&self, token: &str) -> Option<Attempt> {
        let now = self.timer.monotonic();
        let (at, attempt) = self.lock().remove(&Digest::of(token))?;
        (now.saturating_sub(at) < PATIENCE).then_some(attempt)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, (Duration, Attempt)>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
