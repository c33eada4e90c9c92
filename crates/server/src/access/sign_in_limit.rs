//! Limits failed sign-ins: of one peer, and of everybody together. While a limit holds, no credential is compared, so
//! that a right guess is not told from a wrong one.
//!
//! A credential here names nobody: a wrong token is a guess at the tokens of all people at once. So the limit per name
//! is one for all names. It is looser than that of a peer, and while it is used up, it holds for those alone who failed
//! within the last hour themselves: who guesses from many places gets one guess an hour in each, and keeps nobody else
//! out. (OWASP's Authentication Cheat Sheet: a lock of the account alone lets anybody lock it.)
//!
//! Failures are in the store, so that the limits hold at every instance and after a restart; what this process knows of
//! them holds while the store cannot be used.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use countermand_core_model::Timestamp;
use countermand_store::{FailedSignIns, FailureCost, Store};
use countermand_transport::SharedTimer;

use crate::lock::lock;

/// Ten at once, and then one a minute.
const OF_ONE_PEER: Allowance = Allowance {
    failures: 10,
    every: Duration::from_secs(60),
};

/// A hundred at once, and then six a minute.
const OF_ALL: Allowance = Allowance {
    failures: 100,
    every: Duration::from_secs(10),
};

/// The subject that stands for everybody together.
const ALL: &str = "*";

/// How long a peer that failed is held to the limit of all.
const SUSPECT: Duration = Duration::from_secs(60 * 60);

/// How many subjects are kept, here and in the store. Beyond that the one that failed longest ago is forgotten.
const MOST: u32 = 10_000;

/// How long what was read of a peer is believed: no request waits for the store more often.
const BELIEVED: Duration = Duration::from_secs(2);

/// `failures` at once, and one more in each interval.
struct Allowance {
    failures: u32,
    every: Duration,
}

impl Allowance {
    fn cost<'a>(&self, subject: &'a str, failures: u32) -> FailureCost<'a> {
        FailureCost {
            subject,
            cost: self.every * failures,
            most: self.every * self.failures,
        }
    }
}

/// The failures of a subject, in milliseconds since 1970.
#[derive(Clone, Copy)]
struct Failures {
    /// When all of them are forgiven.
    clear_at: i64,
    failed_at: Option<i64>,
    /// How many the store does not have yet.
    unwritten: u32,
    /// When the store was asked last, by the monotonic clock.
    read_at: Option<Duration>,
}

impl Failures {
    const NONE: Self = Self {
        clear_at: i64::MIN,
        failed_at: None,
        unwritten: 0,
        read_at: None,
    };

    fn count(&mut self, allowance: &Allowance, now: i64) {
        let every = millis(allowance.every);
        let most = now + every * i64::from(allowance.failures);
        self.clear_at = (self.clear_at.max(now) + every).min(most);
        self.failed_at = self.failed_at.max(Some(now));
        self.unwritten += 1;
    }

    /// Takes in what the store has. Neither forgets what the other has counted.
    fn merge(&mut self, stored: &FailedSignIns) {
        self.clear_at = self.clear_at.max(stored.clear_at.as_millis());
        let failed_at = stored.failed_at.as_millis();
        self.failed_at = self.failed_at.max(Some(failed_at));
    }

    /// Returns how long nothing is left of the allowance.
    fn used_up(&self, allowance: &Allowance, now: i64) -> Option<Duration> {
        let every = millis(allowance.every);
        let burst = every * i64::from(allowance.failures);
        // A clock that was set back keeps nobody out for longer than a moment.
        let ahead = self.clear_at.saturating_sub(now).min(burst);
        positive(ahead.saturating_sub(burst - every))
    }

    /// Returns how long a failure is held against its peer.
    fn suspect(&self, now: i64) -> Option<Duration> {
        let since = now.saturating_sub(self.failed_at?).max(0);
        positive(millis(SUSPECT) - since)
    }
}

/// Why a credential lets nobody in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotAccepted<E> {
    /// It is wrong.
    Wrong(E),
    /// It was not compared, and will not be for so long.
    Limited(Duration),
}

/// The limit. Clones share it.
#[derive(Clone)]
pub(crate) struct SignInLimit(Arc<Inner>);

struct Inner {
    timer: SharedTimer,
    store: Store,
    known: Mutex<HashMap<String, Failures>>,
}

impl SignInLimit {
    pub(crate) fn new(timer: SharedTimer, store: Store) -> Self {
        Self(Arc::new(Inner {
            timer,
            store,
            known: Mutex::default(),
        }))
    }

    /// Compares a credential that a request presents, unless too many have failed. A wrong one counts here at once, and
    /// in the store with [`Self::write`].
    pub(crate) async fn compare<T, E>(
        &self,
        peer: IpAddr,
        compare: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, NotAccepted<E>> {
        let subject = subject(peer);
        self.read_again(&subject, BELIEVED).await;
        let now = self.0.timer.now().as_millis();
        // Held while it is compared: of many that come at once, no more are compared than are allowed.
        let mut known = lock(&self.0.known);
        if let Some(wait) = limited(&known, &subject, now) {
            return Err(NotAccepted::Limited(wait));
        }
        compare().map_err(|wrong| {
            count(&mut known, &subject, now);
            NotAccepted::Wrong(wrong)
        })
    }

    /// Checks whether a credential may be compared, by what the store has now.
    ///
    /// # Errors
    /// How long it may not.
    pub(crate) async fn check(&self, peer: IpAddr) -> Result<(), Duration> {
        let subject = subject(peer);
        self.read_again(&subject, Duration::ZERO).await;
        let now = self.0.timer.now().as_millis();
        match limited(&lock(&self.0.known), &subject, now) {
            Some(wait) => Err(wait),
            None => Ok(()),
        }
    }

    /// Counts a failure here. [`Self::write`] counts it in the store.
    pub(crate) fn failed(&self, peer: IpAddr) {
        let now = self.0.timer.now().as_millis();
        count(&mut lock(&self.0.known), &subject(peer), now);
    }

    /// Writes the failures of a peer that the store does not have yet. While it cannot be written, they are kept.
    pub(crate) async fn write(&self, peer: IpAddr) {
        let subject = subject(peer);
        let unwritten = {
            let mut known = lock(&self.0.known);
            known
                .get_mut(&subject)
                .map_or(0, |failures| std::mem::take(&mut failures.unwritten))
        };
        if unwritten == 0 {
            return;
        }
        let now = self.0.timer.now();
        let costs = [
            OF_ONE_PEER.cost(&subject, unwritten),
            OF_ALL.cost(ALL, unwritten),
        ];
        let counted = self.0.store.count_failed_sign_in(&costs, now).await;
        match counted {
            Ok(stored) => {
                self.merge([subject.as_str(), ALL], stored.into_iter().map(Some));
                let old = now.as_millis() - millis(SUSPECT);
                if let Some(old) = Timestamp::from_millis(old) {
                    // Whether or not: the next failure tries it again.
                    let _ = self.0.store.forget_failed_sign_ins(old, MOST).await;
                }
            }
            Err(_) => {
                if let Some(failures) = lock(&self.0.known).get_mut(&subject) {
                    failures.unwritten += unwritten;
                }
            }
        }
    }

    /// Reads the failures of a subject, and of everybody together, unless they were read `lately`.
    async fn read_again(&self, subject: &str, lately: Duration) {
        let now = self.0.timer.monotonic();
        {
            let mut known = lock(&self.0.known);
            let failures = entry(&mut known, subject);
            let read_at = failures.read_at;
            if read_at.is_some_and(|read_at| now.saturating_sub(read_at) < lately) {
                return;
            }
            // Before it is read: nobody else reads it meanwhile, or waits for a store that does not answer.
            failures.read_at = Some(now);
        }
        if let Ok(stored) = self.0.store.failed_sign_ins(&[subject, ALL]).await {
            self.merge([subject, ALL], stored);
        }
    }

    fn merge<'a>(
        &self,
        subjects: impl IntoIterator<Item = &'a str>,
        stored: impl IntoIterator<Item = Option<FailedSignIns>>,
    ) {
        let mut known = lock(&self.0.known);
        for (subject, stored) in subjects.into_iter().zip(stored) {
            if let Some(stored) = stored {
                entry(&mut known, subject).merge(&stored);
            }
        }
    }
}

/// Returns how long no credential of this peer is compared.
fn limited(known: &HashMap<String, Failures>, subject: &str, now: i64) -> Option<Duration> {
    let peer = known.get(subject).unwrap_or(&Failures::NONE);
    let of_peer = peer.used_up(&OF_ONE_PEER, now);
    let of_all = || {
        let all = known.get(ALL)?.used_up(&OF_ALL, now)?;
        Some(all.min(peer.suspect(now)?))
    };
    of_peer.or_else(of_all)
}

fn count(known: &mut HashMap<String, Failures>, subject: &str, now: i64) {
    entry(known, subject).count(&OF_ONE_PEER, now);
    entry(known, ALL).count(&OF_ALL, now);
}

/// Returns what is known of a subject. Where too many are known, the one that failed longest ago is forgotten.
fn entry<'a>(known: &'a mut HashMap<String, Failures>, subject: &str) -> &'a mut Failures {
    if known.len() >= MOST as usize && !known.contains_key(subject) {
        known.retain(|_, failures| failures.failed_at.is_some());
        let oldest = known.iter().filter(|(subject, _)| *subject != ALL);
        let oldest = oldest.min_by_key(|(_, failures)| failures.failed_at);
        if let Some(oldest) = oldest.map(|(subject, _)| subject.clone())
            && known.len() >= MOST as usize
        {
            known.remove(&oldest);
        }
    }
    known.entry(subject.to_owned()).or_insert(Failures::NONE)
}

/// Returns the subject that a peer belongs to: an address of IPv4, and the /64 of IPv6, which one customer has.
fn subject(peer: IpAddr) -> String {
    match peer.to_canonical() {
        IpAddr::V4(peer) => peer.to_string(),
        IpAddr::V6(peer) => {
            let network = u128::from(peer) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn positive(millis: i64) -> Option<Duration> {
    let millis = u64::try_from(millis).ok().filter(|millis| *millis > 0);
    millis.map(Duration::from_millis)
}

#[cfg(test)]
mod tests;
