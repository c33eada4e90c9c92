//! By which names the server answers, to whom its numbers are, and that nobody who does not read holds it up.

use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use countermand_server::{ConsoleConfig, RelayConfig, Server, ServerConfig, access::StaticToken};

use crate::{
    house::{ALICE, sha256, simulated, simulator, tokens},
    wire::{Answer, send},
};

async fn start(
    public: Option<&str>,
) -> (Server, tempfile::TempDir, countermand_simulator::Simulator) {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    fs::create_dir(&dist).unwrap();
    fs::write(dist.join("index.html"), "page").unwrap();
    fs::write(dist.join("large.js"), vec![b'x'; 12 << 20]).unwrap();
    let console = ConsoleConfig {
        files: dist.into(),
        connect: Vec::new(),
    };
    let mut config = ServerConfig::new(TcpListener::bind("127.0.0.1:0").unwrap(), console);
    config.public = public.map(|public| public.parse().unwrap());
    let audit = folder.path().join("audit");
    let mut relay = RelayConfig::new(simulated(&simulator), tokens(), audit);
    relay.metrics = Some(StaticToken::new("metrics", &sha256("m3trics")).unwrap());
    config.relay = Some(relay);
    (Server::start(config).await.unwrap(), folder, simulator)
}

async fn get(server: &Server, target: &str, host: &str, headers: &str) -> Answer {
    let head =
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
    send(server.addr(), head).await
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_for_this_machines_own_name_and_for_whoever_has_the_token() {
    let (server, _folder, _simulator) = start(Some("https://console.example")).await;
    let addr = server.addr().to_string();
    let token = "Authorization: Bearer m3trics\r\n";
    for (host, headers, status) in [
        (addr.as_str(), "", 200),
        ("localhost", "", 200),
        ("console.example", "", 404),
        ("console.example:443", "", 404),
        ("attacker.example", "", 404),
        ("10.1.2.3", "", 404),
        ("", "", 404),
        // As proxies of this machine come, with the name that they are told to connect to.
        (addr.as_str(), "X-Forwarded-For: 203.0.113.7\r\n", 404),
        (addr.as_str(), "Forwarded: for=203.0.113.7\r\n", 404),
        (addr.as_str(), "Via: 1.1 proxy\r\n", 404),
        ("attacker.example", token, 200),
        ("console.example", token, 200),
        ("console.example", "Authorization: Bearer wrong\r\n", 404),
    ] {
        let asked = get(&server, "/metrics", host, headers).await;
        assert_eq!(asked.status, status, "{host:?} {headers:?}");
        assert_eq!(asked.body.contains("# EOF"), status == 200, "{asked:?}");
    }
    for host in ["attacker.example", "10.1.2.3", "console.example"] {
        assert_eq!(
            get(&server, "/healthz", host, "").await.status,
            200,
            "{host}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_goes_without_saying_may_be_said() {
    for (public, hosts, wrong) in [
        (
            "https://console.example",
            ["console.example", "Console.Example:443"],
            "console.example:80",
        ),
        (
            "https://console.example:443",
            ["console.example", "console.example:443"],
            "console.example:8443",
        ),
        (
            "http://console.example:80",
            ["console.example", "console.example:80"],
            "console.example:443",
        ),
    ] {
        let (server, _folder, simulator) = start(Some(public)).await;
        let origin = public.trim_end_matches(":443").trim_end_matches(":80");
        assert_eq!(server.origin(), origin);
        let target = format!(
            "/relay/fleet/organizations/{}",
            simulator.description().applivery.org
        );
        for host in hosts {
            let page = get(&server, "/", host, "").await;
            assert_eq!(
                (page.status, page.body.as_str()),
                (200, "page"),
                "{public} {host}"
            );
            // As the browser of a person there asks.
            let own = format!(
                "Origin: {origin}\r\nSec-Fetch-Site: same-origin\r\nAuthorization: Bearer {ALICE}\r\n"
            );
            assert_eq!(
                get(&server, &target, host, &own).await.status,
                200,
                "{public} {host}"
            );
        }
        assert_eq!(
            get(&server, "/", wrong, "").await.status,
            421,
            "{public} {wrong}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_over_tls_comes_over_tls_again() {
    let hsts = |answer: &Answer| {
        answer
            .header("strict-transport-security")
            .map(str::to_owned)
    };
    let (server, _folder, _simulator) = start(Some("https://console.example")).await;
    let secret = get(&server, "/", "console.example", "").await;
    assert_eq!(hsts(&secret).as_deref(), Some("max-age=31536000"));
    let local = get(&server, "/", "localhost", "").await;
    assert_eq!(
        (local.status, hsts(&local)),
        (200, None),
        "in the clear it says nothing"
    );
    let (server, _folder, _simulator) = start(None).await;
    let plain = get(&server, "/", &server.addr().to_string(), "").await;
    assert_eq!((plain.status, hsts(&plain)), (200, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_never_read_are_let_go() {
    let (server, _folder, _simulator) = start(None).await;
    let addr = server.addr();
    let mut readers: Vec<TcpStream> = (0..10)
        .map(|_| {
            let mut stream = TcpStream::connect(addr).unwrap();
            let head = format!("GET /large.js HTTP/1.1\r\nHost: {addr}\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    // One that reads all the time gets all of it.
    let whole = get(&server, "/large.js", &addr.to_string(), "").await;
    assert_eq!((whole.status, whole.body.len()), (200, 12 << 20));
    tokio::time::sleep(Duration::from_secs(26)).await;
    let began = Instant::now();
    let read = tokio::task::spawn_blocking(move || {
        let read = readers.iter_mut().map(|stream| {
            stream
                .set_read_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            let mut all = Vec::new();
            let ended = stream.read_to_end(&mut all);
            let is_over = !ended.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
            (all.len(), is_over)
        });
        read.collect::<Vec<_>>()
    })
    .await
    .unwrap();
    assert!(began.elapsed() < Duration::from_secs(20));
    for (length, is_over) in read {
        assert!(is_over && length < 12 << 20, "{length} {is_over}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_viewer_reads_an_operator_reads_and_cancels() {
    use crate::{
        house::{BOB, house},
        passing::{applivery_path, hold},
    };
    let simulator = simulator().await;
    let mut connections = simulated(&simulator);
    for connection in &mut connections {
        connection.rate = Some("60/h, burst 20".parse().unwrap());
    }
    let house = house(connections).await;
    let held = hold(&simulator, "applivery", "LOCK");
    let path = applivery_path(&simulator, &held);
    let read = async |token: &str| house.ask_as(token, "GET", &path, "").await.status;
    let mut statuses = Vec::new();
    for _ in 0..30 {
        statuses.push(read(BOB).await);
    }
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!(refused, 20, "{statuses:?}");
    for _ in 0..8 {
        assert_eq!(read(ALICE).await, 200);
    }
    assert_eq!(read(ALICE).await, 429, "an operator leaves a tenth");
    let cancel = format!("{path}/cancel");
    assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_is_under_way_when_it_stops_is_answered_and_sealed() {
    use crate::house::{applivery, exported, house};
    use countermand_server::audit::{AuditSummary, read};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let vendor = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", vendor.local_addr().unwrap());
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = vendor.accept().await.unwrap();
        let mut buffer = [0; 4096];
        let _ = stream.read(&mut buffer).await;
        asked.send(()).unwrap();
        // Longer than other answers are waited for.
        tokio::time::sleep(Duration::from_secs(8)).await;
        let body = r#"{"status":true,"data":{}}"#;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    });
    let house = house(vec![applivery("fleet", &base)]).await;
    let id = "0".repeat(24);
    let target = format!(
        "POST /relay/fleet/organizations/acme-mobile/mdm/android/enterprise/devices/A1/commands/{id}/cancel HTTP/1.1\r\nHost: {}\r\n{}Content-Length: 0\r\n\r\n",
        house.server.addr(),
        house.own(ALICE)
    );
    let cancel = tokio::spawn(send(house.server.addr(), target));
    is_asked.await.unwrap();
    house.server.stop().await;
    assert_eq!(cancel.await.unwrap().status, 200);
    let written = exported(&house.store);
    let summary = AuditSummary::of(&mut read(written.as_bytes())).unwrap();
    assert!(summary.sealed);
    assert!(written.contains("\"event\":\"answered\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_is_written_down_wherever_it_is_made() {
    use crate::house::house;
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let guess = "Authorization: Bearer s3cr3t-guess\r\n";
    for target in ["/connections.json", "/relay/fleet/organizations/x"] {
        let before = house.audited("sign_in_failed").len();
        house.ask("GET", target, guess, "").await;
        let failed = house.audited("sign_in_failed");
        assert_eq!(failed.len(), before + 1, "{target}");
        assert_eq!(failed[before]["kind"], "unknown_token");
    }
    assert!(
        !serde_json::Value::from(house.audit())
            .to_string()
            .contains("guess")
    );
    house.ask("GET", "/connections.json", "", "").await;
    assert_eq!(
        house.audited("sign_in_failed").len(),
        2,
        "who says nothing has not failed"
    );
}
