use super::*;
use crate::testing::{at, command, target};

fn rule(targets: Option<usize>, kinds: &[&str]) -> ApprovalRule {
    ApprovalRule {
        targets,
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
    }
}

fn review(provider: Provider, kinds: &[&str], everything: bool) -> Review {
    let device = match provider {
        Provider::Applivery => "applivery:A1",
        _ => "enos:asset:a1",
    };
    let mut gathering = Gathering::new(provider);
    for (number, kind) in (1..).zip(kinds) {
        gathering.add((&command(device, number, kind, CommandState::Pending)).into());
    }
    let scope = if everything {
        Scope::Everything(vec![AllPending::on(device.parse().unwrap())])
    } else {
        Scope::Commands(Vec::new())
    };
    gathering.finish(scope, None, 0)
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
    let locks = review(Provider::Applivery, &["LOCK", "LOCK", "LOCK"], false);
    assert!(reasons(&rule(Some(3), &["WIPE"]), &locks, 0).is_empty());
    assert_eq!(reasons(&rule(Some(2), &[]), &locks, 0), [text::many(2)]);
    assert_eq!(reasons(&rule(Some(3), &[]), &locks, 1), [text::many(3)]);
    assert_eq!(
        reasons(&rule(None, &["lock"]), &locks, 0),
        [text::kinds("LOCK")]
    );
    assert_eq!(reasons(&rule(Some(0), &["Lock"]), &locks, 0).len(), 2);
    let unknown = review(Provider::Applivery, &[""], false);
    assert_eq!(
        reasons(&rule(None, &["WIPE"]), &unknown, 0).len(),
        1,
        "it may be one"
    );
    assert!(reasons(&rule(Some(1), &[]), &unknown, 0).is_empty());
    // EnOS cancels everything by one call, of which nobody knows before what it meets.
    let some = rule(Some(50), &[]);
    let everything = review(Provider::Enos, &["stop"], true);
    assert_eq!(reasons(&some, &everything, 0), [text::everything()]);
    let everything = review(Provider::Applivery, &["LOCK"], true);
    assert!(reasons(&some, &everything, 0).is_empty());
}

const WAITING: &str = r#"{"id":"a-1","by":"alice","at":"2026-02-10T12:00:05Z","state":"waiting",
    "decided_by":null,"everything":[],"targets":[
        {"device":"applivery:A1","command":"000000000000000000000001","kind":"LOCK"},
        {"device":"applivery:A2","command":"000000000000000000000002","kind":"WIPE"},
        {"device":"applivery:A1","command":"000000000000000000000003","kind":"LOCK"}]}"#;

#[test]
fn an_approval_shows_what_its_asker_reviewed() {
    let approval = Approval::of_text(Provider::Applivery, WAITING).unwrap();
    assert_eq!((approval.by.as_str(), approval.count()), ("alice", 3));
    assert_eq!(approval.at, Some(at(5)));
    assert_eq!(approval.refusal(), None);
    assert_eq!(approval.illegible, 0);
    let first = target(&command("applivery:A1", 1, "LOCK", CommandState::Pending));
    assert_eq!(
        (&approval.targets[0].target, &*approval.targets[0].kind),
        (&first, "LOCK")
    );
    assert_eq!(
        (approval.unread, approval.left, approval.not_waiting()),
        (0, None, 0)
    );
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
    let odd = WAITING
        .replace("000000000000000000000002", "not an id")
        .replace(
            r#""everything":[]"#,
            r#""everything":["applivery:A3","no device"]"#,
        );
    let approval = Approval::of_text(Provider::Applivery, &odd).unwrap();
    assert_eq!((approval.count(), approval.everything.len()), (2, 1));
    assert_eq!(approval.illegible, 2);
    let enos = Approval::of_text(Provider::Enos, WAITING).unwrap();
    assert_eq!((enos.count(), enos.illegible), (0, 3), "another vendor's");
    for id in ["", "../x", "a b"] {
        let odd = WAITING.replace("a-1", id);
        assert_eq!(Approval::of_text(Provider::Applivery, &odd), None, "{id:?}");
    }
}

#[test]
fn each_end_without_approval_says_so_and_an_approval_does_not() {
    let with = |state: &str, by: &str| {
        let text = WAITING.replace("waiting", state).replace("null", by);
        Approval::of_text(Provider::Applivery, &text)
            .unwrap()
            .refusal()
    };
    assert_eq!(with("approved", "\"bob\""), None);
    assert_eq!(with("declined", "\"bob\""), Some(text::declined_by("bob")));
    assert_eq!(with("declined", "null").as_deref(), Some(text::declined()));
    assert_eq!(
        with("withdrawn", "null").as_deref(),
        Some(text::withdrawn())
    );
    assert_eq!(with("expired", "null").as_deref(), Some(text::expired()));
    let unheard = WAITING.replace("waiting", "perhaps");
    assert_eq!(Approval::of_text(Provider::Applivery, &unheard), None);
}

const READ: &str = r#"{"id":"a-1","by":"alice","at":"2026-02-10T12:00:05Z","state":"waiting",
    "decided_by":null,"everything":["enos:asset:a1"],"unread":2,"targets":[
        {"device":"enos:asset:a1","command":"1","kind":"service invocation","name":"Stop","state":"pending",
         "created_at":"2026-02-10T12:00:01Z"},
        {"device":"enos:asset:a2","command":"2","kind":"","state":"unknown"},
        {"device":"enos:asset:a2","command":"3","kind":"","state":"of another time"},
        {"device":"enos:asset:a2","command":"4","kind":""}],
    "waiting":[
        {"device":"enos:asset:a1","command":"1","kind":"service invocation","name":"Stop","state":"pending"},
        {"device":"enos:asset:a1","command":"5","kind":"measurement point setting","name":"Limit","state":"sent"}]}"#;

#[test]
fn what_the_server_read_is_shown_with_its_name_state_and_time() {
    let approval = Approval::of_text(Provider::Enos, READ).unwrap();
    let first = &approval.targets[0];
    assert_eq!(
        (first.called(), first.state),
        ("Stop", Some(CommandState::Pending))
    );
    assert_eq!(first.created_at, Some(at(1)));
    let states: Vec<_> = approval.commands().map(|one| one.state).collect();
    let unknown = Some(CommandState::Unknown);
    let sent = Some(CommandState::Sent);
    assert_eq!(
        states,
        [first.state, unknown, unknown, None, sent],
        "each once"
    );
    assert_eq!(
        approval.not_waiting(),
        3,
        "what was not read yet is not said to be gone"
    );
    assert_eq!((approval.unread, approval.count()), (2, 4));
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
fn what_was_approved_can_be_taken_back_by_who_asked_and_who_approved() {
    let approved = |left: &str| {
        let approved = WAITING
            .replace("waiting", "approved")
            .replace("null", "\"bob\"")
            .replace("a-1", "a-2");
        approved.replace(r#""everything""#, &format!(r#"{left}"everything""#))
    };
    let open = |user: Option<&str>, one: &str| {
        let answer = format!(r#"{{"approvals":[{WAITING},{one}]}}"#);
        let open = Approval::open(Provider::Applivery, user, &answer).unwrap();
        open.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    for left in ["", r#""left":3,"#] {
        for (user, sees) in [
            (Some("alice"), true),
            (Some("bob"), true),
            (Some("carol"), false),
            (None, false),
        ] {
            let expected: &[&str] = if sees { &["a-1", "a-2"] } else { &["a-1"] };
            assert_eq!(open(user, &approved(left)), expected, "{user:?} {left}");
        }
    }
    assert_eq!(
        open(Some("bob"), &approved(r#""left":0,"#)),
        ["a-1"],
        "it is used up"
    );
}

#[test]
fn only_what_waits_is_listed() {
    let declined = WAITING.replace("waiting", "declined").replace("a-1", "a-2");
    let answer = format!(r#"{{"approvals":[{WAITING},{declined}]}}"#);
    let waiting = Approval::open(Provider::Applivery, Some("alice"), &answer).unwrap();
    let ids: Vec<_> = waiting.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["a-1"]);
    assert_eq!(Approval::open(Provider::Applivery, None, "<html>"), None);
}
