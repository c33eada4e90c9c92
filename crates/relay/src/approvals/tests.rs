//! Two persons, and the clock.

use std::sync::Arc;

use countermand_core_model::Timestamp;
use countermand_transport::fake::FakeTimer;

use super::*;

const FLEET: &str = "fleet";

fn approvals() -> (Approvals, FakeTimer) {
    let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
    (Approvals::new(Arc::new(timer.clone())), timer)
}

fn id(number: u32) -> String {
    format!("{number:024x}")
}

fn cancelling(number: u32) -> Cancelling {
    Cancelling {
        device: DeviceRef::parse_for(Provider::Applivery, "A1").unwrap(),
        command: Some(CommandId::parse(Provider::Applivery, &id(number)).unwrap()),
    }
}

fn wanted(numbers: &[u32]) -> Wanted {
    let target = |number: &u32| Target {
        device: "applivery:A1".to_owned(),
        command: id(*number),
        kind: "WIPE".to_owned(),
    };
    Wanted {
        targets: numbers.iter().map(target).collect(),
        everything: Vec::new(),
    }
}

fn ask(approvals: &Approvals, by: &str, numbers: &[u32]) -> String {
    let asked = approvals.ask(
        FLEET,
        Provider::Applivery,
        by,
        format!("approval-{by}"),
        wanted(numbers),
    );
    asked.unwrap().id
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
    let needs = |number| approvals.needs(&two(), FLEET, "alice", &cancelling(number), None);
    assert_eq!(needs(1), Needs::Nothing);
    assert_eq!(needs(2), Needs::Nothing);
    assert_eq!(needs(1), Needs::Nothing, "the same once more");
    assert_eq!(needs(3), Needs::Approval);
    let bobs = approvals.needs(&two(), FLEET, "bob", &cancelling(3), None);
    assert_eq!(bobs, Needs::Nothing, "another person counts for themselves");
    timer.advance(WINDOW);
    assert_eq!(needs(3), Needs::Nothing);
}

#[test]
fn named_kinds_and_everything_need_it_always() {
    let (approvals, _) = approvals();
    let rule = ApprovalRule {
        targets: None,
        kinds: vec!["WIPE".to_owned()],
    };
    let needs =
        |cancelling: &Cancelling, kind| approvals.needs(&rule, FLEET, "alice", cancelling, kind);
    assert_eq!(needs(&cancelling(1), Some("LOCK")), Needs::Nothing);
    assert_eq!(needs(&cancelling(1), Some("wipe ")), Needs::Approval);
    assert_eq!(needs(&cancelling(1), Some("")), Needs::Approval, "unknown");
    let everything = Cancelling {
        command: None,
        ..cancelling(1)
    };
    assert_eq!(needs(&everything, None), Needs::Approval);
}

#[test]
fn a_second_person_approves_exactly_what_was_asked_for() {
    let (approvals, timer) = approvals();
    let rule = ApprovalRule {
        targets: Some(0),
        kinds: Vec::new(),
    };
    let approval = ask(&approvals, "alice", &[1, 2]);
    let needs = |who, number| approvals.needs(&rule, FLEET, who, &cancelling(number), None);
    assert_eq!(needs("alice", 1), Needs::Approval, "it only waits");
    let decide = |who, decision| {
        approvals
            .decide(FLEET, &approval, who, decision)
            .map(|_| ())
    };
    assert_eq!(
        decide("alice", Decision::Approved),
        Err(NoDecision::Yourself)
    );
    assert_eq!(
        decide("bob", Decision::Withdrawn),
        Err(NoDecision::OnlyWhoAsked)
    );
    let elsewhere = approvals.decide("wind", &approval, "bob", Decision::Approved);
    assert_eq!(elsewhere.map(|_| ()), Err(NoDecision::Unknown));
    assert_eq!(decide("bob", Decision::Approved), Ok(()));
    assert_eq!(decide("carol", Decision::Declined), Err(NoDecision::Over));
    assert_eq!(needs("alice", 1), Needs::Approved(approval.clone()));
    assert_eq!(needs("alice", 2), Needs::Approved(approval.clone()));
    assert_eq!(needs("alice", 3), Needs::Approval, "not asked for");
    assert_eq!(needs("bob", 1), Needs::Approval, "it is alice's");
    timer.advance(HOLDS);
    assert_eq!(needs("alice", 1), Needs::Approval, "too late");
    assert_eq!(approvals.of(FLEET)[0].state, Standing::Expired);
}

#[test]
fn declined_withdrawn_and_forgotten_ones_open_nothing() {
    let rule = ApprovalRule {
        targets: Some(0),
        kinds: Vec::new(),
    };
    for (who, decision) in [("bob", Decision::Declined), ("alice", Decision::Withdrawn)] {
        let (approvals, _) = approvals();
        let approval = ask(&approvals, "alice", &[1]);
        approvals.decide(FLEET, &approval, who, decision).unwrap();
        let needs = approvals.needs(&rule, FLEET, "alice", &cancelling(1), None);
        assert_eq!(needs, Needs::Approval);
    }
    let (approvals, timer) = approvals();
    let approval = ask(&approvals, "alice", &[1]);
    timer.advance(HOLDS);
    let late = approvals.decide(FLEET, &approval, "bob", Decision::Approved);
    assert_eq!(late.map(|_| ()), Err(NoDecision::Over));
}

#[test]
fn what_cannot_be_meant_is_named() {
    let (approvals, _) = approvals();
    let ask = |wanted| {
        let asked = approvals.ask(FLEET, Provider::Applivery, "alice", "x".to_owned(), wanted);
        asked.map(|_| ()).unwrap_err().field()
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
    let (approvals, timer) = approvals();
    let rule = two();
    let ask_many = |by: &str| {
        let numbers: Vec<u32> = (0..20_000).collect();
        let id = format!("approval-{by}");
        approvals.ask(FLEET, Provider::Applivery, by, id, wanted(&numbers))
    };
    let decide = |by: &str, decision| {
        let id = format!("approval-{by}");
        approvals.decide(FLEET, &id, "carol", decision).unwrap();
    };
    for by in ["a", "b", "c", "d", "e"] {
        ask_many(by).unwrap();
    }
    decide("a", Decision::Approved);
    let error = ask_many("f").unwrap_err();
    assert!(error.to_string().contains("100000"), "{error}");
    decide("b", Decision::Declined);
    ask_many("f").unwrap();
    let kept: Vec<String> = approvals.of(FLEET).into_iter().map(|one| one.by).collect();
    assert_eq!(kept, ["f", "e", "d", "c", "a"], "the declined one went");
    let needs = |by| approvals.needs(&rule, FLEET, by, &cancelling(7), None);
    assert_eq!(needs("a"), Needs::Approved("approval-a".to_owned()));
    timer.advance(HOLDS);
    ask_many("g").unwrap();
}
