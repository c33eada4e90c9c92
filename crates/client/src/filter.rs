//! Which of the commands that are there are meant.

use std::collections::BTreeMap;

use countermand_core_model::{Command, CommandState, KindName, SearchText, Timestamp};

/// Commands are meant that satisfy every part that is set. A filter with nothing set lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// In one of these states; none: in any.
    pub states: Vec<CommandState>,
    /// Of one of these kinds, whatever their case; none: of any.
    pub kinds: Vec<KindName>,
    /// Given at this time or later. A command of which the time is not known is not meant.
    pub created_after: Option<Timestamp>,
    /// Given before this time. A command of which the time is not known is not meant.
    pub created_before: Option<Timestamp>,
    /// With this text in its id, kind, name or device, whatever its case.
    pub text: Option<SearchText>,
}

impl Filter {
    /// Is `command` meant?
    pub fn matches(&self, command: &Command) -> bool {
        (self.states.is_empty() || self.states.contains(&command.state))
            && self.matches_in_any_state(command)
    }

    /// Is `command` meant, but for its state?
    pub(crate) fn matches_in_any_state(&self, command: &Command) -> bool {
        self.is_of_kind(command) && self.is_of_time(command) && self.has_text(command)
    }

    /// Would `command` be meant, if only its time were known?
    pub(crate) fn lacks_only_a_time(&self, command: &Command) -> bool {
        command.created_at.is_none()
            && (self.created_after.is_some() || self.created_before.is_some())
            && self.is_of_kind(command)
            && self.has_text(command)
    }

    fn is_of_kind(&self, command: &Command) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|kind| kind.is(&command.kind))
    }

    fn is_of_time(&self, command: &Command) -> bool {
        if self.created_after.is_none() && self.created_before.is_none() {
            return true;
        }
        command.created_at.is_some_and(|at| {
            self.created_after.is_none_or(|after| at >= after)
                && self.created_before.is_none_or(|before| at < before)
        })
    }

    fn has_text(&self, command: &Command) -> bool {
        let text = self.text.as_ref();
        text.is_none_or(|text| text.is_in_command(command))
    }
}

/// The commands that wait and that a [`Filter`] leaves out, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// How many of each kind, in the provider's word.
    pub by_kind: BTreeMap<String, usize>,
    /// How many of them are left out because it is not known when they were given.
    pub without_time: usize,
}

impl LeftOut {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.by_kind.values().sum()
    }

    /// Counts `command`, where it waits and `filter` leaves it out.
    pub fn add(&mut self, filter: &Filter, command: &Command) {
        if command.state != CommandState::Pending || filter.matches_in_any_state(command) {
            return;
        }
        *self.by_kind.entry(command.kind.clone()).or_default() += 1;
        if filter.lacks_only_a_time(command) {
            self.without_time += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{CommandId, Organization, Provider};

    use super::*;

    fn at(millis: i64) -> Option<Timestamp> {
        Timestamp::from_millis(millis)
    }

    fn command() -> Command {
        let mut command = Command::new(
            Organization::parse(Provider::Applivery, "acme").unwrap(),
            "applivery:Tablet7".parse().unwrap(),
            CommandId::parse(Provider::Applivery, "65a1B2c3d4e5f60718293a4b").unwrap(),
        );
        command.kind = "LOCK".to_owned();
        command.name = Some("Lager Süd".to_owned());
        command.state = CommandState::Pending;
        command.created_at = at(1000);
        command
    }

    fn text_of(text: &str) -> Option<SearchText> {
        Some(SearchText::parse("text", text).unwrap())
    }

    fn matches(change: impl FnOnce(&mut Filter)) -> bool {
        let mut filter = Filter::default();
        change(&mut filter);
        filter.matches(&command())
    }

    #[test]
    fn nothing_set_lets_everything_through() {
        assert!(matches(|_| ()));
        let mut bare = command();
        bare.created_at = None;
        bare.name = None;
        assert!(Filter::default().matches(&bare));
    }

    #[test]
    fn states_and_kinds_are_alternatives() {
        assert!(matches(
            |f| f.states = vec![CommandState::Sent, CommandState::Pending]
        ));
        assert!(!matches(|f| f.states = vec![CommandState::Sent]));
        assert!(matches(
            |f| f.kinds = KindName::parse_list("kind", "wipe,lock").unwrap()
        ));
        assert!(
            !matches(|f| f.kinds = KindName::parse_list("kind", "LOC").unwrap()),
            "the whole kind"
        );
    }

    #[test]
    fn times_are_from_and_until() {
        assert!(matches(|f| f.created_after = at(1000)));
        assert!(!matches(|f| f.created_after = at(1001)));
        assert!(matches(|f| f.created_before = at(1001)));
        assert!(!matches(|f| f.created_before = at(1000)));
        let mut timeless = command();
        timeless.created_at = None;
        for (after, before) in [(at(0), None), (None, at(9999))] {
            let filter = Filter {
                created_after: after,
                created_before: before,
                ..Filter::default()
            };
            assert!(!filter.matches(&timeless));
        }
    }

    #[test]
    fn text_is_looked_for_in_id_kind_name_and_device() {
        for text in ["65A1b2", "oCk", "süD", "LAGER", "applivery:TABLET7"] {
            assert!(matches(|f| f.text = text_of(text)), "{text}");
        }
        assert!(!matches(|f| f.text = text_of("acme")));
    }

    #[test]
    fn every_part_must_be_satisfied() {
        assert!(!matches(|f| {
            f.kinds = KindName::parse_list("kind", "LOCK").unwrap();
            f.text = text_of("nothing like it");
        }));
    }

    #[test]
    fn what_waits_and_is_left_out_is_counted_by_kind() {
        let mut filter = Filter {
            kinds: KindName::parse_list("kind", "WYPE").unwrap(),
            ..Filter::default()
        };
        let mut left_out = LeftOut::default();
        let mut other = command();
        other.kind = "WIPE".to_owned();
        let mut sent = command();
        sent.state = CommandState::Sent;
        for command in [command(), other.clone(), other, sent] {
            left_out.add(&filter, &command);
        }
        assert_eq!(left_out.by_kind.get("WIPE"), Some(&2));
        assert_eq!(left_out.by_kind.get("LOCK"), Some(&1));
        assert_eq!((left_out.count(), left_out.without_time), (3, 0));

        filter.kinds.clear();
        filter.created_before = at(9999);
        let mut timeless = command();
        timeless.created_at = None;
        left_out.add(&filter, &timeless);
        assert_eq!((left_out.count(), left_out.without_time), (4, 1));
        filter.text = text_of("nothing like it");
        left_out.add(&filter, &timeless);
        assert_eq!((left_out.count(), left_out.without_time), (5, 1));
    }
}
