//! Notices a surge of one kind: Page's cumulative sum (Biometrika, 1954) over looks.
//!
//! A look is a hit if the device got a command of the kind lately. Each look adds the logarithm of how much likelier it is in a
//! surge (share `q`) than usually (share `p`): `ln(q/p)` for a hit, `ln((1-q)/(1-p))`, which is negative, for another one.
//! The sum never falls below zero. Where it passes the threshold it is a surge.
//!
//! `p` is one and a half times what is usual, and at least two devices of the fleet: two wipes at the same time are ordinary.
//! `q` is the share that is looked for, and at least thrice `p`.
//!
//! **The threshold** is 10, and at least three devices have to be hit. In 10,000 devices `p` is 0.0002, a hit of a share of 5%
//! is worth 5.5 and another look -0.05. So three hits are enough when 130 looks or fewer lie between them: looks at once, which begin
//! with the first hit, find these in a surge of 5% in 96 of 100 cases, and later ones add to them. If at every moment two
//! devices were lately given such a command, looks would hit once in 5,000, 29 times a day at 100 a minute, and two more hits
//! would follow within 130 looks with a probability of (130 p)^2 / 2 = 0.0003: a false alarm in some 100 days. With twenty
//! ordinary wipes a day it is one in more than 100 years.
//!
//! An alarm is given once. It is over when a window has passed since, and the latest looks have fewer hits than half of `q`.

#[cfg(test)]
mod tests;

use countermand_core_model::{DeviceRef, Timestamp};

use super::{level::Level, share::share_interval};

/// The sum at which it is a surge.
const THRESHOLD: f64 = 10.0;

/// How many devices have to be hit.
const FEWEST: u32 = 3;

/// The sum at which a surge is suspected of a kind of which more than single commands are usual.
const SUSPICIOUS: f64 = 3.0;

/// So many devices of a fleet are usual at any time.
const FEW: f64 = 2.0;

/// How much more than what is usual is still usual.
const MARGIN: f64 = 1.5;

/// How many times as much as that a surge is.
const CONTRAST: f64 = 3.0;

/// Above this share, nothing is a surge.
const MOST_USUAL: f64 = 0.8;

/// How many devices an alarm names.
const NAMED: usize = 5;

/// How long ago a command of a surge was given at most, in milliseconds.
pub(super) const WINDOW_MS: i64 = 600_000;

/// The shares that are told from each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    usual: f64,
    surge: f64,
}

impl Shares {
    /// Returns the shares for a kind of which `usual` is usual in a fleet of so many devices, where a surge has at least
    /// `least`. Returns `None` where nothing would be a surge.
    pub(super) fn new(usual: f64, devices: usize, least: f64) -> Option<Self> {
        let usual = (usual * MARGIN).max(FEW / devices.max(1) as f64);
        if usual >= MOST_USUAL {
            return None;
        }
        let surge = least.max((CONTRAST * usual).min(f64::midpoint(1.0, usual)));
        Some(Self { usual, surge })
    }

    fn of_hit(self) -> f64 {
        (self.surge / self.usual).ln()
    }

    fn of_miss(self) -> f64 {
        ((1.0 - self.surge) / (1.0 - self.usual)).ln()
    }
}

/// A hit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'a> {
    pub(super) device: &'a DeviceRef,
    /// When the command was given, where that is known.
    pub(super) given: Option<Timestamp>,
}

/// What the looks since the sum was zero found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) looks: u32,
    pub(super) hits: u32,
    pub(super) since: Option<Timestamp>,
    pub(super) devices: Vec<DeviceRef>,
}

impl Tally {
    fn take(&mut self, hit: Option<Hit<'_>>) {
        self.looks += 1;
        let Some(hit) = hit else { return };
        self.hits += 1;
        if let Some(given) = hit.given {
            self.since = Some(self.since.map_or(given, |since| since.min(given)));
        }
        if self.devices.len() < NAMED {
            self.devices.push(hit.device.clone());
        }
    }

    /// Returns the share of devices that are hit, and its bounds. The first hit is left out: the tally began with it.
    pub(super) fn share(&self) -> (f64, f64, f64) {
        let (hits, looks) = (self.hits.saturating_sub(1), self.looks.saturating_sub(1));
        let (low, high) = share_interval(hits, looks);
        (f64::from(hits) / f64::from(looks.max(1)), low, high)
    }
}

/// What a look changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    Nothing,
    /// It is a surge.
    Surge(Tally),
    /// The surge is over.
    Over,
}

/// The sum of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Detector {
    sum: f64,
    tally: Tally,
    is_suspicious: bool,
    /// Since when there is a surge.
    pub(super) surge: Option<Timestamp>,
}

impl Detector {
    /// Takes in a look at `now`, which `level` knows already.
    pub(super) fn take(
        &mut self,
        hit: Option<Hit<'_>>,
        level: &Level,
        shares: Option<Shares>,
        now: Timestamp,
    ) -> Change {
        if let Some(since) = self.surge {
            return self.take_in_surge(since, level, shares, now);
        }
        let Some(shares) = shares else {
            self.begin_anew();
            return Change::Nothing;
        };
        if hit.is_none() && self.sum <= 0.0 {
            return Change::Nothing;
        }
        self.tally.take(hit);
        self.sum += match hit {
            Some(_) => shares.of_hit(),
            None => shares.of_miss(),
        };
        if self.sum <= 0.0 {
            self.begin_anew();
            return Change::Nothing;
        }
        // Of a kind of which only single commands are usual, the first one is enough to look closely.
        self.is_suspicious |= self.sum >= SUSPICIOUS || (hit.is_some() && level.usual() <= 0.0);
        if self.sum < THRESHOLD || self.tally.hits < FEWEST {
            return Change::Nothing;
        }
        self.surge = Some(now);
        let tally = std::mem::take(&mut self.tally);
        self.begin_anew();
        Change::Surge(tally)
    }

    fn take_in_surge(
        &mut self,
        since: Timestamp,
        level: &Level,
        shares: Option<Shares>,
        now: Timestamp,
    ) -> Change {
        let lasted = now.as_millis().saturating_sub(since.as_millis());
        let (looks, hits) = level.recent();
        let few =
            shares.is_none_or(|shares| f64::from(hits) < f64::from(looks) * shares.surge / 2.0);
        // A clock that was set back must not make it last for ever.
        if (0..WINDOW_MS).contains(&lasted) || !few {
            return Change::Nothing;
        }
        self.surge = None;
        Change::Over
    }

    fn begin_anew(&mut self) {
        self.sum = 0.0;
        self.tally = Tally::default();
        self.is_suspicious = false;
    }

    /// Returns whether more looks would soon tell whether it is a surge.
    pub(super) fn is_suspicious(&self) -> bool {
        self.is_suspicious
    }
}
