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

    /// Is `command` meant, whatever its state, or may it be: is it not known of it what this filter asks for?
    pub fn may_mean(&self, command: &Command) -> bool {
        self.matches_in_any_state(command) || self.lacks(command).is_some()
    }

    /// What is not known of `command`, where it may be meant, if only that were known.
    fn lacks(&self, command: &Command) -> Option<Lacking> {
        let asks_for_time = self.created_after.is_some() || self.created_before.is_some();
        let has_no_time = asks_for_time && command.created_at.is_none();
        let has_no_kind = !self.is_of_kind(command) && is_of_no_kind(command);
        let rest_is_met = self.has_text(command)
            && (has_no_time || self.is_of_time(command))
            && (has_no_kind || self.is_of_kind(command));
        match rest_is_met {
            true if has_no_time => Some(Lacking::Time),
            true if has_no_kind => Some(Lacking::Kind),
            _ => None,
        }
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

/// What is not known of a command that a filter asks for.
enum Lacking {
    Time,
    Kind,
}

/// The word for a kind that the provider does not tell.
const UNKNOWN_KIND: &str = "UNKNOWN";

fn is_of_no_kind(command: &Command) -> bool {
    let kind = command.kind.trim();
    kind.is_empty() || kind.eq_ignore_ascii_case(UNKNOWN_KIND)
}

/// The commands that wait, or may wait, and that a [`Filter`] leaves out, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// How many of each kind wait, in the provider's word.
    pub by_kind: BTreeMap<String, usize>,
    /// How many of each kind may wait: their state is unknown.
    pub may_wait_by_kind: BTreeMap<String, usize>,
    /// How many of all these are left out because it is not known when they were given.
    pub without_time: usize,
    /// How many of all these are left out because it is not known of which kind they are.
    pub without_kind: usize,
}

impl LeftOut {
    /// How many wait.
    pub fn count(&self) -> usize {
        self.by_kind.values().sum()
    }

    /// How many may wait: their state is unknown.
    pub fn may_wait(&self) -> usize {
        self.may_wait_by_kind.values().sum()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.by_kind.is_empty() && self.may_wait_by_kind.is_empty()
    }

    /// Counts `command`, where it waits, or may wait, and `filter` leaves it out.
    pub fn add(&mut self, filter: &Filter, command: &Command) {
        let by_kind = match command.state {
            CommandState::Pending => &mut self.by_kind,
            CommandState::Unknown => &mut self.may_wait_by_kind,
            _ => return,
        };
        if filter.matches_in_any_state(command) {
            return;
        }
        *by_kind.entry(command.kind.clone()).or_default() += 1;
        match filter.lacks(command) {
            Some(Lacking::Time) => self.without_time += 1,
            Some(Lacking::Kind) => self.without_kind += 1,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{CommandId, Organization, Provider};
    use proptest::prelude::*;

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

    #[test]
    fn what_may_wait_and_is_left_out_is_counted_apart() {
        let filter = Filter {
            kinds: KindName::parse_list("kind", "LOCK").unwrap(),
            ..Filter::default()
        };
        let mut wipe = command();
        wipe.kind = "WIPE".to_owned();
        wipe.state = CommandState::Unknown;
        let mut left_out = LeftOut::default();
        left_out.add(&filter, &wipe);
        assert_eq!((left_out.count(), left_out.may_wait()), (0, 1));
        assert!(!left_out.is_empty() && !filter.may_mean(&wipe));
        for kind in ["", " ", "UNKNOWN"] {
            wipe.kind = kind.to_owned();
            assert!(filter.may_mean(&wipe), "{kind:?} may be a LOCK");
        }
        left_out.add(&filter, &wipe);
        assert_eq!((left_out.may_wait(), left_out.without_kind), (2, 1));
    }

    /// Every command that waits or may wait, of a few kinds and times, known or not.
    fn any_command() -> impl Strategy<Value = Command> {
        let state = prop::sample::select(CommandState::ALL.to_vec());
        let kind = prop::sample::select(vec!["", "UNKNOWN", "LOCK", "WIPE", "command type 9"]);
        (state, kind, prop::option::of(0_i64..3)).prop_map(|(state, kind, time)| {
            let mut command = command();
            (command.state, command.kind) = (state, kind.to_owned());
            command.created_at = time.and_then(at);
            command
        })
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let kinds = prop::sample::subsequence(vec!["LOCK", "WIPE", "WYPE"], 0..3);
        let (time, text) = (prop::option::of(0_i64..3), any::<bool>());
        (kinds, time.clone(), time, text).prop_map(|(kinds, after, before, text)| {
            let mut filter = Filter::default();
            filter.kinds.extend(
                kinds
                    .iter()
                    .flat_map(|kind| KindName::parse_list("kind", kind).unwrap_or_default()),
            );
            filter.created_after = after.and_then(at);
            filter.created_before = before.and_then(at);
            filter.text = text.then(|| text_of("Lager")).flatten();
            filter
        })
    }

    proptest! {
        #[test]
        fn whatever_may_wait_is_meant_or_counted(filter in any_filter(), command in any_command()) {
            let mut left_out = LeftOut::default();
            left_out.add(&filter, &command);
            let may_wait = matches!(command.state, CommandState::Pending | CommandState::Unknown);
            let counted = left_out.count() + left_out.may_wait();
            prop_assert_eq!(counted, usize::from(may_wait && !filter.matches(&command)));
            prop_assert_eq!(left_out.is_empty(), counted == 0);
            // What is left out for what is not known of it is left out, and may be meant.
            let lacking = left_out.without_time + left_out.without_kind;
            prop_assert!(lacking <= counted);
            if counted == 1 {
                prop_assert_eq!(lacking == 1, filter.may_mean(&command));
            }
            if filter == Filter::default() {
                prop_assert!(filter.may_mean(&command) && counted == 0);
            }
        }
    }
}
