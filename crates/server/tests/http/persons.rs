//! One person under several spellings is one person, wherever somebody is compared with somebody.

use countermand_server::{
    RelayStartError, StartError,
    access::{Grant, Grants, ProxyConfig, SignIn, StaticToken},
};
use serde_json::json;

use crate::{
    house::{House, house_with, rule, sha256, simulated, simulator, start_with},
    passing::{hold, truth},
    run_houses::{client, plan_of, until},
};

async fn behind_a_proxy() -> (House, countermand_simulator::Simulator) {
    let simulator = simulator().await;
    simulator.change_options(|options| options.applivery_cancel_delay_ms = 0);
    let mut connections = simulated(&simulator);
    for connection in &mut connections {
        connection.approval = rule(None, &["WIPE"]);
        connection.grants = Grants {
            operators: ["Bob@X.example ", "CAROL@x.example"]
                .iter()
                .map(|name| name.parse::<Grant>().unwrap())
                .collect(),
            viewers: Vec::new(),
        };
    }
    let proxy = SignIn::Proxy(ProxyConfig {
        header: "x-user".parse().unwrap(),
        groups_header: None,
        from: vec!["127.0.0.0/8".parse().unwrap()],
    });
    (house_with(connections, proxy).await, simulator)
}

fn as_user(house: &House, name: &str) -> String {
    format!(
        "Origin: {}\r\nSec-Fetch-Site: same-origin\r\nX-User: {name}\r\n",
        house.server.origin()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_asked_for_under_another_spelling() {
    let (house, simulator) = behind_a_proxy().await;
    let wipe = hold(&simulator, "applivery", "WIPE");
    let plan = plan_of(&client(&simulator), std::slice::from_ref(&wipe), "WIPE");
    let wanted = json!({"plan": plan}).to_string();
    let bobs = as_user(&house, "bob@x.example");
    let asked = house.ask("POST", "/relay/fleet/runs", &bobs, &wanted).await;
    assert_eq!(asked.status, 201, "{asked:?}");
    let approvals = "/relay/fleet/approvals";
    let one = format!("{approvals}/{}", asked.json()["id"].as_str().unwrap());
    let is_read =
        || async { house.ask("GET", &one, &bobs, "").await.json()["is_reading"].is_null() };
    until(is_read, |is_read| *is_read, "read").await;
    let approve = r#"{"decision":"approve"}"#;
    for (name, status) in [
        ("Bob@X.example", 403),
        ("BOB@x.EXAMPLE", 403),
        ("\u{ff42}ob@x.example", 403),
        ("bob@x.example\u{a0}", 403),
        // What nobody can see makes nobody: not another person, and not the same one.
        ("bob@x.example\u{200b}", 401),
        ("bob@x.example\u{ad}", 401),
        ("\u{2060}bob@x.example", 401),
        ("bo\u{34f}b@x.example", 401),
        ("carol\u{202e}@x.example", 401),
    ] {
        let decided = house
            .ask("POST", &one, &as_user(&house, name), approve)
            .await;
        assert_eq!(decided.status, status, "{name:?}: {decided:?}");
    }
    let carol = as_user(&house, "Carol@X.Example");
    assert_eq!(house.ask("POST", &one, &carol, approve).await.status, 200);
    until(
        || async { truth(&simulator, &wipe) },
        |state| state == "cancelled",
        "cancelled",
    )
    .await;
    assert_eq!(house.audited("asked")[0]["who"], "bob@x.example");
    assert_eq!(house.audited("run_begun")[0]["who"], "bob@x.example");
    assert_eq!(house.audited("decided")[0]["who"], "carol@x.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_with_one_token_are_not_started_with() {
    let token = |name: &str, text: &str| StaticToken::new(name, &sha256(text)).unwrap();
    let tokens = SignIn::Tokens(vec![token("alice", "one"), token("bob", "one")]);
    let refused = start_with(Vec::new(), tokens).await;
    let Err(StartError::Relay(error @ RelayStartError::Access(_))) = refused else {
        panic!("{refused:?}");
    };
    let said = error.to_string();
    assert!(said.contains("alice") && said.contains("bob"), "{said}");
    assert!(!said.contains(&sha256("one")), "{said}");
}
