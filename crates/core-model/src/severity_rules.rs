//! What an operator says of severity.

use std::sync::Arc;

use crate::{InvalidValue, KindSeverity, SeverityLevel, is_blank, kind_severity::letters};

/// How grave commands are in the words of those who operate the devices: a level for each of some kinds or names. Cheap
/// to clone.
///
/// A name beats its kind. A service, a set-point and an unknown kind are as grave as it is said here of their names,
/// whatever these mean; what is said of all of a kind makes none of them more harmless whose name means that it stops
/// something. Any other known kind can be called graver than it is, and not more harmless.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeverityRules {
    rules: Arc<[Rule]>,
    /// What others say. Of two levels the graver one is taken.
    others: Option<Arc<Self>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// As it was written.
    word: Box<str>,
    /// What kinds and names are compared with.
    folded: Box<str>,
    level: SeverityLevel,
}

impl SeverityRules {
    /// How many rules there may be at most.
    pub const MOST: usize = 200;

    /// Reads rules: a kind or a name, and the word of its level. Case, blanks, `_` and `-` make no difference.
    ///
    /// # Errors
    /// When a kind or name is blank, is there twice with two levels, or is a known kind that would be called more
    /// harmless than it is; when a level is none; when there are too many.
    pub fn parse<'t>(
        rules: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, InvalidValue> {
        let mut read = Self::default();
        for (word, level) in rules {
            let level = SeverityLevel::parse(level).ok_or_else(|| {
                let rule = "must be destructive, disruptive or minor";
                InvalidValue::new("severity", rule, level)
            })?;
            read = read.with(word, level)?;
        }
        Ok(read)
    }

    /// Reads rules like [`Self::parse`], as they were kept or sent by another version: one that breaks a rule is passed
    /// over.
    pub fn parse_readable<'t>(rules: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut read = Self::default();
        for (word, level) in rules {
            let level = SeverityLevel::parse(level);
            if let Some(more) = level.and_then(|level| read.with(word, level).ok()) {
                read = more;
            }
        }
        read
    }

    /// Returns these rules and one more.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn with(&self, word: &str, level: SeverityLevel) -> Result<Self, InvalidValue> {
        let wrong = |rule| Err(InvalidValue::new("severity", rule, word));
        let folded: Box<str> = letters(word).collect();
        if is_blank(word) || folded.is_empty() {
            return wrong("must be of a kind or a name that is not blank");
        }
        let known = KindSeverity::of(word);
        if known.called(level).level() != level {
            return wrong("must not call a known kind more harmless than it is");
        }
        match self.rules.iter().find(|rule| rule.folded == folded) {
            Some(rule) if rule.level == level => return Ok(self.clone()),
            Some(_) => return wrong("must not have two levels"),
            None if self.rules.len() >= Self::MOST => return wrong("must be of at most 200 words"),
            None => {}
        }
        let rule = Rule {
            word: word.trim().into(),
            folded,
            level,
        };
        let mut rules = self.rules.to_vec();
        let place = rules.partition_point(|known| known.folded < rule.folded);
        rules.insert(place, rule);
        Ok(self.with_rules(rules.into()))
    }

    /// Returns these rules without the one of this kind or name.
    #[must_use]
    pub fn without(&self, word: &str) -> Self {
        let rules = self.rules.iter().filter(|rule| !rule.is_of(word));
        self.with_rules(rules.cloned().collect())
    }

    fn with_rules(&self, rules: Arc<[Rule]>) -> Self {
        let others = self.others.clone();
        Self { rules, others }
    }

    /// Returns these rules beside those of `others`. Where both say something of a command, the graver one is heard.
    #[must_use]
    pub fn beside(&self, others: Self) -> Self {
        let others = match &self.others {
            Some(known) => known.beside(others),
            None => others,
        };
        Self {
            rules: self.rules.clone(),
            others: (!others.is_empty()).then(|| Arc::new(others)),
        }
    }

    /// Returns whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.others.is_none()
    }

    /// The kinds and names as they were written, in alphabetical order, each with its level; without those of others.
    pub fn iter(&self) -> impl Iterator<Item = (&str, SeverityLevel)> {
        self.rules.iter().map(|rule| (&*rule.word, rule.level))
    }

    /// Returns the level that is said of this kind or name itself, without those of others.
    pub fn level_of(&self, word: &str) -> Option<SeverityLevel> {
        let rule = self.rules.iter().find(|rule| rule.is_of(word))?;
        Some(rule.level)
    }

    /// Returns the level that is said of a command of this kind and name, if any is.
    pub fn level_of_command(&self, kind: &str, name: &str) -> Option<SeverityLevel> {
        self.level_of_known(KindSeverity::of_command(kind, Some(name)), kind, name)
    }

    /// Like [`Self::level_of_command`], of a command that without these rules has severity `known`.
    fn level_of_known(&self, known: KindSeverity, kind: &str, name: &str) -> Option<SeverityLevel> {
        let of_kind = || {
            let level = self.level_of(kind)?;
            let is_told_by_name = known == KindSeverity::STOPS;
            Some(if is_told_by_name {
                level.max(known.level())
            } else {
                level
            })
        };
        let own = self.level_of(name).or_else(of_kind);
        let others = self.others.as_ref();
        own.max(others.and_then(|others| others.level_of_known(known, kind, name)))
    }

    /// Returns the severity of a command of this kind and name.
    pub fn of_command(&self, kind: &str, name: Option<&str>) -> KindSeverity {
        let name = name.unwrap_or_default();
        self.apply(KindSeverity::of(kind).with_name(name), kind, name)
    }

    /// Returns the severity of a command of this kind and name, which without these rules has severity `known`.
    #[must_use]
    pub fn apply(&self, known: KindSeverity, kind: &str, name: &str) -> KindSeverity {
        if self.is_empty() {
            return known;
        }
        match self.level_of_known(known, kind, name) {
            Some(level) => known.called(level),
            None => known,
        }
    }
}

impl Rule {
    fn is_of(&self, word: &str) -> bool {
        letters(word).eq(self.folded.chars())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use SeverityLevel::{Destructive, Disruptive, Minor};

    fn rules(rules: &[(&str, &str)]) -> SeverityRules {
        SeverityRules::parse(rules.iter().copied()).unwrap()
    }

    #[test]
    fn a_service_is_as_grave_as_the_operator_says() {
        let rules = rules(&[
            ("Yaw left", "destructive"),
            ("Stop music", "minor"),
            ("measurement point setting", "destructive"),
            ("Set brightness", "disruptive"),
        ]);
        let of = |kind: &str, name: &str| rules.of_command(kind, Some(name)).level();
        assert_eq!(of("service invocation", "Yaw left"), Destructive);
        assert_eq!(of("service invocation", "yaw_LEFT"), Destructive);
        assert_eq!(of("service invocation", "Stop music"), Minor);
        assert_eq!(of("service invocation", "Yaw right"), Disruptive);
        assert_eq!(of("service invocation", "Stop turbine"), Destructive);
        assert_eq!(of("measurement point setting", "Power"), Destructive);
        // The name says more than its kind.
        assert_eq!(
            of("measurement point setting", "Set brightness"),
            Disruptive
        );
        assert_eq!(of("", "Yaw left"), Destructive);
    }

    #[test]
    fn calling_a_whole_kind_minor_hides_nothing_that_stops_something() {
        let rules = rules(&[("service invocation", "minor"), ("Stop music", "minor")]);
        let of = |name: &str| rules.of_command("service invocation", Some(name)).level();
        assert_eq!(
            [of("Yaw left"), of("Stop turbine"), of("Stop music")],
            [Minor, Destructive, Minor]
        );
    }

    #[test]
    fn a_known_kind_is_called_graver_and_never_more_harmless() {
        let said = rules(&[("reboot", "destructive"), ("night shift", "minor")]);
        assert!(said.of_command("REBOOT", None).is_destructive());
        // Somebody named a wipe like something harmless.
        let wipe = KindSeverity::of("WIPE");
        assert_eq!(said.of_command("WIPE", Some("Night shift")), wipe);
        for kind in ["WIPE", "lock", "Factory reset"] {
            let error = SeverityRules::parse([(kind, "minor")]).unwrap_err();
            assert!(error.to_string().contains(kind), "{error}");
        }
        assert!(SeverityRules::parse([("LOCK", "disruptive")]).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (rules, says) in [
            (vec![("", "minor")], "blank"),
            (vec![(" \u{200b}", "minor")], "blank"),
            (vec![("_-", "minor")], "blank"),
            (vec![("Yaw", "grave")], "\"grave\""),
            (
                vec![("Yaw", "minor"), ("y a w", "disruptive")],
                "two levels",
            ),
        ] {
            let error = SeverityRules::parse(rules).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let odd = [
            ("Yaw", "grave"),
            ("WIPE", "minor"),
            ("Heat", "minor"),
            ("heat", "disruptive"),
        ];
        assert_eq!(
            SeverityRules::parse_readable(odd),
            rules(&[("Heat", "minor")])
        );
        let words: Vec<String> = (0..=SeverityRules::MOST).map(|n| format!("w{n}")).collect();
        let many = |count: usize| {
            words
                .iter()
                .take(count)
                .map(|word| (word.as_str(), "minor"))
        };
        assert!(SeverityRules::parse(many(SeverityRules::MOST)).is_ok());
        let error = SeverityRules::parse(many(SeverityRules::MOST + 1)).unwrap_err();
        assert!(error.to_string().contains("w200"), "{error}");
    }

    #[test]
    fn of_two_who_say_something_the_graver_one_is_heard() {
        let (one, other) = (
            rules(&[("Yaw", "minor"), ("Pitch", "destructive")]),
            rules(&[("yaw", "disruptive"), ("Pitch", "minor"), ("Heat", "minor")]),
        );
        let service = "service invocation";
        for both in [one.beside(other.clone()), other.beside(one.clone())] {
            let levels = ["Yaw", "Pitch", "Heat"].map(|word| both.level_of_command(service, word));
            assert_eq!(levels, [Some(Disruptive), Some(Destructive), Some(Minor)]);
        }
        // One says it of the name, the other of its kind.
        let all = rules(&[(service, "destructive")]);
        for both in [one.beside(all.clone()), all.beside(one.clone())] {
            assert!(both.of_command(service, Some("Yaw")).is_destructive());
        }
        let three = one.beside(other.beside(all));
        assert!(three.of_command(service, Some("Heat")).is_destructive());
        assert_eq!(one.beside(SeverityRules::default()), one);
        assert_eq!(one.without("YAW").level_of("Yaw"), None);
        assert_eq!(one.without("YAW").iter().count(), 1);
    }

    proptest! {
        /// Whatever is said, nothing that destroys by its kind is shown as anything less.
        #[test]
        fn no_rule_hides_what_destroys(
            kind in prop::sample::select(vec!["WIPE", "RELINQUISH_OWNERSHIP", "RESET_PASSWORD", "CLEAR_APP_DATA"]),
            name in "[a-z]{0,3}",
            said in prop::collection::vec(("[a-z]{1,3}|WIPE|wipe", 0_usize..3), 0..6),
        ) {
            let mut rules = SeverityRules::default();
            for (word, level) in said {
                if let Ok(more) = rules.with(&word, SeverityLevel::ALL[level]) {
                    rules = more;
                }
            }
            prop_assert!(rules.of_command(kind, Some(&name)) >= KindSeverity::of(kind));
        }

        /// Without a rule that concerns it, a command is as grave as ever.
        #[test]
        fn what_nothing_is_said_of_stays_as_it_is(kind in "\\PC{0,12}", name in "\\PC{0,12}") {
            let rules = rules(&[("a word that none of these has", "destructive")]);
            let known = KindSeverity::of_command(&kind, Some(&name));
            prop_assert_eq!(rules.of_command(&kind, Some(&name)), known);
        }
    }
}
