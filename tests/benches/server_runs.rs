//! Ten thousand commands cancelled by `countermand serve`, each listed, read before and after: its journal in SQLite and
//! in PostgreSQL, and with people who watch, everything on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod rounds;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use countermand_relay_api::{Run, RunList};
use countermand_test_postgres::Postgres;
use rounds::median;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const DEVICES: usize = 500;
const PER_DEVICE: usize = 20;
const CONCURRENCY: &str = "32";
const ROUNDS: usize = 3;
/// Cancels per second in SQLite, and the part of them in PostgreSQL.
const LEAST: f64 = 400.0;
const LEAST_PART: f64 = 0.7;
/// How many people watch a run, half of them as the page does, and what it costs at most.
const WATCHERS: usize = 50;
const LEAST_WATCHED: f64 = 0.9;
const TOKEN: &str = "a-t0ken-of-a-benchmark";
/// How often the page asks for the next lines.
const ASKED_AGAIN: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(300);

/// A process that ends with the benchmark.
struct TestRun {
    process: Child,
    /// What it said.
    said: Value,
}

impl Drop for TestRun {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = Postgres::start_durable().unwrap();
    let (mut sqlite, mut watched, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let folder = folder.path().join(round.to_string());
        fs::create_dir_all(&folder).unwrap();
        sqlite.push(cancelled_per_second(&folder, "store.sqlite", 0));
        watched.push(cancelled_per_second(&folder, "watched.sqlite", WATCHERS));
        let database = postgres.database().unwrap();
        other.push(cancelled_per_second(&folder, &database, 0));
    }
    let (sqlite, watched, other) = (median(sqlite), median(watched), median(other));
    figure("server runs/SQLite", sqlite, "cancels/s", Some(LEAST));
    figure("server runs/PostgreSQL", other, "cancels/s", None);
    let part = other / sqlite;
    figure(
        "server runs/PostgreSQL of SQLite",
        part,
        "",
        Some(LEAST_PART),
    );
    figure(
        "server runs/SQLite with 50 watchers and one who does not read, of without",
        watched / sqlite,
        "",
        Some(LEAST_WATCHED),
    );
}

fn cancelled_per_second(folder: &Path, store: &str, watchers: usize) -> f64 {
    let devices = DEVICES.to_string();
    let simulator = start(&["simulate", "--listen", "127.0.0.1:0", "--devices", &devices]);
    let vendor = &simulator.said["applivery"];
    let text = |name: &str| vendor[name].as_str().unwrap().to_owned();
    let authority = text("base_url").replace("http://", "").replace("/v1", "");
    let order =
        json!({"device": "applivery:*", "count": PER_DEVICE, "hold": true, "ttl_s": 86_400});
    ask(&authority, "POST", "/_sim/commands", &order.to_string());
    ask(
        &authority,
        "PATCH",
        "/_sim/options",
        r#"{"applivery_cancel_delay_ms":0}"#,
    );
    let sha256: String = Sha256::digest(TOKEN.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fs::write(folder.join("token"), text("token")).unwrap();
    fs::write(folder.join("index.html"), "<!doctype html>").unwrap();
    let file = folder.join("serve.toml");
    let config = format!(
        "audit = 'audit'\nstore = '{store}'\n[[sign_in.token]]\nname = 'bench'\nsha256 = '{sha256}'\n\
         [connection.bench]\nprovider = 'applivery'\nbase_url = '{}'\norg = '{}'\n\
         token_file = 'token'\nrate = '4294967295/h, burst 4294967295'\noperators = ['bench']\n",
        text("base_url"),
        text("org"),
    );
    fs::write(&file, config).unwrap();
    let (file, dist) = (file.display().to_string(), folder.display().to_string());
    let server = start(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "off",
        "--config",
        &file,
        "--dist",
        &dist,
    ]);
    let console = server.said["console"].as_str().unwrap();
    let devices = vendor["devices"].as_array().unwrap();
    let mut cancel = Command::new(binary());
    cancel
        .arg("cancel")
        .args(devices.iter().map(|device| device.as_str().unwrap()));
    cancel.args([
        "--all-pending",
        "--yes",
        "--server",
        console,
        "--concurrency",
        CONCURRENCY,
    ]);
    cancel.env("COUNTERMAND_SERVER_TOKEN", TOKEN);
    let cancel = cancel.stdout(Stdio::null()).stderr(Stdio::null());
    let mut cancelling = cancel.spawn().unwrap();
    let authority = console.trim_start_matches("http://");
    let run = || {
        let list = ask(authority, "GET", "/relay/bench/runs", "");
        let list: RunList = serde_json::from_str(&list).unwrap();
        list.runs.into_iter().next()
    };
    let watching = (watchers > 0).then(|| {
        let begun = std::iter::repeat_with(run).find_map(|run| run).unwrap();
        watch(authority, &begun.id, watchers)
    });
    let status = cancelling.wait().unwrap();
    assert!(status.success(), "{status}");
    let run = &run().unwrap();
    // Whoever does not read stays connected until then.
    if let Some((watchers, _silent)) = watching {
        for watcher in watchers {
            assert_eq!(watcher.join().unwrap(), run.lines, "lines that one got");
        }
    }
    assert!(run.done >= (DEVICES * PER_DEVICE) as u64, "{run:?}");
    assert_eq!(run.outcomes.get("cancelled"), Some(&run.done));
    run.done as f64 / seconds(run)
}

/// Watches a run to its end: half of the watchers by its events, the others by asking for the next lines as the page
/// does, and one more asks for the events and reads none. Each says how many lines it got.
fn watch(authority: &str, id: &str, watchers: usize) -> (Vec<JoinHandle<u64>>, TcpStream) {
    let path = format!("/relay/bench/runs/{id}");
    let mut silent = TcpStream::connect(authority).unwrap();
    write!(
        silent,
        "GET {path}/events HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    )
    .unwrap();
    let watcher = |number: usize| {
        let (authority, path) = (authority.to_owned(), path.clone());
        std::thread::spawn(move || match number % 2 {
            0 => {
                let events = ask(&authority, "GET", &format!("{path}/events"), "");
                events.matches("event: line\n").count() as u64
            }
            _ => asked_again_and_again(&authority, &path),
        })
    };
    ((0..watchers).map(watcher).collect(), silent)
}

fn asked_again_and_again(authority: &str, path: &str) -> u64 {
    let mut lines = 0;
    loop {
        let run = ask(authority, "GET", path, "");
        let run: Run = serde_json::from_str(&run).unwrap();
        let next = format!("{path}/journal?from={}", lines + 1);
        let new = ask(authority, "GET", &next, "").lines().count() as u64;
        lines += new;
        if new == 0 && run.state.is_over() {
            return lines;
        }
        std::thread::sleep(ASKED_AGAIN);
    }
}

/// How long the server worked on a run, by its own words.
fn seconds(run: &Run) -> f64 {
    let at = |text: &str| -> f64 {
        let (_, time) = text.trim_end_matches('Z').split_once('T').unwrap();
        time.split(':')
            .fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
    };
    // A run may go on over midnight.
    (at(run.ended_at.as_deref().unwrap()) - at(&run.at)).rem_euclid(86_400.0)
}

fn start(arguments: &[&str]) -> TestRun {
    let mut command = Command::new(binary());
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut process = command
        .spawn()
        .expect("cargo build --release --package countermand-cli");
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    TestRun {
        said: serde_json::from_str(&line).unwrap(),
        process,
    }
}

fn binary() -> PathBuf {
    std::env::var_os("COUNTERMAND").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/countermand"),
        PathBuf::from,
    )
}

/// One request over a connection of its own; returns the body.
fn ask(authority: &str, method: &str, path: &str, body: &str) -> String {
    let began = Instant::now();
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200"),
        "{path} after {:?}: {answer}",
        began.elapsed()
    );
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    match head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        true => without_chunks(body),
        false => body.to_owned(),
    }
}

/// Returns the body that came in chunks, which may end anywhere in a line.
fn without_chunks(mut rest: &str) -> String {
    let mut body = String::new();
    loop {
        let (size, chunk) = rest.split_once("\r\n").expect("a size");
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        let (chunk, next) = chunk.split_at(size);
        body.push_str(chunk);
        rest = next.strip_prefix("\r\n").expect("the end of a chunk");
    }
}

fn figure(name: &str, value: f64, unit: &str, at_least: Option<f64>) {
    println!(
        "{}",
        json!({"name": name, "value": value, "unit": unit, "at_least": at_least})
    );
}
