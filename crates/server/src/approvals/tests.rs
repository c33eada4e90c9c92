//! Two persons, and the clock.

use std::{sync::Arc, time::Duration};

use countermand_core_model::{CommandId, CommandState, DeviceRef, Timestamp};
use countermand_transport::fake::FakeTimer;

use countermand_relay_api::RequestedTarget;

use super::{
    ledger::{IDLE, LONGEST, WAITS},
    recent::WINDOW,
    *,
};
const FLEET: &str = "fleet";

fn approvals() -> (Approvals, FakeTimer) {
    let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
    (Approvals::new(Arc::new(timer.clone())), timer)
}

fn id(number: u32) -> String {
    format!("{number:024x}")
}

fn target(number: u32) -> CancelTarget {
    CancelTarget {
        device: DeviceRef::parse_for(Provider::Applivery, "A1").unwrap(),
        command: Some(CommandId::parse(Provider::Applivery, &id(number)).unwrap()),
    }
}

fn wanted(numbers: &[u32]) -> ApprovalRequest {
    let target = |number: &u32| RequestedTarget {
        device: "applivery:A1".to_owned(),
        command: id(*number),
        kind: "REBOOT".to_owned(),
    };
    ApprovalRequest {
        targets: numbers.iter().map(target).collect(),
        everything: Vec::new(),
    }
}

/// What the provider says of a command.
fn seen(number: u32, kind: &str) -> ObservedState {
    let CancelTarget { device, command } = target(number);
    ObservedState {
        device,
        command: command.unwrap(),
        kind: kind.to_owned(),
        name: None,
        created_at: None,
        state: CommandState::Pending,
    }
}

/// Asks, and has the provider say that all of them are wipes.
fn ask(approvals: &Approvals, by: &str, numbers: &[u32]) -> String {
    let id = try_to_ask(approvals, by, numbers).unwrap().id;
    for number in numbers {
        let found = [seen(*number, "WIPE")];
        approvals.fill(&id, &target(*number), &found, || true);
    }
    id
}

fn try_to_ask(approvals: &Approvals, by: &str, numbers: &[u32]) -> Result<Approval, RequestError> {
    let id = format!("approval-{by}-{}", approvals.of(FLEET).len());
    let provider = Provider::Applivery;
    approvals.ask(FLEET, provider, by, id, &wanted(numbers), |_| true)
}

fn decide(
    approvals: &Approvals,
    id: &str,
    who: &str,
    decision: Decision,
) -> Result<(), DecisionError> {
    let decided = approvals.decide(FLEET, id, who, decision, || true);
    decided.map(|_| ())
}

/// What a cancel needs where the provider says so of it.
fn needs(approvals: &Approvals, who: &str, number: u32, kind: &str) -> ApprovalNeed {
    let rule = ApprovalRule {
        targets: Some(0),
        kinds: Vec::new(),
    };
    let now = [seen(number, kind)];
    approvals.needs(&rule, FLEET, who, &target(number), Some(&now))
}

fn two() -> ApprovalRule {
    ApprovalRule {
        targets: Some(2),
        kinds: Vec::new(),
    }
}

#[test]
fn one_person_may_so_many_in_an_hour_and_repetitions_do_not_count() {
    let (approvals, timer) = approvals();
    let needs = |number| approvals.needs(&two(), FLEET, "alice", &target(number), None);
    assert_eq!(needs(1), ApprovalNeed::Nothing);
    assert_eq!(needs(2), ApprovalNeed::Nothing);
    assert_eq!(needs(1), ApprovalNeed::Nothing, "the same once more");
    assert_eq!(needs(3), ApprovalNeed::Approval);
    let bobs = approvals.needs(&two(), FLEET, "bob", &target(3), None);
    assert_eq!(
        bobs,
        ApprovalNeed::Nothing,
        "another person counts for themselves"
    );
    timer.advance(WINDOW);
    assert_eq!(needs(3), ApprovalNeed::Nothing);
}

#[test]
fn named_kinds_and_everything_need_it_always() {
    let (approvals, _) = approvals();
    let rule = ApprovalRule {
        targets: None,
        kinds: vec!["WIPE".to_owned()],
    };
    let needs = |target: &CancelTarget, kind: Option<&str>| {
        let now: Vec<_> = kind.map(|kind| seen(1, kind)).into_iter().collect();
        approvals.needs(&rule, FLEET, "alice", target, Some(&now))
    };
    assert_eq!(needs(&target(1), Some("LOCK")), ApprovalNeed::Nothing);
    assert_eq!(needs(&target(1), Some("wipe ")), ApprovalNeed::Approval);
    assert_eq!(
        needs(&target(1), Some("")),
        ApprovalNeed::Approval,
        "unknown"
    );
    assert_eq!(needs(&target(1), None), ApprovalNeed::Approval, "not there");
    let everything = CancelTarget {
        command: None,
        ..target(1)
    };
    assert_eq!(needs(&everything, None), ApprovalNeed::Approval);
}

#[test]
fn a_second_person_approves_exactly_what_was_asked_for_and_read() {
    let (approvals, _) = approvals();
    let approval = ask(&approvals, "alice", &[1, 2]);
    let needs = |who, number, kind| needs(&approvals, who, number, kind);
    assert_eq!(
        needs("alice", 1, "WIPE"),
        ApprovalNeed::Approval,
        "it only waits"
    );
    let decide = |who, decision| decide(&approvals, &approval, who, decision);
    assert_eq!(
        decide("alice", Decision::Approved),
        Err(DecisionError::Yourself)
    );
    assert_eq!(
        decide("bob", Decision::Withdrawn),
        Err(DecisionError::OnlyWhoAsked)
    );
    let elsewhere = approvals.decide("wind", &approval, "bob", Decision::Approved, || true);
    assert_eq!(elsewhere.map(|_| ()), Err(DecisionError::Unknown));
    assert_eq!(decide("bob", Decision::Approved), Ok(()));
    assert_eq!(
        decide("carol", Decision::Declined),
        Err(DecisionError::Over)
    );
    assert_eq!(
        needs("alice", 1, "WIPE"),
        ApprovalNeed::Approved(approval.clone())
    );
    assert_eq!(
        needs("alice", 2, "WIPE"),
        ApprovalNeed::Approved(approval.clone())
    );
    assert_eq!(
        needs("alice", 3, "WIPE"),
        ApprovalNeed::Approval,
        "not asked for"
    );
    assert_eq!(
        needs("bob", 1, "WIPE"),
        ApprovalNeed::Approval,
        "it is alice's"
    );
    assert_eq!(
        needs("alice", 1, "LOCK"),
        ApprovalNeed::Approval,
        "another one now"
    );
}

#[test]
fn who_approves_sees_the_vendors_words_and_nothing_before() {
    let (approvals, _) = approvals();
    let id = try_to_ask(&approvals, "alice", &[1]).unwrap().id;
    let shown = |approvals: &Approvals| approvals.of(FLEET).remove(0);
    assert_eq!(shown(&approvals).targets[0].kind, "");
    let early = decide(&approvals, &id, "bob", Decision::Approved);
    assert_eq!(early, Err(DecisionError::Unread));
    let found = [seen(1, "RESET_PASSWORD")];
    approvals.fill(&id, &target(1), &found, || true);
    assert_eq!(shown(&approvals).targets[0].kind, "RESET_PASSWORD");
    assert_eq!(decide(&approvals, &id, "bob", Decision::Approved), Ok(()));
}

#[test]
fn an_approval_lives_as_long_as_its_run_and_no_longer_than_a_day() {
    let (approvals, timer) = approvals();
    let numbers: Vec<u32> = (0..60).collect();
    let id = ask(&approvals, "alice", &numbers);
    decide(&approvals, &id, "bob", Decision::Approved).unwrap();
    let mut spent = Duration::ZERO;
    for number in numbers {
        let opened = approvals.claim(&id, &target(number), || true);
        assert_eq!(opened, spent < LONGEST, "{spent:?}");
        if opened {
            approvals.settle(&id, &target(number), CancelResponse::Taken);
        }
        let pause = IDLE / 3;
        timer.advance(pause);
        spent += pause;
    }
    let (approvals, timer) = super::tests::approvals();
    let id = ask(&approvals, "alice", &[1]);
    decide(&approvals, &id, "bob", Decision::Approved).unwrap();
    timer.advance(IDLE);
    assert_eq!(
        needs(&approvals, "alice", 1, "WIPE"),
        ApprovalNeed::Approval
    );
    assert_eq!(approvals.of(FLEET)[0].state, ApprovalState::Expired);
}

#[test]
fn a_cancel_that_was_taken_is_used_up_and_one_that_was_not_is_not() {
    let (approvals, _) = approvals();
    let id = ask(&approvals, "alice", &[1, 2]);
    decide(&approvals, &id, "bob", Decision::Approved).unwrap();
    let claim = |number| approvals.claim(&id, &target(number), || true);
    let settle = |number, answer| approvals.settle(&id, &target(number), answer);
    assert!(claim(1));
    assert!(!claim(1), "it is under way");
    for answer in [
        CancelResponse::Lost,
        CancelResponse::Refused,
        CancelResponse::NotSent,
    ] {
        settle(1, answer);
        assert!(claim(1), "{answer:?}");
    }
    settle(1, CancelResponse::Taken);
    assert!(!claim(1), "used up");
    assert_eq!(
        needs(&approvals, "alice", 1, "WIPE"),
        ApprovalNeed::Approval
    );
    assert!(claim(2), "the other one is not");
    for _ in 1..MOST_ATTEMPTS {
        settle(2, CancelResponse::Lost);
        assert!(claim(2));
    }
    settle(2, CancelResponse::Lost);
    assert!(!claim(2), "no run sends it so often");
}

#[test]
fn who_asked_and_who_approved_take_back_what_was_approved() {
    for (who, may) in [("alice", true), ("bob", true), ("carol", false)] {
        let (approvals, _) = approvals();
        let id = ask(&approvals, "alice", &[1]);
        decide(&approvals, &id, "bob", Decision::Approved).unwrap();
        let withdrawn = decide(&approvals, &id, who, Decision::Withdrawn);
        assert_eq!(withdrawn.is_ok(), may, "{who}");
        assert_eq!(approvals.claim(&id, &target(1), || true), !may);
    }
}

#[test]
fn an_approval_says_how_many_of_its_cancels_may_still_be_sent() {
    let (approvals, _) = approvals();
    let id = ask(&approvals, "alice", &[1, 2, 3]);
    let left = || approvals.of(FLEET)[0].left;
    assert_eq!(left(), None, "nothing is approved yet");
    decide(&approvals, &id, "bob", Decision::Approved).unwrap();
    assert_eq!(left(), Some(3));
    let claim = |number| approvals.claim(&id, &target(number), || true);
    let settle = |number, answer| approvals.settle(&id, &target(number), answer);
    assert!(claim(1) && claim(2));
    assert_eq!(left(), Some(1), "what is under way is gone");
    settle(1, CancelResponse::Taken);
    settle(2, CancelResponse::Lost);
    assert_eq!(
        left(),
        Some(2),
        "one whose answer was lost may be sent again"
    );
    decide(&approvals, &id, "bob", Decision::Withdrawn).unwrap();
    assert_eq!(left(), None);
}

#[test]
fn what_cannot_be_written_down_does_not_count() {
    let (approvals, _) = approvals();
    let id = ask(&approvals, "alice", &[1]);
    let unwritten = approvals.decide(FLEET, &id, "bob", Decision::Approved, || false);
    assert_eq!(unwritten.map(|_| ()), Err(DecisionError::Unwritten));
    assert_eq!(approvals.of(FLEET)[0].state, ApprovalState::Waiting);
}

#[test]
fn declined_withdrawn_and_forgotten_ones_open_nothing() {
    for (who, decision) in [("bob", Decision::Declined), ("alice", Decision::Withdrawn)] {
        let (approvals, _) = approvals();
        let approval = ask(&approvals, "alice", &[1]);
        decide(&approvals, &approval, who, decision).unwrap();
        assert_eq!(
            needs(&approvals, "alice", 1, "WIPE"),
            ApprovalNeed::Approval
        );
    }
    let (approvals, timer) = approvals();
    let approval = ask(&approvals, "alice", &[1]);
    timer.advance(WAITS);
    let late = decide(&approvals, &approval, "bob", Decision::Approved);
    assert_eq!(late, Err(DecisionError::Over));
}

#[test]
fn everything_is_approved_for_what_waits_and_nothing_new() {
    let (approvals, _) = approvals();
    let everything = CancelTarget {
        command: None,
        ..target(1)
    };
    let wanted = ApprovalRequest {
        targets: Vec::new(),
        everything: vec!["applivery:%41%31".to_owned()],
    };
    let provider = Provider::Applivery;
    let request = approvals.ask(FLEET, provider, "alice", "one".to_owned(), &wanted, |_| {
        true
    });
    assert_eq!(
        request.unwrap().everything,
        ["applivery:A1"],
        "in its one form"
    );
    let found = [seen(1, "LOCK"), seen(2, "WIPE")];
    approvals.fill("one", &everything, &found, || true);
    assert_eq!(approvals.of(FLEET)[0].waiting.len(), 2);
    decide(&approvals, "one", "bob", Decision::Approved).unwrap();
    let rule = two();
    let needs =
        |now: &[ObservedState]| approvals.needs(&rule, FLEET, "alice", &everything, Some(now));
    assert_eq!(needs(&found), ApprovalNeed::Approved("one".to_owned()));
    assert_eq!(needs(&found[..1]), ApprovalNeed::Approved("one".to_owned()));
    assert_eq!(needs(&[seen(1, "WIPE")]), ApprovalNeed::Changed);
    let more = [seen(1, "LOCK"), seen(2, "WIPE"), seen(3, "WIPE")];
    assert_eq!(needs(&more), ApprovalNeed::Changed);
}

#[test]
fn a_command_that_is_named_twice_is_one_target() {
    let (approvals, _) = approvals();
    let mut wanted = wanted(&[0xabc]);
    let mut again = wanted.targets[0].clone();
    again.command = again.command.to_uppercase();
    wanted.targets.push(again);
    let provider = Provider::Applivery;
    let request = approvals.ask(FLEET, provider, "alice", "one".to_owned(), &wanted, |_| {
        true
    });
    assert_eq!(request.unwrap().targets.len(), 1);
}

#[test]
fn what_cannot_be_meant_is_named() {
    let (approvals, _) = approvals();
    let ask = |wanted| {
        let provider = Provider::Applivery;
        let request = approvals.ask(FLEET, provider, "alice", "x".to_owned(), &wanted, |_| true);
        match request.map(|_| ()).unwrap_err() {
            RequestError::Invalid(invalid) => invalid.field(),
            other => panic!("{other}"),
        }
    };
    assert_eq!(ask(wanted(&[])), "targets");
    let mut strange = wanted(&[1]);
    strange.targets[0].command = " ".to_owned();
    assert_eq!(ask(strange), "emmCommandId");
    let mut other = wanted(&[1]);
    other.targets[0].device = "enos:asset:a".to_owned();
    assert!(!ask(other).is_empty());
}

#[test]
fn what_is_over_makes_room_and_what_is_open_never_does() {
    let (approvals, _) = approvals();
    let numbers: Vec<u32> = (0..20_000).collect();
    let mut ids = Vec::new();
    for by in ["a", "b", "c", "d", "e"] {
        ids.push(try_to_ask(&approvals, by, &numbers).unwrap().id);
    }
    let error = try_to_ask(&approvals, "f", &numbers).unwrap_err();
    assert!(error.to_string().contains("100000"), "{error}");
    decide(&approvals, &ids[1], "carol", Decision::Declined).unwrap();
    try_to_ask(&approvals, "f", &numbers).unwrap();
    let kept: Vec<String> = approvals.of(FLEET).into_iter().map(|one| one.by).collect();
    assert_eq!(kept, ["f", "e", "d", "c", "a"], "the declined one went");
}

#[test]
fn nobody_keeps_others_from_asking() {
    let (approvals, _) = approvals();
    let mut request = 0;
    while try_to_ask(&approvals, "alice", &[request]).is_ok() {
        request += 1;
    }
    assert!((1..200).contains(&request), "{request}");
    assert!(try_to_ask(&approvals, "bob", &[1]).is_ok());
    let wind = approvals.ask(
        "wind",
        Provider::Applivery,
        "alice",
        "w".to_owned(),
        &wanted(&[1]),
        |_| true,
    );
    assert!(wind.is_ok(), "another connection is another matter");
}
