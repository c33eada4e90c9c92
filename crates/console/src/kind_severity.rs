//! What a command does if it is not cancelled, and what its cancel means.

use countermand_core_model::{KindSeverity, Provider, SeverityLevel, SeverityRules};

use super::{outcome::Tone, rows};
use crate::text::{consequences, severity, undone};

/// What a command of a kind does, and how grave that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// How grave it is.
    pub severity: KindSeverity,
    /// How grave it is by what is known of its kind and name alone.
    known: KindSeverity,
}

impl Consequence {
    /// Returns whether it cannot be undone once it has run.
    pub const fn is_grave(self) -> bool {
        self.severity.is_destructive()
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

    /// Kinds that are as grave as each other do the same.
    fn entry(self) -> Option<&'static Known> {
        KNOWN
            .iter()
            .find(|(kind, ..)| KindSeverity::of(kind) == self.known)
    }
}

/// Of a command of this kind and name, which is as grave as this.
pub fn of_command(kind: &str, name: Option<&str>, severity: KindSeverity) -> Consequence {
    Consequence {
        severity,
        known: KindSeverity::of_command(kind, name),
    }
}

/// What a person can call commands like one of this kind and name: the word that their severity is said of, and the
/// levels, of which none is below what `others` say. `None` where it has no word.
pub fn choice<'a>(
    kind: &'a str,
    name: Option<&'a str>,
    others: &SeverityRules,
) -> Option<(&'a str, Vec<SeverityLevel>)> {
    let called = rows::known_by(name).filter(|_| KindSeverity::of(kind).is_open());
    let word = called.unwrap_or(kind);
    let said = others.level_of_command(kind, name.unwrap_or_default());
    let levels = SeverityLevel::ALL.into_iter().filter(|level| {
        said.is_none_or(|said| *level >= said)
            && SeverityRules::default().with(word, *level).is_ok()
    });
    (!word.is_empty()).then(|| (word, levels.collect()))
}

/// A level's tone.
pub const fn tone(level: SeverityLevel) -> Tone {
    match level {
        SeverityLevel::Destructive => Tone::Bad,
        SeverityLevel::Disruptive => Tone::Warning,
        SeverityLevel::Minor => Tone::Quiet,
    }
}

/// A level in a word.
pub fn level_name(level: SeverityLevel) -> &'static str {
    match level {
        SeverityLevel::Destructive => severity::destructive(),
        SeverityLevel::Disruptive => severity::disruptive(),
        SeverityLevel::Minor => severity::minor(),
    }
}

/// The kinds that a provider is known to have, the gravest first.
pub fn kinds(provider: Provider) -> impl Iterator<Item = &'static str> {
    let kinds = KNOWN.iter().map(|(kind, ..)| *kind);
    kinds.filter(move |kind| match provider {
        Provider::Applivery => kind.starts_with(char::is_uppercase),
        Provider::Enos => kind.contains(' '),
        Provider::Other(_) => false,
    })
}

/// A kind, what it does, and what its cancel means.
type Known = (&'static str, fn() -> &'static str, fn() -> &'static str);

static KNOWN: [Known; 14] = [
    // As grave as whatever stops something by its name.
    ("stop", consequences::stops, undone::service),
    ("WIPE", consequences::wipe, undone::wipe),
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

    fn of(kind: &str) -> Consequence {
        of_command(kind, None, KindSeverity::of(kind))
    }

    #[test]
    fn what_an_operator_calls_grave_still_does_what_it_does() {
        let reboot = of_command("REBOOT", None, KindSeverity::STOPS);
        assert!(reboot.is_grave());
        assert_eq!(reboot.does(), of("REBOOT").does());
    }

    #[test]
    fn what_can_be_said_of_a_command() {
        use SeverityLevel::{Destructive, Disruptive, Minor};
        let nobody = SeverityRules::default();
        let service = "service invocation";
        assert_eq!(
            choice(service, Some("Yaw left"), &nobody),
            Some(("Yaw left", vec![Destructive, Disruptive, Minor]))
        );
        assert_eq!(
            choice("LOCK", Some("Yaw left"), &nobody),
            Some(("LOCK", vec![Destructive, Disruptive]))
        );
        let path = Some("enterprises/e/operations/1");
        assert_eq!(
            choice("WIPE", path, &nobody),
            Some(("WIPE", vec![Destructive]))
        );
        assert_eq!(choice("", None, &nobody), None);
        let others = nobody.with(service, Disruptive).unwrap();
        let (_, levels) = choice(service, Some("Yaw left"), &others).unwrap();
        assert_eq!(levels, [Destructive, Disruptive]);
    }

    #[test]
    fn an_unknown_kind_is_not_taken_for_harmless() {
        let unknown = of("SELF_DESTRUCT");
        assert!(unknown.severity > of("service invocation").severity);
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
        for (kind, ..) in KNOWN {
            let weight = of(kind);
            assert!(weight.does().is_some(), "{kind}");
            assert_ne!(weight.undone(), undone::unknown(), "{kind}");
            assert_ne!(weight.severity, KindSeverity::UNKNOWN, "{kind}");
        }
        assert_eq!(of("FACTORY_RESET").does(), of("WIPE").does());
    }
}
