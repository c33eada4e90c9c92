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
        Some(((_, does), rank)) => Consequence { rank, does: does() },
        // What is not known may weigh anything: after what is known to be grave, before the rest.
        None => Consequence {
            rank: UNKNOWN,
            does: "",
        },
    }
}

/// The place of a kind that is not known: with LOCK.
const UNKNOWN: u8 = 9;

/// A kind, and what it does.
type Known = (&'static str, fn() -> &'static str);

const ORDER: [Known; 13] = [
    ("WIPE", consequences::wipe),
    ("RELINQUISH_OWNERSHIP", consequences::relinquish_ownership),
    ("RESET_PASSWORD", consequences::reset_password),
    ("measurement point setting", consequences::set_point),
    ("service invocation", consequences::service),
    ("REMOVE_ESIM", consequences::remove_esim),
    ("CLEAR_APP_DATA", consequences::clear_app_data),
    ("ADD_ESIM", consequences::add_esim),
    ("START_LOST_MODE", consequences::start_lost_mode),
    ("LOCK", consequences::lock),
    ("STOP_LOST_MODE", consequences::stop_lost_mode),
    ("REBOOT", consequences::reboot),
    ("REQUEST_DEVICE_INFO", consequences::request_device_info),
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
