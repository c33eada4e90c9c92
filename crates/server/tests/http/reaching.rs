//! From where the server can be reached, and over what.

use std::net::TcpListener;

use axum::Router;
use countermand_server::{
    ConsoleConfig, Relay, RelayConfig, Server, ServerConfig, StartError,
    access::{LaunchLinks, SignIn},
    audit::{AuditSummary, read},
};

use crate::{
    house::{ALICE, exported, simulated, simulator, store_in, tokens},
    wire::send,
};

async fn start(
    listen: &str,
    public: Option<&str>,
    sign_in: Option<SignIn>,
) -> Result<Server, StartError> {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "page").unwrap();
    let console = ConsoleConfig {
        files: folder.path().to_owned().into(),
        connect: Vec::new(),
    };
    let mut config = ServerConfig::new(TcpListener::bind(listen).unwrap(), console);
    config.public = public.map(|public| public.parse().unwrap());
    let audit = folder.path().join("audit");
    config.relay = sign_in.map(|sign_in| RelayConfig::new(simulated(&simulator), sign_in, audit));
    Server::start(config).await
}

#[tokio::test(flavor = "multi_thread")]
async fn others_come_only_where_they_are_asked_who_they_are() {
    let everywhere = "0.0.0.0:0";
    let refused = start(everywhere, None, None).await;
    assert!(
        matches!(refused, Err(StartError::NotLoopback(_))),
        "{refused:?}"
    );
    let links = SignIn::Launch(LaunchLinks::new());
    let refused = start(everywhere, Some("https://console.example"), Some(links)).await;
    assert!(
        matches!(refused, Err(StartError::NotLoopback(_))),
        "{refused:?}"
    );
    let refused = start(everywhere, None, Some(tokens())).await;
    assert!(
        matches!(refused, Err(StartError::NoPublic(_))),
        "{refused:?}"
    );
    let refused = start(everywhere, Some("http://console.example"), Some(tokens())).await;
    assert!(matches!(refused, Err(StartError::Plain(_))), "{refused:?}");
    let started = start(everywhere, Some("https://console.example"), Some(tokens())).await;
    assert_eq!(started.unwrap().origin(), "https://console.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_somebody_elses_mounts_it_and_other_pages_are_still_refused() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let origin = format!("http://{addr}");
    let config = RelayConfig::new(simulated(&simulator), tokens(), folder.path().join("audit"));
    let relay = Relay::open(config, &origin.parse().unwrap()).await.unwrap();
    let app = Router::new().nest("/relay", relay.router());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let org = simulator.description().applivery.org;
    let ask = |headers: String| {
        let target = format!("/relay/fleet/organizations/{org}");
        send(
            addr,
            format!(
                "GET {target} HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {ALICE}\r\n{headers}Connection: close\r\n\r\n"
            ),
        )
    };
    assert_eq!(ask(format!("Origin: {origin}\r\n")).await.status, 200);
    assert_eq!(
        ask("Origin: https://attacker.example\r\n".to_owned())
            .await
            .status,
        403
    );
    relay.stop().await;
    let audit = exported(&store_in(folder.path()));
    let summary = AuditSummary::of(&mut read(audit.as_bytes())).unwrap();
    assert!(summary.sealed);
}
