//! Which commands weigh most: they come first in a review.

use crate::text::{consequences, undone};

/// How much a kind of command weighs, the heaviest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consequence {
    /// The place in the order.
    pub rank: usize,
    known: bool,
}

impl Consequence {
    /// Is it one that cannot be taken back once it has run?
    pub const fn is_grave(self) -> bool {
        self.rank < GRAVE
    }

    /// What the command does if it is not cancelled; none where that is not known.
    pub fn does(self) -> Option<&'static str> {
        self.entry().map(|(_, does, _)| does())
    }

    /// What cancelling it means.
    pub fn undone(self) -> &'static str {
        self.entry()
            .map_or_else(undone::unknown, |(_, _, undone)| undone())
    }

    fn entry(self) -> Option<&'static Known> {
        ORDER.get(self.rank).filter(|_| self.known)
    }
}

/// Of a command of this kind, in the vendor's word and without case.
pub fn of(kind: &str) -> Consequence {
    let place = ORDER
        .iter()
        .position(|(word, ..)| word.eq_ignore_ascii_case(kind));
    // What is not known may weigh anything: after what is known to be grave, before the rest.
    Consequence {
        rank: place.unwrap_or(UNKNOWN),
        known: place.is_some(),
    }
}

/// The place of a kind that is not known: with LOCK.
const UNKNOWN: usize = 10;
/// Where what is grave ends.
const GRAVE: usize = 6;

/// A kind, what it does, and what its cancel means.
type Known = (&'static str, fn() -> &'static str, fn() -> &'static str);

static ORDER: [Known; 14] = [
    ("WIPE", consequences::wipe, undone::wipe),
    ("FACTORY_RESET", consequences::wipe, undone::wipe),
    (
        "RELINQUISH_OWNERSHIP",
        consequences::relinquish_ownership,
        undone::relinquish_ownership,
    ),
    (
        "RESET_PASSWORD",
        consequences::reset_password,
        undone::reset_password,
    ),
    (
        "CLEAR_APP_DATA",
        consequences::clear_app_data,
        undone::clear_app_data,
    ),
    (
        "REMOVE_ESIM",
        consequences::remove_esim,
        undone::remove_esim,
    ),
    (
        "measurement point setting",
        consequences::set_point,
        undone::set_point,
    ),
    ("service invocation", consequences::service, undone::service),
    ("ADD_ESIM", consequences::add_esim, undone::add_esim),
    (
        "START_LOST_MODE",
        consequences::start_lost_mode,
        undone::start_lost_mode,
    ),
    ("LOCK", consequences::lock, undone::lock),
    (
        "STOP_LOST_MODE",
        consequences::stop_lost_mode,
        undone::stop_lost_mode,
    ),
    ("REBOOT", consequences::reboot, undone::reboot),
    (
        "REQUEST_DEVICE_INFO",
        consequences::request_device_info,
        undone::request_device_info,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_consequential_comes_first() {
        let order = [
            "WIPE",
            "FACTORY_RESET",
            "RELINQUISH_OWNERSHIP",
            "RESET_PASSWORD",
            "measurement point setting",
            "service invocation",
            "LOCK",
            "REBOOT",
            "REQUEST_DEVICE_INFO",
        ];
        assert!(order.map(|kind| of(kind).rank).is_sorted());
        assert!(of("WIPE") < of("LOCK"));
    }

    #[test]
    fn the_vendors_word_counts_without_case() {
        assert_eq!(of("wipe"), of("WIPE"));
    }

    #[test]
    fn an_unknown_kind_is_not_taken_for_harmless() {
        let unknown = of("SELF_DESTRUCT");
        assert!(of("service invocation").rank < unknown.rank);
        assert_eq!(unknown.rank, of("LOCK").rank);
        assert!(unknown.rank < of("REBOOT").rank);
        assert!(unknown.does().is_none());
        assert_eq!(unknown.undone(), undone::unknown());
    }

    #[test]
    fn what_cannot_be_taken_back_is_grave() {
        for kind in ["WIPE", "RESET_PASSWORD", "CLEAR_APP_DATA", "REMOVE_ESIM"] {
            assert!(of(kind).is_grave(), "{kind}");
        }
        for kind in ["service invocation", "LOCK", "SELF_DESTRUCT", "REBOOT"] {
            assert!(!of(kind).is_grave(), "{kind}");
        }
    }

    #[test]
    fn what_is_known_says_what_it_does_and_what_its_cancel_means() {
        for (kind, ..) in ORDER {
            let weight = of(kind);
            assert!(weight.does().is_some(), "{kind}");
            assert_ne!(weight.undone(), undone::unknown(), "{kind}");
        }
    }
}
