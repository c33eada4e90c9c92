//! The OpenAPI document says what the server answers, and nothing else.

use std::collections::BTreeSet;

use countermand_core_model::Timestamp;
use countermand_server::access::{LaunchLinks, SignIn};
use countermand_simulator::Simulator;
use countermand_transport::{Timer, TokioTimer};
use serde_json::{Value, json};

use crate::{
    house::{ALICE, House, house_with, rule, simulated, simulator, tokens},
    oidc::issued,
    passing::hold,
    run_houses::{client, plan_of},
};

const DOCUMENT: &str = "/relay/openapi.json";

/// Every method that a document can have, but for those that a server may answer beside `GET`.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

async fn ruled(sign_in: SignIn) -> (House, Simulator) {
    let simulator = simulator().await;
    let mut connections = simulated(&simulator);
    for connection in &mut connections {
        connection.approval = rule(Some(0), &[]);
    }
    (house_with(connections, sign_in).await, simulator)
}

fn tomorrow() -> String {
    let now = TokioTimer::default().now().as_millis();
    let tomorrow = Timestamp::from_millis(now + 86_400_000);
    tomorrow.unwrap().to_string()
}

async fn document(house: &House) -> Value {
    let answer = house.ask("GET", DOCUMENT, "", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn paths(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .map(|(path, item)| (path.clone(), item))
        .collect()
}

/// Asks by every method at every path. Those of the document are answered as it says, and the others are not allowed.
async fn is_true(house: &House, run: &str, rule: &str) {
    let document = document(house).await;
    for (template, item) in paths(&document) {
        let path = template
            .replace("{connection}", "fleet")
            .replace("{run}", run)
            .replace("{rule}", rule);
        for method in METHODS {
            let answer = house.ask_as(ALICE, method, &path, "{}").await;
            let what = format!("{method} {path}: {answer:?}");
            match item.get(method.to_ascii_lowercase()) {
                // Nobody is signed in.
                None if answer.status == 401 => assert!(path.contains("/fleet/"), "{what}"),
                None => {
                    assert_eq!(answer.status, 405, "{what}");
                    assert!(answer.header("allow").is_some(), "{what}");
                }
                Some(operation) => {
                    assert!(!matches!(answer.status, 404 | 405), "{what}");
                    let said = &operation["responses"][answer.status.to_string()];
                    assert!(said.is_object(), "{what} is not in the document");
                    if let Some(found) = answer.header("content-type") {
                        let found = found.split(';').next().unwrap_or_default();
                        assert!(said["content"][found].is_object(), "{what}");
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_for_everybody_and_names_nobody() {
    let (house, _simulator) = ruled(tokens()).await;
    let cross_site = "Sec-Fetch-Site: cross-site\r\n";
    let answer = house.ask("GET", DOCUMENT, cross_site, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    for name in ["fleet", "wind", "alice", "acme"] {
        assert!(!answer.body.contains(name), "{name}");
    }
    for method in ["POST", "HEAD"] {
        let refused = house.ask(method, DOCUMENT, "", "").await;
        assert_eq!(
            (refused.status, refused.header("allow")),
            (405, Some("GET")),
            "{method}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_tokens_it_is_true() {
    let (house, simulator) = ruled(tokens()).await;
    let held = hold(&simulator, "applivery", "LOCK");
    let plan = plan_of(&client(&simulator), &[held], "LOCK");
    let run = house.ask_for_run("fleet", &plan).await;
    let run = run["id"].as_str().unwrap();
    // Its events end only where it is over.
    let (approval, withdraw) = (
        format!("/relay/fleet/approvals/{run}"),
        r#"{"decision":"withdraw"}"#,
    );
    let withdrawn = house.ask_as(ALICE, "POST", &approval, withdraw).await;
    assert_eq!(withdrawn.status, 200, "{withdrawn:?}");
    let rule = json!({
        "sweep": {"filter": {"kinds": ["WIPE"]}, "scope": "organization"},
        "valid_until": tomorrow(),
    });
    let rules = "/relay/fleet/brake-rules";
    let rule = house.ask_as(ALICE, "POST", rules, &rule.to_string()).await;
    assert_eq!(rule.status, 201, "{rule:?}");
    is_true(&house, run, rule.json()["id"].as_str().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_links_and_at_an_issuer_it_is_true() {
    let (launched, _simulator) = ruled(SignIn::Launch(LaunchLinks::new())).await;
    is_true(&launched, "none", "none").await;
    let (site, _issuer) = issued().await;
    is_true(&site, "none", "none").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_segment_of_the_contract_is_in_it() {
    let mut segments = BTreeSet::new();
    let (launched, _one) = ruled(SignIn::Launch(LaunchLinks::new())).await;
    let (with_tokens, _other) = ruled(tokens()).await;
    let (site, _issuer) = issued().await;
    for house in [&launched, &with_tokens, &site] {
        for (path, _) in paths(&document(house).await) {
            segments.extend(path.split('/').map(str::to_owned));
        }
    }
    let source = include_str!("../../../relay-api/src/route.rs");
    let constants = source.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("pub const ")?.split_once(": &str = \"")?;
        Some((name, rest.strip_suffix("\";")?))
    });
    // The manifest is a file of the page.
    let routes: Vec<_> = constants.filter(|(name, _)| *name != "MANIFEST").collect();
    assert!(routes.len() >= 11, "{routes:?}");
    for (name, segment) in routes {
        assert!(segments.contains(segment), "{name} is in no document");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => (),
        }
    }
    let (house, _simulator) = ruled(tokens()).await;
    let document = document(&house).await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
