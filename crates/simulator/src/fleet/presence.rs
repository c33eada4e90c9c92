//! The times at which a device is online.

/// Times in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Always,
    Never,
    /// Online for `lasts_ms` every `every_ms`. A `lasts_ms` of 0 is a device that only asks at those
    /// moments, as a managed phone does.
    Windows {
        first_ms: i64,
        every_ms: i64,
        lasts_ms: i64,
    },
    /// Out of reach from one moment to another, and online before and after.
    Away {
        from_ms: i64,
        until_ms: i64,
    },
}

impl Presence {
    /// The first moment from `ms` on at which the device can be reached.
    pub(crate) fn next_from(self, ms: i64) -> Option<i64> {
        match self {
            Self::Always => Some(ms),
            Self::Never => None,
            Self::Windows {
                first_ms,
                every_ms,
                lasts_ms,
            } => {
                if ms <= first_ms {
                    return Some(first_ms);
                }
                let every_ms = every_ms.max(1);
                let into = (ms - first_ms) % every_ms;
                Some(if into <= lasts_ms {
                    ms
                } else {
                    ms - into + every_ms
                })
            }
            Self::Away { from_ms, until_ms } if ms >= from_ms => Some(ms.max(until_ms)),
            Self::Away { .. } => Some(ms),
        }
    }

    /// The latest moment up to `ms` at which the device could be reached; `None` if there was none.
    pub(crate) fn last_until(self, ms: i64) -> Option<i64> {
        match self {
            Self::Always => Some(ms),
            Self::Never => None,
            Self::Windows {
                first_ms,
                every_ms,
                lasts_ms,
            } => {
                // It was so before, too.
                let into = (ms - first_ms).rem_euclid(every_ms.max(1));
                Some(ms - into + into.min(lasts_ms))
            }
            Self::Away { from_ms, until_ms } if ms < until_ms => Some(ms.min(from_ms)),
            Self::Away { .. } => Some(ms),
        }
    }

    pub(crate) fn is_online(self, ms: i64) -> bool {
        self.next_from(ms) == Some(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_opens_again_and_again() {
        let presence = Presence::Windows {
            first_ms: 100,
            every_ms: 50,
            lasts_ms: 10,
        };
        assert_eq!(presence.next_from(0), Some(100));
        assert_eq!(presence.next_from(105), Some(105));
        assert_eq!(presence.next_from(111), Some(150));
        assert_eq!(presence.next_from(161), Some(200));
        assert!(!presence.is_online(120));
        assert!(presence.is_online(150));
    }

    #[test]
    fn the_last_contact_is_the_end_of_the_latest_window() {
        let presence = Presence::Windows {
            first_ms: 100,
            every_ms: 50,
            lasts_ms: 10,
        };
        let contacts = [99, 100, 105, 111, 149, 150].map(|ms| presence.last_until(ms));
        assert_eq!(
            contacts,
            [
                Some(60),
                Some(100),
                Some(105),
                Some(110),
                Some(110),
                Some(150)
            ]
        );
        let away = Presence::Away {
            from_ms: 10,
            until_ms: 90,
        };
        let contacts = [5, 10, 89, 90, 95].map(|ms| (away.last_until(ms), away.is_online(ms)));
        assert_eq!(
            contacts,
            [
                (Some(5), true),
                (Some(10), false),
                (Some(10), false),
                (Some(90), true),
                (Some(95), true)
            ]
        );
        assert_eq!(away.next_from(20), Some(90));
        assert_eq!(Presence::Never.last_until(5), None);
    }

    #[test]
    fn a_device_that_only_asks_is_reached_at_those_moments() {
        let polls = Presence::Windows {
            first_ms: 100,
            every_ms: 50,
            lasts_ms: 0,
        };
        assert_eq!(polls.next_from(100), Some(100));
        assert_eq!(polls.next_from(101), Some(150));
        assert_eq!(Presence::Never.next_from(0), None);
    }
}
