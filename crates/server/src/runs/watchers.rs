//! Who watched which run within the last hour.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use crate::lock::lock;

/// How long somebody who came back is the same watcher.
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// How many are remembered. Beyond that, those that are longest gone are forgotten.
const MOST: usize = 10_000;

/// By run and person, when they began.
#[derive(Debug, Default)]
pub(super) struct Watchers(Mutex<HashMap<(String, String), Duration>>);

impl Watchers {
    /// Returns whether `who` began to watch a run within the last hour.
    pub(super) fn is_known(&self, run: &str, who: &str, now: Duration) -> bool {
        let mut began = lock(&self.0);
        began.retain(|_, at| now.saturating_sub(*at) < WINDOW);
        began.contains_key(&(run.to_owned(), who.to_owned()))
    }

    /// Notes that `who` began to watch a run.
    pub(super) fn note(&self, run: &str, who: &str, now: Duration) {
        let mut began = lock(&self.0);
        if began.len() >= MOST
            && let Some(oldest) = began.iter().min_by_key(|(_, at)| **at)
        {
            let oldest = oldest.0.clone();
            began.remove(&oldest);
        }
        began.insert((run.to_owned(), who.to_owned()), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_again_within_an_hour_is_the_same_watcher() {
        let watchers = Watchers::default();
        let at = |minutes: u64| Duration::from_secs(60 * minutes);
        assert!(!watchers.is_known("r1", "alice", at(0)));
        assert!(!watchers.is_known("r1", "alice", at(0)), "nobody noted it");
        watchers.note("r1", "alice", at(0));
        assert!(watchers.is_known("r1", "alice", at(59)));
        assert!(!watchers.is_known("r1", "bob", at(59)));
        assert!(!watchers.is_known("r2", "alice", at(59)));
        assert!(!watchers.is_known("r1", "alice", at(60)));
    }
}
