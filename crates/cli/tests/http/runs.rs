//! Runs that a server drives: handed over, watched, stopped, and told from their journal.

use std::{
    fs,
    io::{BufRead, BufReader},
};

use serde_json::{Value, json};

use crate::{
    countermand::{countermand, text},
    run_server::{Cancelled, RunServer, Story, TOKEN, cancelled},
    simulator::Simulator,
    stub_server::Reply,
};

/// How a journal is spoiled.
type Damage<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

fn outcomes(rows: &[Value]) -> Vec<&str> {
    let rows = rows.iter().map(|row| row["outcome"].as_str().unwrap());
    rows.collect()
}

/// A server whose run has cancelled two commands.
fn server(change: impl FnOnce(&mut Story)) -> (RunServer, Cancelled) {
    let simulator = Simulator::start();
    let of_run = cancelled(&simulator, 2);
    let mut story = Story {
        run: of_run.run.clone(),
        journal: of_run.journal.clone(),
        outcomes: json!({}),
        ..Story::default()
    };
    change(&mut story);
    (RunServer::start(simulator, story), of_run)
}

fn cancel<'a>(of_run: &'a Cancelled, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["cancel", &of_run.device, "--yes", "--output", "json"];
    arguments.extend(more);
    arguments.push("--command");
    arguments.extend(of_run.ids.iter().map(String::as_str));
    arguments
}

#[test]
fn a_plan_is_handed_over_and_its_rows_are_those_of_the_journal() {
    let (server, of_run) = server(|story| story.states = vec!["running", "running", "finished"]);
    let file = server.file("kept");
    let ended = server
        .countermand(&cancel(&of_run, &["--reason", "wrong profile"]))
        .args(["--ticket", "INC-7", "--journal", &text(&file)])
        .args(["--verify-for", "2s", "--concurrency", "4"])
        .env("RUST_LOG", "trace")
        .run()
        .exits(0)
        .says(&format!("Run {} at the server", of_run.run))
        .says(&format!(
            "countermand runs watch {} --server {}",
            of_run.run,
            server.url()
        ))
        .says("server.start_run")
        .hides(&[TOKEN]);
    assert_eq!(outcomes(&ended.rows()), ["cancelled", "cancelled"]);
    assert_eq!(fs::read(&file).unwrap(), of_run.journal);
    let started = server.started();
    let [started] = started.as_slice() else {
        panic!("{started:?}")
    };
    assert_eq!(started["reason"], "wrong profile");
    assert_eq!(started["ticket"], "INC-7");
    assert_eq!(
        (&started["concurrency"], &started["verify_for"]),
        (&4.into(), &2.into())
    );
    let plan = started["plan"].as_str().unwrap();
    assert!(
        plan.ends_with("\n") && plan.contains("\"version\":1"),
        "{plan}"
    );
    for id in &of_run.ids {
        assert!(plan.contains(id.as_str()));
    }
    let posts = server
        .requests()
        .into_iter()
        .filter(|one| one.method == "POST");
    for post in posts {
        let headers = post.headers.to_ascii_lowercase();
        assert!(headers.contains("sec-fetch-site: same-origin"), "{headers}");
    }
}

#[test]
fn a_journal_is_kept_once_and_never_written_over() {
    let (server, of_run) = server(|_| {});
    let file = server.file("kept");
    fs::write(&file, "mine").unwrap();
    server
        .countermand(&cancel(&of_run, &["--journal", &text(&file)]))
        .run()
        .exits(2)
        .prints_nothing();
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert!(server.started().is_empty());
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_plan() {
    let (server, of_run) = server(|story| {
        story.first = vec![("POST /relay/fleet/runs", Reply::Nothing)];
    });
    server
        .countermand(&cancel(&of_run, &[]))
        .run()
        .exits(0)
        .says("may have started the run");
    let started = server.started();
    assert_eq!(started.len(), 2);
    assert_eq!(started[0], started[1], "the same plan is the same run");
}

#[test]
fn where_every_answer_is_lost_nothing_is_said_of_outcomes() {
    let (server, of_run) = server(|story| {
        let broken = || r#"{"message":"The server's store cannot be used now."}"#.to_owned();
        story.first = vec![
            ("POST /relay/fleet/runs", Reply::Nothing),
            (
                "POST /relay/fleet/runs",
                Reply::Html("<p>502</p>".to_owned()),
            ),
            ("POST /relay/fleet/runs", Reply::Json(503, broken())),
        ];
    });
    let ended = server
        .countermand(&cancel(&of_run, &[]))
        .run()
        .exits(4)
        .says("may have started the run")
        .says("countermand runs list --server");
    assert_eq!(outcomes(&ended.rows()), ["unknown", "unknown"]);
}

#[test]
fn what_the_server_refuses_was_not_sent() {
    let (server, of_run) = server(|story| {
        let words = r#"{"message":"A second operator has to approve this first."}"#;
        story.first = vec![("POST /relay/fleet/runs", Reply::Json(403, words.to_owned()))];
    });
    let ended = server
        .countermand(&cancel(&of_run, &[]))
        .run()
        .exits(1)
        .says("A second operator has to approve this first.")
        .says("nothing was sent");
    assert_eq!(outcomes(&ended.rows()), ["not_sent", "not_sent"]);
    assert_eq!(server.started().len(), 1);
}

#[test]
fn a_server_that_is_restarted_is_asked_again() {
    let (server, of_run) = server(|story| {
        story.states = vec!["running", "running", "finished"];
        story.first = vec![
            ("GET /relay/fleet/runs/", Reply::Nothing),
            ("GET /relay/fleet/runs/", Reply::Json(503, "{}".to_owned())),
            (
                "GET /relay/fleet/runs/",
                Reply::Html("<p>starting</p>".to_owned()),
            ),
        ];
    });
    let ended = server
        .countermand(&cancel(&of_run, &[]))
        .run()
        .exits(0)
        .says("Asking again for 5 min")
        .says("The server answers again");
    assert_eq!(outcomes(&ended.rows()), ["cancelled", "cancelled"]);
}

#[test]
fn a_journal_that_comes_in_parts_is_whole() {
    for at_once in [1, 3] {
        let (server, of_run) = server(|story| story.at_once = at_once);
        let file = server.file("kept");
        server
            .countermand(&["runs", "journal", &of_run.run, "--journal", &text(&file)])
            .run()
            .exits(0)
            .prints_nothing();
        assert_eq!(fs::read(&file).unwrap(), of_run.journal);
        countermand(["verify", &text(&file)]).run().exits(0);
        let ended = server
            .countermand(&["runs", "journal", &of_run.run])
            .run()
            .exits(0);
        assert_eq!(ended.stdout.as_bytes(), of_run.journal);
        let ended = server
            .countermand(&["runs", "watch", &of_run.run, "--output", "json"])
            .run()
            .exits(0);
        assert_eq!(outcomes(&ended.rows()), ["cancelled", "cancelled"]);
    }
}

#[test]
fn a_journal_that_was_tampered_with_is_not_believed() {
    let shortened = |journal: &[u8]| {
        let lines: Vec<&[u8]> = journal.split_inclusive(|byte| *byte == b'\n').collect();
        lines[..lines.len() - 1].concat()
    };
    let changed = |journal: &[u8]| {
        let text = String::from_utf8(journal.to_vec()).unwrap();
        text.replacen("\"before\":\"pending\"", "\"before\":\"unknown\"", 1)
            .into_bytes()
    };
    let torn = |journal: &[u8]| journal[..journal.len() - 9].to_vec();
    let none = |_: &[u8]| Vec::new();
    let damages: [(Damage<'_>, Option<usize>); 5] = [
        (&changed, None),
        (&shortened, None),
        (&shortened, Some(1)),
        (&torn, Some(1)),
        (&none, None),
    ];
    for (damage, lines) in damages {
        let (server, of_run) = server(|story| {
            story.lines = lines;
            let whole = story.journal.iter().filter(|byte| **byte == b'\n').count();
            story.lines = Some(lines.unwrap_or(whole));
            story.journal = damage(&story.journal);
        });
        let ended = server
            .countermand(&cancel(&of_run, &[]))
            .run()
            .exits(4)
            .says("its journal")
            .says("Do not rely on the outcomes");
        assert_eq!(ended.rows(), Vec::<Value>::new());
        server
            .countermand(&["runs", "watch", &of_run.run])
            .run()
            .exits(4);
    }
}

#[test]
fn the_journal_of_another_run_is_not_believed() {
    let (server, of_run) = server(|story| story.run = "20261130T081500-0123abcd".to_owned());
    server
        .countermand(&cancel(&of_run, &[]))
        .run()
        .exits(4)
        .says("is that of another run");
}

#[test]
fn a_target_that_the_journal_does_not_name_is_unknown() {
    let (server, of_run) = server(|_| {});
    let other = server.simulator.waiting(&of_run.device, 1).remove(0);
    let mut arguments = cancel(&of_run, &[]);
    arguments.push(&other);
    let ended = server.countermand(&arguments).run().exits(4);
    assert_eq!(
        outcomes(&ended.rows()),
        ["cancelled", "cancelled", "unknown"]
    );
}

#[test]
fn a_run_that_stopped_before_it_began_has_sent_nothing() {
    let (server, of_run) = server(|story| {
        story.states = vec!["stopped"];
        story.journal.clear();
    });
    let ended = server
        .countermand(&cancel(&of_run, &[]))
        .run()
        .exits(1)
        .says(&format!("countermand runs resume {}", of_run.run));
    assert_eq!(outcomes(&ended.rows()), ["not_sent", "not_sent"]);
}

#[test]
fn everything_on_devices_is_handed_over_without_listing_them() {
    let (server, of_run) = server(|_| {});
    let device = server.simulator.device("applivery", 5);
    let waiting = server.simulator.waiting(&device, 2);
    server
        .countermand(&["cancel", &device, "--all-pending", "--yes"])
        .run()
        .exits(0);
    let lists = server.requests();
    assert!(!lists.iter().any(|one| one.target.contains("/devices/")));
    let plan = server.started()[0]["plan"].as_str().unwrap().to_owned();
    assert!(plan.contains("\"version\":2"), "{plan}");
    assert!(
        plan.contains(&format!("\"everything\",\"device\":\"{device}\"}}")),
        "{plan}"
    );
    // What a filter leaves out decides the exit status: only this side tells.
    server
        .countermand(&[
            "cancel",
            &device,
            "--all-pending",
            "--yes",
            "--kind",
            "NOSUCH",
        ])
        .run()
        .exits(3)
        .says("none matches --kind NOSUCH");
    assert_eq!(server.started().len(), 1);
    // A dry run hands nothing over.
    let dry = server
        .countermand(&[
            "cancel",
            &device,
            "--all-pending",
            "--dry-run",
            "--output",
            "json",
        ])
        .run()
        .exits(0);
    assert!(dry.rows().len() >= waiting.len());
    assert_eq!(server.started().len(), 1);
    drop(of_run);
}

#[test]
fn what_is_read_is_read_through_the_server() {
    let (server, of_run) = server(|_| {});
    let id = &of_run.ids[0];
    let listed = server
        .countermand(&["list", &of_run.device, "--output", "json"])
        .run()
        .exits(0);
    assert!(listed.rows().iter().any(|row| row["id"] == id.as_str()));
    let shown = server
        .countermand(&["show", &of_run.device, id, "--connection", "fleet"])
        .run()
        .exits(0);
    assert!(shown.stdout.contains(id.as_str()));
    let devices = server
        .countermand(&["devices", "--output", "json"])
        .run()
        .exits(0);
    assert!(!devices.rows().is_empty());
    // The prefix of the provider may be left out: the connection says it.
    let bare = of_run.device.trim_start_matches("applivery:");
    server
        .countermand(&["list", bare])
        .run()
        .exits(0)
        .hides(&[TOKEN]);
}

#[test]
fn runs_are_listed_and_shown() {
    let (server, of_run) = server(|story| story.outcomes = json!({"cancelled": 1}));
    let table = server.countermand(&["runs", "list"]).run().exits(0);
    for word in [
        of_run.run.as_str(),
        "finished",
        "alice",
        "1/2",
        "wrong profile",
    ] {
        assert!(table.stdout.contains(word), "{word}: {table:?}");
    }
    let rows = server
        .countermand(&["runs", "list", "--output", "json"])
        .run()
        .exits(0)
        .rows();
    assert_eq!(rows[0]["outcomes"], json!({"cancelled": 1}));
    assert_eq!(rows[0]["ticket"], Value::Null);
    server
        .countermand(&["runs", "show", &of_run.run])
        .run()
        .exits(0)
        .says_out("1 cancelled");
    for verb in ["show", "watch", "stop", "resume", "journal"] {
        server
            .countermand(&["runs", verb, "no-such-run"])
            .run()
            .exits(1)
            .says("No run no-such-run at connection fleet")
            .prints_nothing();
        server
            .countermand(&["runs", verb, "../../x"])
            .run()
            .exits(2);
    }
}

#[test]
fn a_run_is_stopped_and_resumed() {
    let (server, of_run) = server(|story| {
        story.states = vec!["stopping", "stopped"];
        story.first = vec![("POST /relay/fleet/runs/", Reply::Nothing)];
        let lines: Vec<&[u8]> = story
            .journal
            .split_inclusive(|byte| *byte == b'\n')
            .collect();
        story.journal = lines[..lines.len() - 1].concat();
    });
    server
        .countermand(&["runs", "stop", &of_run.run, "--output", "json"])
        .run()
        .exits(0)
        .says(&format!("countermand runs resume {}", of_run.run));
    let conflict = r#"{"message":"Only a stopped run can be resumed; this one is running."}"#;
    let (server, of_run) = self::server(|story| {
        story.first = vec![("POST /relay", Reply::Json(409, conflict.to_owned()))];
    });
    server
        .countermand(&["runs", "resume", &of_run.run])
        .run()
        .exits(1)
        .says("Only a stopped run can be resumed");
    server
        .countermand(&["runs", "resume", &of_run.run, "--output", "json"])
        .run()
        .exits(0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_command_leaves_the_run_alone() {
    use crate::countermand::signal;
    for (outcomes, status) in [(json!({"cancelled": 1}), 3), (json!({"unknown": 1}), 4)] {
        let (server, of_run) = server(|story| {
            story.states = vec!["running"];
            story.outcomes = outcomes;
        });
        let (mut child, _home) = server.countermand(&cancel(&of_run, &[])).spawn();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("at the server") {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0);
        }
        signal(&child, "INT");
        let said: Vec<String> = stderr.lines().map(Result::unwrap).collect();
        let said = said.join("\n");
        assert!(said.contains("the run goes on at the server"), "{said}");
        assert!(
            said.contains(&format!("countermand runs watch {}", of_run.run)),
            "{said}"
        );
        assert!(
            said.contains(&format!("countermand runs stop {}", of_run.run)),
            "{said}"
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{said}");
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        assert!(rows.is_empty());
        let stops = server.requests();
        assert!(!stops.iter().any(|one| one.target.ends_with("/stop")));
    }
}

#[test]
fn a_token_that_is_missing_or_not_known_is_said_before_anything_is_sent() {
    let (server, of_run) = server(|_| {});
    let arguments = cancel(&of_run, &["--server", "http://127.0.0.1:9"]);
    countermand(&arguments)
        .run()
        .exits(2)
        .says("COUNTERMAND_SERVER_TOKEN");
    let url = server.url();
    countermand(cancel(&of_run, &["--server", &url]))
        .env("COUNTERMAND_SERVER_TOKEN", "s0me-other-token")
        .run()
        .exits(1)
        .says("this token")
        .hides(&["s0me-other-token"]);
    for token in ["two words", "a\u{e9}"] {
        countermand(cancel(&of_run, &["--server", &url]))
            .env("COUNTERMAND_SERVER_TOKEN", token)
            .run()
            .exits(2)
            .hides(&[token]);
    }
    countermand(cancel(&of_run, &["--server", "http://127.0.0.1:9"]))
        .env("COUNTERMAND_SERVER_TOKEN", TOKEN)
        .run()
        .exits(1)
        .says("cannot reach the server");
    assert!(server.started().is_empty());
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let (server, of_run) = server(|_| {});
    let device = of_run.device.as_str();
    for (arguments, words) in [
        (&["list", device, "--org", "acme"][..], "--org"),
        (&["--provider", "applivery", "list", device], "--provider"),
        (&["list", device, "--profile", "fleet"], "--profile"),
        (
            &["list", device, "--base-url", "https://x.example"],
            "--base-url",
        ),
        (&["verify", "file"], "--server"),
        (&["resume", "file", "--yes"], "countermand runs resume"),
        (
            &["cancel", device, "--all-pending", "--yes", "--watch", "2h"],
            "--watch must be at most 1h",
        ),
        (
            &[
                "cancel",
                device,
                "--all-pending",
                "--yes",
                "--concurrency",
                "65",
            ],
            "64",
        ),
        (
            &[
                "cancel",
                device,
                "--all-pending",
                "--yes",
                "--verify-for",
                "2h",
            ],
            "1h",
        ),
        (
            &["cancel", device, "--all-pending", "--yes", "--reason", " "],
            "reason",
        ),
    ] {
        server.countermand(arguments).run().exits(2).says(words);
    }
    server
        .countermand(&["list", device, "--connection", "other"])
        .run()
        .exits(1)
        .says("Open to you: fleet");
    countermand(["list", device, "--connection", "fleet"])
        .run()
        .exits(2)
        .says("--server");
    countermand(["cancel", device, "--all-pending", "--yes", "--reason", "x"])
        .run()
        .exits(2)
        .says("--server");
    countermand(["list", device, "--server", "http://console.example"])
        .env("COUNTERMAND_SERVER_TOKEN", TOKEN)
        .run()
        .exits(2)
        .says("https");
    assert!(server.requests().iter().all(|one| one.method == "GET"));
}

#[test]
fn what_a_run_left_open_is_read_again_to_its_end() {
    let page = |state: &str, left: u64| {
        let target = json!({"device": "applivery:A1", "command": "1", "outcome": "accepted", "state": state});
        Reply::Json(200, json!({"targets": [target], "left": left}).to_string())
    };
    for (last, exit) in [("cancelled", 0), ("pending", 3), ("", 4)] {
        let (server, of_run) = server(|story| {
            story.first = vec![
                ("POST /relay/fleet/runs/", page("cancelled", 1)),
                ("POST /relay/fleet/runs/", match last {
                    "" => Reply::Json(
                        200,
                        r#"{"targets":[{"device":"applivery:A1","command":"2","outcome":"unknown","state":null,"message":"no answer"}]}"#.to_owned(),
                    ),
                    state => page(state, 0),
                }),
            ];
        });
        let read = server.countermand(&["runs", "read", &of_run.run, "--output", "json"]);
        let rows = read.run().exits(exit).rows();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["outcome"], "accepted");
        let asked = server.requests();
        let targets: Vec<_> = asked.iter().map(|one| one.target.as_str()).collect();
        let read = |from: u64| format!("/relay/fleet/runs/{}/read?from={from}", of_run.run);
        assert!(
            targets.contains(&read(0).as_str()) && targets.contains(&read(1).as_str()),
            "{targets:?}"
        );
    }
}
