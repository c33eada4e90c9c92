//! Many devices: what holds for all of them is said once, and what is known is shown at once.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufRead, BufReader},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    countermand::{Countermand, countermand},
    simulator::{Simulator, VENDORS},
    stub_server::{Reply, StubServer, page},
};

fn with_keys(base_url: &str, arguments: &[&str]) -> Countermand {
    countermand(arguments)
        .env("COUNTERMAND_PROVIDER", "applivery")
        .env("COUNTERMAND_BASE_URL", base_url)
        .env("COUNTERMAND_ORG", "org-one")
        .env("COUNTERMAND_TOKEN", "t0ken-of-many")
}

fn forty() -> Vec<String> {
    (0..40).map(|number| format!("dev{number}")).collect()
}

#[test]
fn a_refused_key_takes_one_request_and_one_line() {
    let body = r#"{"status":false,"error":{"code":4002,"message":"Invalid token"}}"#;
    for status in [401, 407] {
        for arguments in [
            &["list"][..],
            &["cancel", "--all-pending", "--yes"],
            &["cancel", "--all-pending", "--dry-run", "--kind", "LOCK"],
        ] {
            let server = StubServer::start(move |_| Reply::Json(status, body.to_owned()));
            let ended = with_keys(&server.base_url(), arguments)
                .args(forty())
                .run()
                .exits(1);
            assert_eq!(server.requests().len(), 1, "{arguments:?}");
            let lines = ended
                .stderr
                .lines()
                .filter(|line| line.contains("could not be listed"));
            assert_eq!(lines.count(), 1, "{ended:#?}");
            assert!(
                ended.stderr.contains("39 more devices were not tried"),
                "{ended:#?}"
            );
            assert!(!ended.stderr.contains("Nothing is pending"), "{ended:#?}");
        }
    }
}

/// A vendor where one command waits on each device, until its key is refused.
fn refusing_later() -> (StubServer, Arc<AtomicBool>) {
    let refuses = Arc::new(AtomicBool::new(false));
    let refused = Arc::clone(&refuses);
    let cancelled: Mutex<HashSet<String>> = Mutex::default();
    let server = StubServer::start(move |asked| {
        if refused.load(Ordering::SeqCst) {
            let body = r#"{"status":false,"error":{"code":4002,"message":"Invalid token"}}"#;
            return Reply::Json(401, body.to_owned());
        }
        let rest = asked.target.split("devices/dev").nth(1).unwrap_or("0");
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let id = format!("507f1f77bcf86cd7994390{number:0>2}");
        let mut cancelled = cancelled.lock().unwrap();
        if asked.method == "POST" {
            cancelled.insert(id.clone());
        }
        let status = if cancelled.contains(&id) {
            "CANCELLED"
        } else {
            "PENDING"
        };
        let item = format!(
            r#"{{"id":"{id}","status":"{status}","config":{{"metadata":{{"type":"LOCK"}}}}}}"#
        );
        match asked.target.contains(&id) {
            true => Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)),
            false => page(&item),
        }
    });
    (server, refuses)
}

#[test]
fn a_kept_plan_of_many_devices_asks_a_refused_key_once_and_hides_no_target() {
    let (server, refuses) = refusing_later();
    let folder = tempfile::tempdir().unwrap();
    let (plan, journal) = (folder.path().join("plan"), folder.path().join("journal"));
    with_keys(
        &server.base_url(),
        &["cancel", "--all-pending", "--plan-out"],
    )
    .arg(&plan)
    .args(forty())
    .run()
    .exits(0);
    refuses.store(true, Ordering::SeqCst);
    let apply = |more: &[&str]| {
        let asked = server.requests().len();
        let ended = with_keys(&server.base_url(), &["cancel", "--yes", "--output", "json"])
            .arg("--plan")
            .arg(&plan)
            .args(more)
            .run()
            .exits(1);
        assert_eq!(server.requests().len() - asked, 1, "{more:?}");
        let rows = ended.rows();
        assert_eq!(rows.len(), 40);
        assert!(rows.iter().all(|row| row["outcome"] == "not_sent"));
        let (first, others) = rows.split_first().unwrap();
        assert_eq!(first["message"], "Invalid token");
        let not_asked = |row: &serde_json::Value| {
            let message = row["message"].as_str().unwrap_or_default();
            message.starts_with("not asked about")
        };
        assert!(others.iter().all(not_asked), "{others:?}");
        ended
    };
    let ended = apply(&[]).says("40 targets of the plan could not be read again");
    assert!(ended.stderr.lines().count() <= 4, "{ended:#?}");
    assert!(!ended.stderr.contains("have changed"), "{ended:#?}");
    let journal_name = journal.display().to_string();
    apply(&["--allow-drift", "--journal", &journal_name]).says("countermand resume");
    // With the key in order again, they are read and cancelled.
    refuses.store(false, Ordering::SeqCst);
    let resumed = with_keys(&server.base_url(), &["resume", "--yes", "--output", "json"])
        .arg(&journal)
        .run()
        .exits(0);
    let rows = resumed.rows();
    assert_eq!(rows.len(), 40);
    assert!(
        rows.iter().all(|row| row["outcome"] == "cancelled"),
        "{rows:?}"
    );
}

#[test]
fn a_dead_host_is_given_up_after_a_few() {
    let started = Instant::now();
    let ended = with_keys("http://127.0.0.1:1/v1", &["list"])
        .args(forty())
        .run()
        .exits(1);
    assert!(started.elapsed() < Duration::from_secs(40));
    let lines: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| line.contains("listed"))
        .collect();
    assert_eq!(lines.len(), 1, "{ended:#?}");
    assert!(
        lines[0].contains("more devices were not tried"),
        "{lines:?}"
    );
}

#[test]
fn ndjson_rows_come_as_they_are_known() {
    let server = StubServer::start(|asked| {
        if asked.target.contains("dev3/") {
            std::thread::sleep(Duration::from_secs(4));
        }
        let id = format!(
            "507f1f77bcf86cd7994390{}1",
            asked.target.matches("dev").count()
        );
        let digit = asked
            .target
            .split("dev")
            .nth(2)
            .or(asked.target.split("dev").nth(1));
        let digit = digit.and_then(|rest| rest.chars().next()).unwrap_or('0');
        page(&format!(
            r#"{{"id":"{}{digit}","status":"PENDING","config":{{"metadata":{{"type":"LOCK"}}}}}}"#,
            &id[..23]
        ))
    });
    let arguments = ["list", "dev1", "dev3", "dev2", "--output", "ndjson"];
    let started = Instant::now();
    let (mut child, _home) = with_keys(&server.base_url(), &arguments).spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for device in ["applivery:dev1", "applivery:dev2"] {
        let line = lines.next().unwrap().unwrap();
        assert!(line.contains(device), "{line}");
    }
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "not held back by the slow one"
    );
    assert!(lines.next().unwrap().unwrap().contains("applivery:dev3"));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A page of devices, the second of which comes late, and the third with an error.
fn slow_pages() -> StubServer {
    StubServer::start(|asked| {
        let page = asked.target.split("page=").nth(1).unwrap_or_default();
        let page: usize = page.chars().take(1).collect::<String>().parse().unwrap();
        if !asked.target.contains("/android/") || page == 3 {
            return Reply::Json(500, r#"{"status":false,"error":{"code":5000}}"#.to_owned());
        }
        if page == 2 {
            std::thread::sleep(Duration::from_secs(4));
        }
        let items: Vec<String> = (0..100)
            .map(|at| format!(r#"{{"id":"dev{page}x{at}","name":"Tablet {at}"}}"#))
            .collect();
        Reply::Json(
            200,
            format!(
                r#"{{"status":true,"data":{{"items":[{}],"hasNextPage":true}}}}"#,
                items.join(",")
            ),
        )
    })
}

#[test]
fn devices_come_by_page_and_what_fails_later_takes_none_back() {
    for form in ["ndjson", "csv", "json"] {
        let server = slow_pages();
        let started = Instant::now();
        let (mut child, _home) =
            with_keys(&server.base_url(), &["devices", "--output", form]).spawn();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let rows: Vec<String> = lines
            .by_ref()
            .map(Result::unwrap)
            .filter(|line| line.contains("dev1x"))
            .take(99)
            .collect();
        assert_eq!(rows.len(), 99, "{form}");
        assert!(
            started.elapsed() < Duration::from_secs(3),
            "{form}: not held back by the second page"
        );
        let rest: Vec<String> = lines.map(Result::unwrap).collect();
        let second = rest.iter().filter(|line| line.contains("dev2x"));
        assert_eq!(second.count(), 100, "{form}");
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(3), "{form}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains("There are more devices"), "{said}");
    }
}

#[test]
fn what_devices_prints_feeds_devices_from() {
    let simulator = Simulator::start();
    let folder = tempfile::tempdir().unwrap();
    for vendor in VENDORS {
        for form in ["csv", "ndjson", "json"] {
            let printed = simulator
                .countermand(vendor, &["devices", "--output", form])
                .args((form == "csv").then_some("--bom"))
                .run()
                .exits(0)
                .stdout;
            assert_eq!(printed.starts_with('\u{feff}'), form == "csv");
            let path = folder.path().join(format!("{vendor}.{form}"));
            std::fs::write(&path, printed).unwrap();
            let listed = simulator
                .countermand(vendor, &["list", "--devices-from", "-", "--output", "json"])
                .stdin(File::open(&path).unwrap())
                .run()
                .exits(0);
            assert!(!listed.rows().is_empty());
        }
        let path = folder.path().join("utf-16");
        let device = simulator.device(vendor, 0);
        let text = format!("\u{feff}{device}\r\n");
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&path, &bytes).unwrap();
        simulator
            .countermand(vendor, &["list", "--devices-from"])
            .arg(&path)
            .run()
            .exits(0);
        std::fs::write(&path, &bytes[2..]).unwrap();
        simulator
            .countermand(vendor, &["list", "--devices-from"])
            .arg(&path)
            .run()
            .exits(2)
            .says("utf-16")
            .says("UTF-16 without a byte order mark");
    }
}
