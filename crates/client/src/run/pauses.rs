//! Until when the vendor asked to wait.

use std::time::Duration;

/// A wait is told once; one that ends as much later is news.
pub(super) const NEWS_AFTER: Duration = Duration::from_secs(2);

/// Until when the vendor asked to wait, and what of that was told.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    until: Duration,
    told: Duration,
}

impl Pauses {
    /// No cancel is sent before this time.
    pub(super) fn until(&self) -> Duration {
        self.until
    }

    /// No cancel is sent before `until` either.
    pub(super) fn extend(&mut self, until: Duration) {
        self.until = self.until.max(until);
    }

    /// Is a wait until then to be told? Once it was, it is not again.
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
