//! What is usual: for each kind, which share of the devices gets a command of it at about the same time.
//!
//! The share is measured over the latest looks. The largest share of each day is kept for five weeks, and what was reached on
//! three days is usual: a bulk each night is so after three nights, and one each week after three weeks. A single surge is
//! not, however large. A share of a few devices is always usual.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use countermand_core_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::share::low_share;

/// How many looks make a block, and how many blocks the latest looks are.
const BLOCK: u32 = 60;
const BLOCKS: usize = 5;

/// On how many days a share has to be reached to be usual.
const SOME_DAYS: usize = 3;

/// For how many days the largest share of a day is kept.
const KEPT_DAYS: i64 = 35;

/// So few devices are nothing unusual.
const FEW_HITS: u32 = 3;

const DAY_MS: i64 = 86_400_000;

/// The form of what is kept.
const VERSION: u32 = 1;

/// What is usual of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    /// Looks and hits of the latest blocks, the last one under way.
    blocks: VecDeque<(u32, u32)>,
    /// The largest share of each day, by the day's number.
    peaks: BTreeMap<i64, f64>,
}

impl Level {
    /// Takes in a look at `now`.
    pub(super) fn take(&mut self, is_hit: bool, now: Timestamp) {
        if self.blocks.back().is_none_or(|(looks, _)| *looks >= BLOCK) {
            self.blocks.push_back((0, 0));
            if self.blocks.len() > BLOCKS {
                self.blocks.pop_front();
            }
        }
        if let Some((looks, hits)) = self.blocks.back_mut() {
            *looks += 1;
            *hits += u32::from(is_hit);
            if *looks == BLOCK {
                self.note_peak(now);
            }
        }
    }

    fn note_peak(&mut self, now: Timestamp) {
        let (looks, hits) = self.recent();
        if looks < 2 * BLOCK || hits < FEW_HITS {
            return;
        }
        let day = now.as_millis().div_euclid(DAY_MS);
        let peak = self.peaks.entry(day).or_default();
        *peak = peak.max(low_share(hits, looks));
        self.peaks
            .retain(|then, _| (day - KEPT_DAYS..=day).contains(then));
    }

    /// Returns the latest looks, and the hits among them.
    pub(super) fn recent(&self) -> (u32, u32) {
        let add = |(looks, hits), (more, found): &(u32, u32)| (looks + more, hits + found);
        self.blocks.iter().fold((0, 0), add)
    }

    /// Returns the share of the devices that is usual; 0 where only a few devices are.
    pub(super) fn usual(&self) -> f64 {
        let mut peaks: Vec<f64> = self.peaks.values().copied().collect();
        peaks.sort_unstable_by(f64::total_cmp);
        let place = peaks.len().checked_sub(SOME_DAYS);
        place.map_or(0.0, |place| peaks[place])
    }
}

/// What is kept of a watch, for its next start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    version: u32,
    /// For each kind the numbers of days, each with its largest share.
    #[serde(default)]
    pub(super) levels: BTreeMap<String, Vec<(i64, f64)>>,
    /// When each surge that is not over was noticed, in milliseconds since 1970.
    #[serde(default)]
    pub(super) surges: BTreeMap<String, i64>,
}

impl Kept {
    pub(super) fn new() -> Self {
        Self {
            version: VERSION,
            ..Self::default()
        }
    }

    /// Reads what was kept. What cannot be read is nothing.
    pub(super) fn read(text: &str) -> Self {
        let read = serde_json::from_str::<Self>(text).ok();
        read.filter(|kept| kept.version == VERSION)
            .unwrap_or_default()
    }
}

impl Level {
    /// Returns what is kept of it.
    pub(super) fn kept(&self) -> Vec<(i64, f64)> {
        self.peaks.iter().map(|(day, peak)| (*day, *peak)).collect()
    }

    /// Returns what was kept. Days that cannot be, and too many, are left out.
    pub(super) fn of_kept(peaks: Vec<(i64, f64)>) -> Self {
        let latest = peaks.iter().map(|(day, _)| *day).max().unwrap_or_default();
        let may_be = |(day, share): &(i64, f64)| {
            (latest.saturating_sub(KEPT_DAYS)..=latest).contains(day) && (0.0..=1.0).contains(share)
        };
        Self {
            blocks: VecDeque::new(),
            peaks: peaks.into_iter().filter(may_be).collect(),
        }
    }
}
