//! The audit: before anything leaves, whole at the end, and nothing without it.

use countermand_server::audit::{AuditSummary, CancelResponse, read};

use countermand_server::StoreLocation;
use countermand_test_postgres::Postgres;

use crate::{
    house::{ALICE, BOB, CAROL, House, exported, simulated, simulator, start_over, tokens},
    passing::{applivery_path, both, hold, truth},
};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_sealed_in_good_order_and_every_change_of_it_is_found() {
    let (house, simulator) = both().await;
    for _ in 0..3 {
        let held = hold(&simulator, "applivery", "LOCK");
        let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
        assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
    }
    let running = exported(&house.store);
    let running = AuditSummary::of(&mut read(running.as_bytes())).unwrap();
    assert!(!running.sealed);
    house.server.stop().await;
    let bytes = exported(&house.store).into_bytes();
    let summary = AuditSummary::of(&mut read(bytes.as_slice())).unwrap();
    assert!(summary.sealed);
    assert_eq!((summary.cancels, summary.without_answer), (3, 0));
    assert_eq!(summary.answers.get(&CancelResponse::Taken), Some(&3));
    assert_eq!(summary.who.get("alice"), Some(&3));
    // One byte of any line but the last is changed.
    let last = bytes[..bytes.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap();
    for at in (0..last).step_by(37) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(
            AuditSummary::of(&mut read(changed.as_slice())).is_err(),
            "byte {at}"
        );
    }
    // A line is taken out.
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for out in 0..lines.len() - 1 {
        let mut rest = lines.clone();
        rest.remove(out);
        assert!(
            AuditSummary::of(&mut read(rest.concat().as_slice())).is_err(),
            "line {out}"
        );
    }
}

async fn houses(simulator: &countermand_simulator::Simulator, store: &StoreLocation) -> [House; 2] {
    let start = || async {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(store.clone());
        start_over(folder, simulated(simulator), tokens(), store)
            .await
            .unwrap()
    };
    [start().await, start().await]
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_with_one_database_write_one_audit() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let simulator = simulator().await;
    let [one, other] = houses(&simulator, &store).await;
    let mut asked = Vec::new();
    for number in 0..24 {
        let held = hold(&simulator, "applivery", "LOCK");
        let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
        let (house, who) = match number % 2 {
            0 => (&one, ALICE),
            _ => (&other, CAROL),
        };
        asked.push(async move { house.ask_as(who, "POST", &cancel, "").await.status });
    }
    let statuses = futures_util::future::join_all(asked).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert!(
        !AuditSummary::of(&mut read(exported(&store).as_bytes()))
            .unwrap()
            .sealed
    );
    one.server.stop().await;
    assert!(
        !AuditSummary::of(&mut read(exported(&store).as_bytes()))
            .unwrap()
            .sealed
    );
    other.server.stop().await;
    let audit = exported(&store);
    let summary = AuditSummary::of(&mut read(audit.as_bytes())).unwrap();
    assert!(summary.sealed);
    assert_eq!((summary.cancels, summary.without_answer), (24, 0));
    assert_eq!(summary.servers.len(), 2);
    assert_eq!(summary.who.get("alice"), Some(&12));
    assert_eq!(summary.who.get("carol"), Some(&12));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_gone_no_cancel_leaves_and_then_all_is_in_it() {
    let mut postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let house = start_over(folder, simulated(&simulator), tokens(), Some(store.clone()));
    let house = house.await.unwrap();
    let cancel = async |held| {
        let cancel = format!("{}/cancel", applivery_path(&simulator, held));
        house.ask_as(ALICE, "POST", &cancel, "").await.status
    };
    let held: Vec<_> = (0..3)
        .map(|_| hold(&simulator, "applivery", "LOCK"))
        .collect();
    assert_eq!(cancel(&held[0]).await, 200);
    postgres.kill().unwrap();
    assert_eq!(cancel(&held[1]).await, 503);
    let health = house.ask("GET", "/healthz", "", "").await;
    assert_eq!(health.status, 503, "{health:?}");
    postgres.restart().unwrap();
    crate::run_houses::until(
        || async { house.ask("GET", "/healthz", "", "").await.status },
        |status| *status == 200,
        "it is well again",
    )
    .await;
    assert_eq!(cancel(&held[2]).await, 200);
    house.server.stop().await;
    simulator.advance(60_000);
    assert_eq!(truth(&simulator, &held[1]), "pending");
    let summary = AuditSummary::of(&mut read(exported(&store).as_bytes())).unwrap();
    assert!(summary.sealed);
    assert_eq!(summary.without_answer, 0);
    assert_eq!(summary.answers.get(&CancelResponse::Taken), Some(&2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_says_from_where_its_request_came() {
    let (house, simulator) = both().await;
    let held = hold(&simulator, "applivery", "LOCK");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
    assert_eq!(house.ask_as(BOB, "POST", &cancel, "").await.status, 403);
    assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
    let own = format!("Origin: {}\r\n", house.server.origin());
    house
        .ask("POST", "/relay/sign-in", &own, r#"{"token":"a-guess"}"#)
        .await;
    for event in ["forbidden", "sending", "answered", "sign_in_failed"] {
        assert_eq!(house.audited(event)[0]["peer"], "127.0.0.1", "{event}");
    }
    assert_eq!(
        house.audited("server_started")[0]["peer"],
        serde_json::Value::Null
    );
}
