//! Devices that a run is to list: what is found there follows the plan.

use countermand_core_model::{KindName, SearchText};

use super::*;
use crate::{Filter, journal::parse::parse};

fn other() -> DeviceRef {
    "enos:asset:b".parse().unwrap()
}

fn to_list(device: DeviceRef) -> Entry {
    Entry::ToList {
        device,
        asked_at: Timestamp::from_millis(1_770_724_800_000).unwrap(),
        filter: None,
    }
}

fn listed(device: DeviceRef, targets: usize) -> Entry {
    Entry::Listed { device, targets }
}

fn replayed(entries: &[Entry]) -> Result<UnfinishedRun, ChainError> {
    let bytes = written(entries);
    UnfinishedRun::replay(read(&*bytes))
}

#[test]
fn its_targets_follow_the_plan_and_whoever_resumes_knows_what_is_still_to_be_listed() {
    let entries = [
        target(0, None),
        to_list(device()),
        to_list(other()),
        Entry::Planned { targets: 1 },
        target(1, None),
        listed(device(), 2),
        Entry::Sending { target: 1 },
    ];
    let unfinished = replayed(&entries).unwrap();
    assert_eq!(unfinished.devices_to_list(), 1);
    assert_eq!((unfinished.in_doubt(), unfinished.to_send()), (1, 1));
    let bytes = written(&entries);
    let summary = Summary::of(&mut read(&*bytes)).unwrap();
    assert_eq!((summary.targets, summary.to_list), (2, 1));
    // Broken off while it was listed, what was found is there, and it is listed again.
    let unfinished = replayed(&entries[..5]).unwrap();
    assert_eq!((unfinished.devices_to_list(), unfinished.to_send()), (2, 2));
}

#[test]
fn what_was_not_listed_and_what_was_not_listed_wholly_are_told_apart() {
    let unlisted = |device| Entry::Unlisted {
        device,
        message: "no answer".to_owned(),
    };
    let incomplete = |device| Entry::Incomplete { device };
    let third: DeviceRef = "enos:asset:c".parse().unwrap();
    let unfinished = replayed(&[
        unlisted(device()),
        incomplete(other()),
        incomplete(third.clone()),
        incomplete(other()),
        to_list(third),
        Entry::Planned { targets: 0 },
    ]);
    let unfinished = unfinished.unwrap();
    assert_eq!(unfinished.devices_unlisted(), 1);
    assert_eq!(unfinished.devices_partly_listed(), 2, "each once");
    assert_eq!(unfinished.devices_to_list(), 1);
}

#[test]
fn what_does_not_fit_is_refused() {
    let planned = Entry::Planned { targets: 0 };
    for (entries, line) in [
        // After the plan.
        (vec![planned.clone(), to_list(device())], 3),
        // A target of a device that is not to be listed.
        (vec![to_list(other()), planned.clone(), target(0, None)], 4),
        (
            vec![
                to_list(device()),
                planned.clone(),
                listed(device(), 0),
                target(0, None),
            ],
            5,
        ),
        // Listed, and never asked for.
        (vec![planned.clone(), listed(device(), 0)], 3),
        (
            vec![
                to_list(device()),
                planned.clone(),
                listed(device(), 0),
                listed(device(), 0),
            ],
            5,
        ),
        // Twice.
        (vec![to_list(device()), to_list(device())], 3),
        // Sealed too early.
        (vec![to_list(device()), planned.clone(), seal(&[])], 4),
    ] {
        let found = replayed(&entries).unwrap_err();
        assert_eq!(found.line(), Some(line), "{entries:?}: {found}");
    }
    let entries = [to_list(device()), planned, listed(device(), 0), seal(&[])];
    assert!(replayed(&entries).unwrap().is_finished());
}

#[test]
fn its_filter_is_read_as_it_was_written_and_one_that_narrows_nothing_is_refused() {
    let filter = Filter {
        kinds: vec![KindName::parse("kind", "WIPE").unwrap()],
        created_before: Timestamp::from_millis(1_770_724_800_000),
        text: Some(SearchText::parse("text", "Pump 7").unwrap()),
        ..Filter::default()
    };
    for filter in [
        filter.clone(),
        Filter {
            text: None,
            ..filter.clone()
        },
        Filter {
            kinds: Vec::new(),
            ..filter
        },
    ] {
        let entry = Entry::ToList {
            device: device(),
            asked_at: Timestamp::from_millis(1_770_724_800_000).unwrap(),
            filter: Some(filter),
        };
        let bytes = written(std::slice::from_ref(&entry));
        let mut lines = read(&*bytes).skip(1);
        assert_eq!(lines.next().unwrap().unwrap().1, entry);
        let text = String::from_utf8(bytes).unwrap();
        let line = text.lines().nth(1).unwrap();
        for broken in [
            "\"filter\":{}",
            "\"filter\":{\"kinds\":[\"\"]}",
            "\"filter\":{\"text\":\" \"}",
            "\"filter\":{\"other\":1}",
        ] {
            let at = line.find("\"filter\"").unwrap();
            let line = format!("{}{broken}}}", &line[..at]);
            assert!(parse(line.as_bytes(), 2).is_err(), "{line}");
        }
    }
}
