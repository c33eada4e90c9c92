//! Random fleets: whatever is counted in two places is the same in both.

use countermand_core_model::{CommandState, Listing, PageEnd, StateSet};
use countermand_table::{Bits, Order, Orders, RowFilter};
use proptest::prelude::*;

use super::*;
use crate::{
    fleet::Fleet,
    problem::Problem,
    rows::default_filter,
    testing::{at, command, device},
    text::devices,
};

/// What became of reading a device: its commands' states, or nothing yet, or a failure.
#[derive(Clone, Debug)]
enum Read {
    Not,
    Failed,
    Done(Vec<(CommandState, &'static str)>),
    FailedLater(Vec<(CommandState, &'static str)>),
}

fn commands() -> impl Strategy<Value = Vec<(CommandState, &'static str)>> {
    let state = prop::sample::select(CommandState::ALL.to_vec());
    prop::collection::vec(
        (state, prop::sample::select(vec!["LOCK", "WIPE", ""])),
        0..6,
    )
}

fn reads() -> impl Strategy<Value = Vec<Read>> {
    let read = prop_oneof![
        Just(Read::Not),
        Just(Read::Failed),
        commands().prop_map(Read::Done),
        commands().prop_map(Read::FailedLater),
    ];
    prop::collection::vec(read, 0..8)
}

fn problem() -> Problem {
    Problem {
        title: "t".into(),
        advice: "a".into(),
        detail: "d".into(),
    }
}

fn fleet(reads: &[Read]) -> Fleet {
    let mut fleet = Fleet::default();
    let name = |at: usize| format!("applivery:D{at}");
    let names = (0..reads.len()).map(|at| (device(&name(at)), None));
    fleet.add(names.collect());
    for (place, read) in reads.iter().enumerate() {
        let (name, device) = (name(place), device(&name(place)));
        if let Read::Done(commands) | Read::FailedLater(commands) = read {
            let numbered = (0..).zip(commands);
            let items = numbered.map(|(number, (state, kind))| {
                command(&name, place as u32 * 100 + number, kind, *state)
            });
            fleet.read(
                &device,
                &Listing::new(items.collect(), PageEnd::Complete),
                at(0),
            );
        }
        if matches!(read, Read::Failed | Read::FailedLater(_)) {
            fleet.failed(&device, problem());
        }
    }
    fleet
}

fn view(fleet: &Fleet, filter: &RowFilter) -> View {
    let store = fleet.store();
    store.view(
        filter,
        Order::default(),
        &Bits::default(),
        &mut Orders::default(),
    )
}

/// Returns the numbers of a sentence, in order.
fn numbers(text: &str) -> Vec<usize> {
    let parts = text.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

proptest! {
    #[test]
    fn whatever_is_counted_twice_is_the_same(reads in reads(), states in prop::sample::subsequence(CommandState::ALL.to_vec(), 0..3)) {
        let fleet = fleet(&reads);
        let filter = RowFilter::of_states(StateSet::of(states.iter().copied()));
        let view = view(&fleet, &filter);
        let counts = Counts::of(&fleet, &view);
        let chips = |state| view.facets.state(state);
        let all: usize = CommandState::ALL.into_iter().map(chips).sum();

        // The chips add up to the chip of all, and that is all that was read.
        prop_assert_eq!(all, view.facets.all_states());
        prop_assert_eq!(all, counts.listed);
        // The chosen chips add up to what is shown, and the others to what is hidden.
        let chosen: usize = match states.as_slice() {
            [] => all,
            states => states.iter().copied().map(chips).sum(),
        };
        prop_assert_eq!(chosen, counts.shown);
        prop_assert_eq!(all - chosen, counts.hidden());
        // The devices' own numbers add up to the chip of what is pending, and so does what is read out.
        let waiting: usize = fleet.devices().map(|(device, _)| device.waiting()).sum();
        prop_assert_eq!(waiting, chips(CommandState::Pending));
        prop_assert_eq!(fleet.waiting(), waiting);
        // Every device is read, on its way, or failed before anything was read.
        let lost = reads.iter().filter(|read| matches!(read, Read::Failed)).count();
        prop_assert_eq!(counts.read + counts.coming + lost, counts.devices);
        prop_assert_eq!(fleet.going(), counts.coming);
        prop_assert_eq!(fleet.devices().count(), counts.devices);
    }

    #[test]
    fn what_the_sentences_say_is_what_the_chips_say(reads in reads()) {
        let fleet = fleet(&reads);
        let filter = default_filter();
        let view = view(&fleet, &filter);
        let counts = Counts::of(&fleet, &view);
        let said = counts.caption(&filter);
        prop_assert!(numbers(&said).starts_with(&[counts.shown, counts.read]), "{}", said);
        prop_assert_eq!(said.contains("not loaded"), counts.unread() > 0, "{}", said);
        if counts.shown == 0 && counts.read > 0 {
            let others: usize = CommandState::ALL.into_iter().map(|state| view.facets.state(state)).sum();
            let (title, hint) = counts.nothing(&filter);
            if counts.read > 1 {
                prop_assert_eq!(numbers(&title), [counts.read], "{}", title);
            }
            let hint_says = if counts.unread() > 0 { counts.unread() } else { others };
            if hint_says > 0 && (counts.unread() > 0 || counts.failed == 0) {
                prop_assert_eq!(numbers(&hint), [hint_says], "{}", hint);
            }
            let of_each: usize = fleet.devices().map(|(device, _)| device.waiting()).sum();
            prop_assert_eq!(of_each, 0, "{}", devices::waiting(of_each));
        }
    }

    #[test]
    fn what_is_selected_while_devices_are_read_says_of_what(reads in reads(), later in commands()) {
        let filter = default_filter();
        let mut fleet = fleet(&reads);
        let before = view(&fleet, &filter);
        let mut selection = Selection::default();
        selection.set_all(fleet.store(), &before, true);
        let counts = Counts::of(&fleet, &before);
        let selected = Selected::of(&selection, &before, &counts, true);
        prop_assert_eq!(selected.count, before.selectable);
        prop_assert_eq!((selected.beyond, selected.more), (0, 0));
        let is_part = counts.coming > 0 && selected.count > 0;
        prop_assert_eq!(selected.of_read, is_part.then_some((counts.read, counts.devices)));
        // One press takes in what came since.
        let next = reads.iter().position(|read| matches!(read, Read::Not));
        if let Some(next) = next {
            let name = format!("applivery:D{next}");
            let items = (0..).zip(&later).map(|(number, (state, kind))| command(&name, 900 + number, kind, *state));
            fleet.read(&device(&name), &Listing::new(items.collect(), PageEnd::Complete), at(1));
            let after = view(&fleet, &filter);
            let counts = Counts::of(&fleet, &after);
            let selected = Selected::of(&selection, &after, &counts, true);
            if selected.count > 0 {
                prop_assert_eq!(selected.count + selected.more, after.selectable);
            }
            selection.set_all(fleet.store(), &after, true);
            let selected = Selected::of(&selection, &after, &counts, true);
            prop_assert_eq!((selected.count, selected.more), (after.selectable, 0));
        }
    }
}

#[test]
fn what_was_chosen_one_by_one_promises_nothing() {
    let fleet = fleet(&[
        Read::Done(vec![
            (CommandState::Pending, "LOCK"),
            (CommandState::Pending, "WIPE"),
        ]),
        Read::Not,
    ]);
    let view = view(&fleet, &default_filter());
    let mut selection = Selection::default();
    selection.set(fleet.store(), view.rows[0], true);
    let counts = Counts::of(&fleet, &view);
    let selected = Selected::of(&selection, &view, &counts, false);
    assert_eq!(
        (selected.count, selected.more, selected.of_read),
        (1, 0, None)
    );
}
