use super::*;
use crate::testing::{at, command, target};

fn rule(targets: Option<usize>, kinds: &[&str]) -> ApprovalRule {
    ApprovalRule {
        targets,
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        severity: None,
    }
}

fn review(kinds: &[&str]) -> Review {
    let mut gathering = Gathering::new(Provider::Applivery);
    for (number, kind) in (1..).zip(kinds) {
        gathering.add((&command("applivery:A1", number, kind, CommandState::Pending)).into());
    }
    gathering.finish(Scope::Commands(Vec::new()), None, 0)
}

#[test]
fn a_rule_is_read_as_the_relay_tells_it() {
    let read = |text: &str| serde_json::from_str::<Option<ApprovalRule>>(text).unwrap();
    assert_eq!(read("null"), None);
    assert_eq!(
        read(r#"{"targets":50,"kinds":["WIPE"]}"#),
        Some(rule(Some(50), &["WIPE"]))
    );
    assert_eq!(
        read(r#"{"targets":null,"kinds":["WIPE","LOCK"]}"#),
        Some(rule(None, &["WIPE", "LOCK"]))
    );
    assert_eq!(read(r#"{"targets":0}"#), Some(rule(Some(0), &[])));
}

#[test]
fn a_review_says_why_it_has_to_be_approved() {
    let locks = review(&["LOCK", "LOCK", "LOCK"]);
    assert!(reasons(&rule(Some(3), &["WIPE"]), &locks).is_empty());
    assert_eq!(reasons(&rule(Some(2), &[]), &locks), [text::many(2)]);
    assert_eq!(
        reasons(&rule(None, &["lock"]), &locks),
        [text::kinds("LOCK")]
    );
    assert_eq!(reasons(&rule(Some(0), &["Lock"]), &locks).len(), 2);
    let unknown = review(&[""]);
    let wipes = rule(None, &["WIPE"]);
    assert_eq!(reasons(&wipes, &unknown).len(), 1, "it may be one");
    assert!(reasons(&rule(Some(1), &[]), &unknown).is_empty());
    let grave = |word: &str| ApprovalRule {
        severity: Some(word.to_owned()),
        ..ApprovalRule::default()
    };
    assert!(reasons(&grave("destructive"), &locks).is_empty());
    assert_eq!(reasons(&grave("disruptive"), &locks), [text::disruptive()]);
    let wipe = review(&["LOCK", "WIPE"]);
    assert_eq!(reasons(&grave("destructive"), &wipe), [text::destructive()]);
    assert_eq!(reasons(&grave("destructive"), &unknown).len(), 1);
    assert_eq!(
        reasons(&grave("of a newer server"), &locks),
        [text::wanted()]
    );
}

const WAITING: &str = r#"{"id":"a-1","by":"alice","at":"2026-02-10T12:00:05Z","state":"waiting",
    "reason":"a wrong lock","decided_by":null,"count":3,"plan_sha256":"5ha","targets":[
        {"device":"applivery:A1","command":"000000000000000000000001","kind":"LOCK"},
        {"device":"applivery:A2","command":"000000000000000000000002","kind":"WIPE"},
        {"device":"applivery:A1","command":"000000000000000000000003","kind":"LOCK"}]}"#;

#[test]
fn an_approval_shows_what_is_asked_for() {
    let approval = Approval::of_text(Provider::Applivery, WAITING).unwrap();
    assert_eq!((approval.by.as_str(), approval.count), ("alice", 3));
    assert_eq!(approval.at, Some(at(5)));
    assert_eq!(approval.notes(), ["Reason: a wrong lock"]);
    assert_eq!(approval.plan_sha256.as_deref(), Some("5ha"));
    let first = target(&command("applivery:A1", 1, "LOCK", CommandState::Pending));
    assert_eq!(
        (&approval.commands[0].target, &*approval.commands[0].kind),
        (&first, "LOCK")
    );
    let counts = (
        approval.illegible,
        approval.is_reading,
        approval.not_waiting(),
    );
    assert_eq!(counts, (0, false, 0));
    let review = approval.review(Provider::Applivery, &SeverityRules::default());
    let kinds: Vec<_> = review
        .groups
        .iter()
        .map(|group| (group.kind.as_str(), group.total))
        .collect();
    assert_eq!(kinds, [("WIPE", 1), ("LOCK", 2)], "the gravest first");
    assert_eq!(review.devices.len(), 2);
}

#[test]
fn what_cannot_be_read_is_counted_and_not_left_out_in_silence() {
    let odd = WAITING.replace("000000000000000000000002", "not an id");
    let approval = Approval::of_text(Provider::Applivery, &odd).unwrap();
    assert_eq!((approval.commands.len(), approval.illegible), (2, 1));
    let enos = Approval::of_text(Provider::Enos, WAITING).unwrap();
    assert_eq!((enos.count, enos.illegible), (3, 3), "another vendor's");
    for id in ["", "../x", "a b"] {
        let odd = WAITING.replace("a-1", id);
        assert_eq!(Approval::of_text(Provider::Applivery, &odd), None, "{id:?}");
    }
    let unheard = WAITING.replace("waiting", "perhaps");
    assert_eq!(Approval::of_text(Provider::Applivery, &unheard), None);
}

#[test]
fn each_end_without_approval_says_so() {
    let declined = Some(ApprovalState::Declined);
    assert_eq!(refusal(declined, Some("bob")), text::declined_by("bob"));
    assert_eq!(refusal(declined, None), text::declined());
    let withdrawn = Some(ApprovalState::Withdrawn);
    assert_eq!(refusal(withdrawn, Some("bob")), text::withdrawn());
    assert_eq!(refusal(Some(ApprovalState::Expired), None), text::expired());
}

const READ: &str = r#"{"id":"a-1","by":"alice","at":"2026-02-10T12:00:05Z","state":"waiting","decided_by":null,
    "count":5,"is_reading":true,"targets":[
        {"device":"enos:asset:a1","command":"1","kind":"service invocation","name":"Stop","state":"pending",
         "created_at":"2026-02-10T12:00:01Z"},
        {"device":"enos:asset:a2","command":"2","kind":"","state":"unknown"},
        {"device":"enos:asset:a2","command":"3","kind":"","state":"of another time"},
        {"device":"enos:asset:a2","command":"4","kind":""},
        {"device":"enos:asset:a1","command":"5","kind":"measurement point setting","name":"Limit","state":"sent"}]}"#;

#[test]
fn what_the_server_read_is_shown_with_its_name_state_and_time() {
    let approval = Approval::of_text(Provider::Enos, READ).unwrap();
    let first = &approval.commands[0];
    assert_eq!(
        (first.called(), first.state),
        ("Stop", Some(CommandState::Pending))
    );
    assert_eq!(first.created_at, Some(at(1)));
    let states: Vec<_> = approval.commands.iter().map(|one| one.state).collect();
    let unknown = Some(CommandState::Unknown);
    let sent = Some(CommandState::Sent);
    assert_eq!(states, [first.state, unknown, unknown, None, sent]);
    assert_eq!(
        approval.not_waiting(),
        3,
        "what could not be read is not said to be gone"
    );
    assert!(approval.is_reading);
    let review = approval.review(Provider::Enos, &SeverityRules::default());
    assert_eq!(review.total, 5);
    let (found, more) = approval.matching("STOP", 9);
    assert_eq!((found, more), (vec![first], false));
    let (found, more) = approval.matching(" ", 2);
    assert_eq!((found.len(), more), (2, true));
    let (found, _) = approval.matching("a2", 9);
    assert_eq!(found.len(), 3);
}

#[test]
fn only_what_waits_is_listed() {
    let declined = WAITING.replace("waiting", "declined").replace("a-1", "a-2");
    let answer = format!(r#"{{"approvals":[{WAITING},{declined}]}}"#);
    let waiting = Approval::waiting(Provider::Applivery, &answer).unwrap();
    let ids: Vec<_> = waiting.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["a-1"]);
    assert_eq!(Approval::waiting(Provider::Applivery, "<html>"), None);
}

#[test]
fn a_brake_is_asked_for_by_what_it_looks_for_and_never_approved_unread() {
    let read = |sweep: &str| {
        let text = format!(
            r#"{{"id":"r-1","by":"bob","at":"2026-02-10T12:00:00Z","state":"waiting","count":0{sweep}}}"#
        );
        Approval::of_text(Provider::Applivery, &text).unwrap()
    };
    let asked = read(r#","sweep":{"filter":{"kinds":["WIPE"]},"scope":"organization"}"#);
    assert_eq!(asked.title(false), "bob asks to brake");
    assert_eq!(asked.approve(), "Approve the brake");
    assert_eq!(asked.illegible, 0);
    for unread in [
        "",
        r#","sweep":{"filter":{"kinds":["WIPE"],"of_a_newer_server":1},"scope":"organization"}"#,
        r#","sweep":7"#,
    ] {
        assert_eq!(read(unread).illegible, 1, "{unread}");
    }
    assert_eq!(read(r#","is_reading":true"#).illegible, 0);
}
