use std::{collections::BTreeMap, io::BufRead, sync::Arc};

use countermand_chain::{ChainError, Link, line};
use countermand_core_model::{
    AllPending, CommandId, CommandState, CommandTarget, DeviceRef, Filter, KindName, Organization,
    Provider, SearchText, Timestamp,
};
use countermand_transport::{
    BaseUrl,
    fake::{FakeTimer, FakeTransport},
};
use proptest::prelude::*;

use crate::{
    CancelOutcome, Client, Connection, Credentials, ListedCommand, ListedDevice, Plan, SavedPlan,
    plan::{ObservedState, devices::CancelAll},
};

const ASKED_AT: i64 = 1_770_724_900_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn client() -> Client {
    let connection = Connection::new(
        Organization::parse(Provider::Enos, "o15").unwrap(),
        BaseUrl::parse("https://apim.example").unwrap(),
        Credentials::enos("k3y-of-the-app".into(), "s3cr3t-of-the-app".into()),
    );
    let timer = FakeTimer::starting_at(at(1_770_724_800_000));
    Client::connect(connection.unwrap(), FakeTransport::new(), Arc::new(timer)).unwrap()
}

fn device(name: u8) -> DeviceRef {
    format!("enos:asset:d{name}").parse().unwrap()
}

fn listed(name: u8, id: u32, state: CommandState) -> ListedCommand {
    let id = CommandId::parse(Provider::Enos, &id.to_string()).unwrap();
    ListedCommand {
        kind: "service invocation".to_owned(),
        name: Some("Größe".to_owned()),
        state,
        created_at: Timestamp::from_millis(5),
        ..ListedCommand::unread(CommandTarget::new(device(name), id).unwrap())
    }
}

fn wipes() -> Filter {
    Filter {
        kinds: KindName::parse_list("kind", "WIPE").unwrap(),
        ..Filter::default()
    }
}

/// Two commands by their ids, a device with one known command, and one for what matches a filter.
fn plan() -> Plan {
    let mut plan = Plan::listed([
        listed(1, 1, CommandState::Pending),
        listed(2, 2, CommandState::TimedOut),
    ]);
    plan.unlisted = Plan::everything_on([ListedDevice {
        waiting: vec![listed(3, 3, CommandState::Pending)],
        ..ListedDevice::unread(AllPending::on(device(3)))
    }])
    .unlisted;
    let matching = Plan::matching_on([device(4)], wipes());
    plan.unlisted.extend(matching.unlisted);
    plan
}

fn whole(plan: &Plan) -> Vec<u8> {
    client().encode_whole_plan(plan).unwrap()
}

fn chained(lines: &[&str]) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), Link::START);
    for text in lines {
        let mut line: serde_json::Value = serde_json::from_str(text).unwrap();
        line.as_object_mut().unwrap().shift_remove("prev");
        line::add(&mut bytes, &mut last, &line).unwrap();
    }
    bytes
}

fn lines(bytes: &[u8]) -> Vec<String> {
    bytes.lines().map(Result::unwrap).collect()
}

#[test]
fn a_whole_plan_names_the_devices_that_are_listed() {
    let kept = whole(&plan());
    let text = String::from_utf8(kept.clone()).unwrap();
    assert!(text.contains("\"version\":2"), "{text}");
    assert!(
        text.contains(r#""event":"everything","device":"enos:asset:d3"}"#),
        "{text}"
    );
    assert!(
        text.contains(r#""device":"enos:asset:d4","filter":{"kinds":["WIPE"]}}"#),
        "{text}"
    );
    assert!(text.contains(r#""targets":3,"everything":2,"unlisted":0"#));
    let read = SavedPlan::read(&*kept).unwrap();
    assert_eq!(read.everything.len(), 2);
    assert!(read.unlisted.is_empty());

    let plan = read.into_plan(at(ASKED_AT));
    assert_eq!(plan.asked_at, Some(at(ASKED_AT)));
    assert_eq!(plan.commands.len(), 2);
    assert_eq!(plan.unlisted[0].known.len(), 1);
    assert!(plan.unlisted[1].known.is_empty());
    assert_eq!(plan.unlisted[1].filter.as_deref(), Some(&wipes()));
    let outcomes: Vec<_> = plan.dry_run().iter().map(|row| row.outcome).collect();
    let decided = CancelOutcome::AlreadyFinished;
    assert_eq!(
        outcomes,
        [CancelOutcome::Planned, decided, CancelOutcome::Planned]
    );
    // One call would also cancel what is created later.
    assert_eq!(plan.everything_in_one_call().count(), 0);
}

#[test]
fn a_plan_without_such_devices_stays_as_it_was() {
    let exact = Plan::listed([listed(1, 1, CommandState::Pending)]);
    let kept = whole(&exact);
    assert_eq!(kept, client().encode_plan(&exact).unwrap());
    let text = String::from_utf8(kept).unwrap();
    assert!(text.contains("\"version\":1") && !text.contains("everything"));
    // The file of a person pins what was seen.
    let pinned = client().encode_plan(&plan()).unwrap();
    let read = SavedPlan::read(&*pinned).unwrap();
    assert_eq!((read.everything.len(), read.unlisted.len()), (0, 2));
}

#[test]
fn one_call_is_for_everything_and_exact_targets_are_not() {
    let device_of = |id| CancelAll {
        target: AllPending::on(device(id)),
        waiting: vec![listed(id, u32::from(id), CommandState::Pending).into()],
        newest_seen: None,
    };
    let mut empty = device_of(2);
    empty.waiting.clear();
    let plan = Plan {
        cancel_all: vec![device_of(1), empty],
        ..Plan::default()
    };
    let read = SavedPlan::read(&*whole(&plan)).unwrap();
    let devices: Vec<_> = read.everything.iter().map(|one| &one.device).collect();
    assert_eq!(devices, [&device(1)], "nothing was pending on the other");
    assert_eq!(read.into_plan(at(ASKED_AT)).unlisted[0].known.len(), 1);
}

#[test]
fn what_was_not_read_counts_as_pending() {
    let kept = whole(&plan());
    let without = lines(&kept).into_iter();
    let without: Vec<String> = without
        .map(|line| line.replace(",\"before\":\"pending\"", ""))
        .collect();
    let without: Vec<&str> = without.iter().map(String::as_str).collect();
    let read = SavedPlan::read(&*chained(&without)).unwrap();
    assert_eq!(read.targets[0].before, None);
    let plan = read.into_plan(at(ASKED_AT));
    assert_eq!(plan.to_send(), 2);
    assert_eq!(plan.unlisted[0].known.len(), 1);
}

#[test]
fn a_command_is_one_target_under_two_names_of_its_device() {
    let mut plan = plan();
    let twin = listed(9, 3, CommandState::Pending);
    plan.commands.push(twin.into());
    let read = SavedPlan::read(&*whole(&plan)).unwrap();
    assert_eq!(read.targets.len(), 4);
    assert_eq!(read.into_plan(at(ASKED_AT)).targets().count(), 3);
}

#[test]
fn what_has_drifted_is_not_handed_over() {
    let mut plan = plan();
    let ObservedState::Listed { command, .. } = &plan.commands[0].seen else {
        panic!("{plan:?}")
    };
    plan.commands[0].seen = ObservedState::Drifted {
        command: command.clone(),
        kept: Some(CommandState::Unknown),
    };
    let read = SavedPlan::read(&*whole(&plan)).unwrap();
    let ids: Vec<_> = read
        .targets
        .iter()
        .map(|one| one.target.id().as_str())
        .collect();
    assert_eq!(ids, ["2", "3"]);
}

#[test]
fn version_1_has_no_such_line_and_no_device_is_named_twice() {
    let kept = whole(&plan());
    let text = String::from_utf8(kept).unwrap();
    let read = |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        SavedPlan::read(&*chained(&lines))
    };
    assert!(read(&text).is_ok());
    let older = text.replace("\"version\":2", "\"version\":1");
    assert_eq!(read(&older).unwrap_err().line(), Some(5));
    let twice = text.replace("enos:asset:d4", "enos:asset:d3");
    let error = read(&twice).unwrap_err();
    assert!(
        matches!(error, ChainError::Contradiction { line: 6, .. }),
        "{error}"
    );
    for strange in [
        text.replace("enos:asset:d4", "applivery:d4"),
        text.replace("[\"WIPE\"]", "[\" \"]"),
        text.replace("\"kinds\"", "\"kind\""),
    ] {
        assert_eq!(read(&strange).unwrap_err().line(), Some(6), "{strange}");
    }
    // A seal that does not count them.
    let uncounted = text.replace("\"everything\":2,", "");
    assert_eq!(read(&uncounted).unwrap_err().line(), Some(7));
    let miscounted = text.replace("\"everything\":2,", "\"everything\":1,");
    assert!(matches!(read(&miscounted).unwrap_err(), ChainError::End(_)));
}

#[test]
fn one_that_is_too_long_is_refused_with_the_bound() {
    let kept = whole(&plan());
    assert!(SavedPlan::read_at_most(&*kept, 5).is_ok());
    let error = SavedPlan::read_at_most(&*kept, 4).unwrap_err();
    assert_eq!(error.to_string(), "it has more than 4 targets and devices");
}

/// A plan: commands of some devices with the states seen, and for some devices everything, with or without a filter.
fn any_plan() -> impl Strategy<Value = Plan> {
    let states = prop::sample::select(CommandState::ALL.to_vec());
    let commands = prop::collection::vec((0_u8..6, states), 0..12);
    let text = prop::option::of("[A-Za-z]{1,4}");
    let kinds = prop::option::of("[A-Z]{1,4}");
    let filter = (text, kinds, prop::option::of(0_i64..9)).prop_map(|(text, kind, after)| Filter {
        text: text.map(|text| SearchText::parse("text", &text).unwrap()),
        kinds: kind.map_or_else(Vec::new, |kind| {
            KindName::parse_list("kind", &kind).unwrap()
        }),
        created_after: after.map(at),
        ..Filter::default()
    });
    let devices = prop::collection::btree_map(0_u8..6, prop::option::of(filter), 0..6);
    (commands, devices).prop_map(|(commands, devices)| {
        let commands = commands.into_iter().zip(1..);
        let mut plan =
            Plan::listed(commands.map(|((device, state), id)| listed(device, id, state)));
        let devices = devices
            .into_iter()
            .map(|(name, filter)| crate::SavedDevice {
                device: device(name),
                filter,
            });
        plan.add_everything(devices.collect());
        plan
    })
}

/// What a plan is for: each command with its state, and each device with its filter.
fn contents(plan: &Plan) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let commands = plan.targets();
    let commands = commands.map(|one| {
        let (device, before) = (one.device(), one.before());
        let what = format!("{device} {} {:?} {before:?}", one.kind(), one.name());
        (one.id().to_string(), what)
    });
    let devices = plan.unlisted.iter();
    let devices = devices.map(|one| {
        let known: Vec<_> = one.known.iter().map(crate::Planned::id).collect();
        // Without the case of a text, which makes no difference.
        let filter = serde_json::to_string(&one.filter.as_deref()).unwrap();
        let what = format!("{filter} {known:?}");
        (one.target.device().to_string(), what)
    });
    (commands.collect(), devices.collect())
}

proptest! {
    #[test]
    fn what_is_sent_is_what_is_read(plan in any_plan()) {
        let kept = whole(&plan);
        let read = SavedPlan::read(&*kept).unwrap();
        client().check_plan(&read).unwrap();
        let again = read.into_plan(at(ASKED_AT));
        prop_assert_eq!(contents(&plan), contents(&again));
        prop_assert_eq!(whole(&again), kept);
    }

    #[test]
    fn a_changed_byte_is_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = whole(&plan());
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(SavedPlan::read(&*bytes).is_err());
    }
}
