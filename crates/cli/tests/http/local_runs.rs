//! The runs of this machine: the journals that are kept unless somebody says otherwise.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand, text},
    saved_files::{assert_journal_matches, edited, folder, lines},
    simulator::Simulator,
};

/// A user's folder for state.
struct State(TempDir);

impl State {
    fn new() -> Self {
        Self(folder())
    }

    fn runs(&self) -> PathBuf {
        self.0.path().join("countermand/runs")
    }

    /// The names of the files in the folder, in order.
    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.runs()) else {
            return Vec::new();
        };
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    /// A command of this user.
    fn of(&self, run: Countermand) -> Countermand {
        run.env("XDG_STATE_HOME", self.0.path())
    }

    fn countermand(&self, arguments: &[&str]) -> Countermand {
        self.of(countermand(arguments))
    }

    /// Cancels what is pending on the device.
    fn cancel(&self, simulator: &Simulator, device: &str) -> Countermand {
        let arguments = ["cancel", device, "--all-pending", "--yes"];
        self.of(simulator.countermand("applivery", &arguments))
    }

    /// The ID of the only run.
    fn only(&self) -> String {
        let names = self.names();
        assert_eq!(names.len(), 1, "{names:?}");
        names[0].strip_suffix(".journal").unwrap().to_owned()
    }
}

/// The journal as it was before its end.
fn broken_off(path: &Path) {
    let whole = fs::read_to_string(path).unwrap();
    let part: String = whole.split_inclusive('\n').take(6).collect();
    fs::write(path, part).unwrap();
}

#[test]
fn a_run_keeps_its_journal_in_the_users_folder_and_says_where() {
    let (simulator, state) = (Simulator::start(), State::new());
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 3);
    let ended = state.cancel(&simulator, &device).run().exits(0);
    let id = state.only();
    let path = state.runs().join(format!("{id}.journal"));
    ended.says(&text(&path));
    assert_eq!(lines(&path)[0]["run"], id.as_str());
    assert_journal_matches(&simulator, &path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state.runs()), mode(&path)), (0o700, 0o600));
    }
    state
        .countermand(&["verify", &id])
        .run()
        .exits(0)
        .says_out("the run is finished");
}

#[test]
fn no_journal_is_left_where_none_is_wanted_or_nothing_was_sent() {
    let (simulator, state) = (Simulator::start(), State::new());
    let (device, empty) = (
        simulator.device("applivery", 3),
        simulator.device("applivery", 4),
    );
    state
        .cancel(&simulator, &empty)
        .arg("--no-journal")
        .run()
        .exits(0);
    simulator.waiting(&device, 2);
    state
        .cancel(&simulator, &empty)
        .run()
        .exits(0)
        .says("Nothing is pending");
    state
        .cancel(&simulator, &device)
        .arg("--dry-run")
        .run()
        .exits(0);
    assert_eq!(state.names(), Vec::<String>::new());
    state
        .cancel(&simulator, &device)
        .arg("--no-journal")
        .run()
        .exits(0);
    simulator.waiting(&device, 1);
    let named = state.0.path().join("named");
    state
        .cancel(&simulator, &device)
        .args(["--journal", &text(&named)])
        .run()
        .exits(0);
    assert!(named.exists());
    assert_eq!(state.names(), Vec::<String>::new());
    state
        .cancel(&simulator, &device)
        .args(["--journal", &text(&named), "--no-journal"])
        .run()
        .exits(2)
        .says("--no-journal");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let (simulator, state) = (Simulator::start(), State::new());
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 2);
    // A file where a folder should be is in the way of every user, root as well.
    fs::write(state.0.path().join("countermand"), "").unwrap();
    state
        .cancel(&simulator, &device)
        .run()
        .exits(2)
        .prints_nothing()
        .says(&text(&state.runs()))
        .says("--journal FILE")
        .says("--no-journal");
    assert_eq!(simulator.requests("applivery.cancel"), 0);
    state
        .cancel(&simulator, &device)
        .arg("--no-journal")
        .run()
        .exits(0);
}

#[test]
fn an_unfinished_run_is_listed_shown_and_resumed_by_its_id() {
    let (simulator, state) = (Simulator::start(), State::new());
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 3);
    state.cancel(&simulator, &device).run().exits(0);
    let id = state.only();
    broken_off(&state.runs().join(format!("{id}.journal")));
    state
        .countermand(&["runs", "list"])
        .run()
        .exits(0)
        .says_out(&id)
        .says_out("unfinished")
        .says(&format!("countermand resume {id}"));
    state
        .countermand(&["runs", "show", &id])
        .run()
        .exits(0)
        .says_out("unfinished")
        .says_out(&text(&state.runs()));
    state.countermand(&["verify", &id]).run().exits(3);
    state
        .of(simulator.countermand("applivery", &["resume", &id, "--yes"]))
        .run()
        .exits(0);
    state.countermand(&["verify", &id]).run().exits(0);
}

#[test]
fn the_newest_run_comes_first_and_a_file_that_is_none_hides_no_other() {
    let (simulator, state) = (Simulator::start(), State::new());
    let device = simulator.device("applivery", 3);
    for count in [1, 2] {
        simulator.waiting(&device, count);
        state.cancel(&simulator, &device).run().exits(0);
    }
    let ids: Vec<String> = state.names();
    let list = |form: &str| {
        let arguments = ["runs", "list", "--output", form];
        state.countermand(&arguments).run()
    };
    let rows = list("json").exits(0).rows();
    let listed: Vec<String> = rows
        .iter()
        .map(|row| format!("{}.journal", row["id"].as_str().unwrap()))
        .collect();
    let mut newest_first = ids.clone();
    newest_first.sort_by(|one, other| other[..15].cmp(&one[..15]));
    assert_eq!(listed.len(), 2);
    // Runs of the same second are in no order.
    assert_eq!(listed[0][..15], newest_first[0][..15]);
    let row = rows.iter().find(|row| row["targets"] == 2).unwrap();
    assert_eq!(row["outcomes"], json!({"cancelled": 2}));
    assert_eq!(row["state"], "finished");
    assert_eq!(row["provider"], "applivery");
    assert_eq!(row["org"], simulator.text("applivery", "org").as_str());

    fs::write(state.runs().join("notes.txt"), "buy milk\n").unwrap();
    let first = state.runs().join(&ids[0]);
    edited(&first, "\"cancelled\"", "\"expired\"");
    let ended = list("ndjson").exits(3).says("notes.txt").says("is broken");
    assert_eq!(ended.stdout.lines().count(), 2, "{ended:?}");
    let header = list("csv").exits(3).stdout;
    assert!(
        header.starts_with(
            "id,state,at,last_at,provider,base_url,org,targets,outcomes,open,to_list,journal"
        ),
        "{header}"
    );
    for field in header.lines().next().unwrap().split(',') {
        assert!(rows[0].get(field).is_some(), "{field}");
    }
}

#[test]
fn what_there_is_not_and_what_only_a_server_does() {
    let state = State::new();
    state
        .countermand(&["runs", "list"])
        .run()
        .exits(0)
        .prints_nothing()
        .says("No runs in");
    let id = "20261130T081500-0123abcd4567";
    state
        .countermand(&["runs", "show", id])
        .run()
        .exits(1)
        .says(id);
    state
        .countermand(&["resume", id, "--yes"])
        .run()
        .exits(2)
        .says(id);
    state.countermand(&["verify", id]).run().exits(2).says(id);
    state
        .countermand(&["runs", "resume", id])
        .run()
        .exits(2)
        .says(&format!("countermand resume {id}"));
    for action in ["watch", "stop"] {
        let arguments = ["runs", action, id];
        state
            .countermand(&arguments)
            .run()
            .exits(2)
            .says("--server");
    }
}

/// A run that is going on holds its journal.
#[cfg(unix)]
#[test]
fn a_run_that_is_going_on_is_running() {
    use std::time::{Duration, Instant};
    let (simulator, state) = (Simulator::start(), State::new());
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 2);
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 600_000}));
    let (mut child, home) = state.cancel(&simulator, &device).spawn();
    simulator.wait_for("applivery.cancel");
    let started = Instant::now();
    loop {
        let rows = state
            .countermand(&["runs", "list", "--output", "json"])
            .run()
            .exits(0)
            .rows();
        if rows.first().is_some_and(|row| row["state"] == "running") {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "{rows:?}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(home);
    let id = state.only();
    state.countermand(&["verify", &id]).run().exits(3);
}
