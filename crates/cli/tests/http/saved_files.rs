//! Files that outlive a run: journals and plans, as tests look at them and spoil them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::simulator::Simulator;

/// A folder for them.
pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The lines of a file, each as JSON; a half one at the end is left out.
pub fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// How many lines have this event.
pub fn count(path: &Path, event: &str) -> usize {
    let lines = lines(path);
    lines.iter().filter(|line| line["event"] == event).count()
}

/// A copy of a file in which `from`, which must be there, is changed to `to` once.
pub fn edited(path: &Path, from: &str, to: &str) -> PathBuf {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    let copy = path.with_extension("edited");
    fs::write(&copy, text.replacen(from, to, 1)).unwrap();
    copy
}

/// Every cancel that reached the vendor must have been announced in the journal, and none twice but after a
/// reading that showed its command waiting.
#[track_caller]
pub fn assert_journal_matches(simulator: &Simulator, journal: &Path) {
    let lines = lines(journal);
    let number = |line: &Value, field: &str| line[field].as_u64();
    let mut named: HashMap<u64, String> = HashMap::new();
    let mut announced: Vec<String> = Vec::new();
    for line in &lines {
        match line["event"].as_str() {
            Some("target" | "beyond") => {
                let id = line["id"].as_str().unwrap().to_owned();
                named.insert(number(line, "target").unwrap(), id);
            }
            Some("sending") => {
                announced.push(named[&number(line, "target").unwrap()].clone());
            }
            Some("sending_everything") => {
                let first = number(line, "first").unwrap();
                let meant = first..first + number(line, "count").unwrap();
                announced.extend(meant.map(|target| named[&target].clone()));
            }
            _ => {}
        }
    }
    let ledger = simulator.ledger();
    for command in ledger["commands"].as_array().unwrap() {
        let id = command["command"].as_str().unwrap();
        let cancels = command["cancels"].as_array().unwrap().iter();
        let cancels: Vec<&Value> = cancels
            .filter(|cancel| cancel["at_ms"].as_i64().unwrap() >= simulator.started_ms)
            .collect();
        let sent = announced.iter().filter(|announced| *announced == id);
        assert!(
            cancels.len() <= sent.count(),
            "{id} was sent a cancel that is not in the journal: {cancels:?}"
        );
        for again in cancels.iter().skip(1) {
            assert_eq!(again["seen_pending"], true, "doubled: {id} {cancels:?}");
        }
    }
}

/// What is said of each target must be what is true of it.
#[track_caller]
pub fn assert_rows_match(simulator: &Simulator, rows: &[Value]) {
    let ledger = simulator.ledger();
    let truth: HashMap<&str, &str> = ledger["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|command| {
            let text = |field: &str| command[field].as_str().unwrap();
            (text("command"), text("state"))
        })
        .collect();
    for row in rows {
        let state = truth[row["id"].as_str().unwrap()];
        let outcome = row["outcome"].as_str().unwrap();
        let is_true = match outcome {
            "cancelled" => state == "cancelled",
            "not_sent" => state == "pending",
            "lost_race" | "already_delivered" => state == "sent" || state == "succeeded",
            _ => true,
        };
        assert!(is_true, "{outcome} was said of what is {state}: {row}");
    }
}
