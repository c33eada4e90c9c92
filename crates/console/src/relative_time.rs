//! Moments relative to now: how long ago, and how long until.

use countermand_core_model::Timestamp;

use crate::text::{self, firing, formats};

/// "12 seconds ago". A clock that was set back does not make it negative.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let millis = (now.as_millis() - then.as_millis()).max(0);
    let seconds = usize::try_from(millis / 1000).unwrap_or_default();
    match seconds {
        0..=1 => text::just_now().to_owned(),
        2..=59 => formats::ago(seconds, "second"),
        60..=3_599 => formats::ago(seconds / 60, "minute"),
        3_600..=86_399 => formats::ago(seconds / 3_600, "hour"),
        _ => formats::ago(seconds / 86_400, "day"),
    }
}

/// "expires in 3 h 12 min", or that its validity has passed. It says no more than changes slowly, so that
/// a text that is shown need not be written anew each second.
pub fn expires(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else {
        return firing::no_expiry().to_owned();
    };
    let seconds = (at.as_millis() - now.as_millis()).div_euclid(1_000);
    if seconds < 0 {
        firing::past().to_owned()
    } else {
        firing::expires_in(&span(seconds))
    }
}

/// A span in the two largest units that matter: "42 s", "12 min", "3 h 12 min", "5 d".
pub fn span(seconds: i64) -> String {
    let seconds = usize::try_from(seconds).unwrap_or_default();
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match seconds {
        0..=59 => firing::seconds(seconds),
        60..=3_599 => firing::minutes(minutes),
        3_600..=172_799 if minutes % 60 == 0 => firing::hours(hours),
        3_600..=172_799 => firing::hours_minutes(hours, minutes % 60),
        _ => firing::days(hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    #[test]
    fn each_unit_begins_where_the_one_before_ends() {
        for (seconds, said) in [
            (-5, "just now"),
            (0, "just now"),
            (2, "2 seconds ago"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (3_600, "1 hour ago"),
            (86_399, "23 hours ago"),
            (86_400, "1 day ago"),
            (200_000, "2 days ago"),
        ] {
            assert_eq!(ago(at(0), at(seconds)), said);
        }
    }

    #[test]
    fn each_unit_of_a_span_begins_where_the_one_before_ends() {
        for (seconds, said) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (3_660, "1 h 1 min"),
            (172_740, "47 h 59 min"),
            (172_800, "2 d"),
            (864_000, "10 d"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }

    #[test]
    fn what_is_past_and_what_has_no_end_say_so() {
        assert_eq!(expires(Some(at(90)), at(0)), "expires in 1 min");
        assert_eq!(expires(Some(at(0)), at(0)), "expires in 0 s");
        assert_eq!(expires(Some(at(-1)), at(0)), firing::past());
        assert_eq!(expires(None, at(0)), firing::no_expiry());
    }
}
