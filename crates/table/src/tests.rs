//! The table against what a person would do by hand.

use countermand_core_model::{
    Command, CommandId, CommandState, DeviceRef, Filter, KindName, KindSeverity, Organization,
    Provider, SearchText, SeverityLevel, SeverityRules, StateSet, Timestamp,
};
use proptest::prelude::*;

use crate::{
    Bits, Column, DeviceIx, Direction, Order, Orders, Over, Row, RowFilter, RowId, Selection,
    Store, View,
};

fn device(text: &str) -> DeviceRef {
    text.parse().unwrap()
}

fn command(device_text: &str, number: u32, kind: &str, state: CommandState) -> Command {
    let org = Organization::parse(Provider::Applivery, "acme").unwrap();
    let id = CommandId::parse(
        Provider::Applivery,
        &format!("65a1b2c3d4e5f607{number:08x}"),
    )
    .unwrap();
    let mut command = Command::new(org, device(device_text), id);
    command.kind = kind.to_owned();
    command.state = state;
    command.created_at = Timestamp::from_millis(i64::from(number) * 1000);
    command
}

use CommandState::{Cancelled, Pending, Sent, Unknown};

/// Two devices: A with a LOCK and a WIPE that wait and one that was sent, B (called "Till 1") with a LOCK.
fn store() -> (Store, DeviceIx, DeviceIx) {
    let mut store = Store::default();
    let (a, _) = store.add(&device("applivery:A"), None);
    let (b, _) = store.add(&device("applivery:B"), Some("Till 1"));
    store.replace(
        a,
        &[
            command("applivery:A", 3, "LOCK", Pending),
            command("applivery:A", 2, "WIPE", Pending),
            command("applivery:A", 1, "WIPE", Sent),
        ],
    );
    store.replace(b, &[command("applivery:B", 4, "LOCK", Unknown)]);
    (store, a, b)
}

fn view(store: &Store, filter: &RowFilter, order: Order) -> View {
    store.view(filter, order, &Bits::default(), &mut Orders::default())
}

fn numbers(store: &Store, view: &View) -> Vec<i64> {
    let number = |row: &RowId| {
        store
            .row(*row)
            .created_at()
            .map_or(0, |at| at.as_millis() / 1000)
    };
    view.rows.iter().map(number).collect()
}

const NEWEST: Order = Order {
    column: Column::Created,
    direction: Direction::Descending,
};

fn by(column: Column, direction: Direction) -> Order {
    Order { column, direction }
}

#[test]
fn each_part_of_a_filter_and_what_it_would_show_without_the_others() {
    let (store, a, b) = store();
    let all = view(&store, &RowFilter::default(), NEWEST);
    assert_eq!(numbers(&store, &all), [4, 3, 2, 1]);
    assert_eq!(
        (all.taken, all.selectable, all.facets.all_states()),
        (4, 3, 4)
    );
    let filter = RowFilter::from(Filter {
        states: StateSet::of([Pending]),
        kinds: vec![KindName::exact("wipe")],
        ..Filter::default()
    });
    let shown = view(&store, &filter, NEWEST);
    assert_eq!(numbers(&store, &shown), [2]);
    assert_eq!(
        shown.facets.state(Sent),
        1,
        "of wipes, whatever their state"
    );
    assert_eq!(shown.facets.state(Unknown), 0);
    assert_eq!(
        shown.facets.kinds(&store),
        [("LOCK", 1), ("WIPE", 1)],
        "of what waits"
    );
    assert_eq!((shown.facets.device(a), shown.facets.device(b)), (1, 0));
    let of = |filter: RowFilter| numbers(&store, &view(&store, &filter, NEWEST));
    let with = |text: &str| {
        of(RowFilter::from(Filter {
            text: SearchText::typed(text),
            ..Filter::default()
        }))
    };
    assert_eq!(with(" till "), [4], "the device's name");
    assert_eq!(with("00000003"), [3], "the id");
    assert_eq!(with("wiP"), [2, 1], "the kind");
    assert!(with("nothing").is_empty());
    assert_eq!(
        of(RowFilter {
            devices: vec![device("applivery:B"), device("applivery:C")],
            ..RowFilter::default()
        }),
        [4]
    );
    let time = |seconds: i64| Timestamp::from_millis(seconds * 1000);
    assert_eq!(
        of(RowFilter::from(Filter {
            created_after: time(2),
            created_before: time(4),
            ..Filter::default()
        })),
        [3, 2]
    );
}

#[test]
fn what_is_not_known_comes_last_either_way() {
    let (mut store, a, _) = store();
    let mut timeless = command("applivery:A", 9, "", Pending);
    timeless.created_at = None;
    store.replace(a, &[timeless, command("applivery:A", 3, "LOCK", Pending)]);
    let order = |column, direction| {
        numbers(
            &store,
            &view(&store, &RowFilter::default(), by(column, direction)),
        )
    };
    assert_eq!(order(Column::Created, Direction::Ascending), [3, 4, 0]);
    assert_eq!(order(Column::Created, Direction::Descending), [4, 3, 0]);
    assert_eq!(order(Column::Title, Direction::Descending), [4, 3, 0]);
    assert_eq!(
        order(Column::Title, Direction::Ascending),
        [4, 3, 0],
        "equal ones: the newest first"
    );
    assert_eq!(order(Column::Device, Direction::Ascending), [3, 0, 4]);
}

#[test]
fn the_gravest_come_first_and_of_those_the_oldest() {
    let (mut store, a, _) = store();
    let all = |store: &Store| numbers(store, &view(store, &RowFilter::default(), Order::default()));
    assert_eq!(all(&store), [1, 2, 3, 4]);
    let mut named = command("applivery:A", 7, "service invocation", Pending);
    let mut read = vec![command("applivery:A", 6, "LOCK", Pending), named.clone()];
    store.replace(a, &read);
    assert_eq!(all(&store), [7, 4, 6]);
    named.name = Some("Stop turbine".to_owned());
    read[1] = named;
    read.push(command("applivery:A", 8, "WIPE", Pending));
    store.replace(a, &read);
    assert_eq!(all(&store), [7, 8, 4, 6], "its name says what it does");
}

#[test]
fn what_an_operator_says_orders_and_filters_what_is_there_and_what_comes() {
    let mut store = Store::default();
    let (a, _) = store.add(&device("applivery:A"), None);
    let service = |number, name: &str| {
        let mut command = command("applivery:A", number, "service invocation", Pending);
        command.name = Some(name.to_owned());
        command
    };
    let mut read = vec![
        service(1, "Yaw left"),
        service(2, "Stop music"),
        service(3, "Heat"),
    ];
    store.replace(a, &read);
    let order =
        |store: &Store| numbers(store, &view(store, &RowFilter::default(), Order::default()));
    assert_eq!(order(&store), [2, 1, 3]);
    let said = [("yaw left", "destructive"), ("stop music", "minor")];
    let rules = SeverityRules::parse(said).unwrap();
    let version = store.version();
    store.set_severity_rules(rules.clone());
    assert!(store.version() > version);
    assert_eq!(order(&store), [1, 3, 2]);
    read.push(service(4, "Yaw left"));
    store.replace(a, &read);
    assert_eq!(order(&store), [1, 4, 3, 2]);
    let grave = RowFilter {
        level: Some(SeverityLevel::Destructive),
        ..RowFilter::default()
    };
    assert_eq!(
        numbers(&store, &view(&store, &grave, Order::default())),
        [1, 4]
    );
    let version = store.version();
    store.set_severity_rules(rules);
    assert_eq!(store.version(), version, "nothing has changed");
    store.clear();
    let (a, _) = store.add(&device("applivery:A"), None);
    store.replace(a, &read);
    assert_eq!(order(&store), [1, 4, 3, 2], "the rules outlive the rows");
}

#[test]
fn a_level_is_a_filter_and_counted_beside_the_others() {
    let (store, ..) = store();
    let filter = RowFilter {
        level: Some(SeverityLevel::Disruptive),
        ..RowFilter::of_states(StateSet::of([Pending]))
    };
    let shown = view(&store, &filter, NEWEST);
    assert_eq!(numbers(&store, &shown), [3]);
    let counts = SeverityLevel::ALL.map(|level| shown.facets.level(level));
    assert_eq!(counts, [1, 1, 0]);
    assert_eq!(shown.facets.all_levels(), 2);
    assert_eq!(shown.facets.kinds(&store), [("LOCK", 1), ("WIPE", 0)]);
    assert_eq!(shown.facets.state(Unknown), 1);
    assert!(!filter.is_only_of_states());
}

#[test]
fn a_state_that_was_read_elsewhere_is_shown_and_counted() {
    let (mut store, a, b) = store();
    let rows: Vec<RowId> = store.rows().map(Row::row).collect();
    let ids: Vec<CommandId> = store.rows().map(|row| row.id().clone()).collect();
    let mut orders = Orders::default();
    let by_state = by(Column::State, Direction::Ascending);
    let mut shown = |store: &Store, order| {
        let filter = RowFilter::default();
        numbers(
            store,
            &store.view(&filter, order, &Bits::default(), &mut orders),
        )
    };
    assert_eq!(shown(&store, by_state), [3, 2, 1, 4]);
    let version = store.version();
    assert!(store.set_states([(rows[0], &ids[0], Cancelled), (rows[3], &ids[3], Pending)]));
    assert_eq!(shown(&store, by_state), [4, 2, 1, 3]);
    assert_eq!(shown(&store, NEWEST), [4, 3, 2, 1]);
    let waiting = |ix| store.device(ix).waiting();
    assert_eq!((waiting(a), waiting(b)), (1, 1));
    assert!(store.version() > version);
    assert!(
        !store.set_states([(rows[0], &ids[0], Cancelled)]),
        "as it was"
    );
    assert!(
        !store.set_states([(rows[0], &ids[1], Sent)]),
        "another command"
    );
}

#[test]
fn a_device_that_is_read_again_keeps_its_rows() {
    let (mut store, a, _) = store();
    let rows = store.device(a).rows().to_vec();
    let changes = store.replace(
        a,
        &[
            command("applivery:A", 5, "LOCK", Pending),
            command("applivery:A", 3, "LOCK", Pending),
            command("applivery:A", 2, "WIPE", Cancelled),
        ],
    );
    assert_eq!(
        (changes.changed, changes.removed),
        (vec![rows[1]], vec![rows[2]])
    );
    assert_eq!(store.device(a).rows()[1..], rows[..2]);
    assert_eq!((store.device(a).waiting(), store.len()), (2, 4));
    let version = store.version();
    assert_eq!(
        store.replace(
            a,
            &[
                command("applivery:A", 5, "LOCK", Pending),
                command("applivery:A", 3, "LOCK", Pending),
                command("applivery:A", 2, "WIPE", Cancelled),
            ]
        ),
        crate::Changes::default()
    );
    assert_eq!(store.version(), version, "nothing to sort again");
}

#[test]
fn what_is_taken_out_is_gone_from_everything() {
    let (mut store, a, b) = store();
    let mut selection = Selection::default();
    for row in store.device(a).rows().to_vec() {
        selection.set(&store, row, true);
    }
    assert_eq!(selection.len(), 2, "what was sent is never selected");
    let changes = store.remove(a);
    selection.forget(&changes.removed);
    assert!(selection.is_empty());
    assert_eq!(
        (
            store.len(),
            store.device_count(),
            store.find(&device("applivery:A"))
        ),
        (1, 1, None)
    );
    // The free rows come again for others, and are nobody's selection.
    store.replace(
        b,
        &[
            command("applivery:B", 7, "LOCK", Pending),
            command("applivery:B", 4, "LOCK", Pending),
        ],
    );
    assert!(selection.is_empty());
    assert_eq!(
        numbers(&store, &view(&store, &RowFilter::default(), NEWEST)),
        [7, 4]
    );
    let target = store.rows().next().unwrap().target().unwrap();
    assert!(store.find_row(&target).is_some());
}

#[test]
fn selecting_ranges_and_all_that_is_shown() {
    let (store, ..) = store();
    let all = view(&store, &RowFilter::default(), NEWEST);
    let mut selection = Selection::default();
    assert_eq!(selection.over(&all), Over::Nothing);
    selection.set(&store, all.rows[3], true);
    assert!(selection.is_empty(), "it was sent");
    selection.set_range(&store, &all, all.rows[1], true);
    assert_eq!((selection.len(), selection.over(&all)), (2, Over::Some));
    selection.set_all(&store, &all, true);
    assert_eq!((selection.len(), selection.over(&all)), (3, Over::All));
    let locks = view(
        &store,
        &RowFilter::from(Filter {
            kinds: vec![KindName::exact("LOCK")],
            ..Filter::default()
        }),
        NEWEST,
    );
    selection.set_all(&store, &locks, false);
    assert_eq!(
        (selection.len(), selection.shown(&locks)),
        (1, 0),
        "what is not shown stays selected"
    );
}

#[test]
fn a_selected_command_that_goes_out_is_let_go_of() {
    let (mut store, a, _) = store();
    let mut selection = Selection::default();
    let all = view(&store, &RowFilter::default(), NEWEST);
    selection.set_all(&store, &all, true);
    store.replace(
        a,
        &[
            command("applivery:A", 3, "LOCK", Sent),
            command("applivery:A", 2, "WIPE", Pending),
        ],
    );
    assert_eq!((selection.prune(&store), selection.len()), (1, 2));
}

#[test]
fn rows_of_a_run_stay_in_view() {
    let (store, a, _) = store();
    let mut kept = Bits::default();
    kept.set(store.device(a).rows()[2].number(), true);
    let filter = RowFilter::from(Filter {
        states: StateSet::of([Pending]),
        ..Filter::default()
    });
    let shown = store.view(&filter, NEWEST, &kept, &mut Orders::default());
    assert_eq!((numbers(&store, &shown), shown.taken), (vec![3, 2, 1], 2));
}

const KINDS: [&str; 3] = ["LOCK", "WIPE", "REBOOT"];

proptest! {
    /// Whatever is read in whatever order: rows, filters and orders are those of a plain list of commands.
    #[test]
    fn as_a_plain_list(
        steps in proptest::collection::vec((0..4_usize, proptest::collection::btree_map(0..30_u32, (0..3_usize, 0..8_usize), 0..8), any::<bool>()), 1..12),
        kind in proptest::option::of(0..3_usize),
        state in proptest::option::of(0..8_usize),
        column in 0..Column::ALL.len(),
    ) {
        let names = ["applivery:D0", "applivery:D1", "applivery:D2", "applivery:D3"];
        let mut store = Store::default();
        let mut plain: Vec<Vec<Command>> = vec![Vec::new(); 4];
        let mut orders = Orders::default();
        for (which, read, remove) in steps {
            let commands: Vec<Command> = read
                .into_iter()
                .map(|(number, (kind, state))| {
                    command(names[which], number * 4 + which as u32 + 1, KINDS[kind], CommandState::ALL[state])
                })
                .collect();
            let (ix, _) = store.add(&device(names[which]), None);
            if remove {
                store.remove(ix);
                plain[which].clear();
            } else {
                store.replace(ix, &commands);
                plain[which] = commands;
            }
        }
        let filter = RowFilter::from(Filter {
            kinds: kind.map(|kind| KindName::exact(KINDS[kind])).into_iter().collect(),
            states: StateSet::of(state.map(|state| CommandState::ALL[state])),
            ..Filter::default()
        });
        let order = by(Column::ALL[column], Direction::Ascending);
        let shown = store.view(&filter, order, &Bits::default(), &mut orders);
        let mut wanted: Vec<&Command> = plain
            .iter()
            .flatten()
            .filter(|command| kind.is_none_or(|kind| command.kind == KINDS[kind]))
            .filter(|command| state.is_none_or(|state| command.state == CommandState::ALL[state]))
            .collect();
        let key = |command: &Command| match Column::ALL[column] {
            Column::Severity => format!("{:03}", KindSeverity::of(&command.kind).rank()),
            Column::State => format!("{}", command.state as u8),
            Column::Title => command.kind.to_lowercase(),
            Column::Device => command.device.to_string(),
            Column::Created => format!("{:020}", command.created_at.unwrap().as_millis()),
            Column::Expires | Column::VendorState => String::new(),
            Column::Id => command.id.to_string(),
        };
        let sign = if order.column == Column::Severity { 1 } else { -1 };
        wanted.sort_by_key(|command| (key(command), sign * command.created_at.unwrap().as_millis()));
        let wanted: Vec<String> = wanted.into_iter().map(|command| command.id.to_string()).collect();
        let got: Vec<String> = shown.rows.iter().map(|row| store.row(*row).id().to_string()).collect();
        prop_assert_eq!(got, wanted);
        for (ix, device) in store.devices() {
            let waiting = plain[names.iter().position(|name| device.device().to_string() == **name).unwrap()]
                .iter()
                .filter(|command| command.state == Pending)
                .count();
            prop_assert_eq!(store.device(ix).waiting(), waiting);
        }
    }
}

/// What a person types, letter by letter, and takes back.
const TYPED: [&str; 12] = [
    "",
    "l",
    "lo",
    "loc",
    "lock t",
    "till",
    "till 1",
    "e5f6",
    "e5f60000000",
    "applivery:",
    "applivery:b",
    "\u{1}",
];

proptest! {
    #[test]
    fn what_is_typed_finds_the_same_whatever_was_typed_before(
        steps in proptest::collection::vec((0..TYPED.len(), 0_usize..4, 0_usize..6), 1..20),
    ) {
        let (mut store, a, _) = store();
        let mut orders = Orders::default();
        for (typed, state, other) in steps {
            if other == 0 {
                store.describe(a, Some("Till 12"), "");
            }
            let filter = RowFilter {
                is_unreadable: other == 1,
                ..RowFilter::from(Filter {
                    text: SearchText::typed(TYPED[typed]),
                    states: StateSet::of((state > 0).then(|| CommandState::ALL[state])),
                    created_after: Timestamp::from_millis(2_500).filter(|_| other == 2),
                    ..Filter::default()
                })
            };
            let order = if other == 3 { Order::default() } else { NEWEST };
            let mut kept = Bits::default();
            kept.set(1, other == 4);
            let seen = store.view(&filter, order, &kept, &mut orders);
            let anew = store.view(&filter, order, &kept, &mut Orders::default());
            prop_assert_eq!(&seen.rows, &anew.rows);
            prop_assert_eq!((seen.taken, seen.selectable), (anew.taken, anew.selectable));
            prop_assert_eq!(seen.facets, anew.facets);
        }
    }
}

#[test]
fn only_what_names_a_device_is_searched() {
    let mut store = Store::default();
    let devices = ["enos:asset:Zulu", "enos:key:P1/D%2F1"];
    for (number, one) in (1..).zip(devices) {
        let (ix, _) = store.add(&device(one), None);
        store.replace(ix, &[command(one, number, "reset", Pending)]);
    }
    let with = |text: &str| {
        let filter = RowFilter::from(Filter {
            text: SearchText::typed(text),
            ..Filter::default()
        });
        let mut found = numbers(&store, &view(&store, &filter, NEWEST));
        found.sort_unstable();
        found
    };
    assert_eq!(with("set"), [1, 2], "of the kind");
    for words in ["asset", "key", "key:", "enos", ":", "2F", "%"] {
        assert!(with(words).is_empty(), "{words}");
    }
    assert_eq!(with("zul"), [1]);
    for pasted in ["key:P1/D%2F1", "enos:key:P1/D%2F1", "p1/d/1", "d/1"] {
        assert_eq!(with(pasted), [2], "{pasted}");
    }
}

#[test]
fn what_is_not_readable_shows_nothing() {
    let (store, ..) = store();
    let shown = |filter: &RowFilter| view(&store, filter, NEWEST);
    assert!(!shown(&RowFilter::default()).rows.is_empty());
    for text in [" ", "\t", "\u{200b}", "\u{a0} \u{feff}"] {
        let filter = RowFilter::from(Filter {
            text: SearchText::typed(text),
            ..Filter::default()
        });
        assert!(shown(&filter).rows.is_empty(), "{text:?}");
    }
    let filter = RowFilter {
        is_unreadable: true,
        ..RowFilter::default()
    };
    let shown = shown(&filter);
    assert!(shown.rows.is_empty());
    assert_eq!(shown.facets.all_states(), 0);
}

#[test]
fn a_kind_is_taken_however_its_words_are_joined() {
    let mut store = Store::default();
    let (ix, _) = store.add(&device("applivery:A"), None);
    let commands = [(1, "CLEAR_APP_DATA"), (2, ""), (3, "LOCK")]
        .map(|(number, kind)| command("applivery:A", number, kind, Pending));
    store.replace(ix, &commands);
    for (kind, found) in [
        ("clear app data", &[1][..]),
        ("CLEAR", &[]),
        ("", &[2]),
        ("  ", &[]),
    ] {
        let filter = RowFilter::from(Filter {
            kinds: vec![KindName::exact(kind)],
            ..Filter::default()
        });
        let shown = view(&store, &filter, NEWEST);
        assert_eq!(numbers(&store, &shown), found, "{kind:?}");
    }
}

/// Returns the numbers of the commands in which `text` is found.
fn found(store: &Store, text: &str) -> Vec<i64> {
    let filter = RowFilter::from(Filter {
        text: SearchText::typed(text),
        ..Filter::default()
    });
    let mut found = numbers(store, &view(store, &filter, Order::default()));
    found.sort_unstable();
    found
}

#[test]
fn every_word_is_found_in_some_field() {
    let mut store = Store::default();
    let (a, _) = store.add(&device("applivery:A1"), Some("Clinic Tablet"));
    let (b, _) = store.add(&device("applivery:B2"), None);
    store.replace(
        a,
        &[
            command("applivery:A1", 1, "WIPE", Pending),
            command("applivery:A1", 2, "LOCK", Pending),
        ],
    );
    store.replace(b, &[command("applivery:B2", 3, "WIPE", Pending)]);
    for (text, wanted) in [
        ("wipe clinic", &[1][..]),
        ("CLINIC  wipe", &[1]),
        ("clinic tablet", &[1, 2]),
        ("tablet a1 lo", &[2]),
        ("wipe", &[1, 3]),
        ("wipe nowhere", &[]),
        ("000003 b2", &[3]),
    ] {
        assert_eq!(found(&store, text), wanted, "{text}");
    }
    let text = SearchText::typed("wipe").unwrap();
    let ids = |most| store.search(&text, most).len();
    assert_eq!((ids(1), ids(9)), (1, 2));
    store.describe(b, None, "R58M1 350000000000001 anna@example.com");
    assert_eq!(found(&store, "wipe R58m1"), [3]);
    assert_eq!(found(&store, "3500000 anna@"), [3]);
}

proptest! {
    /// A row is shown where each word of the text is in it by the rule of the command line.
    #[test]
    fn a_text_is_found_word_by_word(words in proptest::collection::vec("[a-c1-3 ]{1,3}|wipe|LOCK|A1|Till", 1..4)) {
        let (store, ..) = store();
        let text = words.join(" ");
        prop_assume!(!text.trim().is_empty());
        let by_word: Vec<Vec<i64>> = text.split_whitespace().map(|word| found(&store, word)).collect();
        let mut all = by_word[0].clone();
        all.retain(|number| by_word.iter().all(|found| found.contains(number)));
        prop_assert_eq!(found(&store, &text), all);
    }
}

#[test]
fn a_device_with_two_names_is_one() {
    let mut store = Store::default();
    let (asset, key) = (device("enos:asset:A1"), device("enos:key:P/K1"));
    let (first, _) = store.add(&asset, None);
    let (second, _) = store.add(&key, Some("Turbine 1"));
    store.replace(
        second,
        &[command("enos:key:P/K1", 1, "service invocation", Pending)],
    );
    let folded = store.call_also(second, &asset).unwrap();
    assert_eq!((folded.kept, folded.gone), (first, Some(second)));
    assert_eq!((store.device_count(), store.len()), (1, 1));
    assert_eq!(
        (store.find(&asset), store.find(&key)),
        (Some(first), Some(first))
    );
    let kept = store.device(first);
    assert_eq!(
        (kept.device(), kept.also(), kept.name(), kept.waiting()),
        (&asset, Some(&key), Some("Turbine 1"), 1)
    );
    // Its row stays, and with it what was selected; it is found by either name.
    let row = store.rows().next().unwrap();
    assert_eq!(row.device().device(), &asset);
    assert_eq!(
        (found(&store, "k1"), found(&store, "a1")),
        (vec![1], vec![1])
    );
    assert!(!store.add(&key, None).1);
    // Both were read: the commands of one are enough.
    store.remove(first);
    assert_eq!(
        (store.find(&asset), store.find(&key), store.len()),
        (None, None, 0)
    );
    let (one, _) = store.add(&key, None);
    let (two, _) = store.add(&asset, None);
    for ix in [one, two] {
        store.replace(
            ix,
            &[command("enos:key:P/K1", 1, "service invocation", Pending)],
        );
    }
    let folded = store.call_also(one, &asset).unwrap();
    assert_eq!(
        (folded.kept, folded.changes.removed.len(), store.len()),
        (one, 1, 1)
    );
}

#[test]
fn what_contradicts_itself_is_not_folded() {
    let mut store = Store::default();
    let (asset, key) = (device("enos:asset:A1"), device("enos:key:P/K1"));
    let (first, _) = store.add(&asset, None);
    let (second, _) = store.add(&key, None);
    assert!(store.call_also(first, &asset).is_none());
    // The key says that it is another asset's.
    store.call_also(second, &device("enos:asset:A2")).unwrap();
    assert!(store.call_also(first, &key).is_none());
    assert!(store.call_also(second, &asset).is_none());
    assert_eq!(store.device_count(), 2);
}
