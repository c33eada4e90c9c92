//! `countermand brake --server`: the server looks at every device and cancels what matches, whatever happens to whoever
//! pressed it.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Child, ChildStderr},
};

use serde_json::{Value, json};

use crate::{
    countermand::{Countermand, countermand, signal, text},
    team::{BOB, Team},
};

/// What names the wrong commands.
const WIPES: [&str; 5] = ["brake", "--kind", "wipe", "--since", "30m"];

/// A wrong wipe has just gone to every device, and all of them are out of reach.
fn incident(team: &Team) {
    let at_once = json!({"applivery_cancel_delay_ms": 0});
    team.simulator.control("PATCH", "/options", at_once);
    let order = json!({"vendor": "applivery", "kind": "WIPE", "offline_percent": 100});
    team.simulator.control("POST", "/incident", order);
}

fn brake(team: &Team, arguments: &[&str]) -> Countermand {
    team.countermand("fleet", &WIPES)
        .args(["--yes", "--output", "json"])
        .args(arguments)
}

/// The wrong commands in this state, as the simulator knows it.
fn wipes(team: &Team, state: &str) -> BTreeSet<String> {
    let ledger = team.simulator.ledger();
    let commands = ledger["commands"].as_array().unwrap().iter();
    let wrong = commands.filter(|command| {
        command["kind"] == "WIPE"
            && command["state"] == state
            && command["created_ms"].as_i64() >= Some(team.simulator.started_ms)
    });
    wrong
        .map(|command| command["command"].as_str().unwrap().to_owned())
        .collect()
}

fn cancelled(rows: &[Value]) -> BTreeSet<String> {
    let rows = rows.iter().filter(|row| row["outcome"] == "cancelled");
    rows.map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Reads standard error until a line has these words, and returns that line.
fn wait_for(said: &mut BufReader<ChildStderr>, words: &str) -> String {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "no {words:?}");
    }
    line
}

fn stderr(child: &mut Child) -> BufReader<ChildStderr> {
    BufReader::new(child.stderr.take().unwrap())
}

fn ended(child: Child, status: i32) -> Vec<Value> {
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(status), "{stdout}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn the_server_stops_what_matches_on_any_device_and_the_ledger_says_the_same() {
    let team = Team::start();
    incident(&team);
    let journal = text(&team.folder.path().join("kept"));
    let rows = brake(&team, &["--reason", "a wrong wipe", "--ticket", "INC-7"])
        .args(["--journal", &journal])
        .run()
        .exits(0)
        .says("it goes on if this command is interrupted")
        .rows();
    let truth = wipes(&team, "cancelled");
    assert!(!truth.is_empty() && wipes(&team, "pending").is_empty());
    assert!(truth.is_subset(&cancelled(&rows)), "{rows:?}");
    countermand(["verify", &journal]).run().exits(0);
    let run = &team.runs("fleet")[0];
    assert_eq!(
        (&run["state"], &run["reason"], &run["ticket"]),
        (&json!("finished"), &json!("a wrong wipe"), &json!("INC-7"))
    );
    assert!(run["devices"].as_u64() > Some(0), "{run}");
    assert_eq!(run["looked_at"], run["devices"]);
    let id = run["id"].as_str().unwrap();
    team.countermand("fleet", &["runs", "show", id])
        .run()
        .exits(0)
        .says_out(&format!("on {}/{} devices", run["devices"], run["devices"]));
    // Now nothing is left.
    brake(&team, &[])
        .run()
        .exits(0)
        .says("nothing that matches is pending");
}

#[test]
fn whoever_is_interrupted_leaves_the_brake_on_and_comes_back() {
    let team = Team::start();
    incident(&team);
    let slow = json!({"kind": "slow", "ms": 300});
    team.simulator.fault("applivery.list", slow);
    let (mut child, _home) = brake(&team, &["--concurrency", "1"]).spawn();
    let mut said = stderr(&mut child);
    let line = wait_for(&mut said, "at the server");
    let id = line.split(' ').nth(2).unwrap().to_owned();
    // Another person presses as well, and is told whose it is.
    let (mut other, _home) = brake(&team, &[])
        .env("COUNTERMAND_SERVER_TOKEN", BOB)
        .spawn();
    let line = wait_for(&mut stderr(&mut other), "already under way");
    assert!(
        line.contains("started by alice") && line.contains(&id),
        "{line}"
    );
    signal(&other, "INT");
    assert_eq!(other.wait().unwrap().code(), Some(3));
    signal(&child, "INT");
    wait_for(&mut said, "the run goes on at the server");
    wait_for(&mut said, &format!("countermand runs watch {id}"));
    assert_eq!(ended(child, 3), Vec::<Value>::new());
    let stopped = team
        .countermand("fleet", &["runs", "stop", &id, "--output", "json"])
        .run()
        .exits(0);
    stopped.says(&format!("countermand runs resume {id}"));
    team.simulator.control("DELETE", "/faults", Value::Null);
    team.countermand("fleet", &["runs", "resume", &id, "--output", "json"])
        .run()
        .exits(0);
    assert!(wipes(&team, "pending").is_empty());
    assert_eq!(team.runs("fleet").len(), 1);
}

#[test]
fn a_server_that_is_killed_and_started_again_finishes_the_brake() {
    let mut team = Team::start();
    incident(&team);
    let slow = json!({"kind": "slow", "ms": 300});
    team.simulator.fault("applivery.cancel", slow.clone());
    team.simulator.fault("applivery.list", slow);
    let (mut child, _home) = brake(&team, &["--concurrency", "1"]).spawn();
    let mut said = stderr(&mut child);
    wait_for(&mut said, "at the server");
    team.simulator.wait_for("applivery.cancel");
    team.kill();
    wait_for(&mut said, "Asking again");
    team.serve();
    wait_for(&mut said, "answers again");
    let rows = ended(child, 0);
    let truth = wipes(&team, "cancelled");
    assert!(wipes(&team, "pending").is_empty());
    assert!(!truth.is_empty() && truth.is_subset(&cancelled(&rows)));
    let ledger = team.simulator.ledger();
    let commands = ledger["commands"].as_array().unwrap().iter();
    let twice = commands.filter(|one| one["cancels"].as_array().is_some_and(|sent| sent.len() > 1));
    assert_eq!(twice.count(), 0);
}

#[test]
fn what_a_server_does_not_know_is_refused_and_nothing_is_sent() {
    let team = Team::start();
    incident(&team);
    for (arguments, says) in [
        (&["--spend", "all"][..], "--spend all"),
        (&["--concurrency", "65"], "--concurrency"),
        (&["--verify-for", "2h"], "--verify-for"),
    ] {
        brake(&team, arguments).run().exits(2).says(says);
    }
    team.countermand("fleet", &["brake", "--yes"])
        .run()
        .exits(2)
        .says("Name what to stop");
    // As before every brake.
    team.countermand("fleet", &WIPES)
        .run()
        .exits(2)
        .says("not a terminal");
    team.simulator
        .countermand("applivery", &WIPES)
        .args(["--yes", "--reason", "why"])
        .run()
        .exits(2)
        .says("--reason and --ticket need --server");
    assert!(team.runs("fleet").is_empty() && !wipes(&team, "pending").is_empty());
}
