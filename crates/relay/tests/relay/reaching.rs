//! From where the server can be reached, and over what.

use std::net::TcpListener;

use countermand_relay::{
    ConsoleConfig, RelayConfig, Server, ServerConfig, StartError,
    access::{LaunchLinks, SignIn},
};

use crate::house::{simulated, simulator, tokens};

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
