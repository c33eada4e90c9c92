//! The console's server over real connections: what a browser gets, and what others do not.

use std::{
    fs,
    net::{TcpListener, TcpStream},
};

use countermand_server::{ConsoleConfig, Server, ServerConfig, StartError};

use crate::wire::{Answer, send};

const PAGE: &str = "<!doctype html><script type=\"module\">alert('Hello, world.');</script>";
const PAGE_HASH: &str = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";

struct Site {
    console: Server,
    folder: tempfile::TempDir,
}

async fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    fs::create_dir(&dist).unwrap();
    fs::write(folder.path().join("secret.txt"), "outside").unwrap();
    fs::write(dist.join("index.html"), PAGE).unwrap();
    fs::write(dist.join("app-0123456789abcdef_bg.wasm"), "plain wasm").unwrap();
    fs::write(dist.join("app-0123456789abcdef_bg.wasm.br"), "br wasm").unwrap();
    let console = ConsoleConfig {
        files: dist.into(),
        connect: vec!["https://api.applivery.io".parse().unwrap()],
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let console = Server::start(ServerConfig::new(listener, console))
        .await
        .unwrap();
    Site { console, folder }
}

async fn get(site: &Site, path: &str, headers: &str) -> Answer {
    let addr = site.console.addr();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {addr}\r\n{headers}Connection: close\r\n\r\n");
    send(addr, request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_comes_with_every_header_it_is_held_to() {
    let site = site().await;
    let page = get(&site, "/", "").await;
    assert_eq!((page.status, page.body.as_str()), (200, PAGE));
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(
        page.header("content-security-policy"),
        Some(
            format!(
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {PAGE_HASH}; \
                 style-src 'self'; img-src 'self' data:; connect-src 'self' \
                 https://api.applivery.io; worker-src 'self'; manifest-src 'self'; \
                 base-uri 'none'; form-action 'none'; \
                 frame-ancestors 'none'; require-trusted-types-for 'script'; \
                 trusted-types countermand-worker"
            )
            .as_str()
        )
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(
        page.header("permissions-policy")
            .unwrap()
            .contains("camera=()")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let tag = page.header("etag").unwrap().to_owned();
    let again = get(&site, "/index.html", &format!("If-None-Match: {tag}\r\n")).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn hashed_assets_never_change_and_come_compressed_where_that_is_accepted() {
    let site = site().await;
    let path = "/app-0123456789abcdef_bg.wasm";
    let plain = get(&site, path, "").await;
    assert_eq!((plain.status, plain.body.as_str()), (200, "plain wasm"));
    assert_eq!(plain.header("content-type"), Some("application/wasm"));
    assert_eq!(plain.header("vary"), Some("Accept-Encoding"));
    assert!(plain.header("cache-control").unwrap().contains("immutable"));
    let small = get(&site, path, "Accept-Encoding: gzip, br\r\n").await;
    assert_eq!(small.body, "br wasm");
    assert_eq!(small.header("content-encoding"), Some("br"));
    assert_eq!(small.header("content-type"), Some("application/wasm"));
    assert_ne!(small.header("etag"), plain.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_reading_and_only_for_this_machine() {
    let site = site().await;
    let addr = site.console.addr();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let request = format!("{method} / HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n");
        let answer = send(addr, request).await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    let head = format!("HEAD / HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n");
    let head = send(addr, head).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(
        head.header("content-length"),
        Some(PAGE.len().to_string().as_str())
    );
    for host in ["attacker.example", "169.254.169.254", "me@localhost"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = send(addr, request).await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(!answer.body.contains("alert"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let absolute = format!(
        "GET http://attacker.example/ HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(send(addr, absolute).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_of_the_folder() {
    let site = site().await;
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/nothing.js",
    ] {
        let answer = get(&site, path, "").await;
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.body.contains("outside"), "{path}");
    }
    #[cfg(unix)]
    {
        let outside = site.folder.path().join("secret.txt");
        let link = site.folder.path().join("dist/link.txt");
        std::os::unix::fs::symlink(outside, link).unwrap();
        assert_eq!(get(&site, "/link.txt", "").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connections_are_for_the_page_alone() {
    let site = site().await;
    let own = get(
        &site,
        "/connections.json",
        "Sec-Fetch-Site: same-origin\r\n",
    )
    .await;
    assert_eq!((own.status, own.body.as_str()), (200, r#"{"demo":[]}"#));
    assert_eq!(own.header("cache-control"), Some("no-store"));
    assert_eq!(own.header("access-control-allow-origin"), None);
    for foreign in ["cross-site", "same-site"] {
        let header = format!("Sec-Fetch-Site: {foreign}\r\n");
        let answer = get(&site, "/connections.json", &header).await;
        assert_eq!(answer.status, 403, "{foreign}");
        assert!(!answer.body.contains("demo"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_may_fetch_from_this_origin_and_do_nothing_else() {
    let site = site().await;
    let dist = site.folder.path().join("dist");
    fs::write(dist.join("sw.js"), "addEventListener('fetch', () => {})").unwrap();
    fs::write(dist.join("other.js"), "").unwrap();
    let worker = get(&site, "/sw.js", "").await;
    let policy = worker.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; connect-src 'self'; "),
        "{policy}"
    );
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    let other = get(&site, "/other.js", "").await;
    let policy = other.header("content-security-policy").unwrap();
    assert!(!policy.contains("connect-src"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_built_anew_runs_without_a_restart() {
    let site = site().await;
    let index = site.folder.path().join("dist/index.html");
    fs::write(index, "<script>other()</script>").unwrap();
    let page = get(&site, "/", "").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("'sha256-") && !policy.contains(PAGE_HASH),
        "{policy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_on_loopback_and_with_a_page_only() {
    let folder = tempfile::tempdir().unwrap();
    let config = |listen: &str| {
        let console = ConsoleConfig {
            files: folder.path().to_owned().into(),
            connect: Vec::new(),
        };
        ServerConfig::new(TcpListener::bind(listen).unwrap(), console)
    };
    let refused = Server::start(config("0.0.0.0:0")).await;
    assert!(matches!(refused, Err(StartError::NotLoopback(_))));
    let refused = Server::start(config("127.0.0.1:0")).await;
    assert!(matches!(refused, Err(StartError::Console(..))));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_though_a_connection_is_kept_open() {
    let site = site().await;
    let addr = site.console.addr();
    let _idle = TcpStream::connect(addr).unwrap();
    site.console.stop().await;
    assert!(TcpStream::connect(addr).is_err(), "it still listens");
}
