//! How long ago something was.

use countermand_core_model::Timestamp;

use crate::text;

/// "12 s ago". A clock that was set back does not make it negative.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let millis = (now.as_millis() - then.as_millis()).max(0);
    let seconds = usize::try_from(millis / 1000).unwrap_or_default();
    match seconds {
        0..=1 => text::just_now().to_owned(),
        2..=59 => text::seconds_ago(seconds),
        60..=3_599 => text::minutes_ago(seconds / 60),
        3_600..=86_399 => text::hours_ago(seconds / 3_600),
        _ => text::days_ago(seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::at;

    #[test]
    fn each_unit_begins_where_the_one_before_ends() {
        for (seconds, said) in [
            (-5, "just now"),
            (0, "just now"),
            (2, "2 s ago"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (86_399, "23 h ago"),
            (86_400, "1 day ago"),
            (200_000, "2 days ago"),
        ] {
            assert_eq!(ago(at(0), at(seconds)), said);
        }
    }
}
