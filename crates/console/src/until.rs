//! How long until something.

use countermand_core_model::Timestamp;

use crate::text::firing as text;

/// "expires in 3 h 12 min", or that its validity has passed. It says no more than changes slowly, so that
/// a text that is shown need not be written anew each second.
pub fn expires(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else {
        return text::no_expiry().to_owned();
    };
    let seconds = (at.as_millis() - now.as_millis()).div_euclid(1_000);
    if seconds < 0 {
        text::past().to_owned()
    } else {
        text::expires_in(&span(seconds))
    }
}

/// A span in the two largest units that matter: "42 s", "12 min", "3 h 12 min", "5 d".
pub fn span(seconds: i64) -> String {
    let seconds = usize::try_from(seconds).unwrap_or_default();
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match seconds {
        0..=59 => text::seconds(seconds),
        60..=3_599 => text::minutes(minutes),
        3_600..=172_799 if minutes % 60 == 0 => text::hours(hours),
        3_600..=172_799 => text::hours_minutes(hours, minutes % 60),
        _ => text::days(hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    #[test]
    fn each_unit_begins_where_the_one_before_ends() {
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
        assert_eq!(expires(Some(at(-1)), at(0)), text::past());
        assert_eq!(expires(None, at(0)), text::no_expiry());
    }
}
