//! Which of the commands that are there are meant.

use countermand_core_model::{Command, CommandState, Timestamp};

/// Commands are meant that satisfy every part that is set. A filter with nothing set lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// In one of these states; none: in any.
    pub states: Vec<CommandState>,
    /// Of one of these kinds, whatever their case; none: of any.
    pub kinds: Vec<String>,
    /// Given at this time or later. A command of which the time is not known is not meant.
    pub created_after: Option<Timestamp>,
    /// Given before this time. A command of which the time is not known is not meant.
    pub created_before: Option<Timestamp>,
    /// With this text in its id, kind, name or device, whatever its case.
    pub text: Option<String>,
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

    fn is_of_kind(&self, command: &Command) -> bool {
        let kind = command.kind.to_lowercase();
        self.kinds.is_empty()
            || self
                .kinds
                .iter()
                .any(|wanted| wanted.to_lowercase() == kind)
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
        let Some(text) = &self.text else {
            return true;
        };
        let text = text.to_lowercase();
        let has = |place: &str| place.to_lowercase().contains(&text);
        has(command.id.as_str())
            || has(&command.kind)
            || command.name.as_deref().is_some_and(has)
            || has(&command.device.to_string())
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
            |f| f.kinds = vec!["wipe".to_owned(), "lock".to_owned()]
        ));
        assert!(
            !matches(|f| f.kinds = vec!["LOC".to_owned()]),
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
            assert!(matches(|f| f.text = Some(text.to_owned())), "{text}");
        }
        assert!(!matches(|f| f.text = Some("acme".to_owned())));
    }

    #[test]
    fn every_part_must_be_satisfied() {
        assert!(!matches(|f| {
            f.kinds = vec!["LOCK".to_owned()];
            f.text = Some("nothing like it".to_owned());
        }));
    }
}
