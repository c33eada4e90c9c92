//! When nobody has touched the page for too long, it locks.

use countermand_core_model::Timestamp;

/// After how long without a touch the page locks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdleLimit {
    /// Five minutes.
    Five,
    /// A quarter of an hour, unless something else is chosen.
    #[default]
    Fifteen,
    /// Half an hour.
    Thirty,
    /// An hour.
    Sixty,
}

impl IdleLimit {
    /// Those that can be chosen.
    pub const ALL: [Self; 4] = [Self::Five, Self::Fifteen, Self::Thirty, Self::Sixty];

    /// In minutes.
    pub const fn minutes(self) -> u16 {
        match self {
            Self::Five => 5,
            Self::Fifteen => 15,
            Self::Thirty => 30,
            Self::Sixty => 60,
        }
    }

    /// Returns the limit of this number of minutes; none if it is not on offer.
    pub fn of_minutes(minutes: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|limit| u64::from(limit.minutes()) == minutes)
    }

    /// Has it passed since `last_touch`? A clock that was set back since then counts as passed: nobody
    /// knows how long it was.
    pub fn has_passed(self, last_touch: Timestamp, now: Timestamp) -> bool {
        let since = now.as_millis() - last_touch.as_millis();
        since >= i64::from(self.minutes()) * 60_000 || since < -60_000
    }
}

/// Is it time to lock? A run that goes on is not interrupted.
pub fn must_lock(limit: IdleLimit, last_touch: Timestamp, now: Timestamp, goes_on: bool) -> bool {
    !goes_on && limit.has_passed(last_touch, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    #[test]
    fn locks_after_its_minutes_and_not_in_a_run() {
        for limit in IdleLimit::ALL {
            let seconds = i64::from(limit.minutes()) * 60;
            assert!(!must_lock(limit, at(0), at(seconds - 1), false));
            assert!(must_lock(limit, at(0), at(seconds), false));
            assert!(!must_lock(limit, at(0), at(seconds * 9), true));
        }
        assert_eq!(IdleLimit::default().minutes(), 15);
    }

    #[test]
    fn a_clock_that_was_set_back_locks() {
        assert!(must_lock(IdleLimit::Five, at(500), at(0), false));
        assert!(!must_lock(IdleLimit::Five, at(20), at(0), false));
    }

    #[test]
    fn only_what_can_be_chosen_is_a_limit() {
        assert_eq!(IdleLimit::of_minutes(30), Some(IdleLimit::Thirty));
        for minutes in [0, 1, 16, 600, u64::MAX] {
            assert_eq!(IdleLimit::of_minutes(minutes), None);
        }
    }
}
