//! What is different on a terminal: the question, colours, and the width.

#![cfg(unix)]

use std::io::{Read, Write};

use serde_json::json;

use crate::simulator::Simulator;

/// What a run shows on a terminal of this width, with `typed` on its keyboard.
fn on_terminal(
    simulator: &Simulator,
    vendor: &str,
    width: u16,
    environment: &[(&str, &str)],
    arguments: &[&str],
    typed: &str,
) -> (Option<i32>, String) {
    let typed = [("", typed)];
    typing(simulator, vendor, width, environment, arguments, &typed)
}

/// What a run shows on a terminal of this width. Each text is typed once the words before it are shown.
fn typing(
    simulator: &Simulator,
    vendor: &str,
    width: u16,
    environment: &[(&str, &str)],
    arguments: &[&str],
    typed: &[(&str, &str)],
) -> (Option<i32>, String) {
    let (mut terminal, side) = pty_process::blocking::open().unwrap();
    terminal.resize(pty_process::Size::new(24, width)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut command = pty_process::blocking::Command::new(env!("CARGO_BIN_EXE_countermand"))
        .args(["--provider", vendor])
        .args(["--base-url", &simulator.text(vendor, "base_url")])
        .args(["--org", &simulator.text(vendor, "org")])
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("TERM", "xterm-256color")
        .env("COUNTERMAND_TOKEN", simulator.text("applivery", "token"))
        .env("COUNTERMAND_APP_KEY", simulator.text("enos", "app_key"))
        .env(
            "COUNTERMAND_APP_SECRET",
            simulator.text("enos", "app_secret"),
        );
    for (name, value) in environment {
        command = command.env(name, value);
    }
    let mut child = command.spawn(side).unwrap();
    let mut shown = Vec::new();
    let mut part = [0; 4096];
    let mut typed = typed.iter().peekable();
    loop {
        let so_far = String::from_utf8_lossy(&shown).into_owned();
        while let Some((_, text)) = typed.next_if(|(after, _)| so_far.contains(after)) {
            terminal.write_all(text.as_bytes()).unwrap();
        }
        // A terminal whose other side is closed ends in an error.
        let Ok(count @ 1..) = terminal.read(&mut part) else {
            break;
        };
        shown.extend_from_slice(&part[..count]);
    }
    let status = child.wait().unwrap();
    (status.code(), String::from_utf8_lossy(&shown).into_owned())
}

#[test]
fn it_asks_and_its_default_is_no() {
    let simulator = Simulator::start();
    let device = simulator.device("enos", 5);
    let ids = simulator.waiting(&device, 2);
    for typed in ["\n", "n\n", "\u{4}", "cancel\n"] {
        let arguments = ["cancel", &device, "--command", &ids[0], &ids[1]];
        let (status, shown) = on_terminal(&simulator, "enos", 120, &[], &arguments, typed);
        assert_eq!(status, Some(1), "{shown}");
        assert!(
            shown.contains("Cancel 2 commands (2 ")
                && shown.contains(") on 1 device of ")
                && shown.contains(" at EnOS (127.0.0.1:"),
            "{shown}"
        );
        assert!(
            shown.contains(&ids[0]) && shown.contains("Nothing was sent"),
            "{shown}"
        );
    }
    let arguments = ["cancel", &device, "--command", &ids[0], "--output", "json"];
    let (status, shown) = on_terminal(&simulator, "enos", 120, &[], &arguments, "n\n");
    assert_eq!(status, Some(1), "{shown}");
    assert!(shown.contains("not_sent"), "a row for each target: {shown}");
    assert_eq!(simulator.requests("enos.cancel"), 0);
    let arguments = ["cancel", &device, "--command", &ids[0]];
    let (status, shown) = on_terminal(&simulator, "enos", 120, &[], &arguments, "y\n");
    assert_eq!(status, Some(0), "{shown}");
    assert_eq!(simulator.truth(&ids[0]), "cancelled");
    assert_eq!(simulator.truth(&ids[1]), "pending");
}

#[test]
fn going_on_is_asked_for_with_numbers_and_its_default_is_no() {
    let simulator = Simulator::start();
    let device = simulator.device("enos", 5);
    let ids = simulator.waiting(&device, 3);
    let folder = crate::saved_files::folder();
    let journal = crate::countermand::text(&folder.path().join("journal"));
    simulator.fault("enos.cancel", json!({"kind": "slow", "ms": 60_000}));
    let (mut child, _home) = simulator
        .countermand("enos", &["cancel", &device, "--yes", "--journal", &journal])
        .arg("--command")
        .args(&ids)
        .spawn();
    simulator.wait_for("enos.cancel");
    crate::countermand::signal(&child, "KILL");
    child.wait().unwrap();
    simulator.control("DELETE", "/faults", json!({}));
    let before = std::fs::read(&journal).unwrap();
    for typed in ["\n", "n\n", "\u{4}"] {
        let (status, shown) =
            on_terminal(&simulator, "enos", 120, &[], &["resume", &journal], typed);
        assert_eq!(status, Some(1), "{shown}");
        let asked = "1 in doubt to check, 2 still to send";
        assert!(
            shown.contains(&format!("Resume this run ({asked}) on ")) && shown.contains("? [y/N]"),
            "{shown}"
        );
    }
    assert_eq!(std::fs::read(&journal).unwrap(), before);
    let (status, shown) = on_terminal(&simulator, "enos", 120, &[], &["resume", &journal], "y\n");
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("3 cancelled"), "{shown}");
}

#[test]
fn the_bar_says_how_far_a_run_is_and_leaves_its_line() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 5);
    let ids = simulator.waiting(&device, 3);
    let mut arguments = vec![
        "cancel",
        &device,
        "--yes",
        "--concurrency",
        "1",
        "--command",
    ];
    arguments.extend(ids.iter().map(String::as_str));
    let (status, shown) = on_terminal(&simulator, "applivery", 100, &[], &arguments, "");
    assert_eq!(status, Some(0), "{shown}");
    assert!(
        shown.contains("1/3 finished") && shown.contains("1 cancelled"),
        "{shown:?}"
    );
    assert!(shown.contains("[####"), "{shown:?}");
    let last = shown.rfind("/3 finished").unwrap();
    assert!(shown[last..].contains("\r\u{1b}[K"), "{shown:?}");
}

#[test]
fn device_id_name_and_state_are_whole_and_the_rest_goes_first() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    let ids = simulator.add(json!({"device": device, "count": 3, "hold": true}));
    let rows = simulator
        .countermand("applivery", &["list", &device, "--state", "pending"])
        .args(["--output", "json"])
        .run()
        .rows();
    for (width, wide) in [
        (60, false),
        (80, false),
        (100, false),
        (250, false),
        (80, true),
    ] {
        let mut arguments = vec!["list", &device, "--state", "pending"];
        arguments.extend(wide.then_some("--wide"));
        let no_colour = [("NO_COLOR", "1")];
        let (status, shown) =
            on_terminal(&simulator, "applivery", width, &no_colour, &arguments, "");
        assert_eq!(status, Some(0), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
        assert_eq!(
            shown.contains("not shown: "),
            width < 250 && !wide,
            "{shown}"
        );
        let titles = shown.lines().next().unwrap_or_default();
        assert_eq!(titles.contains("CREATED"), width == 250 || wide, "{shown}");
        for row in &rows {
            let line = shown
                .lines()
                .find(|line| line.contains(row["id"].as_str().unwrap()));
            for field in ["device", "name", "state"] {
                let value = row[field].as_str().unwrap_or_default();
                assert!(line.unwrap().contains(value), "{width}: {value} in {shown}");
            }
        }
        for id in &ids {
            assert!(shown.contains(id.as_str()), "{width}: {shown}");
        }
    }
}

#[test]
fn colours_only_on_a_terminal_that_wants_them() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    let arguments = ["list", &device];
    let (_, shown) = on_terminal(&simulator, "applivery", 132, &[], &arguments, "");
    assert!(shown.contains("\u{1b}["), "{shown:?}");
    let dumb = [("TERM", "dumb")];
    let (_, shown) = on_terminal(&simulator, "applivery", 132, &dumb, &arguments, "");
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
    let piped = simulator
        .countermand("applivery", &arguments)
        .run()
        .exits(0);
    assert!(!piped.stdout.contains('\u{1b}'));
}

#[test]
fn ctrl_c_at_a_question_is_130_and_sends_nothing() {
    let simulator = Simulator::start();
    let device = simulator.device("enos", 5);
    let ids = simulator.waiting(&device, 1);
    let typed = [("[y/N]", "\u{3}")];
    for form in ["table", "json"] {
        let arguments = ["cancel", &device, "--command", &ids[0], "-o", form];
        let (status, shown) = typing(&simulator, "enos", 120, &[], &arguments, &typed);
        assert_eq!(status, Some(130), "{shown}");
        assert!(shown.to_lowercase().contains("interrupted"), "{shown}");
        assert_eq!(shown.contains("not_sent"), form == "json", "{shown}");
    }
    assert_eq!(simulator.requests("enos.cancel"), 0);
    assert_eq!(simulator.truth(&ids[0]), "pending");
}

#[test]
fn the_question_after_a_search_names_the_devices() {
    let simulator = Simulator::start();
    let rows = simulator
        .countermand("enos", &["devices", "-o", "json"])
        .run()
        .exits(0)
        .rows();
    let (device, name) = (&rows[3]["device"], &rows[3]["name"]);
    let (device, name) = (device.as_str().unwrap(), name.as_str().unwrap());
    simulator.waiting(device, 1);
    let arguments = ["cancel", "--search", name, "--all-pending"];
    let typed = [("[y/N]", "n\n")];
    let (status, shown) = typing(&simulator, "enos", 200, &[], &arguments, &typed);
    assert_eq!(status, Some(1), "{shown}");
    assert!(
        shown.contains(&format!(" on 1 device ({device}) of ")),
        "{shown}"
    );
    assert_eq!(simulator.requests("enos.cancel_all"), 0);
}

#[test]
fn a_watched_table_is_drawn_again() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    let ids = simulator.waiting(&device, 1);
    let arguments = ["list", &device, "--state", "pending", "--watch=1s"];
    let typed = [(ids[0].as_str(), "\u{3}")];
    let (status, shown) = typing(&simulator, "applivery", 120, &[], &arguments, &typed);
    assert_eq!(status, Some(0), "{shown}");
    let clear = "\u{1b}[H\u{1b}[2J";
    assert!(shown.contains(clear), "{shown:?}");
    assert!(shown.contains(", every 1 s; Ctrl-C ends"), "{shown:?}");
    let dumb = [("TERM", "dumb")];
    let (_, shown) = typing(&simulator, "applivery", 120, &dumb, &arguments, &typed);
    assert!(
        !shown.contains('\u{1b}') && shown.contains(&ids[0]),
        "{shown:?}"
    );
}

#[test]
fn a_list_and_a_plan_say_how_far_they_are() {
    let simulator = Simulator::start();
    let devices: Vec<String> = (0..3).map(|at| simulator.device("applivery", at)).collect();
    simulator.fault("applivery.list", json!({"kind": "slow", "ms": 900}));
    for (command, verb) in [
        (&["list"][..], "listing: "),
        (&["cancel", "--all-pending", "--dry-run"], "planning: "),
    ] {
        let mut arguments = command.to_vec();
        arguments.extend(["--concurrency", "1"]);
        arguments.extend(devices.iter().map(String::as_str));
        let (status, shown) = on_terminal(&simulator, "applivery", 100, &[], &arguments, "");
        assert_eq!(status, Some(0), "{shown}");
        let words = format!("{verb}1/3 devices");
        assert!(shown.contains(&words), "{words}: {shown:?}");
    }
}
