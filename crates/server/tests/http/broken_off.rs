//! Requests that are broken off: at every await of their handler, and as real connections in the middle. What
//! was begun is written down to its end, and nobody else is kept from anything.

use std::{
    collections::HashMap,
    future::Future,
    path::Path,
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use axum::body::Body;
use countermand_core_model::Provider;
use countermand_server::{
    Relay, RelayConfig,
    access::SignIn,
    audit::{AuditSummary, read},
};
use countermand_simulator::Simulator;
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    house::{
        ALICE, BOB, CAROL, House, exported, house, rule, simulated, simulator, store_in, tokens,
    },
    passing::{applivery_path, enos_target, hold, truth},
    run_houses::{client_of, plan_of, until},
    wire::send_and_go,
};

const ORIGIN: &str = "http://127.0.0.1:8080";

/// The longest that a handler is followed: each has ended by then.
const MOST_POLLS: usize = 60;

async fn relay(folder: &Path, simulator: &Simulator, sign_in: SignIn) -> Relay {
    let mut connections = simulated(simulator);
    connections[1].approval = rule(Some(0), &[]);
    let config = RelayConfig::new(connections, sign_in, folder.join("audit"));
    Relay::open(config, &ORIGIN.parse().unwrap()).await.unwrap()
}

/// A request as the router below `/relay` gets it.
fn request(token: &str, method: &str, target: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(target.strip_prefix("/relay").unwrap())
        .header("origin", ORIGIN)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(body.to_owned()))
        .unwrap()
}

/// Polls so many times, with time for others between, and drops. Says whether it had ended.
async fn break_off_after<F: Future>(polls: usize, future: F) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if future.as_mut().poll(&mut context).is_ready() {
            return true;
        }
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    false
}

async fn json_of(relay: &Relay, request: Request<Body>) -> Value {
    let answer = relay.router().oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await;
    serde_json::from_slice(&body.unwrap()).unwrap()
}

fn lines(audit: &str) -> Vec<Value> {
    audit
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The audit in the end: whole, sealed, and with an answer for every cancel.
fn whole(audit: &str) -> AuditSummary {
    let summary = AuditSummary::of(&mut read(audit.as_bytes())).unwrap();
    assert!(summary.sealed);
    assert_eq!(summary.without_answer, 0);
    summary
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_broken_off_at_any_await_is_written_down_whole_and_stops_nobody() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let relay = relay(folder.path(), &simulator, tokens()).await;
    let (mut polls, mut held_ones) = (0, Vec::new());
    loop {
        let held = hold(&simulator, "applivery", "LOCK");
        let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
        let asked = relay.router().oneshot(request(ALICE, "POST", &cancel, ""));
        let ended = break_off_after(polls, asked).await;
        held_ones.push(held);
        if ended || polls == MOST_POLLS {
            break;
        }
        polls += 1;
    }
    // How often depends on how soon its task is done on another thread.
    assert!(polls > 0, "it was never broken off");
    let held = hold(&simulator, "applivery", "LOCK");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
    let next = relay.router().oneshot(request(ALICE, "POST", &cancel, ""));
    assert_eq!(next.await.unwrap().status(), 200);
    held_ones.push(held);
    relay.stop().await;
    let audit = exported(&store_in(folder.path()));
    let summary = whole(&audit);
    // What the vendor saw is what the audit says, command by command.
    simulator.advance(60_000);
    let mut answers = HashMap::new();
    let lines = lines(&audit);
    for line in lines.iter().filter(|line| line["event"] == "sending") {
        let answered = lines
            .iter()
            .find(|other| other["event"] == "answered" && other["cancel"] == line["cancel"]);
        let answer = answered.unwrap()["answer"].clone();
        answers.insert(line["command"].as_str().unwrap().to_owned(), answer);
    }
    for held in &held_ones {
        let said = answers.get(&held.command);
        assert_eq!(
            truth(&simulator, held) == "cancelled",
            said.is_some_and(|answer| answer == "taken"),
            "{said:?}"
        );
    }
    assert!(summary.cancels > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_refusals_and_sign_ins_broken_off_at_any_await_stop_nobody() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let relay = relay(folder.path(), &simulator, tokens()).await;
    let held = hold(&simulator, "enos", "stop_turbine");
    let cancel = enos_target(&simulator, &held, "cancel");
    let client = client_of(&simulator, Provider::Enos);
    let token = format!(r#"{{"token":"{ALICE}"}}"#);
    for polls in 0..25 {
        // Each plan is another one.
        let plan = plan_of(
            &client,
            std::slice::from_ref(&held),
            &format!("kind {polls}"),
        );
        let wanted = json!({"plan": plan}).to_string();
        let asked = json_of(&relay, request(CAROL, "POST", "/relay/wind/runs", &wanted)).await;
        let one = format!("/relay/wind/approvals/{}", asked["id"].as_str().unwrap());
        let is_read = || async {
            let approval = json_of(&relay, request(CAROL, "GET", &one, "")).await;
            approval["is_reading"].is_null()
        };
        until(is_read, |is_read| *is_read, "read").await;
        let decline = r#"{"decision":"decline"}"#;
        for (who, method, target, body) in [
            (ALICE, "POST", one.as_str(), decline),
            (ALICE, "POST", cancel.as_str(), ""),
            (BOB, "POST", cancel.as_str(), ""),
            (ALICE, "POST", "/relay/sign-in", token.as_str()),
            (ALICE, "POST", "/relay/sign-out", ""),
        ] {
            let asked = relay.router().oneshot(request(who, method, target, body));
            break_off_after(polls, asked).await;
        }
        // Where the decision was begun it is over, and the audit says what counts.
        let withdraw = request(CAROL, "POST", &one, r#"{"decision":"withdraw"}"#);
        let withdrawn = relay.router().oneshot(withdraw).await.unwrap().status();
        assert!(matches!(withdrawn.as_u16(), 200 | 409), "{withdrawn}");
    }
    let held = hold(&simulator, "applivery", "LOCK");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
    let next = relay.router().oneshot(request(ALICE, "POST", &cancel, ""));
    assert_eq!(next.await.unwrap().status(), 200);
    relay.stop().await;
    let audit = exported(&store_in(folder.path()));
    whole(&audit);
    // One decision for each request, and no more.
    let mut decided = HashMap::new();
    for line in lines(&audit) {
        if line["event"] == "decided" {
            *decided.entry(line["approval"].to_string()).or_insert(0) += 1;
        }
    }
    assert!(decided.values().all(|times| *times == 1), "{decided:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_broken_off_in_the_middle_stop_nobody() {
    let simulator = simulator().await;
    let house: House = house(simulated(&simulator)).await;
    let (addr, own) = (house.server.addr(), house.own(ALICE));
    for step in 0..60 {
        let held = hold(&simulator, "applivery", "LOCK");
        let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
        let text =
            format!("POST {cancel} HTTP/1.1\r\nHost: {addr}\r\n{own}Content-Length: 0\r\n\r\n");
        let after = Duration::from_micros(step * 150);
        tokio::task::spawn_blocking(move || send_and_go(addr, &text, after))
            .await
            .unwrap();
    }
    let health = house.ask("GET", "/healthz", "", "").await;
    assert_eq!((health.status, health.body.as_str()), (200, "ok"));
    let held = hold(&simulator, "applivery", "LOCK");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
    assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
    house.server.stop().await;
    assert!(whole(&exported(&house.store)).cancels > 1);
}
