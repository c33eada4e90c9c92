//! The seal, and what the summary says.

use super::*;

fn with_seal(seal: Entry) -> Vec<Entry> {
    let mut entries = run();
    entries.pop();
    entries.push(seal);
    entries
}

#[test]
fn a_seal_with_other_counts_is_refused() {
    use CancelOutcome as O;
    for wrong in [
        &[(O::Cancelled, 2), (O::LostRace, 1), (O::Denied, 1)][..],
        &[(O::Cancelled, 4)],
        &[],
        &[
            (O::Cancelled, 1),
            (O::LostRace, 1),
            (O::AlreadyFinished, 1),
            (O::Denied, 1),
            (O::Unknown, 1),
        ],
    ] {
        let found = read_all(&written(&with_seal(seal(wrong)))).unwrap_err();
        assert_eq!(found.line(), Some(21), "{wrong:?}: {found}");
    }
    let Entry::Sealed { outcomes, .. } = run().pop().unwrap() else {
        panic!("a run ends in a seal");
    };
    let miscounted = Entry::Sealed {
        targets: 5,
        outcomes,
    };
    assert!(read_all(&written(&with_seal(miscounted))).is_err());
}

#[test]
fn a_seal_over_a_target_without_an_outcome_is_refused() {
    let entries = [target(0, None), Entry::Planned { targets: 1 }, seal(&[])];
    assert_eq!(read_all(&written(&entries)).unwrap_err().line(), Some(4));
}

#[test]
fn nothing_may_follow_the_seal() {
    let mut entries = run();
    entries.push(Entry::Planned { targets: 3 });
    let found = read_all(&written(&entries)).unwrap_err();
    assert!(
        matches!(found, ChainError::AfterSeal { line: 22 }),
        "{found:?}"
    );
}

#[test]
fn the_last_outcome_of_a_watched_target_counts() {
    let entries = [
        target(0, None),
        settled(0, CancelOutcome::Accepted),
        settled(0, CancelOutcome::LostRace),
        seal(&[(CancelOutcome::LostRace, 1)]),
    ];
    assert!(read_all(&written(&entries)).is_ok());
}

#[test]
fn the_summary_counts() {
    let bytes = written(&run());
    let summary = Summary::of(&mut read(&*bytes)).unwrap();
    assert_eq!(summary.targets, 4);
    assert_eq!(summary.open, 0);
    assert_eq!(summary.without_answer, 0);
    assert!(summary.planned && summary.sealed);
    assert_eq!(summary.outcomes.values().sum::<usize>(), 4);
    assert_eq!(summary.outcomes[&CancelOutcome::LostRace], 1);
    assert_eq!(summary.events["target"], 3);
    assert_eq!(summary.events["header"], 1);
    assert_eq!(summary.first_at, Some(timer().now()));
    assert_eq!(summary.header.unwrap().org.as_str(), "o15");

    // As it was right after the one call had left: its two targets wait for an answer.
    let bytes = written(&run()[..8]);
    let summary = Summary::of(&mut read(&*bytes)).unwrap();
    assert_eq!((summary.open, summary.without_answer), (2, 2));
    assert!(!summary.sealed);
}
