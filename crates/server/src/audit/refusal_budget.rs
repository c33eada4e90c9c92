//! Limits the lines about refused cancels, so that refused requests cannot fill the disk. Beyond the limit they are
//! counted, and the count is one line.

use std::{collections::HashMap, time::Duration};

/// How many refusals of one person are written within a window.
const MOST_OF_ONE: u32 = 60;

/// How many of all persons together.
const MOST_OF_ALL: u32 = 1_000;

/// How many persons are counted apart.
const MOST_PERSONS: usize = 1_000;

/// The name for all others: no person has it.
const OTHERS: &str = "*";

const WINDOW: Duration = Duration::from_secs(60 * 60);

/// How often counts are written at most.
const PAUSE: Duration = Duration::from_secs(10 * 60);

#[derive(Debug, Default)]
pub(super) struct Refusals {
    persons: HashMap<String, Person>,
    /// When the window began.
    since: Duration,
    written: u32,
    said: Duration,
}

#[derive(Debug, Default)]
struct Person {
    written: u32,
    counted: u64,
}

impl Refusals {
    /// Returns whether a refusal gets a line of its own. Otherwise it is counted.
    pub(super) fn admits(&mut self, now: Duration, who: &str) -> bool {
        if now.saturating_sub(self.since) >= WINDOW {
            self.since = now;
            self.written = 0;
            self.persons.retain(|_, person| {
                person.written = 0;
                person.counted > 0
            });
        }
        let is_one_more = self.persons.len() >= MOST_PERSONS && !self.persons.contains_key(who);
        let who = if is_one_more { OTHERS } else { who };
        let person = self.persons.entry(who.to_owned()).or_default();
        if person.written < MOST_OF_ONE && self.written < MOST_OF_ALL {
            person.written += 1;
            self.written += 1;
            return true;
        }
        person.counted += 1;
        false
    }

    /// Takes the counts that are due, by person: not too often, but all of them at the `end`.
    pub(super) fn due(&mut self, now: Duration, end: bool) -> Vec<(String, u64)> {
        if !end && now.saturating_sub(self.said) < PAUSE {
            return Vec::new();
        }
        let counted: Vec<(String, u64)> = self
            .persons
            .iter_mut()
            .filter(|(_, person)| person.counted > 0)
            .map(|(who, person)| (who.clone(), std::mem::take(&mut person.counted)))
            .collect();
        if !counted.is_empty() {
            self.said = now;
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whoever is refused how often, and whenever: each refusal is written or counted, and what is written
        /// is bounded.
        #[test]
        fn every_refusal_is_written_or_counted_once(
            refused in prop::collection::vec((0u16..1_500, 0u64..40, any::<bool>()), 0..4_000),
        ) {
            let mut refusals = Refusals::default();
            let (mut now, mut written, mut counted) = (Duration::ZERO, 0u64, 0u64);
            let most = |now: Duration| (now.as_secs() / WINDOW.as_secs() + 1) * u64::from(MOST_OF_ALL);
            let total = refused.len() as u64;
            for (who, later, ask) in refused {
                now += Duration::from_secs(later);
                written += u64::from(refusals.admits(now, &who.to_string()));
                if ask {
                    counted += refusals.due(now, false).iter().map(|(_, count)| count).sum::<u64>();
                }
                prop_assert!(written <= most(now));
                prop_assert!(refusals.persons.len() <= MOST_PERSONS + 1);
            }
            counted += refusals.due(now, true).iter().map(|(_, count)| count).sum::<u64>();
            prop_assert_eq!(written + counted, total);
        }
    }
}
