//! How long ago something was.

use countermand_core_model::Timestamp;

use crate::text::{self, formats};

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
}
