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
