//! `serve` with a relay: the profiles of this machine's user, a file for a team, and the audit behind both.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    countermand::{Countermand, countermand, text},
    http::{self, Answer},
    serving::{Served, dist, on_free_port, serve},
    simulator::Simulator,
};

/// Both vendors of a simulator as profiles, with their keys in files beside them.
fn profiles(simulator: &Simulator, keys: &Path) -> String {
    let key = |vendor: &str, field: &str| {
        let path = keys.join(format!("{vendor}-{field}"));
        fs::write(&path, simulator.text(vendor, field)).unwrap();
        format!("{field}_file = '{}'\n", path.display())
    };
    let of = |vendor: &str, keys: &[&str]| {
        let keys: String = keys.iter().map(|field| key(vendor, field)).collect();
        format!(
            "provider = '{vendor}'\nbase_url = '{}'\norg = '{}'\n{keys}",
            simulator.text(vendor, "base_url"),
            simulator.text(vendor, "org"),
        )
    };
    format!(
        "[profile.\"My Fleet\"]\n{}[profile.wind]\n{}",
        of("applivery", &["token"]),
        of("enos", &["app_key", "app_secret"])
    )
}

/// Opens the link, and keeps the cookie as a header.
fn enter(served: &Served) -> String {
    let link = served.said["launch"].as_str().unwrap();
    let path = link.split_once(&served.authority).unwrap().1;
    let opened = http::send(&served.authority, "GET", path, "");
    assert_eq!(opened.status, 303, "{opened:?}");
    let cookie = opened.header("set-cookie").unwrap();
    format!(
        "Cookie: {}\r\nOrigin: http://{}\r\n",
        cookie.split(';').next().unwrap(),
        served.authority
    )
}

fn cancel(served: &Served, session: &str, simulator: &Simulator, device: &str, id: &str) -> Answer {
    let (org, device) = (
        simulator.text("applivery", "org"),
        device.trim_start_matches("applivery:"),
    );
    let path = format!(
        "/relay/my-fleet/organizations/{org}/mdm/android/enterprise/devices/{device}/commands/{id}/cancel"
    );
    http::send_with(&served.authority, "POST", &path, session, "")
}

/// The store, which has the audit.
fn store(served: &Served) -> PathBuf {
    let state = served.home.path().join(".local/state/countermand");
    state.join("store.sqlite")
}

/// Checks the audit of a server.
fn verify(served: &Served, args: &[&str]) -> Countermand {
    countermand(["verify", "--store", &text(&store(served))]).args(args)
}

#[cfg(unix)]
#[test]
fn profiles_are_ready_behind_a_link_and_what_is_cancelled_is_in_the_audit() {
    use crate::countermand::signal;
    let (simulator, keys, dist) = (Simulator::start(), tempfile::tempdir().unwrap(), dist());
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    let mut served = serve(on_free_port(&dist).config(&profiles(&simulator, keys.path())));
    let offered = |headers: &str| {
        let answer = http::send_with(&served.authority, "GET", "/connections.json", headers, "");
        answer.json()["relay"].clone()
    };
    assert_eq!(offered("")["user"], Value::Null);
    assert_eq!(offered("")["connections"], serde_json::json!([]));
    let session = enter(&served);
    let names: Vec<String> = offered(&session)["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|connection| connection["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["my-fleet", "wind"]);
    let page = http::send(&served.authority, "GET", "/", "");
    assert!(page.head.contains("connect-src 'self';"), "{}", page.head);
    let cancelled = cancel(&served, &session, &simulator, &device, &id);
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    assert_eq!(simulator.truth(&id), "cancelled");
    verify(&served, &[]).run().exits(3).says_out("1 taken");
    signal(&served.child, "TERM");
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    verify(&served, &[]).run().exits(0).says_out("by local");
    let rows = verify(&served, &["--output", "json"]).run().exits(0).rows();
    assert_eq!(
        (&rows[0]["who"], &rows[0]["command"]),
        (&"local".into(), &id.as_str().into())
    );
    assert_eq!(rows[0]["answer"], "taken");
    assert_eq!(rows[0]["peer"], "127.0.0.1");
    let audit = keys.path().join("audit.ndjson");
    countermand([
        "serve",
        "audit",
        "export",
        "--store",
        &text(&store(&served)),
    ])
    .args(["--out", &text(&audit)])
    .run()
    .exits(0)
    .prints_nothing();
    let same = countermand(["verify", "--output", "json", &text(&audit)]).run();
    assert_eq!(same.exits(0).rows(), rows);
    let written = fs::read_to_string(&audit).unwrap();
    for secret in [
        simulator.text("applivery", "token"),
        simulator.text("enos", "app_secret"),
    ] {
        assert!(!written.contains(&secret));
    }
    fs::write(&audit, written.replace(&id, "000000000000000000000000")).unwrap();
    countermand(["verify", &text(&audit)])
        .run()
        .exits(1)
        .says("is broken: line");
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_audit_cannot_be_written_nothing_is_sent() {
    let (simulator, keys, dist) = (Simulator::start(), tempfile::tempdir().unwrap(), dist());
    let device = simulator.device("applivery", 3);
    let ids = simulator.waiting(&device, 20);
    let profiles = profiles(&simulator, keys.path());
    let mut served = serve(on_free_port(&dist).config(&profiles).after("trap '' XFSZ"));
    let session = enter(&served);
    // As on a full disk: some cancels fit.
    let wal = store(&served).with_extension("sqlite-wal");
    let size = fs::metadata(&wal).unwrap().len();
    let pid = served.child.id().to_string();
    let limit = |bytes: u64| {
        let fsize = format!("--fsize={bytes}:");
        let limited = std::process::Command::new("prlimit")
            .args(["--pid", &pid, &fsize])
            .status();
        assert!(limited.unwrap().success());
    };
    limit(size + 100_000);
    let answers: Vec<u16> = ids
        .iter()
        .map(|id| cancel(&served, &session, &simulator, &device, id).status)
        .collect();
    let refused = answers.iter().filter(|status| **status == 503).count();
    assert!(
        refused > 0 && refused < ids.len(),
        "the size does not fit any more: {answers:?}"
    );
    let from = answers.iter().position(|status| *status == 503).unwrap();
    assert!(
        answers[from..].iter().all(|status| *status == 503),
        "{answers:?}"
    );
    for (id, status) in ids.iter().zip(&answers) {
        let truth = if *status == 200 {
            "cancelled"
        } else {
            "pending"
        };
        assert_eq!(simulator.truth(id), truth);
    }
    let health = http::send(&served.authority, "GET", "/healthz", "");
    assert_eq!(health.status, 503);
    assert!(
        health.body.contains("the store cannot be used"),
        "{health:?}"
    );
    assert!(!health.body.contains('/'), "no place is told: {health:?}");
    // Whatever was sent is in it: half a line at its end counts for nothing.
    let sent = verify(&served, &["--output", "json"]).run().exits(3).rows();
    assert!(sent.len() >= from, "{} of {from}", sent.len());
    // There is room again: it is well by itself, and no answer was lost.
    limit(100_000_000);
    let began = Instant::now();
    while http::send(&served.authority, "GET", "/healthz", "").status != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "it stays ill");
        std::thread::sleep(Duration::from_millis(100));
    }
    let id = simulator.waiting(&device, 1).remove(0);
    let cancelled = cancel(&served, &session, &simulator, &device, &id);
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    crate::countermand::signal(&served.child, "TERM");
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    let rows = verify(&served, &["--output", "json"]).run().exits(0).rows();
    let taken = rows.iter().filter(|row| row["answer"] == "taken").count();
    assert_eq!(taken, from + 1, "{rows:?}");
    assert!(
        rows.iter()
            .all(|row| row["answer"] == "taken" || row["answer"] == "not_sent"),
        "{rows:?}"
    );
}

#[test]
fn a_profile_without_its_key_is_left_to_the_page() {
    let dist = dist();
    let served = serve(on_free_port(&dist).config(
        "[profile.a]\nprovider = 'enos'\norg = 'o15'\nbase_url = 'https://gw.example'\napp_key_env = 'NOT_SET'",
    ));
    assert_eq!(served.said["launch"], Value::Null);
    let page = http::send(&served.authority, "GET", "/", "");
    assert!(page.head.contains("https://gw.example"), "{}", page.head);
}

#[test]
fn others_are_let_in_only_where_they_are_asked_who_they_are() {
    let (dist, folder) = (dist(), tempfile::tempdir().unwrap());
    let file = folder.path().join("serve.toml");
    let everywhere = |config: &str| {
        fs::write(&file, config).unwrap();
        countermand([
            "serve",
            "--listen",
            "0.0.0.0:0",
            "--dist",
            &text(dist.path()),
        ])
        .args(["--config", &text(&file)])
        .run()
    };
    everywhere("audit = 'audit'")
        .exits(2)
        .says("loopback")
        .prints_nothing();
    let token = "[[sign_in.token]]\nname = 'alice'\nsha256 = '0000000000000000000000000000000000000000000000000000000000000000'";
    everywhere(&format!("audit = 'audit'\n{token}"))
        .exits(2)
        .says("public_origin");
    everywhere(&format!(
        "audit = 'audit'\npublic_origin = 'http://console.example'\n{token}"
    ))
    .exits(2)
    .says("https");
    countermand([
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--dist",
        &text(dist.path()),
    ])
    .run()
    .exits(2)
    .says("loopback");
    everywhere("listen = 8443")
        .exits(2)
        .says("listen must be a text");
}

#[test]
fn a_file_for_a_team_lets_in_by_token_and_tells_of_each_request_in_json() {
    use std::io::{BufRead, BufReader};
    let (simulator, dist, folder) = (Simulator::start(), dist(), tempfile::tempdir().unwrap());
    let file = folder.path().join("serve.toml");
    fs::write(
        folder.path().join("token"),
        simulator.text("applivery", "token"),
    )
    .unwrap();
    // printf abc | sha256sum
    let config = format!(
        "audit = 'audit'\n[[sign_in.token]]\nname = 'alice'\nsha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'\n\
         [connection.my-fleet]\nprovider = 'applivery'\nbase_url = '{}'\norg = '{}'\ntoken_file = 'token'\nviewers = ['alice']\n",
        simulator.text("applivery", "base_url"),
        simulator.text("applivery", "org")
    );
    fs::write(&file, config).unwrap();
    let mut served = serve(on_free_port(&dist).args(["--log", "json", "--config", &text(&file)]));
    assert_eq!(served.said["launch"], Value::Null);
    let bearer = format!(
        "Authorization: Bearer abc\r\nOrigin: http://{}\r\n",
        served.authority
    );
    let offered = http::send_with(&served.authority, "GET", "/connections.json", &bearer, "");
    let connection = offered.json()["relay"]["connections"][0].clone();
    assert_eq!(
        (&connection["name"], &connection["role"]),
        (&"my-fleet".into(), &"viewer".into())
    );
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    assert_eq!(
        cancel(&served, &bearer, &simulator, &device, &id).status,
        403
    );
    assert_eq!(simulator.truth(&id), "pending");
    let stderr = served.child.stderr.take().unwrap();
    let told: Value = BufReader::new(stderr)
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
        .find(|told| told["status"] == 403)
        .unwrap();
    assert_eq!(told["route"], "applivery.cancel_command");
    assert_eq!(
        (&told["user"], &told["connection"]),
        (&"alice".into(), &"my-fleet".into())
    );
    assert!(!told.to_string().contains(&id));
}

/// Of `printf abc | sha256sum`, and of `printf abd | sha256sum`.
#[cfg(unix)]
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
#[cfg(unix)]
const ABD: &str = "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9";

#[cfg(unix)]
#[test]
fn whoever_is_taken_out_of_the_file_is_out_with_the_next_signal() {
    use std::io::{BufRead, BufReader};
    let (simulator, dist, folder) = (Simulator::start(), dist(), tempfile::tempdir().unwrap());
    let file = folder.path().join("serve.toml");
    let secret = folder.path().join("token");
    fs::write(&secret, simulator.text("applivery", "token")).unwrap();
    let write = |tokens: &[(&str, &str)], operators: &str| {
        let tokens: String = tokens
            .iter()
            .map(|(name, hash)| format!("[[sign_in.token]]\nname = '{name}'\nsha256 = '{hash}'\n"))
            .collect();
        let config = format!(
            "audit = 'audit'\n{tokens}[connection.my-fleet]\nprovider = 'applivery'\nbase_url = '{}'\norg = '{}'\ntoken_file = 'token'\noperators = {operators}\nviewers = ['*']\n",
            simulator.text("applivery", "base_url"),
            simulator.text("applivery", "org")
        );
        fs::write(&file, config).unwrap();
    };
    write(&[("alice", ABC), ("bob", ABD)], "['alice', 'bob']");
    let mut served = serve(on_free_port(&dist).args(["--config", &text(&file)]));
    let mut stderr = BufReader::new(served.child.stderr.take().unwrap()).lines();
    let mut reload = || {
        crate::countermand::signal(&served.child, "HUP");
        let read = stderr.find(|line| line.as_ref().unwrap().contains("ccess rights"));
        read.unwrap().unwrap()
    };
    let as_owner = |token: &str| {
        let own = format!(
            "Authorization: Bearer {token}\r\nOrigin: http://{}\r\n",
            served.authority
        );
        let asked = http::send_with(&served.authority, "GET", "/connections.json", &own, "");
        asked.json()["relay"].clone()
    };
    assert_eq!(as_owner("abc")["user"], "alice");
    assert_eq!(as_owner("abd")["connections"][0]["role"], "operator");
    // The secret cannot be had any more: whoever is let go is let go all the same.
    fs::remove_file(&secret).unwrap();
    write(&[("bob", ABD)], "[]");
    assert!(reload().contains("reloaded"));
    assert_eq!(as_owner("abc")["user"], Value::Null);
    assert_eq!(as_owner("abd")["connections"][0]["role"], "viewer");
    fs::write(&file, "nonsense").unwrap();
    assert!(reload().contains("unchanged"));
    assert_eq!(as_owner("abd")["connections"][0]["role"], "viewer");
    write(&[("bob", ABD), ("carol", ABD)], "[]");
    fs::write(&secret, "t0ken-t0ken").unwrap();
    on_free_port(&dist)
        .args(["--config", &text(&file)])
        .run()
        .exits(2)
        .says("bob and carol have the same token")
        .prints_nothing();
    let said = reload();
    assert!(
        said.contains("unchanged") && said.contains("carol"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn what_others_may_write_is_no_secret_and_no_rule_and_the_audit_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let (simulator, dist, folder) = (Simulator::start(), dist(), tempfile::tempdir().unwrap());
    let (file, secret) = (
        folder.path().join("serve.toml"),
        folder.path().join("token"),
    );
    let chmod = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    fs::write(&secret, simulator.text("applivery", "token")).unwrap();
    let config = format!(
        "audit = 'audit'\n[[sign_in.token]]\nname = 'alice'\nsha256 = '{ABC}'\n[connection.my-fleet]\nprovider = 'applivery'\nbase_url = '{}'\norg = '{}'\ntoken_file = 'token'\n",
        simulator.text("applivery", "base_url"),
        simulator.text("applivery", "org")
    );
    fs::write(&file, config).unwrap();
    let run = || on_free_port(&dist).args(["--config", &text(&file)]);
    for (path, mode, named) in [
        (&secret, 0o666, "token"),
        (&secret, 0o620, "token"),
        (&file, 0o666, "serve.toml"),
    ] {
        chmod(path, mode);
        run()
            .run()
            .exits(2)
            .says(&format!("{mode:04o}"))
            .says(named)
            .prints_nothing();
        chmod(path, 0o600);
    }
    let served = serve(run());
    assert!(served.said["console"].is_string());
    #[cfg(target_os = "linux")]
    {
        let limits = fs::read_to_string(format!("/proc/{}/limits", served.child.id())).unwrap();
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    let audits = fs::read_dir(folder.path().join("audit")).unwrap();
    for audit in audits {
        let mode = audit.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn who_was_not_let_in_is_in_the_log_and_their_token_is_not() {
    use std::io::{BufRead, BufReader};
    let (dist, folder) = (dist(), tempfile::tempdir().unwrap());
    let file = folder.path().join("serve.toml");
    let config = "audit = 'audit'\n[[sign_in.token]]\nname = 'alice'\nsha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'\n";
    fs::write(&file, config).unwrap();
    let mut served = serve(on_free_port(&dist).args(["--log", "json", "--config", &text(&file)]));
    let own = format!("Origin: http://{}\r\n", served.authority);
    let body = r#"{"token":"s3cr3t-guess"}"#;
    let refused = http::send_with(&served.authority, "POST", "/relay/sign-in", &own, body);
    assert_eq!(refused.status, 403);
    let stderr = served.child.stderr.take().unwrap();
    let told: Value = BufReader::new(stderr)
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
        .find(|told| told["message"] == "a sign-in failed")
        .unwrap();
    assert_eq!(
        (&told["kind"], &told["way"], &told["peer"]),
        (
            &"unknown_token".into(),
            &"token".into(),
            &"127.0.0.1".into()
        )
    );
    assert!(!told.to_string().contains("s3cr3t-guess"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_socket_of_the_service_manager_is_taken() {
    let activate = Path::new("/usr/bin/systemd-socket-activate");
    if !activate.exists() {
        return;
    }
    let dist = dist();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = free.local_addr().unwrap().to_string();
    drop(free);
    let mut child = std::process::Command::new(activate)
        .args([
            "--listen",
            &addr,
            env!("CARGO_BIN_EXE_countermand"),
            "serve",
            "--dist",
        ])
        .arg(dist.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let healthy = loop {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "nobody answers at the socket"
        );
        if std::net::TcpStream::connect(&addr).is_ok() {
            break http::send(&addr, "GET", "/healthz", "");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!((healthy.status, healthy.body.as_str()), (200, "ok"));
    let _ = child.kill();
    let _ = child.wait();
}
