//! Notices of a real server, which is killed in the middle.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::{
    countermand::{signal, text},
    http,
    serving::{Served, dist, on_free_port, serve},
};

const KEY: &str = "s3cr3t-key-of-the-webhooks";

/// How long something may take that takes a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a configuration that has one destination of notices.
fn configured(notices: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "audit = 'audit'\n\
         [[sign_in.token]]\nname = 'alice'\n\
         sha256 = '6ad9712d37dfe8645771be2dd0068a5b49912e6499a4a70a75c2a4adb5410650'\n\
         [connection.fleet]\nprovider = 'applivery'\norg = 'acme'\n\
         base_url = 'http://127.0.0.1:1'\ntoken_command = 'echo t0ken-t0ken-t0ken'\noperators = ['alice']\n\
         [notices.chat]\n{notices}\nsecret_command = 'echo {KEY}'\n"
    );
    fs::write(folder.path().join("serve.toml"), config).unwrap();
    folder
}

fn start(folder: &TempDir) -> Served {
    let config = text(&folder.path().join("serve.toml"));
    serve(on_free_port(&dist()).args(["--config", &config]))
}

/// Takes one request in, and returns its stream, its head and its body.
fn take(listener: &TcpListener) -> (TcpStream, String, String) {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = header(&head, "content-length").parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (stream, head, String::from_utf8(body).unwrap())
}

fn header(head: &str, name: &str) -> String {
    let found = head
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found
        .unwrap_or_else(|| panic!("{name} is missing: {head}"))
        .to_owned()
}

async fn database(folder: &TempDir) -> SqliteConnection {
    let path = text(&folder.path().join("audit/store.sqlite"));
    SqliteConnection::connect(&format!("sqlite:{path}"))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_before_a_delivery_is_noted_delivers_it_again_under_its_id() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let folder = configured(&format!(
        "url = 'http://{addr}/hook'\naddresses = ['127.0.0.0/8']\nsign_in_failures = 1"
    ));
    let mut served = start(&folder);
    let wrong = "Authorization: Bearer wr0ng-t0ken-0123456789\r\n";
    let refused = http::send_with(&served.authority, "GET", "/relay/fleet/runs", wrong, "");
    assert_eq!(refused.status, 401);
    let (stream, first, body) = take(&listener);
    signal(&served.child, "KILL");
    served.child.wait().unwrap();
    drop(stream);
    // A minute later, without waiting for it.
    let mut store = database(&folder).await;
    let due = sqlx::query("UPDATE outbox SET next_at = 0").execute(&mut store);
    assert_eq!(due.await.unwrap().rows_affected(), 1);
    store.close().await.unwrap();

    let mut served = start(&folder);
    let (mut stream, second, again) = take(&listener);
    stream
        .write_all(b"HTTP/1.1 204 Taken\r\nconnection: close\r\n\r\n")
        .unwrap();
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_eq!(body, again);
    let said: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&said["kind"], &said["count"]),
        (&"sign_in_failures".into(), &1.into())
    );
    let since = Instant::now();
    let mut store = database(&folder).await;
    loop {
        let row = sqlx::query_as("SELECT state, attempts FROM outbox");
        let row: (String, i64) = row.fetch_one(&mut store).await.unwrap();
        if row == ("delivered".to_owned(), 2) {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "{row:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    store.close().await.unwrap();
    signal(&served.child, "TERM");
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_url_of_the_metadata_service_is_refused_before_anything_is_done() {
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "https://0xA9FEA9FE/s3cr3t",
    ] {
        let folder = configured(&format!("url = '{url}'"));
        let config = text(&folder.path().join("serve.toml"));
        on_free_port(&dist())
            .args(["--config", &config])
            .run()
            .exits(2)
            .says("notices.chat.url must not lead to a private, local or reserved address")
            .says("169.254.169.254")
            .hides(&[KEY, "s3cr3t"]);
        assert!(!folder.path().join("audit").exists(), "nothing was made");
    }
}
