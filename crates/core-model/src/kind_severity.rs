//! How grave a command is if it runs. Reviews, runs and results are ordered by it, the gravest first.

mod names;

/// How grave it is if a command of a kind runs. The greater of two is the graver one, so that the gravest come
/// first with `sort_by_key(|kind| Reverse(KindSeverity::of(kind)))`.
///
/// An unknown kind may do anything: it is less grave than the known kinds that destroy something, and graver than all
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindSeverity(u8);

impl KindSeverity {
    /// Returns every known kind of both providers, the gravest first.
    pub fn known_kinds() -> impl Iterator<Item = &'static str> {
        LIGHTEST_FIRST.iter().rev().map(|(_, kind)| *kind)
    }

    /// The severity of an unknown kind.
    pub const UNKNOWN: Self = Self(UNKNOWN);

    /// The severity of a command whose name says that it stops, resets or switches off something, or that an operator
    /// calls destructive.
    pub const STOPS: Self = Self(STOPS);

    /// The severity of a kind, in the provider's word. Case, blanks, `_` and `-` make no difference.
    pub fn of(kind: &str) -> Self {
        let known = LIGHTEST_FIRST
            .iter()
            .find(|(_, known)| is_same(kind, known));
        match known {
            Some((severity, _)) => Self(*severity),
            None => Self::UNKNOWN.with_name(kind),
        }
    }

    /// The severity of a command of this kind and name.
    pub fn of_command(kind: &str, name: Option<&str>) -> Self {
        Self::of(kind).with_name(name.unwrap_or_default())
    }

    /// The severity of a command of a kind with this severity, and with this name. Where the kind leaves open what
    /// runs, as a service does, the name says it.
    #[must_use]
    pub fn with_name(self, name: &str) -> Self {
        if self.is_open() && names::say_that_it_stops(name) {
            Self::STOPS
        } else {
            self
        }
    }

    /// Returns whether the kind leaves open what runs.
    pub const fn is_open(self) -> bool {
        matches!(self.0, SERVICE | SET_POINT | UNKNOWN)
    }

    /// The severity of a command that an operator calls so. What a known kind does is known: it can be called graver
    /// than it is, and not more harmless.
    #[must_use]
    pub(crate) fn called(self, level: SeverityLevel) -> Self {
        let called = Self(match level {
            SeverityLevel::Destructive => STOPS,
            SeverityLevel::Disruptive => CALLED_DISRUPTIVE,
            SeverityLevel::Minor => CALLED_MINOR,
        });
        // Only a name makes it one that stops something: its kind leaves open what runs.
        let is_open = self.is_open() || self == Self::STOPS;
        if is_open || level > self.level() {
            called
        } else {
            self
        }
    }

    /// Returns whether it destroys data, access or the device's management for good, or stops a machine.
    pub const fn is_destructive(self) -> bool {
        self.0 >= DESTRUCTIVE
    }

    /// Returns the severity in one of three words.
    pub const fn level(self) -> SeverityLevel {
        match self.0 {
            DESTRUCTIVE.. => SeverityLevel::Destructive,
            DISRUPTIVE.. => SeverityLevel::Disruptive,
            _ => SeverityLevel::Minor,
        }
    }

    /// Returns its place among all: the greater of two is the graver one.
    pub const fn rank(self) -> u8 {
        self.0
    }
}

/// A severity in one of three words. The greater of two is the graver one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SeverityLevel {
    /// The device goes on as before, at once or after a moment.
    Minor,
    /// The device or its user is interrupted; or nobody knows what it does.
    Disruptive,
    /// It destroys something for good, or stops a machine.
    Destructive,
}

impl SeverityLevel {
    /// Every level, the gravest first.
    pub const ALL: [Self; 3] = [Self::Destructive, Self::Disruptive, Self::Minor];

    /// Returns the word used in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Disruptive => "disruptive",
            Self::Destructive => "destructive",
        }
    }

    /// Returns the level of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

impl Default for KindSeverity {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// The lowest severity of a kind that interrupts somebody.
const DISRUPTIVE: u8 = 4;
const SERVICE: u8 = 7;
const SET_POINT: u8 = 8;
/// The lowest severity of a kind that destroys something.
const DESTRUCTIVE: u8 = 11;
/// No kind has it: a name or an operator says it.
const STOPS: u8 = 16;
/// No kind has them: an operator says it. The gravest of their levels.
const CALLED_DISRUPTIVE: u8 = UNKNOWN;
const CALLED_MINOR: u8 = DISRUPTIVE - 1;
/// An unknown kind: graver than every known one that destroys nothing.
const UNKNOWN: u8 = DESTRUCTIVE - 1;

/// Every known kind of both providers. No two share a severity, but for two words for the same thing.
static LIGHTEST_FIRST: [(u8, &str); 14] = [
    (0, "REQUEST_DEVICE_INFO"),
    (1, "REBOOT"),
    (2, "STOP_LOST_MODE"),
    (DISRUPTIVE, "LOCK"),
    (5, "START_LOST_MODE"),
    (6, "ADD_ESIM"),
    (SERVICE, "service invocation"),
    (SET_POINT, "measurement point setting"),
    (DESTRUCTIVE, "REMOVE_ESIM"),
    (12, "CLEAR_APP_DATA"),
    (13, "RESET_PASSWORD"),
    (14, "RELINQUISH_OWNERSHIP"),
    (15, "FACTORY_RESET"),
    (15, "WIPE"),
];

/// Returns whether two kinds are equal but for case and what separates their words.
fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// The letters of a kind or a name, without case and without what separates its words.
pub(crate) fn letters(kind: &str) -> impl Iterator<Item = char> + '_ {
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

    #[test]
    fn a_service_is_as_grave_as_its_name() {
        let of = KindSeverity::of_command;
        for kind in [
            "service invocation",
            "measurement point setting",
            "",
            "command type 9",
        ] {
            assert_eq!(
                of(kind, Some("Stop turbine")),
                KindSeverity::STOPS,
                "{kind}"
            );
            for name in [None, Some(""), Some("Start turbine")] {
                assert_eq!(of(kind, name), KindSeverity::of(kind), "{kind} {name:?}");
            }
        }
        // What a known kind does does not go by what somebody called it.
        for kind in ["LOCK", "REQUEST_DEVICE_INFO", "STOP_LOST_MODE", "WIPE"] {
            assert_eq!(of(kind, Some("stop")), KindSeverity::of(kind), "{kind}");
        }
        assert_eq!(KindSeverity::of("EMERGENCY_STOP"), KindSeverity::STOPS);
        assert!(KindSeverity::STOPS.is_destructive());
    }

    #[test]
    fn each_level_begins_where_the_one_before_ends() {
        use SeverityLevel::{Destructive, Disruptive, Minor};
        for (kind, level) in [
            ("REQUEST_DEVICE_INFO", Minor),
            ("STOP_LOST_MODE", Minor),
            ("LOCK", Disruptive),
            ("service invocation", Disruptive),
            ("SELF_CHECK", Disruptive),
            ("", Disruptive),
            ("REMOVE_ESIM", Destructive),
            ("WIPE", Destructive),
        ] {
            assert_eq!(KindSeverity::of(kind).level(), level, "{kind}");
        }
        for (severity, _) in LIGHTEST_FIRST {
            let severity = KindSeverity(severity);
            assert_eq!(severity.level() == Destructive, severity.is_destructive());
        }
        for level in SeverityLevel::ALL {
            assert_eq!(SeverityLevel::parse(level.as_str()), Some(level));
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
                prop_assert!(KindSeverity::of(&kind) >= KindSeverity::UNKNOWN);
            }
            for (_, known) in LIGHTEST_FIRST {
                let known = KindSeverity::of(known);
                prop_assert_eq!(KindSeverity::UNKNOWN < known, known.is_destructive());
            }
        }
    }
}
