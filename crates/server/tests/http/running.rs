//! Runs that the server drives: from the plan to the journal, watched, stopped, resumed, and over restarts.

use countermand_client::read_journal;
use countermand_simulator::{Fault, FaultKind};
use countermand_store::StoreLocation;
use countermand_test_postgres::Postgres;
use serde_json::json;

use crate::{
    house::{ALICE, BOB, CAROL, MALLORY, exported, house, rule, simulated, start_over, tokens},
    run_houses::{client, held, judge, plan, until},
};

const RUNS: &str = "/relay/fleet/runs";

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_handed_over_and_its_journal_says_what_became_of_it() {
    let (simulator, devices) = held(20, 3).await;
    let house = house(simulated(&simulator)).await;
    let plan = plan(&client(&simulator), &devices);
    let run = house.start_run(&plan).await;
    let id = run["id"].as_str().unwrap();
    assert_eq!(
        (&run["by"], &run["reason"], &run["ticket"]),
        (&json!("alice"), &json!("a wrong lock"), &json!("OPS-7"))
    );
    // An answer that was lost is asked for again: it is the same run.
    let again = json!({"plan": plan}).to_string();
    let again = house.ask_as(ALICE, "POST", RUNS, &again).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &run["id"]));
    let done = house.run_in(id, "finished").await;
    assert!(done["done"].as_u64().unwrap() >= 60, "{done}");
    assert_eq!(done["done"], done["total"]);
    assert!(done["ended_at"].is_string());
    let journal = house.journal(id).await;
    judge(&simulator, &devices, &journal);
    assert!(
        journal.lines().next().unwrap().contains(id),
        "its header names the run"
    );
    let list = house.ask_as(BOB, "GET", RUNS, "").await.json();
    assert_eq!(list["runs"][0]["id"], run["id"], "a viewer sees it: {list}");
    let begun = house.audited("run_begun");
    assert_eq!(
        (&begun[0]["run"], &begun[0]["who"], &begun[0]["reason"]),
        (&run["id"], &json!("alice"), &json!("a wrong lock"))
    );
    let ended = until(
        || async { house.audited("run_ended") },
        |lines| !lines.is_empty(),
        "the end",
    )
    .await;
    assert_eq!(ended[0]["state"], "finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_and_another_connection_s_run_is_not_there() {
    let (simulator, devices) = held(1, 1).await;
    let mut connections = simulated(&simulator);
    connections[1].approval = rule(Some(1), &[]);
    let house = house(connections).await;
    let plan = plan(&client(&simulator), &devices);
    let body = json!({"plan": plan}).to_string();
    assert_eq!(house.ask_as(BOB, "POST", RUNS, &body).await.status, 403);
    assert_eq!(house.ask_as(MALLORY, "POST", RUNS, &body).await.status, 404);
    assert_eq!(
        house
            .ask_as("n0body-n0body-n0body-n0body", "POST", RUNS, &body)
            .await
            .status,
        401
    );
    let elsewhere = house.ask_as(ALICE, "POST", "/relay/wind/runs", &body).await;
    assert_eq!(elsewhere.status, 400);
    assert!(elsewhere.body.contains("plan.provider"), "{elsewhere:?}");
    let run = house.start_run(&plan).await;
    let id = run["id"].as_str().unwrap();
    house.run_in(id, "finished").await;
    for (method, path) in [
        ("GET", ""),
        ("POST", "/stop"),
        ("POST", "/resume"),
        ("GET", "/journal"),
        ("GET", "/events"),
    ] {
        let path = format!("/relay/wind/runs/{id}{path}");
        let status = house.ask_as(ALICE, method, &path, "").await.status;
        assert_eq!(status, 404, "{method} {path}");
    }
    for path in ["/stop", "/resume"] {
        assert_eq!(
            house
                .ask_as(BOB, "POST", &format!("{RUNS}/{id}{path}"), "")
                .await
                .status,
            403
        );
        assert_eq!(
            house
                .ask_as(BOB, "GET", &format!("{RUNS}/{id}{path}"), "")
                .await
                .status,
            405
        );
    }
    let resumed = house
        .ask_as(CAROL, "POST", &format!("{RUNS}/{id}/resume"), "")
        .await;
    assert_eq!(
        (resumed.status, resumed.header("countermand-relay")),
        (409, Some("refused"))
    );
    assert!(resumed.body.contains("finished"), "{resumed:?}");
    assert!(house.audited("run_resumed").is_empty(), "it was not");
    assert_eq!(house.audited("run_forbidden").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_names_its_field_and_nothing_is_kept() {
    let (simulator, devices) = held(1, 1).await;
    let house = house(simulated(&simulator)).await;
    let good = plan(&client(&simulator), &devices);
    let org = simulator.description().applivery.org;
    let base = simulator.description().applivery.base_url;
    let cases = [
        (json!({"plan": good.replace(&org, "other-org")}), "plan"),
        (json!({"plan": ""}), "plan"),
        (json!({"plan": "no plan at all"}), "plan"),
        (json!({"plan": good, "reason": "x".repeat(501)}), "reason"),
        (json!({"plan": good, "ticket": "a\nb"}), "ticket"),
        (json!({"plan": good, "concurrency": 0}), "concurrency"),
        (json!({"plan": good, "concurrency": 65}), "concurrency"),
        (json!({"plan": good, "verify_for": 3601}), "verify_for"),
        (json!({"plan": good, "watch_for": 3601}), "watch_for"),
        (json!({"plan": good, "unknown": 1}), "plan"),
        (json!({}), "plan"),
        (json!({"plan": plan(&client(&simulator), &[])}), "plan"),
    ];
    for (body, field) in cases {
        let answer = house.ask_as(ALICE, "POST", RUNS, &body.to_string()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.contains(field), "{answer:?}");
    }
    // A plan that was made over another server.
    let other = countermand_client::Connection::new(
        countermand_core_model::Organization::parse(
            countermand_core_model::Provider::Applivery,
            &org,
        )
        .unwrap(),
        countermand_transport::BaseUrl::parse_allowing_http("http://127.0.0.1:9/relay/other")
            .unwrap(),
        countermand_client::Credentials::HeldByRelay(countermand_core_model::Provider::Applivery),
    );
    let other = countermand_client::Client::connect(
        other.unwrap(),
        countermand_transport::ReqwestTransport::new().unwrap(),
        std::sync::Arc::new(countermand_transport::TokioTimer::default()),
    );
    let body = json!({"plan": plan(&other.unwrap(), &devices)}).to_string();
    let answer = house.ask_as(ALICE, "POST", RUNS, &body).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.body.contains("plan.base_url") && !answer.body.contains(&base),
        "{answer:?}"
    );
    let list = house.ask_as(ALICE, "GET", RUNS, "").await.json();
    assert_eq!(list["runs"], json!([]));
    for query in ["from=0", "from=x", "to=1"] {
        let path = format!("{RUNS}/x/journal?{query}");
        assert_eq!(
            house.ask_as(ALICE, "GET", &path, "").await.status,
            400,
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_reason_is_required_nothing_is_cancelled_without_one() {
    let (simulator, devices) = held(1, 1).await;
    let mut connections = simulated(&simulator);
    connections[0].required_notes.reason = true;
    let house = house(connections).await;
    let plan = plan(&client(&simulator), &devices);
    for body in [
        json!({"plan": plan}),
        json!({"plan": plan, "reason": " ", "ticket": "T-1"}),
    ] {
        let refused = house.ask_as(ALICE, "POST", RUNS, &body.to_string()).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(
            refused.body.contains("reason must say something"),
            "{refused:?}"
        );
    }
    // A cancel that goes by itself says nothing either.
    let ledger = simulator.ledger_of(&devices[0]).unwrap();
    let held = ledger
        .commands
        .iter()
        .find(|one| one.state == countermand_simulator::TrueState::Pending)
        .unwrap();
    let org = simulator.description().applivery.org;
    let device = devices[0].strip_prefix("applivery:").unwrap();
    let cancel = format!(
        "/relay/fleet/organizations/{org}/mdm/android/enterprise/devices/{device}/commands/{}/cancel",
        held.command
    );
    let alone = house.ask_as(ALICE, "POST", &cancel, "").await;
    assert_eq!(
        (alone.status, alone.header("countermand-relay")),
        (403, Some("refused")),
        "{alone:?}"
    );
    assert_eq!(house.audited("forbidden").len(), 1);
    let untouched = simulator.ledger_of(&devices[0]).unwrap().commands;
    let mut untouched = untouched.iter();
    let same = untouched.find(|one| one.command == held.command).unwrap();
    assert!(same.cancels.is_empty());

    let run = house.start_run(&plan).await;
    house.run_in(run["id"].as_str().unwrap(), "finished").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_gets_every_line_once_and_goes_on_where_they_were() {
    let (simulator, devices) = held(10, 2).await;
    let house = house(simulated(&simulator)).await;
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let events = format!("{RUNS}/{}/events", run["id"].as_str().unwrap());
    // It ends with the run.
    let watched = house.ask_as(BOB, "GET", &events, "").await;
    assert_eq!(watched.header("content-type"), Some("text/event-stream"));
    let body = dechunked(&watched.body);
    let lines: Vec<&str> = body
        .lines()
        .filter(|line| line.starts_with("data: {\"prev\""))
        .collect();
    let ids: Vec<&str> = body
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .collect();
    let expected: Vec<String> = (1..=lines.len()).map(|number| number.to_string()).collect();
    assert_eq!(ids, expected);
    let journal: String = lines
        .iter()
        .map(|line| format!("{}\n", &line["data: ".len()..]))
        .collect();
    assert_eq!(journal, house.journal(run["id"].as_str().unwrap()).await);
    let last = body.trim_end().rsplit("\n\n").next().unwrap();
    assert!(
        last.starts_with("event: run\n") && last.contains("\"state\":\"finished\""),
        "{last}"
    );
    let headers = format!("{}Last-Event-ID: {}\r\n", house.own(BOB), ids.len() - 2);
    let rest = dechunked(&house.ask("GET", &events, &headers, "").await.body);
    let ids: Vec<&str> = rest
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .collect();
    assert_eq!(ids, expected[expected.len() - 2..]);
    for wrong in ["x", "99999"] {
        let headers = format!("{}Last-Event-ID: {wrong}\r\n", house.own(BOB));
        let answer = house.ask("GET", &events, &headers, "").await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("Last-Event-ID"), "{answer:?}");
    }
    let watchers = house.audited("run_watched");
    let mut who: Vec<&str> = watchers
        .iter()
        .filter_map(|line| line["who"].as_str())
        .collect();
    who.sort_unstable();
    // Each once, by events or by the journal, however often they come again.
    assert_eq!(who, ["alice", "bob"]);
}

/// The body of a response that came in chunks.
fn dechunked(body: &str) -> String {
    let (mut rest, mut text) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size, 16) else {
            return body.to_owned();
        };
        text.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_who_may_cancel_stops_it_and_it_goes_on_when_it_is_resumed() {
    let (simulator, devices) = held(60, 4).await;
    simulator
        .fault(Fault::always(FaultKind::Slow { ms: 100 }).on("applivery.cancel"))
        .unwrap();
    let house = house(simulated(&simulator)).await;
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    let begun = |run: &serde_json::Value| run["done"].as_u64() >= Some(5);
    until(|| house.run(id), begun, "some are done").await;
    let stopping = house
        .ask_as(CAROL, "POST", &format!("{RUNS}/{id}/stop"), "")
        .await;
    assert_eq!(stopping.status, 200);
    assert_eq!(stopping.json()["stopped_by"], "carol");
    let stopped = house.run_in(id, "stopped").await;
    assert_eq!(stopped["stopped_by"], "carol");
    let journal = house.journal(id).await;
    assert!(!read_journal(journal.as_bytes()).any(|line| line.unwrap().1.event() == "sealed"));
    let waiting = |ledger: countermand_simulator::Ledger| {
        let held = ledger
            .commands
            .iter()
            .filter(|command| command.cancels.is_empty() && command.sent_ms.is_none());
        held.count()
    };
    let left: usize = devices
        .iter()
        .map(|device| waiting(simulator.ledger_of(device).unwrap()))
        .sum();
    assert!(left > 100, "{left}");
    simulator.clear_faults();
    let resumed = house
        .ask_as(CAROL, "POST", &format!("{RUNS}/{id}/resume"), "")
        .await;
    assert_eq!(resumed.status, 200, "{resumed:?}");
    house.run_in(id, "finished").await;
    judge(&simulator, &devices, &house.journal(id).await);
    assert_eq!(house.audited("run_stopped")[0]["who"], "carol");
    assert_eq!(house.audited("run_resumed")[0]["who"], "carol");
    assert_eq!(house.audited("run_begun").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_at_the_next_start_of_the_server() {
    let (simulator, devices) = held(60, 4).await;
    simulator
        .fault(Fault::always(FaultKind::Slow { ms: 100 }).on("applivery.cancel"))
        .unwrap();
    let first = house(simulated(&simulator)).await;
    let run = first.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    let begun = |run: &serde_json::Value| run["done"].as_u64() >= Some(5);
    until(|| first.run(id), begun, "some are done").await;
    first.server.stop().await;
    let audit = exported(&first.store);
    assert!(audit.contains("\"handed_over\""), "{audit}");
    simulator.clear_faults();
    let second = start_over(first.folder, simulated(&simulator), tokens(), None)
        .await
        .unwrap();
    let done = second.run_in(id, "finished").await;
    assert_eq!(done["stopped_by"], json!(null), "nobody stopped it");
    judge(&simulator, &devices, &second.journal(id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_with_one_database_know_of_each_other_s_runs() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let (simulator, devices) = held(60, 4).await;
    simulator
        .fault(Fault::always(FaultKind::Slow { ms: 100 }).on("applivery.cancel"))
        .unwrap();
    let start = || async {
        let folder = tempfile::tempdir().unwrap();
        let connections = simulated(&simulator);
        start_over(folder, connections, tokens(), Some(store.clone()))
            .await
            .unwrap()
    };
    let (one, other) = (start().await, start().await);
    let run = one.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    let begun = |run: &serde_json::Value| run["done"].as_u64() >= Some(5);
    until(|| other.run(id), begun, "the other sees that some are done").await;
    assert_eq!(
        other
            .ask_as(CAROL, "POST", &format!("{RUNS}/{id}/stop"), "")
            .await
            .status,
        200
    );
    one.run_in(id, "stopped").await;
    assert_eq!(
        other
            .ask_as(CAROL, "POST", &format!("{RUNS}/{id}/resume"), "")
            .await
            .status,
        200
    );
    until(
        || one.run(id),
        |run| run["done"].as_u64() >= Some(20),
        "it goes on",
    )
    .await;
    // Whoever has it now hands it to the other one.
    let worked = |house: &crate::house::House| {
        house.audited("run_begun").len() > house.audited("run_ended").len()
    };
    let (leaving, staying) = if worked(&one) {
        (one, other)
    } else {
        (other, one)
    };
    simulator.clear_faults();
    leaving.server.stop().await;
    staying.run_in(id, "finished").await;
    judge(&simulator, &devices, &staying.journal(id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_gone_nothing_is_sent_and_then_it_goes_on() {
    let mut postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let (simulator, devices) = held(60, 4).await;
    simulator
        .fault(Fault::always(FaultKind::Slow { ms: 50 }).on("applivery.cancel"))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let house = start_over(folder, simulated(&simulator), tokens(), Some(store))
        .await
        .unwrap();
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    let begun = |run: &serde_json::Value| run["done"].as_u64() >= Some(5);
    until(|| house.run(id), begun, "some are done").await;
    postgres.kill().unwrap();
    let cancels = || {
        let requests = simulator.ledger().requests;
        requests
            .get("applivery.cancel")
            .map_or(0, |count| count.received)
    };
    let before = cancels();
    let unwell = || async { house.ask("GET", "/healthz", "", "").await };
    let said = until(unwell, |answer| answer.status == 503, "it says so").await;
    assert!(said.body.contains("store"), "{said:?}");
    // What was written before may still leave: as many as are sent at once.
    let sent = cancels() - before;
    assert!(sent <= 2, "{sent} cancels were sent that are not written");
    let asked = house
        .ask_as(ALICE, "GET", &format!("{RUNS}/{id}"), "")
        .await;
    assert_eq!(
        (asked.status, asked.header("countermand-relay")),
        (503, Some("store"))
    );
    postgres.restart().unwrap();
    let run = || async {
        house
            .ask_as(ALICE, "GET", &format!("{RUNS}/{id}"), "")
            .await
    };
    until(
        run,
        |answer| answer.status == 200 && answer.json()["state"] == "finished",
        "its end",
    )
    .await;
    judge(&simulator, &devices, &house.journal(id).await);
    let well = || async { house.ask("GET", "/healthz", "", "").await.status };
    until(well, |status| *status == 200, "it is well again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_the_budget_of_a_connection() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let simulator = crate::house::simulator().await;
    let start = || async {
        let mut connections = simulated(&simulator);
        connections[0].rate = Some("60/h, burst 20".parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let started = start_over(folder, connections, tokens(), Some(store.clone()));
        started.await.unwrap()
    };
    let (one, other) = (start().await, start().await);
    let held = crate::passing::hold(&simulator, "applivery", "LOCK");
    let get = crate::passing::applivery_path(&simulator, &held);
    let (mut passed, mut refused) = (0, 0);
    for round in 0..30 {
        let house = if round % 2 == 0 { &one } else { &other };
        let read = house.ask_as(ALICE, "GET", &get, "").await;
        match read.status {
            200 => passed += 1,
            429 => {
                refused += 1;
                assert_eq!(read.header("countermand-relay"), Some("rate"));
                assert!(read.header("retry-after").is_some(), "{read:?}");
            }
            _ => panic!("{read:?}"),
        }
    }
    // Reads leave a tenth for cancels; each instance may have leased some that it does not use.
    assert!(
        (10..=18).contains(&passed),
        "{passed} of both, {refused} refused"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_journal_left_open_is_read_again_and_the_journal_stays_as_it_is() {
    let (simulator, devices) = held(2, 1).await;
    // The vendor takes the cancels, and shows them only later.
    simulator.change_options(|options| options.applivery_cancel_delay_ms = 3_600_000);
    let house = house(simulated(&simulator)).await;
    let body = json!({"plan": plan(&client(&simulator), &devices), "verify_for": 0});
    let run = house
        .ask_as(ALICE, "POST", RUNS, &body.to_string())
        .await
        .json();
    let id = run["id"].as_str().unwrap();
    let read = format!("{RUNS}/{id}/read");
    let done = house.run_in(id, "finished").await;
    let open = done["outcomes"]["accepted"].as_u64().unwrap();
    assert!(open >= 2, "{done}");
    let journal = house.journal(id).await;
    let again = house.ask_as(CAROL, "POST", &read, "").await.json();
    let states = |answer: &serde_json::Value| -> Vec<String> {
        let targets = answer["targets"].as_array().unwrap().iter();
        targets
            .map(|one| format!("{} {}", one["outcome"], one["state"]))
            .collect()
    };
    assert_eq!(
        states(&again),
        vec![r#""accepted" "pending""#; open as usize]
    );
    simulator.advance(3_600_000);
    let again = house.ask_as(CAROL, "POST", &read, "").await.json();
    assert_eq!(
        states(&again),
        vec![r#""accepted" "cancelled""#; open as usize]
    );
    assert_eq!(again["left"], 0);
    let next = format!("{read}?from={}", open - 1);
    let last = house.ask_as(CAROL, "POST", &next, "").await.json();
    assert_eq!(states(&last).len(), 1);
    assert_eq!(house.journal(id).await, journal);
    assert_eq!(house.ask_as(BOB, "POST", &read, "").await.status, 403);
    for query in ["from=x", "to=1"] {
        let bad = format!("{read}?{query}");
        assert_eq!(house.ask_as(CAROL, "POST", &bad, "").await.status, 400);
    }
}
