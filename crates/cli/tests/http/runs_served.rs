//! Runs that `countermand serve` drives, from the command line.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::Child,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    countermand::{countermand, signal, text},
    http,
    team::Team,
};

const BOTH: [(&str, &str); 2] = [("fleet", "applivery"), ("wind", "enos")];

/// Reads standard error until a line has these words, and returns that line.
fn wait_for(child: &mut BufReader<std::process::ChildStderr>, words: &str) -> String {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(child.read_line(&mut line).unwrap() > 0, "no {words:?}");
    }
    line
}

fn stderr(child: &mut Child) -> BufReader<std::process::ChildStderr> {
    BufReader::new(child.stderr.take().unwrap())
}

fn ended(child: Child, status: i32) -> Vec<Value> {
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(status), "{stdout}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn commands_are_cancelled_by_the_server_and_nothing_else_is() {
    let team = Team::start();
    for (connection, vendor) in BOTH {
        let device = team.simulator.device(vendor, 3);
        let ids = team.simulator.waiting(&device, 3);
        let journal = team.folder.path().join(vendor);
        let rows = team
            .countermand(
                connection,
                &["cancel", &device, "--yes", "--output", "json"],
            )
            .args(["--journal", &text(&journal), "--reason", "wrong profile"])
            .args(["--command", &ids[0], &ids[1]])
            .run()
            .exits(0)
            .hides(&["Bearer"])
            .rows();
        let of_rows: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(of_rows, [&ids[0], &ids[1]]);
        assert!(
            rows.iter().all(|row| row["outcome"] == "cancelled"),
            "{rows:?}"
        );
        assert_eq!(team.simulator.truth(&ids[0]), "cancelled");
        assert_eq!(team.simulator.truth(&ids[2]), "pending");
        countermand(["verify", &text(&journal)]).run().exits(0);
        let runs = team.runs(connection);
        assert_eq!(
            (&runs[0]["state"], &runs[0]["by"]),
            (&"finished".into(), &"alice".into())
        );
        assert_eq!(runs[0]["reason"], "wrong profile");
        assert_eq!(runs[0]["outcomes"], json!({"cancelled": 2}));
        let id = runs[0]["id"].as_str().unwrap();
        let again = team
            .countermand(connection, &["runs", "watch", id, "--output", "json"])
            .run()
            .exits(0)
            .rows();
        assert_eq!(again, rows, "{vendor}");
        let printed = team.countermand(connection, &["runs", "journal", id]).run();
        assert_eq!(
            printed.exits(0).stdout,
            fs::read_to_string(&journal).unwrap()
        );
        // Everything on the device, which the server lists.
        let rows = team
            .countermand(connection, &["cancel", &device, "--all-pending", "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(0)
            .rows();
        assert!(
            rows.iter().any(|row| row["id"] == ids[2].as_str()),
            "{rows:?}"
        );
        assert_eq!(team.simulator.truth(&ids[2]), "cancelled");
        // What is planned with a filter is what the filter matches.
        team.countermand(connection, &["cancel", &device, "--all-pending", "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(0)
            .says("Nothing is pending");
    }
}

#[test]
fn a_plan_in_a_file_is_carried_out_by_the_server() {
    let team = Team::start();
    let device = team.simulator.device("applivery", 3);
    let ids = team.simulator.waiting(&device, 2);
    let plan = text(&team.folder.path().join("plan"));
    team.countermand("fleet", &["cancel", &device, "--plan-out", &plan])
        .args(["--command", &ids[0]])
        .run()
        .exits(0);
    team.countermand("fleet", &["cancel", "--plan", &plan, "--yes"])
        .run()
        .exits(0);
    assert_eq!(team.simulator.truth(&ids[0]), "cancelled");
    assert_eq!(team.simulator.truth(&ids[1]), "pending");
    // It is of the server's connection, and of no other.
    team.simulator
        .countermand("applivery", &["cancel", "--plan", &plan, "--yes"])
        .run()
        .exits(2)
        .says("another connection");
}

#[test]
fn whoever_is_interrupted_can_watch_stop_and_resume_the_run() {
    let team = Team::start();
    let device = team.simulator.device("applivery", 3);
    let ids = team.simulator.waiting(&device, 30);
    team.simulator
        .fault("applivery.cancel", json!({"kind": "slow", "ms": 300}));
    let mut arguments = vec!["cancel", &device, "--yes", "--output", "json"];
    arguments.extend(["--concurrency", "1", "--command"]);
    arguments.extend(ids.iter().map(String::as_str));
    let (mut child, _home) = team.countermand("fleet", &arguments).spawn();
    let mut said = stderr(&mut child);
    let line = wait_for(&mut said, "at the server");
    let id = line.split(' ').nth(2).unwrap().to_owned();
    signal(&child, "INT");
    wait_for(&mut said, "the run goes on at the server");
    assert_eq!(ended(child, 3), Vec::<Value>::new());
    let stopped = team
        .countermand("fleet", &["runs", "stop", &id, "--output", "json"])
        .run()
        .exits(0)
        .says(&format!("countermand runs resume {id}"));
    let rows = stopped.rows();
    assert_eq!(rows.len(), ids.len(), "no target is lost");
    let not_sent = rows
        .iter()
        .filter(|row| row["outcome"] == "not_sent")
        .count();
    assert!(not_sent > 0, "{rows:?}");
    team.countermand("fleet", &["runs", "watch", &id, "--output", "json"])
        .run()
        .exits(3);
    assert_eq!(team.runs("fleet")[0]["state"], "stopped");
    let rows = team
        .countermand("fleet", &["runs", "resume", &id, "--output", "json"])
        .run()
        .exits(0)
        .rows();
    assert_eq!(rows.len(), ids.len());
    assert!(
        rows.iter().all(|row| row["outcome"] == "cancelled"),
        "{rows:?}"
    );
    for id in &ids {
        assert_eq!(team.simulator.truth(id), "cancelled");
    }
    team.countermand("fleet", &["runs", "resume", &id])
        .run()
        .exits(1)
        .says("can be resumed");
}

#[test]
fn a_server_that_is_killed_and_started_again_finishes_the_run_that_is_watched() {
    let mut team = Team::start();
    let device = team.simulator.device("applivery", 3);
    let ids = team.simulator.waiting(&device, 12);
    team.simulator
        .fault("applivery.cancel", json!({"kind": "slow", "ms": 300}));
    let mut arguments = vec!["cancel", &device, "--yes", "--output", "json"];
    arguments.extend(["--concurrency", "1", "--command"]);
    arguments.extend(ids.iter().map(String::as_str));
    let (mut child, _home) = team.countermand("fleet", &arguments).spawn();
    let mut said = stderr(&mut child);
    wait_for(&mut said, "at the server");
    team.simulator.wait_for("applivery.cancel");
    team.kill();
    wait_for(&mut said, "Asking again");
    team.serve();
    wait_for(&mut said, "answers again");
    let rows = ended(child, 0);
    assert_eq!(rows.len(), ids.len());
    assert!(
        rows.iter().all(|row| row["outcome"] == "cancelled"),
        "{rows:?}"
    );
    for id in &ids {
        assert_eq!(team.simulator.truth(id), "cancelled");
    }
}

#[test]
fn a_viewer_starts_nothing() {
    let mut team = Team::start();
    team.kill();
    let file = team.folder.path().join("serve.toml");
    let config = fs::read_to_string(&file).unwrap();
    fs::write(&file, config.replace("operators", "viewers")).unwrap();
    team.serve();
    let device = team.simulator.device("applivery", 3);
    let id = team.simulator.waiting(&device, 1).remove(0);
    let rows = team
        .countermand("fleet", &["cancel", &device, "--yes", "--command", &id])
        .args(["--output", "json"])
        .run()
        .exits(1)
        .says("nothing was sent")
        .rows();
    assert_eq!(rows[0]["outcome"], "not_sent");
    assert_eq!(team.simulator.truth(&id), "pending");
    let health = http::send(&team.authority, "GET", "/healthz", "");
    assert_eq!(health.status, 200);
    let began = Instant::now();
    assert!(team.runs("fleet").is_empty());
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[cfg(target_os = "linux")]
#[test]
fn without_room_for_its_store_a_run_waits_and_sends_nothing_and_then_goes_on() {
    let team = Team::start();
    let device = team.simulator.device("applivery", 3);
    let ids = team.simulator.waiting(&device, 80);
    let slow = json!({"kind": "slow", "ms": 40});
    team.simulator.fault("applivery.cancel", slow);
    let started = team
        .countermand("fleet", &["cancel", &device, "--yes", "--concurrency", "2"])
        .arg("--command")
        .args(&ids);
    let (mut person, _home) = started.spawn();
    let run = || team.runs("fleet").first().cloned().unwrap_or_default();
    let wait = |what: &str, is_so: &dyn Fn() -> bool| {
        let since = Instant::now();
        while !is_so() {
            assert!(since.elapsed() < Duration::from_secs(60), "never: {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait("some are done", &|| run()["done"].as_u64() >= Some(5));
    let pid = team.served.as_ref().unwrap().child.id().to_string();
    let limit = |bytes: &str| {
        let limit = format!("--fsize={bytes}:");
        let set = std::process::Command::new("prlimit")
            .args(["--pid", &pid, &limit])
            .status();
        assert!(set.unwrap().success());
    };
    let wal = team.folder.path().join("store.sqlite-wal");
    limit(&fs::metadata(wal).unwrap().len().to_string());
    let health = || http::send(&team.authority, "GET", "/healthz", "");
    wait("it says so", &|| health().status == 503);
    assert!(health().body.contains("store"), "{:?}", health());
    let cancels = || team.simulator.requests("applivery.cancel");
    // What was written before may still leave: as many as are sent at once.
    let before = cancels();
    for _ in 0..40 {
        assert!(cancels() <= before + 2, "sent, and not written");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(before < ids.len() as u64, "it was over too soon");
    limit("unlimited");
    wait("its end", &|| run()["state"] == "finished");
    wait("it is well again", &|| health().status == 200);
    assert_eq!(person.wait().unwrap().code(), Some(0));
    for id in &ids {
        assert_eq!(team.simulator.truth(id), "cancelled");
    }
}
