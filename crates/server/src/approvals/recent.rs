//! What people did within the last hour.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

/// How long something counts.
pub(super) const WINDOW: Duration = Duration::from_secs(60 * 60);

/// What was done within the window, with its time, by connection and person.
pub(super) struct RecentOf<T>(HashMap<(String, String), VecDeque<(Duration, T)>>);

impl<T> Default for RecentOf<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> RecentOf<T> {
    /// Returns what `who` did at a connection, the oldest first.
    pub(super) fn of(
        &mut self,
        now: Duration,
        connection: &str,
        who: &str,
    ) -> &mut VecDeque<(Duration, T)> {
        let key = (connection.to_owned(), who.to_owned());
        let recent = self.0.entry(key).or_default();
        while recent
            .front()
            .is_some_and(|(at, _)| now.saturating_sub(*at) >= WINDOW)
        {
            recent.pop_front();
        }
        recent
    }
}
