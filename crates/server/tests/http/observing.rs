//! Health and numbers.

use crate::{
    house::{ALICE, house, simulated, simulator},
    passing::{applivery_path, both, hold},
};

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_what_was_done_and_no_name_of_anybody() {
    let (house, simulator) = both().await;
    let held = hold(&simulator, "applivery", "LOCK");
    let path = applivery_path(&simulator, &held);
    house
        .ask_as(ALICE, "POST", &format!("{path}/cancel"), "")
        .await;
    house.ask_as(ALICE, "GET", &path, "").await;
    house.ask_as(ALICE, "GET", "/relay/nowhere/x", "").await;
    let metrics = house.ask("GET", "/metrics", "", "").await;
    assert_eq!(metrics.status, 200);
    for line in [
        r#"countermand_http_requests_total{route="applivery.cancel_command",status="200"} 1"#,
        r#"countermand_cancels_total{connection="fleet",answer="taken"} 1"#,
        r#"countermand_upstream_seconds_count{connection="fleet",route="applivery.cancel_command"} 1"#,
        "# EOF",
    ] {
        assert!(metrics.body.contains(line), "{line}\n{}", metrics.body);
    }
    for name in [
        "alice",
        &held.command,
        held.device.trim_start_matches("applivery:"),
    ] {
        assert!(!metrics.body.contains(name), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_by_any_name_and_numbers_for_this_machine() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let addr = house.server.addr();
    let by_name = |target: &str, host: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes()
    };
    let healthy = house.raw(by_name("/healthz", "10.1.2.3")).await.unwrap();
    assert_eq!((healthy.status, healthy.body.as_str()), (200, "ok"));
    assert_eq!(
        house
            .raw(by_name("/metrics", &addr.to_string()))
            .await
            .unwrap()
            .status,
        200
    );
    assert_eq!(
        house.raw(by_name("/", "10.1.2.3")).await.unwrap().status,
        421
    );
}
