//! The relay against nginx's `proxy_pass`: the same small answer of the same server, 64 connections, in turns; and
//! its memory over a million requests.

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
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rounds::median;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const CONNECTIONS: &str = "64";
const SECONDS: u64 = 6;
const ROUNDS: usize = 5;
/// Of the requests per second that nginx passes on.
const LEAST: f64 = 0.6;
const MANY: u64 = 1_000_000;
/// What memory may have grown by while they were passed on, after the first of them.
const MOST_GROWTH: f64 = 1.1;
const NGINX: &str = "/usr/sbin/nginx";
const TOKEN: &str = "a-t0ken-of-a-benchmark";
const ANSWER: &str =
    r#"{"status":true,"data":{"id":"6567d267623438e2a0000001","name":"Bench","slug":"bench"}}"#;

/// A process that ends with the benchmark.
struct TestRun(Child);

impl Drop for TestRun {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An nginx that ends with the benchmark, with its workers: where the first process is killed, they go on.
struct Nginx(PathBuf, TestRun);

impl Drop for Nginx {
    fn drop(&mut self) {
        let asked = Command::new(NGINX)
            .arg("-c")
            .arg(&self.0)
            .args(["-s", "stop"])
            .status();
        if asked.is_ok_and(|status| status.success()) {
            let _ = self.1.0.wait();
        }
    }
}

fn main() {
    let folder =
        std::env::temp_dir().join(format!("countermand-bench-relay-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    measure(&folder);
    fs::remove_dir_all(&folder).unwrap();
}

fn measure(folder: &Path) {
    let (vendor, proxy) = (free_port(), free_port());
    let _vendor = nginx(
        folder,
        "vendor",
        &format!(
            "server {{ listen 127.0.0.1:{vendor}; default_type application/json; location / {{ return 200 '{ANSWER}'; }} }}"
        ),
    );
    let _proxy = nginx(
        folder,
        "proxy",
        &format!(
            "upstream vendor {{ server 127.0.0.1:{vendor}; keepalive 64; keepalive_requests 100000000; }} \
             server {{ listen 127.0.0.1:{proxy}; location / {{ proxy_pass http://vendor; proxy_http_version 1.1; proxy_set_header Connection ''; }} }}"
        ),
    );
    wait_for(vendor);
    wait_for(proxy);
    let (relay, mut process) = relay(folder, vendor);
    let by_nginx = format!("http://127.0.0.1:{proxy}/v1/organizations/bench");
    let by_relay = format!("http://127.0.0.1:{relay}/relay/bench/organizations/bench");
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(wrk(&by_nginx, SECONDS));
        ours.push(wrk(&by_relay, SECONDS));
    }
    let ratios = theirs.iter().zip(&ours).map(|(theirs, ours)| ours / theirs);
    let ratio = median(ratios.collect());
    figure("relay/requests per second", median(ours), "1/s", None);
    figure("relay/nginx proxy_pass", median(theirs), "1/s", None);
    figure("relay/of nginx", ratio, "", Some(("at_least", LEAST)));

    let before = resident(process.0.id());
    let (mut passed, began) = (0.0, Instant::now());
    while passed < MANY as f64 {
        passed += wrk(&by_relay, 20) * 20.0;
        assert!(
            began.elapsed() < Duration::from_secs(1_800),
            "too slow to be measured"
        );
    }
    let after = resident(process.0.id());
    figure("relay/memory before", before, "MB", None);
    figure("relay/memory after a million requests", after, "MB", None);
    figure(
        "relay/growth",
        after / before,
        "",
        Some(("limit", MOST_GROWTH)),
    );
    let _ = process.0.kill();
}

/// The command line with a connection to `vendor`, and the port where it listens.
fn relay(folder: &Path, vendor: u16) -> (u16, TestRun) {
    let sha256: String = Sha256::digest(TOKEN.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    fs::write(folder.join("token"), "a-t0ken-of-a-vendor").unwrap();
    fs::write(folder.join("index.html"), "<!doctype html>").unwrap();
    let file = folder.join("serve.toml");
    let text = format!(
        "audit = 'audit'\n[[sign_in.token]]\nname = 'bench'\nsha256 = '{sha256}'\n\
         [connection.bench]\nprovider = 'applivery'\nbase_url = 'http://127.0.0.1:{vendor}/v1'\norg = 'bench'\n\
         token_file = 'token'\nrate = '4294967295/h, burst 4294967295'\noperators = ['bench']\n"
    );
    fs::write(&file, text).unwrap();
    let mut process = Command::new(binary())
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "off",
            "--config",
        ])
        .arg(&file)
        .arg("--dist")
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("cargo build --release --package countermand-cli");
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let port = said["console"]
        .as_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap();
    (port.parse().unwrap(), TestRun(process))
}

fn binary() -> PathBuf {
    std::env::var_os("COUNTERMAND").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/countermand"),
        PathBuf::from,
    )
}

fn nginx(folder: &Path, name: &str, http: &str) -> Nginx {
    let place = folder.display();
    let config = format!(
        "daemon off; worker_processes auto; pid {place}/{name}.pid; error_log {place}/{name}.log; \
         events {{ worker_connections 4096; }} \
         http {{ access_log off; keepalive_requests 100000000; {http} }}"
    );
    let file = folder.join(format!("{name}.conf"));
    fs::write(&file, config).unwrap();
    let process = Command::new(NGINX)
        .arg("-c")
        .arg(&file)
        .stdout(Stdio::null())
        .spawn();
    Nginx(file, TestRun(process.expect("nginx")))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn wait_for(port: u16) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "nothing listens at {port}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Requests per second, each of which was answered with 200.
fn wrk(url: &str, seconds: u64) -> f64 {
    check(url);
    let output = Command::new("wrk")
        .args(["-t1", "-c", CONNECTIONS, "-d", &format!("{seconds}s")])
        .args(["-H", &format!("Authorization: Bearer {TOKEN}"), url])
        .output()
        .expect("wrk");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        !text.contains("Non-2xx") && !text.contains("Socket errors"),
        "{text}"
    );
    let line = text.lines().find(|line| line.starts_with("Requests/sec:"));
    line.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

/// The answer is the vendor's.
fn check(url: &str) {
    let (authority, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    let request = format!(
        "GET /{path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with(ANSWER),
        "{answer}"
    );
}

/// What a process has in memory, in megabytes.
fn resident(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1_000.0
}

fn figure(name: &str, value: f64, unit: &str, bound: Option<(&str, f64)>) {
    let mut line =
        json!({"name": name, "value": (value * 1_000.0).round() / 1_000.0, "unit": unit});
    if let Some((bound, at)) = bound {
        line[bound] = at.into();
    }
    println!("{line}");
}
