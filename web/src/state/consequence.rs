//! Which commands weigh most: they come first in a review.

use crate::text::consequences;

/// How much a kind of command weighs, the heaviest first, and what it would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consequence {
    /// The place in the order.
    pub rank: u8,
    /// What the command does if it is not cancelled; empty where that is not known.
    pub does: &'static str,
}

/// Of a command of this kind, in the vendor's word and without case.
pub fn of(kind: &str) -> Consequence {
    let known = ORDER
        .iter()
        .zip(0_u8..)
        .find(|((word, _), _)| word.eq_ignore_ascii_case(kind));
    match known {
        Some(((_, does), rank)) => Consequence { rank, does },
        // What is not known may weigh anything: after what is known to be grave, before the rest.
        None => Consequence {
            rank: UNKNOWN,
            does: "",
        },
    }
}

/// The place of a kind that is not known: with LOCK.
const UNKNOWN: u8 = 9;

const ORDER: [(&str, &str); 13] = [
    ("WIPE", consequences::WIPE),
    ("RELINQUISH_OWNERSHIP", consequences::RELINQUISH_OWNERSHIP),
    ("RESET_PASSWORD", consequences::RESET_PASSWORD),
    ("measurement point setting", consequences::SET_POINT),
    ("service invocation", consequences::SERVICE),
    ("REMOVE_ESIM", consequences::REMOVE_ESIM),
    ("CLEAR_APP_DATA", consequences::CLEAR_APP_DATA),
    ("ADD_ESIM", consequences::ADD_ESIM),
    ("START_LOST_MODE", consequences::START_LOST_MODE),
    ("LOCK", consequences::LOCK),
    ("STOP_LOST_MODE", consequences::STOP_LOST_MODE),
    ("REBOOT", consequences::REBOOT),
    ("REQUEST_DEVICE_INFO", consequences::REQUEST_DEVICE_INFO),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_consequential_comes_first() {
        let order = [
            "WIPE",
            "RELINQUISH_OWNERSHIP",
            "RESET_PASSWORD",
            "measurement point setting",
            "service invocation",
            "LOCK",
            "REBOOT",
            "REQUEST_DEVICE_INFO",
        ];
        assert!(order.map(of).is_sorted());
        assert!(of("WIPE") < of("LOCK"));
    }

    #[test]
    fn the_vendors_word_counts_without_case() {
        assert_eq!(of("wipe"), of("WIPE"));
    }

    #[test]
    fn an_unknown_kind_is_not_taken_for_harmless() {
        assert!(of("SELF_DESTRUCT") < of("REBOOT"));
        assert!(of("SELF_DESTRUCT").does.is_empty());
    }
}
