//! How grave a command is if it runs. Reviews, runs and results are ordered by it, the gravest first.

/// How grave it is if a command of a kind runs. The greater of two is the graver one, so that the gravest come
/// first with `sort_by_key(|kind| Reverse(KindSeverity::of(kind)))`.
///
/// An unknown kind may do anything: it is less grave than the known kinds that destroy something, and graver than all
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindSeverity(u8);

impl KindSeverity {
    /// The severity of an unknown kind.
    pub const UNKNOWN: Self = Self(UNKNOWN);

    /// The severity of a kind, in the provider's word. Case, blanks, `_` and `-` make no difference.
    pub fn of(kind: &str) -> Self {
        let (severity, _) = LIGHTEST_FIRST
            .iter()
            .find(|(_, known)| is_same(kind, known))
            .copied()
            .unwrap_or((UNKNOWN, ""));
        Self(severity)
    }

    /// Returns whether it destroys data, access or the device's management for good.
    pub const fn is_destructive(self) -> bool {
        self.0 >= DESTRUCTIVE
    }
}

impl Default for KindSeverity {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// The lowest severity of a kind that destroys something.
const DESTRUCTIVE: u8 = 10;
/// An unknown kind: graver than every known one that destroys nothing.
const UNKNOWN: u8 = DESTRUCTIVE - 1;

/// Every known kind of both providers. No two share a severity, but for two words for the same thing.
static LIGHTEST_FIRST: [(u8, &str); 14] = [
    (0, "REQUEST_DEVICE_INFO"),
    (1, "REBOOT"),
    (2, "STOP_LOST_MODE"),
    (3, "LOCK"),
    (4, "START_LOST_MODE"),
    (5, "ADD_ESIM"),
    (6, "service invocation"),
    (7, "measurement point setting"),
    (DESTRUCTIVE, "REMOVE_ESIM"),
    (11, "CLEAR_APP_DATA"),
    (12, "RESET_PASSWORD"),
    (13, "RELINQUISH_OWNERSHIP"),
    (14, "FACTORY_RESET"),
    (14, "WIPE"),
];

/// Returns whether two kinds are equal but for case and what separates their words.
fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(kind: &str) -> impl Iterator<Item = char> + '_ {
    kind.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-'))
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_gravest_is_the_greatest() {
        let gravest_first = [
            "WIPE",
            "RELINQUISH_OWNERSHIP",
            "RESET_PASSWORD",
            "CLEAR_APP_DATA",
            "REMOVE_ESIM",
            "SELF_DESTRUCT",
            "measurement point setting",
            "service invocation",
            "ADD_ESIM",
            "START_LOST_MODE",
            "LOCK",
            "STOP_LOST_MODE",
            "REBOOT",
            "REQUEST_DEVICE_INFO",
        ];
        let severities = gravest_first.map(KindSeverity::of);
        assert!(severities.windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!(KindSeverity::of("FACTORY_RESET"), KindSeverity::of("WIPE"));
        assert!(LIGHTEST_FIRST.is_sorted_by_key(|(severity, _)| *severity));
    }

    #[test]
    fn what_cannot_be_taken_back_is_destructive() {
        for kind in [
            "WIPE",
            "FACTORY_RESET",
            "RELINQUISH_OWNERSHIP",
            "RESET_PASSWORD",
            "CLEAR_APP_DATA",
            "REMOVE_ESIM",
        ] {
            assert!(KindSeverity::of(kind).is_destructive(), "{kind}");
        }
        for kind in ["service invocation", "LOCK", "SELF_DESTRUCT", "", "REBOOT"] {
            assert!(!KindSeverity::of(kind).is_destructive(), "{kind}");
        }
    }

    proptest! {
        /// However a kind is written, it is as grave.
        #[test]
        fn the_spelling_makes_no_difference(
            (_, kind) in prop::sample::select(LIGHTEST_FIRST.as_slice()),
            separator in prop::sample::select(vec!["", " ", "_", "-", "  "]),
            upper in any::<bool>(),
        ) {
            let spelled = kind.replace(['_', ' '], separator);
            let spelled = if upper { spelled.to_uppercase() } else { spelled.to_lowercase() };
            prop_assert_eq!(KindSeverity::of(&spelled), KindSeverity::of(kind));
        }

        /// Whatever is not known is graver than every known kind that destroys nothing.
        #[test]
        fn what_is_not_known_is_not_taken_for_harmless(kind in "\\PC{0,30}") {
            if !LIGHTEST_FIRST.iter().any(|(_, known)| is_same(&kind, known)) {
                prop_assert_eq!(KindSeverity::of(&kind), KindSeverity::UNKNOWN);
            }
            for (_, known) in LIGHTEST_FIRST {
                let known = KindSeverity::of(known);
                prop_assert_eq!(KindSeverity::UNKNOWN < known, known.is_destructive());
            }
        }
    }
}
