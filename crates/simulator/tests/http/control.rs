//! The control address.

use countermand_simulator::{Config, Cors};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Lab, START_MS, config, lab, lab_with};

async fn ask(lab: &Lab, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let url = format!("http://{}/_sim/{path}", lab.sim.addr());
    let response = lab
        .http
        .request(method, url)
        .json(&body)
        .send()
        .await
        .unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_clock_is_read_and_stepped() {
    let lab = lab().await;
    assert_eq!(
        lab.control("clock/advance", json!({"ms": 1_500})).await,
        json!({"now_ms": START_MS + 1_500})
    );
    let (_, clock) = ask(&lab, Method::GET, "clock", json!(null)).await;
    assert_eq!(clock, json!({"now_ms": START_MS + 1_500, "manual": true}));
}

#[tokio::test]
async fn commands_are_added_and_changed() {
    let lab = lab().await;
    let device = lab.about.applivery.devices[0].clone();
    let added = lab
        .control("commands", json!({
            "device": device, "kind": "WIPE", "state": "pending", "ttl_s": 60, "age_s": 5, "count": 2, "hold": true
        }))
        .await;
    let commands = added["commands"].as_array().unwrap();
    assert_eq!(
        (commands.len(), &commands[0]["device"]),
        (2, &json!(device))
    );
    let id = commands[0]["command"].as_str().unwrap();
    lab.sim.advance(3_600_000 * 24);
    let held = lab.ledger_of(&device, id).await;
    assert_eq!(
        (&held["state"], &held["kind"]),
        (&json!("pending"), &json!("WIPE"))
    );
    assert_eq!(held["created_ms"], START_MS - 5_000);
    assert_eq!(held["expires_ms"], START_MS + 55_000);
    lab.control(
        "commands/state",
        json!({"device": device, "command": id, "state": "failed"}),
    )
    .await;
    assert_eq!(lab.ledger_of(&device, id).await["state"], "failed");
}

#[tokio::test]
async fn commands_are_added_to_every_device_at_once() {
    let lab = lab().await;
    let order = json!({"device": "enos:*", "count": 20, "hold": true, "ttl_s": 7200});
    let added = lab.control("commands", order).await;
    assert_eq!(added["commands"].as_array().unwrap().len(), 240);
    let (_, ledger) = ask(&lab, Method::GET, "ledger?touched=true", json!(null)).await;
    assert!(ledger["commands"].as_array().unwrap().len() >= 240);
    let (_, one) = ask(
        &lab,
        Method::GET,
        &format!("ledger?device={}", lab.about.enos.devices[3]),
        json!(null),
    )
    .await;
    let held = one["commands"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["created_ms"] == START_MS);
    assert_eq!(held.count(), 20);
}

#[tokio::test]
async fn options_are_changed_one_by_one() {
    let lab = lab().await;
    let patch = json!({"enos_cancel_delay_ms": 9, "enos_not_cached": {"answer": "error", "code": 1, "msg": "m"}});
    let (status, options) = ask(&lab, Method::PATCH, "options", patch).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (
            &options["enos_cancel_delay_ms"],
            &options["applivery_cancel_delay_ms"]
        ),
        (&json!(9), &json!(500))
    );
    assert_eq!(
        ask(&lab, Method::GET, "options", json!(null)).await.1,
        options
    );
    for wrong in [
        json!({"no_such": 1}),
        json!({"cors": "maybe"}),
        json!({"enos_token_error_http": 500}),
    ] {
        let (status, error) = ask(&lab, Method::PATCH, "options", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(error["error"].is_string());
    }
    assert_eq!(serde_json::to_value(lab.sim.options()).unwrap(), options);
}

#[tokio::test]
async fn faults_are_added_listed_and_cleared() {
    let lab = lab().await;
    let rules = json!([
        {"match": {"operation": "enos.cancel", "device": lab.about.enos.devices[0]}, "times": 1,
         "fault": {"kind": "lost_after"}},
        {"match": {"vendor": "applivery"}, "probability": 0.5,
         "fault": {"kind": "http", "status": 429, "retry_after": "2"}}
    ]);
    lab.control("faults", rules).await;
    lab.control("faults", json!({"fault": {"kind": "slow", "ms": 1}}))
        .await;
    let (_, listed) = ask(&lab, Method::GET, "faults", json!(null)).await;
    let listed = listed["faults"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 3);
    assert_eq!(
        (&listed[0]["fired"], &listed[0]["rule"]["fault"]["kind"]),
        (&json!(0), &json!("lost_after"))
    );
    for wrong in [
        json!({"match": {"operation": "enos.nothing"}, "fault": {"kind": "html"}}),
        json!({"match": {"device": "enos:asset:nowhere1"}, "fault": {"kind": "html"}}),
        json!({"fault": {"kind": "nothing"}}),
        json!({"fault": {"kind": "html"}, "tmes": 1}),
        json!({"fault": {"kind": "html"}, "probability": 1.5}),
    ] {
        let (status, error) = ask(&lab, Method::POST, "faults", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
    }
    let (_, cleared) = ask(&lab, Method::DELETE, "faults", json!(null)).await;
    assert_eq!(cleared, json!({"faults": []}));
    assert!(lab.sim.faults().is_empty());
}

#[tokio::test]
async fn orders_that_cannot_be_carried_out_say_why() {
    let lab = lab().await;
    for (path, body) in [
        ("commands", json!({"device": "applivery:nothing"})),
        (
            "commands",
            json!({"device": lab.about.enos.devices[0], "knd": "x"}),
        ),
        (
            "commands/state",
            json!({"device": lab.about.enos.devices[0], "command": "1", "state": "sent"}),
        ),
        ("devices/online", json!({"device": "x", "online": true})),
        ("clock/advance", json!({"ms": -1})),
    ] {
        let (status, error) = ask(&lab, Method::POST, path, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert!(!error["error"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        ask(&lab, Method::GET, "nothing", json!(null)).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn without_the_control_address_nothing_is_there() {
    let lab = lab_with(Config {
        control: false,
        cors: Cors::Off,
        ..config()
    })
    .await;
    let (status, body) = ask(&lab, Method::POST, "clock/advance", json!({"ms": 1})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(
        body,
        json!({"message": "no Route matched with those values"})
    );
    assert_eq!(lab.sim.now_ms(), START_MS);
}

#[tokio::test]
async fn operations_are_counted() {
    let lab = lab().await;
    lab.applivery_pending(&lab.applivery_device(0)).await;
    lab.enos_cached(&lab.about.enos.devices[0]).await;
    lab.enos_cached(&lab.about.enos.devices[0]).await;
    let requests = lab.sim.ledger().requests;
    let received = |name: &str| requests.get(name).map_or(0, |count| count.received);
    assert_eq!(
        [
            "applivery.list",
            "enos.token_get",
            "enos.search",
            "enos.cancel"
        ]
        .map(received),
        [1, 2, 2, 0]
    );
}
