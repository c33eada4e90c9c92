//! The bytes on the wire, as every version of the server and of the page has sent them.

#![allow(clippy::unwrap_used, reason = "a test may end the program")]

use std::collections::BTreeMap;

use countermand_relay_api::{
    Approval, ApprovalList, ApprovalRule, ApprovalState, ApprovalTarget, ConnectionInfo,
    ConnectionsFile, Decision, DecisionRequest, DemoConnection, ErrorBody, ErrorMessage,
    FilterTerms, Manifest, ManifestFile, REASON_HEADER, Reason, RequiredNotes, Role, Run,
    RunApproval, RunRequest, RunState, ScopeTerms, SessionInfo, SignInMethod, SignInRequest,
    SweepTerms, is_connection_name, route,
};
use serde::{Serialize, de::DeserializeOwned};

/// `value` is written as `text`, and read back from it.
fn is<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, text: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), text);
    assert_eq!(&serde_json::from_str::<T>(text).unwrap(), value);
}

fn keys(all: &[(&str, &str)]) -> BTreeMap<String, String> {
    let all = all.iter();
    all.map(|&(name, key)| (name.to_owned(), key.to_owned()))
        .collect()
}

fn fleet() -> ConnectionInfo {
    ConnectionInfo {
        name: "fleet".to_owned(),
        provider: "applivery".to_owned(),
        org: "acme-mobile".to_owned(),
        role: Role::Operator,
        approval: Some(ApprovalRule {
            targets: Some(50),
            kinds: vec!["WIPE".to_owned()],
            severity: Some("destructive".to_owned()),
        }),
        runs: false,
        requires: RequiredNotes::default(),
        rate: Some("5000/h".to_owned()),
        devices: vec!["applivery:A1".to_owned()],
        severity: keys(&[("REBOOT", "destructive")]),
    }
}

#[test]
fn what_the_host_offers() {
    let nobody = SessionInfo {
        sign_in: SignInMethod::Launch,
        user: None,
        connections: Vec::new(),
    };
    is(
        &nobody,
        r#"{"sign_in":"launch","user":null,"connections":[]}"#,
    );
    let wind = ConnectionInfo {
        name: "wind".to_owned(),
        provider: "enos".to_owned(),
        org: "o15".to_owned(),
        runs: true,
        requires: RequiredNotes {
            reason: true,
            ticket: false,
        },
        ..ConnectionInfo::default()
    };
    let alice = SessionInfo {
        sign_in: SignInMethod::Token,
        user: Some("alice@example.com".to_owned()),
        connections: vec![fleet(), wind],
    };
    let file: ConnectionsFile<DemoConnection> = ConnectionsFile {
        demo: Vec::new(),
        relay: Some(alice),
    };
    is(
        &file,
        r#"{"demo":[],"relay":{"sign_in":"token","user":"alice@example.com","connections":[{"name":"fleet","provider":"applivery","org":"acme-mobile","role":"operator","approval":{"targets":50,"kinds":["WIPE"],"severity":"destructive"},"rate":"5000/h","devices":["applivery:A1"],"severity":{"REBOOT":"destructive"}},{"name":"wind","provider":"enos","org":"o15","role":"viewer","approval":null,"runs":true,"requires":{"reason":true,"ticket":false},"rate":null,"devices":[]}]}}"#,
    );
    let demo = DemoConnection {
        name: "Demo: Applivery".to_owned(),
        provider: "applivery".to_owned(),
        base_url: "http://127.0.0.1:1/v1".to_owned(),
        org: "acme".to_owned(),
        keys: keys(&[("token", "t0ken")]),
        devices: vec!["applivery:A1".to_owned()],
        ..DemoConnection::default()
    };
    assert!(!format!("{demo:?}").contains("t0ken"));
    let file = ConnectionsFile {
        demo: vec![demo],
        relay: None,
    };
    is(
        &file,
        r#"{"demo":[{"name":"Demo: Applivery","provider":"applivery","base_url":"http://127.0.0.1:1/v1","org":"acme","token":"t0ken","devices":["applivery:A1"]}]}"#,
    );
    let enos = DemoConnection {
        name: "Demo: EnOS".to_owned(),
        provider: "enos".to_owned(),
        base_url: "http://127.0.0.1:1".to_owned(),
        org: "o1".to_owned(),
        keys: keys(&[("app_key", "k"), ("app_secret", "s")]),
        ..DemoConnection::default()
    };
    is(
        &enos,
        r#"{"name":"Demo: EnOS","provider":"enos","base_url":"http://127.0.0.1:1","org":"o1","app_key":"k","app_secret":"s","devices":[]}"#,
    );
}

#[test]
fn signing_in() {
    let request = SignInRequest {
        token: "t0ken".to_owned(),
    };
    is(&request, r#"{"token":"t0ken"}"#);
    assert!(!format!("{request:?}").contains("t0ken"));
    for text in ["{}", r#"{"token":"t","more":1}"#, r#"{"token":1}"#] {
        assert!(serde_json::from_str::<SignInRequest>(text).is_err());
    }
    for (method, word) in [
        (SignInMethod::Launch, "launch"),
        (SignInMethod::Token, "token"),
        (SignInMethod::Proxy, "proxy"),
        (SignInMethod::Oidc, "oidc"),
    ] {
        is(&method, &format!("\"{word}\""));
        assert_eq!(method.as_str(), word);
    }
}

#[test]
fn approvals() {
    let unread = Approval {
        id: "a-1".to_owned(),
        by: "alice".to_owned(),
        at: "2026-02-10T12:00:05Z".to_owned(),
        reason: Some("a wrong wipe".to_owned()),
        ticket: None,
        state: ApprovalState::Waiting,
        decided_by: None,
        count: 3,
        is_reading: true,
        plan_sha256: None,
        sweep: None,
        targets: Vec::new(),
    };
    is(
        &ApprovalList {
            approvals: vec![Some(unread.clone())],
        },
        r#"{"approvals":[{"id":"a-1","by":"alice","at":"2026-02-10T12:00:05Z","reason":"a wrong wipe","state":"waiting","decided_by":null,"count":3,"is_reading":true}]}"#,
    );
    let target = ApprovalTarget {
        device: "enos:asset:a".to_owned(),
        command: "1".to_owned(),
        kind: "service invocation".to_owned(),
        name: Some("Stop".to_owned()),
        state: Some("pending".to_owned()),
        created_at: Some("2026-02-10T12:00:01Z".to_owned()),
    };
    let approved = Approval {
        state: ApprovalState::Approved,
        decided_by: Some("bob".to_owned()),
        reason: None,
        is_reading: false,
        plan_sha256: Some("5ha".to_owned()),
        targets: vec![target],
        ..unread
    };
    is(
        &approved,
        r#"{"id":"a-1","by":"alice","at":"2026-02-10T12:00:05Z","state":"approved","decided_by":"bob","count":3,"plan_sha256":"5ha","targets":[{"device":"enos:asset:a","command":"1","kind":"service invocation","name":"Stop","state":"pending","created_at":"2026-02-10T12:00:01Z"}]}"#,
    );
    let sweep = SweepTerms {
        filter: FilterTerms {
            kinds: vec!["WIPE".to_owned()],
            severity: Some("destructive".to_owned()),
            ..FilterTerms::default()
        },
        scope: ScopeTerms::Search("Lager".to_owned()),
        at_most: Some(9),
    };
    let text = r#"{"filter":{"kinds":["WIPE"],"severity":"destructive"},"scope":{"search":"Lager"},"at_most":9}"#;
    is(&sweep, text);
    is(&ScopeTerms::Organization, r#""organization""#);
    let devices = ScopeTerms::Devices(vec!["applivery:a".to_owned()]);
    is(&devices, r#"{"devices":["applivery:a"]}"#);
    for wider in [
        r#"{"filter":{},"scope":"elsewhere"}"#,
        r#"{"filter":{"kind":"WIPE"},"scope":"organization"}"#,
    ] {
        assert!(
            serde_json::from_str::<SweepTerms>(wider).is_err(),
            "{wider}"
        );
    }
    let text = r#"{"approvals":[{"id":"a-2","state":"perhaps"},7]}"#;
    let odd: ApprovalList<Option<Approval>> = serde_json::from_str(text).unwrap();
    assert_eq!(odd.approvals, [None, None]);
    for (state, word) in [
        (ApprovalState::Declined, "declined"),
        (ApprovalState::Withdrawn, "withdrawn"),
        (ApprovalState::Expired, "expired"),
    ] {
        is(&state, &format!("\"{word}\""));
        assert_eq!(state.as_str(), word);
    }
    for (decision, text) in [
        (Decision::Approve, r#"{"decision":"approve"}"#),
        (Decision::Decline, r#"{"decision":"decline"}"#),
        (Decision::Withdraw, r#"{"decision":"withdraw"}"#),
    ] {
        let plan_sha256 = None;
        is(
            &DecisionRequest {
                decision,
                plan_sha256,
            },
            text,
        );
    }
    is(
        &DecisionRequest {
            decision: Decision::Approve,
            plan_sha256: Some("5ha".to_owned()),
        },
        r#"{"decision":"approve","plan_sha256":"5ha"}"#,
    );
}

#[test]
fn errors_and_their_header() {
    assert_eq!(REASON_HEADER, "countermand-relay");
    let words = Reason::ALL.map(Reason::as_str);
    assert_eq!(
        words,
        [
            "sign-in",
            "forbidden",
            "approval",
            "rate",
            "audit",
            "store",
            "unreachable",
            "upstream",
            "not-found",
            "refused"
        ]
    );
    for reason in Reason::ALL {
        let value = reason.as_str().as_bytes();
        assert_eq!(Reason::from_header(value), Some(reason));
    }
    assert_eq!(Reason::from_header(b"perhaps"), None);
    let plain = serde_json::to_string(&ErrorBody::new("no")).unwrap();
    assert_eq!(plain, r#"{"message":"no"}"#);
    for text in [
        r#"{"message":"no"}"#,
        r#"{"status":false,"error":{"code":403,"message":"no"}}"#,
        r#"{"code":403,"msg":"no","message":"no"}"#,
    ] {
        let said: ErrorMessage = serde_json::from_str(text).unwrap();
        assert_eq!(said.into_text().as_deref(), Some("no"));
    }
    let said: ErrorMessage = serde_json::from_str(r#"{"msg":"no"}"#).unwrap();
    assert_eq!(said.into_text().as_deref(), Some("no"));
    let said: ErrorMessage = serde_json::from_str("{}").unwrap();
    assert_eq!(said.into_text(), None);
}

#[test]
fn the_manifest_of_the_page() {
    let file = |sha256: &str, bytes| ManifestFile {
        sha256: sha256.to_owned(),
        bytes,
    };
    let manifest = Manifest {
        version: "1.2.3".to_owned(),
        commit: "0123abc".to_owned(),
        files: vec![
            ("lang/es.txt".to_owned(), file("bb", 2)),
            ("index.html".to_owned(), file("aa", 1)),
        ],
    };
    is(
        &manifest,
        r#"{"version":"1.2.3","commit":"0123abc","files":{"lang/es.txt":{"sha256":"bb","bytes":2},"index.html":{"sha256":"aa","bytes":1}}}"#,
    );
}

#[test]
fn a_manifest_is_read_whole_or_not_at_all() {
    for none in [
        "",
        "<!doctype html>",
        "{}",
        r#"{"version":"1","commit":"c"}"#,
        r#"{"version":"1","commit":"c","files":{"a":{}}}"#,
        r#"{"version":1,"commit":"c","files":{}}"#,
    ] {
        assert!(serde_json::from_str::<Manifest>(none).is_err(), "{none}");
    }
}

#[test]
fn paths() {
    assert_eq!(route::MANIFEST, "manifest.json");
    assert_eq!(route::CONNECTIONS, "connections.json");
    assert_eq!(route::LAUNCH, "launch");
    assert_eq!(route::sign_in(), "relay/sign-in");
    assert_eq!(route::sign_out(), "relay/sign-out");
    assert_eq!(route::connection("fleet"), "relay/fleet");
    assert_eq!(route::approvals("fleet"), "relay/fleet/approvals");
    assert_eq!(route::approval("fleet", "a-1"), "relay/fleet/approvals/a-1");
    assert_eq!(route::runs("fleet"), "relay/fleet/runs");
    assert_eq!(route::run("fleet", "r-1"), "relay/fleet/runs/r-1");
    assert_eq!(route::stop_run("fleet", "r-1"), "relay/fleet/runs/r-1/stop");
    assert_eq!(
        route::resume_run("fleet", "r-1"),
        "relay/fleet/runs/r-1/resume"
    );
    assert_eq!(
        route::run_journal("fleet", "r-1", 7),
        "relay/fleet/runs/r-1/journal?from=7"
    );
    assert_eq!(
        route::run_events("fleet", "r-1"),
        "relay/fleet/runs/r-1/events"
    );
    for name in ["fleet", "a", "wind-2", "0", &"a".repeat(63)] {
        assert!(is_connection_name(name), "{name}");
    }
    for name in ["", "-a", "Fleet", "a b", "a/b", "..", "é", &"a".repeat(64)] {
        assert!(!is_connection_name(name), "{name}");
    }
}

#[test]
fn one_bad_value_does_not_hide_the_rest() {
    let text = r#"{"demo":[7,{"name":"x","begin_with":"many","token":"t","app_key":7,"devices":["a",1]}],
        "relay":{"sign_in":"token","user":7,"connections":["?",
        {"name":"new","role":"owner of everything","approval":"no","rate":1,"devices":null},
        {"name":"old","approval":{"targets":99999999999999999999,"kinds":"WIPE"}}]}}"#;
    let file: ConnectionsFile<DemoConnection> = serde_json::from_str(text).unwrap();
    assert_eq!(file.demo.len(), 2);
    assert_eq!(file.demo[1].name, "x");
    assert_eq!(file.demo[1].devices, ["a", ""]);
    assert_eq!(file.demo[1].keys, keys(&[("token", "t")]));
    let relay = file.relay.unwrap();
    assert_eq!((relay.user, relay.connections.len()), (None, 3));
    assert_eq!(relay.connections[0], ConnectionInfo::default());
    assert_eq!(relay.connections[1].role, Role::Viewer);
    let rule = relay.connections[2].approval.clone().unwrap();
    assert_eq!(rule, ApprovalRule::default());
    let rule: ApprovalRule = serde_json::from_str(r#"{"targets":18446744073709551615}"#).unwrap();
    assert_eq!(rule.targets, Some(usize::MAX));
    for text in [
        r#"{"demo":7,"relay":null}"#,
        r#"{"relay":{"sign_in":"by post"}}"#,
        "{}",
    ] {
        let file: ConnectionsFile<DemoConnection> = serde_json::from_str(text).unwrap();
        assert_eq!((file.demo.len(), file.relay), (0, None), "{text}");
    }
}

#[test]
fn a_run_and_what_starts_one() {
    let request = RunRequest {
        plan: "{}\n".to_owned(),
        reason: Some("a wrong lock".to_owned()),
        watch_for: Some(60),
        ..RunRequest::default()
    };
    let text = r#"{"plan":"{}\n","reason":"a wrong lock","watch_for":60}"#;
    assert_eq!(serde_json::to_string(&request).unwrap(), text);
    assert_eq!(serde_json::from_str::<RunRequest>(text).unwrap(), request);
    assert!(serde_json::from_str::<RunRequest>(r#"{"plan":"","dry_run":true}"#).is_err());
    let run = Run {
        id: "r-1".to_owned(),
        state: RunState::Stopping,
        by: "alice".to_owned(),
        at: "2026-02-10T12:00:00Z".to_owned(),
        plan_sha256: "ab".to_owned(),
        stopped_by: Some("bob".to_owned()),
        done: 1,
        total: 2,
        outcomes: [("cancelled".to_owned(), 1)].into(),
        lines: 9,
        ..Run::default()
    };
    let text = r#"{"id":"r-1","state":"stopping","by":"alice","at":"2026-02-10T12:00:00Z","plan_sha256":"ab","stopped_by":"bob","done":1,"total":2,"outcomes":{"cancelled":1},"lines":9}"#;
    assert_eq!(serde_json::to_string(&run).unwrap(), text);
    assert_eq!(serde_json::from_str::<Run>(text).unwrap(), run);
    let declined = Run {
        id: "r-3".to_owned(),
        state: RunState::NotApproved,
        approval: Some(RunApproval {
            state: ApprovalState::Declined,
            decided_by: Some("bob".to_owned()),
        }),
        ..Run::default()
    };
    let text = r#"{"id":"r-3","state":"not_approved","by":"","at":"","plan_sha256":"","done":0,"total":0,"outcomes":{},"lines":0,"approval":{"state":"declined","decided_by":"bob"}}"#;
    assert_eq!(serde_json::to_string(&declined).unwrap(), text);
    assert_eq!(serde_json::from_str::<Run>(text).unwrap(), declined);
    assert!(declined.state.is_over() && !RunState::Waiting.is_over());
    let newer: Run = serde_json::from_str(r#"{"id":"r-2","state":"waiting_for_mars"}"#).unwrap();
    assert_eq!(newer.state, RunState::Unknown);
    assert!(!newer.state.is_over());
}
