//! Runs that a second operator approves, from the command line.

use std::{
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    countermand::Ended,
    team::{BOB, Team},
};

/// A team where nobody cancels alone, a device with two commands that wait, and a process that asks for both.
fn asked() -> (Team, JoinHandle<Ended>, Value) {
    let team = Team::with("approval = { targets = 0 }\n");
    let device = team.simulator.device("applivery", 3);
    let ids = team.simulator.waiting(&device, 2);
    let mut arguments = vec![
        "cancel",
        &device,
        "--yes",
        "--output",
        "json",
        "--reason",
        "a wrong lock",
    ];
    for id in &ids {
        arguments.extend(["--command", id]);
    }
    let asking = team.countermand("fleet", &arguments);
    let asking = thread::spawn(move || asking.run());
    let run = loop {
        let runs = team.runs("fleet");
        if let Some(run) = runs.first().filter(|run| run["state"] == "waiting") {
            let shown = as_bob(&team, &["runs", "approve", run["id"].as_str().unwrap()]);
            // It is read by now, and nobody is there to confirm.
            if shown.status == Some(2) {
                break run.clone();
            }
        }
        thread::sleep(Duration::from_millis(100));
    };
    (team, asking, run)
}

fn as_bob(team: &Team, arguments: &[&str]) -> Ended {
    team.countermand("fleet", arguments)
        .env("COUNTERMAND_SERVER_TOKEN", BOB)
        .run()
}

#[test]
fn what_somebody_else_approves_is_cancelled_and_the_command_that_asked_tells_it() {
    let (team, asking, run) = asked();
    let id = run["id"].as_str().unwrap();
    let own = ["runs", "approve", id, "--yes"];
    let refused = team.countermand("fleet", &own).run().exits(1);
    assert!(refused.stderr.contains("Somebody else"), "{refused:?}");
    assert_eq!(team.simulator.requests("applivery.cancel"), 0);
    let approved = as_bob(&team, &["runs", "approve", id, "--yes", "--output", "json"]).exits(0);
    assert_eq!(approved.rows().len(), 2, "what was approved is shown");
    assert!(
        approved
            .stderr
            .contains("2 cancels that alice asks for (a wrong lock)")
    );
    let told = asking.join().unwrap().exits(0);
    assert!(
        told.stderr.contains("Waiting for a second operator"),
        "{}",
        told.stderr
    );
    let rows = told.rows();
    let cancelled = rows.iter().filter(|row| row["outcome"] == "cancelled");
    assert_eq!(cancelled.count(), 2);
    let shown = team.countermand("fleet", &["runs", "show", id, "--output", "json"]);
    let shown = shown.run().exits(0).rows().remove(0);
    assert_eq!(
        (&shown["approval"], &shown["decided_by"]),
        (&json!("approved"), &json!("bob"))
    );
    as_bob(&team, &["runs", "decline", id]).exits(1);
}

#[test]
fn what_is_declined_or_stopped_is_not_sent() {
    let (team, asking, run) = asked();
    let id = run["id"].as_str().unwrap();
    as_bob(&team, &["runs", "decline", id]).exits(0);
    let told = asking.join().unwrap().exits(1);
    assert!(
        told.stderr
            .contains("was declined by bob; nothing was sent"),
        "{}",
        told.stderr
    );
    assert!(told.rows().iter().all(|row| row["outcome"] == "not_sent"));
    assert_eq!(team.simulator.requests("applivery.cancel"), 0);

    let (team, asking, run) = asked();
    let id = run["id"].as_str().unwrap();
    team.countermand("fleet", &["runs", "stop", id])
        .run()
        .exits(0);
    let told = asking.join().unwrap().exits(1);
    assert!(
        told.stderr.contains("was withdrawn by alice"),
        "{}",
        told.stderr
    );
    assert_eq!(team.simulator.requests("applivery.cancel"), 0);
}
