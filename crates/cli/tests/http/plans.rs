//! A plan that is kept, and applied later: exactly that, or nothing.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    countermand::{Ended, text},
    saved_files::{edited, folder, lines},
    simulator::{Simulator, VENDORS},
};

/// Keeps a plan for everything that waits on a device.
fn keep(simulator: &Simulator, vendor: &str, device: &str, path: &Path) -> Ended {
    simulator
        .countermand(vendor, &["cancel", device, "--all-pending", "--plan-out"])
        .args([&*text(path), "--output", "json"])
        .run()
}

fn apply(simulator: &Simulator, vendor: &str, path: &Path, more: &[&str]) -> Ended {
    simulator
        .countermand(vendor, &["cancel", "--yes", "--output", "json", "--plan"])
        .arg(path)
        .args(more)
        .run()
}

fn move_to(simulator: &Simulator, device: &str, command: &str, state: &str) {
    let order = json!({"device": device, "command": command, "state": state});
    simulator.control("POST", "/commands/state", order);
}

fn asked(simulator: &Simulator) -> Value {
    simulator.ledger()["requests"].clone()
}

fn cancels(simulator: &Simulator, vendor: &str) -> u64 {
    simulator.requests(&format!("{vendor}.cancel")) + simulator.requests("enos.cancel_all")
}

#[test]
fn a_kept_plan_is_applied_to_the_letter() {
    let simulator = Simulator::start();
    let folder = folder();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 3);
        let meant = simulator.waiting(&device, 3);
        let path = folder.path().join(vendor);
        let kept = keep(&simulator, vendor, &device, &path)
            .exits(0)
            .says("nothing was sent")
            .says("--plan");
        assert!(kept.rows().iter().all(|row| row["outcome"] == "planned"));
        assert_eq!(cancels(&simulator, vendor), 0);
        let later = simulator.waiting(&device, 2);

        let ended = apply(&simulator, vendor, &path, &[]).exits(0);
        let rows = ended.rows();
        assert_eq!(rows.len(), kept.rows().len());
        assert!(rows.iter().all(|row| row["outcome"] == "cancelled"));
        for id in &meant {
            assert_eq!(simulator.truth(id), "cancelled");
        }
        for id in &later {
            assert_eq!(simulator.truth(id), "pending", "it is not in the plan");
        }
    }
    assert_eq!(simulator.requests("enos.cancel_all"), 0);
}

#[test]
fn a_plan_needs_no_more_than_the_keys_and_where_they_go() {
    let simulator = Simulator::start();
    let folder = folder();
    let path = folder.path().join("plan");
    let device = simulator.device("enos", 3);
    simulator.waiting(&device, 1);
    keep(&simulator, "enos", &device, &path).exits(0);
    let run = || {
        crate::countermand::countermand(["cancel", "--yes", "--plan"])
            .arg(&path)
            .env("COUNTERMAND_APP_KEY", simulator.text("enos", "app_key"))
            .env(
                "COUNTERMAND_APP_SECRET",
                simulator.text("enos", "app_secret"),
            )
    };
    run().run().exits(2).says("base URL");
    run()
        .env("COUNTERMAND_BASE_URL", simulator.text("enos", "base_url"))
        .run()
        .exits(0);
}

#[test]
fn what_has_changed_is_refused_or_left_out() {
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let folder = folder();
        let device = simulator.device(vendor, 3);
        let ids = simulator.waiting(&device, 4);
        let path = folder.path().join("plan");
        keep(&simulator, vendor, &device, &path).exits(0);
        move_to(&simulator, &device, &ids[0], "succeeded");
        move_to(&simulator, &device, &ids[1], "cancelled");

        let refused = apply(&simulator, vendor, &path, &[])
            .exits(1)
            .says(&ids[0])
            .says(&ids[1])
            .says("--allow-drift");
        assert!(!refused.stderr.contains(&ids[2]), "{refused:?}");
        let rows = refused.rows();
        assert!(!rows.iter().any(|row| row["outcome"] == "cancelled"));
        assert_eq!(cancels(&simulator, vendor), 0);

        let ended = apply(&simulator, vendor, &path, &["--allow-drift"])
            .exits(3)
            .says(&ids[0]);
        for row in ended.rows() {
            let expected = match row["id"].as_str().unwrap() {
                id if id == ids[0] || id == ids[1] => "already_finished",
                _ => "cancelled",
            };
            assert_eq!(row["outcome"], expected, "{row}");
        }
        assert_eq!(simulator.truth(&ids[3]), "cancelled");
    }
}

#[test]
fn what_waits_now_and_did_not_then_is_not_cancelled() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let id = simulator
        .add(json!({"device": device, "state": "sent", "hold": true}))
        .remove(0);
    let path = folder.path().join("plan");
    simulator
        .countermand("applivery", &["cancel", &device, "--command", &id])
        .args(["--plan-out", &text(&path)])
        .run()
        .exits(0);
    move_to(&simulator, &device, &id, "pending");
    let ended = apply(&simulator, "applivery", &path, &["--allow-drift"]).exits(1);
    assert_eq!(ended.rows()[0]["outcome"], "not_sent");
    assert_eq!(simulator.truth(&id), "pending");
}

#[test]
fn an_edited_a_cut_and_a_strange_plan_are_refused_before_anything_is_asked() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let other = simulator.device("applivery", 4);
    let ids = simulator.waiting(&device, 3);
    let path = folder.path().join("plan");
    keep(&simulator, "applivery", &device, &path).exits(0);
    let before = asked(&simulator);
    let line = 1 + lines(&path)
        .iter()
        .position(|line| line["id"] == ids[1].as_str())
        .unwrap();
    let stranger = "507f1f77bcf86cd799439011";
    let refuse = |path: &Path, exit: i32, says: &str| {
        let refused = apply(&simulator, "applivery", path, &["--allow-drift"]);
        refused.exits(exit).prints_nothing().says(says);
    };
    refuse(
        &edited(&path, &ids[1], stranger),
        1,
        &format!("line {line} "),
    );
    refuse(&edited(&path, &device, &other), 1, "line 2 ");
    let whole = fs::read_to_string(&path).unwrap();
    let cut = folder.path().join("cut");
    for end in [whole.len() - 1, whole.len() - 30, whole.len() / 2] {
        fs::write(&cut, &whole[..end]).unwrap();
        refuse(&cut, 1, "cut off");
    }
    refuse(
        &edited(&path, "\"version\":1", "\"version\":7"),
        2,
        "version 7",
    );
    refuse(
        &edited(&path, "countermand plan", "shopping list"),
        2,
        "not a plan",
    );
    assert_eq!(asked(&simulator), before, "nothing was asked of the vendor");
    for id in &ids {
        assert_eq!(simulator.truth(id), "pending");
    }
}

#[test]
fn a_plan_of_another_connection_is_refused_naming_what_differs() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("enos", 3);
    let path = folder.path().join("plan");
    keep(&simulator, "enos", &device, &path).exits(0);
    let before = asked(&simulator);
    for (option, value, named) in [
        ("--org", "o99", "org"),
        ("--base-url", "http://127.0.0.1:9", "base_url"),
        ("--provider", "applivery", "provider"),
    ] {
        let vendor = if option == "--provider" {
            value
        } else {
            "enos"
        };
        let mut arguments = vec!["cancel", "--yes", "--plan"];
        let path = text(&path);
        arguments.push(&path);
        if option != "--provider" {
            arguments.extend([option, value]);
        }
        let base_url = simulator.text("enos", "base_url");
        let org = simulator.text("enos", "org");
        let mut run = crate::countermand::countermand(["--provider", vendor])
            .args(&arguments)
            .env("COUNTERMAND_TOKEN", "some-token")
            .env("COUNTERMAND_APP_KEY", simulator.text("enos", "app_key"))
            .env(
                "COUNTERMAND_APP_SECRET",
                simulator.text("enos", "app_secret"),
            );
        if option != "--base-url" {
            run = run.env("COUNTERMAND_BASE_URL", &base_url);
        }
        if option != "--org" {
            run = run.env("COUNTERMAND_ORG", &org);
        }
        let refused = run.run().exits(2).prints_nothing().says(named);
        assert!(refused.stderr.contains(value), "both values: {refused:?}");
    }
    assert_eq!(asked(&simulator), before);
}

#[test]
fn a_plan_is_never_written_over_another_file_and_holds_no_secret() {
    let simulator = Simulator::start();
    let secrets = simulator.secrets();
    let folder = folder();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 3);
        let path = folder.path().join(vendor);
        keep(&simulator, vendor, &device, &path).exits(0);
        let first = fs::read_to_string(&path).unwrap();
        for secret in &secrets {
            assert!(!first.contains(secret), "{secret} in {first}");
        }
        keep(&simulator, vendor, &device, &path)
            .exits(2)
            .says("refusing to overwrite it");
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
    }
}

#[test]
fn what_could_not_be_listed_is_in_the_plan_and_in_its_exit_status() {
    let simulator = Simulator::start();
    let folder = folder();
    let (good, bad) = (simulator.device("applivery", 3), "applivery:nosuchdevice");
    simulator.waiting(&good, 1);
    let path = folder.path().join("plan");
    simulator
        .countermand("applivery", &["cancel", &good, bad, "--all-pending"])
        .args(["--plan-out", &text(&path)])
        .run()
        .exits(3)
        .says(bad);
    let unlisted = lines(&path);
    let unlisted = unlisted.iter().find(|line| line["event"] == "unlisted");
    assert_eq!(unlisted.unwrap()["device"], bad);
    // Applying cancels all it can, and still does not claim that nothing waits there.
    let ended = apply(&simulator, "applivery", &path, &[])
        .exits(3)
        .says(bad);
    assert!(ended.rows().iter().all(|row| row["outcome"] == "cancelled"));
}

#[test]
fn the_hint_beside_a_kept_plan_works_as_it_is_printed() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    let folder = folder();
    let path = folder.path().join("it's a plan");
    let kept = keep(&simulator, "applivery", &device, &path).exits(0);
    let hint = kept.stderr.lines().find_map(|line| {
        let (_, hint) = line.split_once("To apply it: countermand ")?;
        Some(hint.to_owned())
    });
    let program = env!("CARGO_BIN_EXE_countermand");
    let applied = std::process::Command::new("sh")
        .args(["-c", &format!("'{program}' {} --yes", hint.unwrap())])
        .env("COUNTERMAND_TOKEN", simulator.text("applivery", "token"))
        .output()
        .unwrap();
    assert_eq!(applied.status.code(), Some(0), "{applied:?}");
    assert_eq!(simulator.truth(&id), "cancelled");
    assert!(!kept.stderr.contains(&simulator.text("applivery", "token")));
}

/// Keeps a plan for everything on a device that nobody has listed, as it is handed to a server.
fn keep_everything(simulator: &Simulator, vendor: &str, device: &str, path: &Path) {
    use std::sync::Arc;

    use countermand_client::{Client, Connection, Credentials, ListedDevice, Plan};
    use countermand_core_model::{AllPending, Organization, Provider};
    use countermand_transport::{BaseUrl, ReqwestTransport, TokioTimer};

    let provider: Provider = vendor.parse().unwrap();
    let connection = Connection::new(
        Organization::parse(provider, &simulator.text(vendor, "org")).unwrap(),
        BaseUrl::parse(&simulator.text(vendor, "base_url")).unwrap(),
        Credentials::HeldByRelay(provider),
    );
    let backend = ReqwestTransport::new().unwrap();
    let client = Client::connect(connection.unwrap(), backend, Arc::new(TokioTimer::new()));
    let device = ListedDevice::unread(AllPending::on(device.parse().unwrap()));
    let plan = Plan::everything_on([device]);
    let text = client.unwrap().encode_whole_plan(&plan).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_plan_for_everything_on_a_device_lists_it() {
    let simulator = Simulator::start();
    let folder = folder();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 3);
        let waiting = simulator.waiting(&device, 3);
        let path = folder.path().join(vendor);
        keep_everything(&simulator, vendor, &device, &path);
        let rows = apply(&simulator, vendor, &path, &["--dry-run"])
            .exits(0)
            .says("and everything else pending on 1 device")
            .rows();
        assert!(rows.is_empty(), "{rows:?}");
        assert_eq!(cancels(&simulator, vendor), 0);
        let rows = apply(&simulator, vendor, &path, &[]).exits(0).rows();
        for id in waiting {
            assert!(rows.iter().any(|row| row["id"] == id.as_str()));
            assert_eq!(simulator.truth(&id), "cancelled");
        }
        apply(&simulator, vendor, &path, &[])
            .exits(0)
            .says("Nothing is pending");
    }
}
