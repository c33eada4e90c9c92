//! Where more may be pending than a plan or a run has targets.

use std::collections::BTreeMap;

use countermand_core_model::{Command, CommandState, DeviceRef, Filter, UnknownField};
use countermand_transport::ApiError;

/// Where more may be pending than there are targets.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Gaps {
    /// How many devices the run listed itself.
    pub listed: usize,
    /// Devices whose pending commands could not be listed.
    pub problems: Vec<(DeviceRef, ApiError)>,
    /// Devices that were not asked about, because the run stopped or several devices before them got no answer.
    pub not_asked: Vec<DeviceRef>,
    /// Devices whose list may be incomplete.
    pub incomplete: Vec<DeviceRef>,
    /// Devices with commands whose state is unknown, and how many. They are left out of a cancel of everything pending,
    /// and can be cancelled by their ids. A provider's list of what is pending may not show all of them.
    pub unclear: Vec<(DeviceRef, usize)>,
    /// Why a sweep does not know all devices, if it does not.
    pub devices_unknown: Option<String>,
    /// How many devices a sweep did not look at, or not take everything from, because it found as many commands as it was to
    /// cancel at most.
    pub beyond_limit: usize,
    /// What is pending on the devices that were listed, and a filter leaves out.
    pub left_out: LeftOut,
}

impl Gaps {
    /// Returns each device whose list may be incomplete, or which has commands whose state is unknown, once.
    pub fn partly_listed(&self) -> impl Iterator<Item = &DeviceRef> {
        let unclear = self.unclear.iter().map(|(device, _)| device);
        let unclear = unclear.filter(|device| !self.incomplete.contains(device));
        self.incomplete.iter().chain(unclear)
    }
}

/// How many commands are pending, or may be, and are left out by a [`Filter`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Pending commands by kind, in the provider's word.
    pub by_kind: BTreeMap<String, usize>,
    /// Commands whose state is unknown, by kind.
    pub may_wait_by_kind: BTreeMap<String, usize>,
    /// How many of all these are left out because their time is not known.
    pub without_time: usize,
    /// How many of all these are left out because their kind is not known.
    pub without_kind: usize,
}

impl LeftOut {
    /// Returns how many are pending.
    pub fn count(&self) -> usize {
        self.by_kind.values().sum()
    }

    /// Returns how many may be pending: their state is unknown.
    pub fn may_wait(&self) -> usize {
        self.may_wait_by_kind.values().sum()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_kind.is_empty() && self.may_wait_by_kind.is_empty()
    }

    /// Counts `command` if it is pending, or may be, and `filter` leaves it out.
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
        match filter.unknown_field(command) {
            Some(UnknownField::Time) => self.without_time += 1,
            Some(UnknownField::Kind) => self.without_kind += 1,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{
        CommandId, KindName, Organization, Provider, SearchText, Timestamp,
    };
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
        assert!(!left_out.is_empty() && !filter.may_match(&wipe));
        for kind in ["", " ", "UNKNOWN"] {
            wipe.kind = kind.to_owned();
            assert!(filter.may_match(&wipe), "{kind:?} may be a LOCK");
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
            // What is left out because something of it is not known may match.
            let lacking = left_out.without_time + left_out.without_kind;
            prop_assert!(lacking <= counted);
            if counted == 1 {
                prop_assert_eq!(lacking == 1, filter.may_match(&command));
            }
            if filter == Filter::default() {
                prop_assert!(filter.may_match(&command) && counted == 0);
            }
        }
    }
}
