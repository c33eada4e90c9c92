//! Brake rules from the command line: one operator proposes, another one signs, and then one press is enough.

use serde_json::{Value, json};

use crate::{
    countermand::{Countermand, Ended},
    team::{BOB, Team},
};

/// A team at which no wipe is cancelled by one person alone, and a wrong wipe that has just gone to every device.
fn incident() -> Team {
    let team = Team::with("approval = { kinds = ['WIPE'] }\n");
    let at_once = json!({"applivery_cancel_delay_ms": 0});
    team.simulator.control("PATCH", "/options", at_once);
    let order = json!({"vendor": "applivery", "kind": "WIPE", "offline_percent": 100});
    team.simulator.control("POST", "/incident", order);
    team
}

fn rules(team: &Team, arguments: &[&str]) -> Countermand {
    team.countermand("fleet", &["brake-rules"]).args(arguments)
}

fn as_bob(team: &Team, arguments: &[&str]) -> Ended {
    let command = team.countermand("fleet", arguments);
    command.env("COUNTERMAND_SERVER_TOKEN", BOB).run()
}

fn only(rows: &[Value]) -> &Value {
    let [row] = rows else { panic!("{rows:?}") };
    row
}

#[test]
fn a_rule_is_proposed_signed_used_and_revoked() {
    let team = incident();
    let proposed = rules(
        &team,
        &["propose", "--kind", "WIPE", "--for", "12h", "--yes"],
    )
    .args(["--reason", "night shift", "--output", "json"])
    .run()
    .exits(0)
    .says("matches --kind WIPE on all devices of the organization")
    .says("countermand brake-rules sign ");
    let rows = proposed.rows();
    let rule = only(&rows);
    assert_eq!(
        (&rule["state"], &rule["by"], &rule["reason"]),
        (&json!("proposed"), &json!("alice"), &json!("night shift"))
    );
    let id = rule["id"].as_str().unwrap();
    rules(&team, &["sign", id, "--yes"])
        .run()
        .exits(1)
        .says("Somebody else has to sign");
    as_bob(&team, &["brake-rules", "sign", id])
        .exits(2)
        .says("alice proposes (night shift)")
        .says("not a terminal");
    let signed = as_bob(
        &team,
        &["brake-rules", "sign", id, "--yes", "--output", "json"],
    )
    .exits(0);
    assert_eq!(only(&signed.rows())["signed_by"], "bob");
    rules(&team, &["list"])
        .run()
        .exits(0)
        .says_out("in_force")
        .says_out("--kind WIPE");
    let brake = [
        "brake", "--kind", "wipe", "--since", "30m", "--yes", "--output", "json",
    ];
    let braked = team.countermand("fleet", &brake).run().exits(0);
    assert!(!braked.rows().is_empty());
    assert_eq!(team.runs("fleet")[0]["rule"], id);
    as_bob(&team, &["brake-rules", "revoke", id])
        .exits(0)
        .says("Revoked");
    let listed = rules(&team, &["list", "--output", "json"]).run().exits(0);
    assert_eq!(
        (
            &only(&listed.rows())["state"],
            &only(&listed.rows())["ended_by"]
        ),
        (&json!("revoked"), &json!("bob"))
    );
    rules(&team, &["revoke", id])
        .run()
        .exits(1)
        .says("decided about before");
    rules(&team, &["sign", "none", "--yes"])
        .run()
        .exits(1)
        .says("No brake rule none");
}

#[test]
fn without_a_rule_another_operator_approves_what_the_brake_says() {
    let team = incident();
    let brake = ["brake", "--kind", "WIPE", "--yes", "--output", "json"];
    let (asking, _home) = team.countermand("fleet", &brake).spawn();
    let id = loop {
        let runs = team.runs("fleet");
        if let Some(run) = runs.first().filter(|run| run["state"] == "waiting") {
            let id = run["id"].as_str().unwrap().to_owned();
            // It is ready by now, and nobody is there to confirm.
            if as_bob(&team, &["runs", "approve", &id]).status == Some(2) {
                break id;
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    as_bob(&team, &["runs", "approve", &id, "--yes"])
        .exits(0)
        .says("a brake that alice asks for, of whatever is pending and matches --kind WIPE");
    let ended = asking.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}

#[test]
fn a_rule_that_does_not_say_what_or_until_when_is_refused() {
    let team = incident();
    for (arguments, status, says) in [
        (
            &["propose", "--for", "12h", "--yes"][..],
            2,
            "Name what to stop",
        ),
        (&["propose", "--kind", "WIPE", "--yes"], 2, "--until"),
        (
            &["propose", "--kind", "WIPE", "--for", "12h"],
            2,
            "not a terminal",
        ),
        (
            &["propose", "--kind", "WIPE", "--until", "2h", "--yes"],
            2,
            "future",
        ),
        (
            &["propose", "--kind", "WIPE", "--for", "31d", "--yes"],
            2,
            "30d",
        ),
    ] {
        rules(&team, arguments).run().exits(status).says(says);
    }
    rules(&team, &["list"])
        .run()
        .exits(0)
        .says("No brake rules");
    team.simulator
        .countermand("applivery", &["brake-rules", "list"])
        .run()
        .exits(2)
        .says("--server");
}
