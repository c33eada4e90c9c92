//! A server that drives runs, as a stub: it reads through to a simulator, and tells of one run what a test makes up.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand, text},
    http,
    simulator::Simulator,
    stub_server::{ReceivedRequest, Reply, StubServer},
};

pub const TOKEN: &str = "t0ken-of-the-server";

/// What a test makes up.
#[derive(Default)]
pub struct Story {
    /// The run's id.
    pub run: String,
    /// Answers to requests that begin with these words, each once; then the usual one.
    pub first: Vec<(&'static str, Reply)>,
    /// The states of the run, poll by poll; the last one stays.
    pub states: Vec<&'static str>,
    /// How many targets have each outcome, as far as the run tells.
    pub outcomes: Value,
    pub journal: Vec<u8>,
    /// How many lines of the journal come at once; all if 0.
    pub at_once: usize,
    /// How many lines the run says that its journal has, if other than it has.
    pub lines: Option<usize>,
}

pub struct RunServer {
    pub simulator: Arc<Simulator>,
    stub: StubServer,
    pub folder: TempDir,
}

/// A device with commands that were cancelled in a run of its own, and that run's journal.
pub struct Cancelled {
    pub device: String,
    pub ids: Vec<String>,
    /// The run's id.
    pub run: String,
    pub journal: Vec<u8>,
}

/// Cancels commands without a server, and keeps the journal: a server's is of the same form.
pub fn cancelled(simulator: &Simulator, count: usize) -> Cancelled {
    let device = simulator.device("applivery", 3);
    let ids = simulator.waiting(&device, count);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let mut arguments = vec!["cancel", &device, "--yes", "--command"];
    arguments.extend(ids.iter().map(String::as_str));
    simulator
        .countermand("applivery", &arguments)
        .args(["--journal", &text(&path)])
        .run()
        .exits(0);
    let journal = std::fs::read(&path).unwrap();
    let first = journal.split(|byte| *byte == b'\n').next().unwrap();
    let header: Value = serde_json::from_slice(first).unwrap();
    Cancelled {
        device,
        ids,
        run: header["run"].as_str().unwrap().to_owned(),
        journal,
    }
}

impl RunServer {
    pub fn start(simulator: Simulator, story: Story) -> Self {
        let simulator = Arc::new(simulator);
        let (behind, story) = (Arc::clone(&simulator), Mutex::new(story));
        let stub = StubServer::start(move |asked| answer(&behind, &story, asked));
        Self {
            simulator,
            stub,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn url(&self) -> String {
        self.stub.origin()
    }

    /// The command line with this server and its token.
    pub fn countermand(&self, arguments: &[&str]) -> Countermand {
        countermand(arguments)
            .args(["--server", &self.url()])
            .env("COUNTERMAND_SERVER_TOKEN", TOKEN)
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.stub.requests()
    }

    /// The bodies of the requests that start a run.
    pub fn started(&self) -> Vec<Value> {
        let requests = self.requests().into_iter();
        let starts = requests.filter(|one| one.method == "POST" && one.target.ends_with("/runs"));
        let bodies = starts.map(|one| serde_json::from_str(&one.body).unwrap());
        bodies.collect()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn answer(simulator: &Simulator, story: &Mutex<Story>, asked: &ReceivedRequest) -> Reply {
    if asked.token() != TOKEN {
        return match asked.target.as_str() {
            "/connections.json" => Reply::Json(
                200,
                r#"{"relay":{"sign_in":"token","user":null,"connections":[]}}"#.to_owned(),
            ),
            _ => Reply::Json(401, r#"{"message":"sign in"}"#.to_owned()),
        };
    }
    let mut story = story.lock().unwrap();
    let words = format!("{} {}", asked.method, asked.target);
    let made_up = story
        .first
        .iter()
        .position(|(start, _)| words.starts_with(start));
    if let Some(at) = made_up {
        return story.first.remove(at).1;
    }
    let relayed = asked.target.strip_prefix("/relay/fleet");
    match relayed {
        None if asked.target == "/connections.json" => Reply::Json(200, offer(simulator)),
        None => Reply::Json(
            404,
            r#"{"message":"There is no such thing here."}"#.to_owned(),
        ),
        Some(path) if path.starts_with("/runs") => of_runs(&mut story, asked, path),
        Some(path) => {
            let base = simulator.text("applivery", "base_url");
            let (_, root) = base.split_once(&simulator.authority()).unwrap();
            let token = simulator.text("applivery", "token");
            let token = format!("Authorization: Bearer {token}\r\n");
            let target = format!("{root}{path}");
            let answer = http::send_with(
                &simulator.authority(),
                &asked.method,
                &target,
                &token,
                &asked.body,
            );
            Reply::Json(answer.status, answer.body)
        }
    }
}

fn offer(simulator: &Simulator) -> String {
    let connection = json!({
        "name": "fleet", "provider": "applivery", "org": simulator.text("applivery", "org"),
        "role": "operator", "severity": {"Lager": "destructive", "x": "of a newer version"},
    });
    json!({"demo": [], "relay": {"sign_in": "token", "user": "alice", "connections": [connection]}})
        .to_string()
}

fn of_runs(story: &mut Story, asked: &ReceivedRequest, path: &str) -> Reply {
    let own = format!("/runs/{}", story.run);
    if let Some(from) = path.strip_prefix(&format!("{own}/journal?from=")) {
        let from: usize = from.parse().unwrap();
        let lines = story.journal.split_inclusive(|byte| *byte == b'\n');
        let most = match story.at_once {
            0 => usize::MAX,
            most => most,
        };
        let part: Vec<u8> = lines.skip(from - 1).take(most).flatten().copied().collect();
        return Reply::Json(200, String::from_utf8(part).unwrap());
    }
    let is_new = asked.method == "POST" && path == "/runs";
    match path {
        "/runs" if !is_new => Reply::Json(200, json!({"runs": [run(story)]}).to_string()),
        _ if is_new => Reply::Json(201, run(story).to_string()),
        path if path == own => {
            if story.states.len() > 1 {
                story.states.remove(0);
            }
            Reply::Json(200, run(story).to_string())
        }
        path if path == format!("{own}/stop") || path == format!("{own}/resume") => {
            Reply::Json(200, run(story).to_string())
        }
        _ => Reply::Json(
            404,
            r#"{"message":"There is no such thing here."}"#.to_owned(),
        ),
    }
}

fn run(story: &Story) -> Value {
    let lines = story.journal.iter().filter(|byte| **byte == b'\n').count();
    json!({
        "id": story.run, "state": story.states.first().copied().unwrap_or("finished"), "by": "alice",
        "at": "2026-11-30T08:15:00.000Z", "reason": "wrong profile", "plan_sha256": "00",
        "done": 1, "total": 2, "outcomes": story.outcomes, "lines": story.lines.unwrap_or(lines),
    })
}
