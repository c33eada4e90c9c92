//! Brake rules: proposed by one person, signed by another, and then one person's press is enough, or none.

use std::{sync::Arc, time::Duration};

use countermand_core_model::{Filter, KindName};
use countermand_server::{NoRuleBrake, RuleBrake};
use countermand_simulator::{Fault, FaultKind, Simulator};
use countermand_transport::{Timer, TokioTimer};
use serde_json::{Value, json};

use crate::{
    clock::Clock,
    house::{ALICE, BOB, CAROL, House, MALLORY, house, rule, simulated, start_at, tokens},
    run_houses::{client, judge},
    sweeping::{incident, plan, sweep},
};

const RULES: &str = "/relay/fleet/brake-rules";
const RUNS: &str = "/relay/fleet/runs";
const SIGN: &str = r#"{"decision":"sign"}"#;
const DECLINE: &str = r#"{"decision":"decline"}"#;
const REVOKE: &str = r#"{"decision":"revoke"}"#;

/// A server at which a wipe needs an approval.
async fn ruled(simulator: &Simulator) -> House {
    let mut connections = simulated(simulator);
    connections[0].approval = rule(None, &["WIPE"]);
    house(connections).await
}

fn in_hours(hours: i64) -> String {
    let now = TokioTimer::default().now().as_millis();
    let then = countermand_core_model::Timestamp::from_millis(now + hours * 3_600_000);
    then.unwrap().to_string()
}

/// A rule for wipes on the whole fleet, for a day.
fn wipes() -> Value {
    json!({
        "sweep": {"filter": {"kinds": ["WIPE"]}, "scope": "organization"},
        "valid_until": in_hours(24), "reason": "night shift",
    })
}

fn id(one: &Value) -> &str {
    one["id"].as_str().unwrap_or_else(|| panic!("{one}"))
}

async fn propose(house: &House, who: &str, body: &Value) -> Value {
    let answer = house.ask_as(who, "POST", RULES, &body.to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

async fn decide(house: &House, who: &str, rule: &Value, decision: &str) -> crate::wire::Answer {
    let one = format!("{RULES}/{}", id(rule));
    house.ask_as(who, "POST", &one, decision).await
}

async fn signed(house: &House, body: &Value) -> Value {
    let proposed = propose(house, ALICE, body).await;
    let signed = decide(house, CAROL, &proposed, SIGN).await;
    assert_eq!(signed.status, 200, "{signed:?}");
    signed.json()
}

async fn press(house: &House, who: &str, plan: &str) -> Value {
    let body = json!({"plan": plan, "verify_for": 5}).to_string();
    let answer = house.ask_as(who, "POST", RUNS, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_rule_that_two_signed_one_press_is_enough() {
    let (simulator, devices) = incident().await;
    let house = ruled(&simulator).await;
    let proposed = propose(&house, ALICE, &wipes()).await;
    assert_eq!(
        (&proposed["state"], &proposed["by"], &proposed["automatic"]),
        (&json!("proposed"), &json!("alice"), &json!(false))
    );
    let own = decide(&house, ALICE, &proposed, SIGN).await;
    assert_eq!(own.status, 403, "{own:?}");
    let client = client(&simulator);
    // A proposal counts nothing.
    let early = press(&house, ALICE, &plan(&client, sweep("WIPE"))).await;
    let waiting = house.run_at("fleet", id(&early), "waiting").await;
    assert!(waiting["rule"].is_null(), "{waiting}");
    assert_eq!(decide(&house, BOB, &proposed, SIGN).await.status, 403);
    let in_force = decide(&house, CAROL, &proposed, SIGN).await.json();
    assert_eq!(
        (&in_force["state"], &in_force["signed_by"]),
        (&json!("in_force"), &json!("carol")),
        "{in_force}"
    );
    assert_eq!(decide(&house, CAROL, &proposed, SIGN).await.status, 409);
    let list = house.ask_as(BOB, "GET", RULES, "").await.json();
    assert_eq!(list["rules"], json!([in_force]), "a viewer sees it");
    // It does not join the one that waits.
    let run = press(
        &house,
        ALICE,
        &plan(&client, sweep("wipe").at_most(Some(900))),
    )
    .await;
    assert_eq!(run["rule"], in_force["id"]);
    let done = house.run_in(id(&run), "finished").await;
    assert!(done["approval"].is_null(), "{done}");
    judge(&simulator, &devices, &house.journal(id(&run)).await);
    let begun = house.audited("run_begun");
    assert_eq!(begun[0]["rule"], in_force["id"], "{begun:?}");
    let lines = house.audited("brake_rule");
    let what: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["what"].as_str())
        .collect();
    assert_eq!(what, ["proposed", "signed"]);
    assert_eq!(
        (&lines[0]["who"], &lines[1]["who"], &lines[0]["sweep"]),
        (
            &json!("alice"),
            &json!("carol"),
            &json!(r#"{"filter":{"kinds":["WIPE"]},"scope":"organization"}"#)
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wider_than_a_rule_or_after_its_end_needs_an_approval() {
    let (simulator, _) = incident().await;
    let house = ruled(&simulator).await;
    let in_force = signed(&house, &wipes()).await;
    let client = client(&simulator);
    let wider = press(&house, ALICE, &plan(&client, sweep("WIPE,LOCK"))).await;
    house.run_at("fleet", id(&wider), "waiting").await;
    // Anybody who may cancel ends it, for good.
    let revoked = decide(&house, ALICE, &in_force, REVOKE).await;
    assert_eq!(
        (&revoked.json()["state"], &revoked.json()["ended_by"]),
        (&json!("revoked"), &json!("alice")),
        "{revoked:?}"
    );
    for decision in [SIGN, REVOKE] {
        assert_eq!(decide(&house, CAROL, &in_force, decision).await.status, 409);
    }
    let body = json!({"plan": plan(&client, sweep("WIPE"))}).to_string();
    let after = house.ask_as(CAROL, "POST", RUNS, &body).await;
    assert_eq!(
        (after.status, &after.json()["id"]),
        (200, &wider["id"]),
        "it waits with the wider one"
    );
    let declined = propose(&house, ALICE, &wipes()).await;
    let declined = decide(&house, CAROL, &declined, DECLINE).await.json();
    assert_eq!(declined["state"], "declined");
    assert_eq!(decide(&house, CAROL, &declined, SIGN).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_ends_by_the_server_s_clock_and_what_it_stopped_is_not_resumed() {
    let (simulator, _) = incident().await;
    let slow = Fault::always(FaultKind::Slow { ms: 200 });
    simulator.fault(slow.on("applivery.list")).unwrap();
    let mut connections = simulated(&simulator);
    connections[0].approval = rule(None, &["WIPE"]);
    let clock = Clock::default();
    let timer = Some(Arc::new(clock.clone()) as _);
    let folder = tempfile::tempdir().unwrap();
    let house = start_at(folder, connections, tokens(), None, timer);
    let house = house.await.unwrap();
    let in_force = signed(&house, &wipes()).await;
    let proposed = propose(&house, ALICE, &wipes()).await;
    let client = client(&simulator);
    let run = press(&house, ALICE, &plan(&client, sweep("WIPE"))).await;
    let stop = format!("{RUNS}/{}/stop", id(&run));
    assert_eq!(house.ask_as(ALICE, "POST", &stop, "").await.status, 200);
    house.run_in(id(&run), "stopped").await;
    clock.advance(Duration::from_secs(25 * 3_600));
    let resume = format!("{RUNS}/{}/resume", id(&run));
    let refused = house.ask_as(ALICE, "POST", &resume, "").await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(refused.body.contains("brake rule"), "{refused:?}");
    let one = format!("{RULES}/{}", id(&in_force));
    let over = house.ask_as(BOB, "GET", &one, "").await.json();
    assert_eq!(over["state"], "expired");
    assert_eq!(decide(&house, CAROL, &proposed, SIGN).await.status, 409);
    let late = press(&house, CAROL, &plan(&client, sweep("WIPE"))).await;
    house.run_at("fleet", id(&late), "waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rules_name_their_field_and_who_may_not_is_refused() {
    let (simulator, devices) = incident().await;
    let house = ruled(&simulator).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = wipes();
        change(&mut body);
        body
    };
    let cases = [
        (
            with(&|body| body["valid_until"] = json!("soon")),
            "valid_until",
        ),
        (
            with(&|body| body["valid_until"] = json!(in_hours(-1))),
            "valid_until",
        ),
        (
            with(&|body| body["valid_until"] = json!(in_hours(31 * 24))),
            "valid_until",
        ),
        (with(&|body| body["sweep"]["filter"] = json!({})), "filter"),
        (
            with(&|body| body["sweep"]["filter"] = json!({"kinds": [" "]})),
            "kind",
        ),
        (
            with(&|body| body["sweep"]["filter"] = json!({"severity": "grave"})),
            "grave",
        ),
        (
            with(&|body| body["sweep"]["scope"] = json!({"devices": []})),
            "devices",
        ),
        (
            with(&|body| body["sweep"]["scope"] = json!({"devices": ["enos:asset:a"]})),
            "vendor",
        ),
        (
            with(&|body| body["sweep"]["scope"] = json!({"search": " "})),
            "search",
        ),
        (with(&|body| body["sweep"]["at_most"] = json!(0)), "at_most"),
        (with(&|body| body["reason"] = json!("a\nb")), "reason"),
        (with(&|body| body["always"] = json!(true)), "sweep"),
        (json!({}), "sweep"),
    ];
    for (body, field) in cases {
        let answer = house.ask_as(ALICE, "POST", RULES, &body.to_string()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.contains(field), "{body} {answer:?}");
    }
    let body = with(&|body| body["sweep"]["scope"] = json!({"devices": [devices[0]]})).to_string();
    for (who, status) in [(BOB, 403), (MALLORY, 404)] {
        assert_eq!(house.ask_as(who, "POST", RULES, &body).await.status, status);
    }
    assert_eq!(house.ask_as(MALLORY, "GET", RULES, "").await.status, 404);
    assert_eq!(house.ask_as(ALICE, "PUT", RULES, &body).await.status, 405);
    let list = house.ask_as(ALICE, "GET", RULES, "").await.json();
    assert_eq!(list["rules"], json!([]));
    let kept = propose(&house, ALICE, &serde_json::from_str(&body).unwrap()).await;
    let odd = decide(&house, CAROL, &kept, r#"{"decision":"perhaps"}"#).await;
    assert_eq!(odd.status, 400);
    let elsewhere = format!("/relay/wind/brake-rules/{}", id(&kept));
    assert_eq!(
        house.ask_as(CAROL, "POST", &elsewhere, SIGN).await.status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_automatic_rule_nobody_has_to_press() {
    let (simulator, devices) = incident().await;
    let slow = Fault::always(FaultKind::Slow { ms: 50 });
    simulator.fault(slow.on("applivery.list")).unwrap();
    let house = ruled(&simulator).await;
    let relay = house.server.relay().unwrap();
    let kinds = |kinds: &str| Filter {
        kinds: KindName::parse_list("kind", kinds).unwrap(),
        ..Filter::default()
    };
    let pressed = signed(&house, &wipes()).await;
    let refused = relay
        .brake_by_rule("fleet", id(&pressed), kinds("WIPE"))
        .await;
    assert!(
        matches!(refused, Err(NoRuleBrake::NotCovered)),
        "it is not automatic"
    );
    let mut body = wipes();
    body["automatic"] = json!(true);
    let proposed = propose(&house, ALICE, &body).await;
    let refused = relay
        .brake_by_rule("fleet", id(&proposed), kinds("WIPE"))
        .await;
    assert!(
        matches!(refused, Err(NoRuleBrake::NotCovered)),
        "one signed it"
    );
    decide(&house, CAROL, &proposed, SIGN).await;
    for (rule, filter) in [
        (id(&proposed), kinds("WIPE,LOCK")),
        (id(&proposed), kinds("LOCK")),
        ("none", kinds("WIPE")),
    ] {
        let refused = relay.brake_by_rule("fleet", rule, filter).await;
        assert!(
            matches!(refused, Err(NoRuleBrake::NotCovered)),
            "{refused:?}"
        );
    }
    let empty = relay
        .brake_by_rule("fleet", id(&proposed), Filter::default())
        .await;
    assert!(matches!(empty, Err(NoRuleBrake::Filter(_))), "{empty:?}");
    let (one, other) = tokio::join!(
        relay.brake_by_rule("fleet", id(&proposed), kinds("WIPE")),
        relay.brake_by_rule("fleet", id(&proposed), kinds("WIPE"))
    );
    let (run, again) = match (one.unwrap(), other.unwrap()) {
        (RuleBrake::Started(run), RuleBrake::UnderWay(again))
        | (RuleBrake::UnderWay(again), RuleBrake::Started(run)) => (run, again),
        both => panic!("{both:?}"),
    };
    assert_eq!(run, again);
    let done = house.run_in(&run, "finished").await;
    assert_eq!(
        (&done["by"], &done["rule"]),
        (&json!("Watch"), &proposed["id"]),
        "{done}"
    );
    judge(&simulator, &devices, &house.journal(&run).await);
    let begun = &house.audited("run_begun")[0];
    assert_eq!(
        (&begun["who"], &begun["rule"]),
        (&json!("Watch"), &proposed["id"])
    );
}
