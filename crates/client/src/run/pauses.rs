//! The pauses that a provider asks for.

use std::time::Duration;

/// A pause is reported once; one that ends this much later is reported again.
pub(super) const NEWS_AFTER: Duration = Duration::from_secs(2);

/// The pauses that the provider asked for, and which were reported.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    until: Duration,
    told: Duration,
}

impl Pauses {
    /// Returns the time before which no cancel is sent.
    pub(super) fn until(&self) -> Duration {
        self.until
    }

    /// Sends no cancel before `until`.
    pub(super) fn extend(&mut self, until: Duration) {
        self.until = self.until.max(until);
    }

    /// Returns whether to report a pause until then, once.
    pub(super) fn is_news(&mut self, until: Duration) -> bool {
        let is_news = until > self.told.saturating_add(NEWS_AFTER);
        if is_news {
            self.told = until;
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_once_and_ends_when_the_last_says() {
        let second = Duration::from_secs;
        let mut pauses = Pauses::default();
        for (until, is_news) in [
            (60, true),
            (61, false),
            (58, false),
            (70, true),
            (70, false),
        ] {
            pauses.extend(second(until));
            assert_eq!(pauses.is_news(second(until)), is_news, "{until}");
        }
        assert_eq!(pauses.until(), second(70));
    }
}
