//! TLS by files, which change while the server runs.

use std::{fs, net::TcpListener, path::Path};

use countermand_server::{ConsoleConfig, Server, ServerConfig, StartError, TlsFiles};
use reqwest::Client;

/// Writes a certificate for this machine with its key.
fn certify(folder: &Path) -> Vec<u8> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    fs::write(folder.join("tls.crt"), made.cert.pem()).unwrap();
    fs::write(folder.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().to_vec()
}

fn config(folder: &Path) -> ServerConfig {
    fs::write(folder.join("index.html"), "page").unwrap();
    let console = ConsoleConfig {
        files: folder.to_owned().into(),
        connect: Vec::new(),
    };
    let mut config = ServerConfig::new(TcpListener::bind("127.0.0.1:0").unwrap(), console);
    config.tls = Some(TlsFiles {
        certificate: folder.join("tls.crt"),
        key: folder.join("tls.key"),
    });
    config
}

/// What the server shows of itself to a new connection, and over which protocol it answers.
async fn shown(server: &Server) -> (Vec<u8>, http::Version) {
    // Whoever looks at certificates cannot ask for good ones only.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .tls_info(true)
        .no_proxy()
        .build()
        .unwrap();
    let url = format!("https://localhost:{}/healthz", server.addr().port());
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let by_address = format!("https://127.0.0.1:{}/healthz", server.addr().port());
    for (url, hsts) in [
        (answer.url().to_string(), "max-age=60"),
        (by_address, "max-age=31536000"),
    ] {
        let answer = client.get(url).send().await.unwrap();
        assert_eq!(answer.headers()["strict-transport-security"], hsts);
    }
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
    (info.peer_certificate().unwrap().to_vec(), answer.version())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_shown_after_it_was_read_again_and_a_broken_one_never() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let server = Server::start(config(folder.path())).await.unwrap();
    assert!(server.origin().starts_with("https://127.0.0.1:"));
    assert_eq!(shown(&server).await, (first.clone(), http::Version::HTTP_2));
    let second = certify(folder.path());
    assert_eq!(shown(&server).await.0, first, "not before it is told");
    server.reload_tls().unwrap();
    assert_eq!(shown(&server).await.0, second);
    fs::write(folder.path().join("tls.key"), "s3cr3t-but-no-key").unwrap();
    let error = server.reload_tls().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cr3t"));
    assert_eq!(shown(&server).await.0, second, "the old one stays");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_good_files_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let none = Server::start(config(folder.path())).await;
    assert!(matches!(none, Err(StartError::Tls(_))), "{none:?}");
    certify(folder.path());
    let other_key = fs::read(folder.path().join("tls.key")).unwrap();
    certify(folder.path());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = folder.path().join("tls.key");
        certify(folder.path());
        fs::set_permissions(&key, fs::Permissions::from_mode(0o666)).unwrap();
        let writable = Server::start(config(folder.path())).await;
        let Err(StartError::Tls(error)) = writable else {
            panic!("{writable:?}");
        };
        assert!(error.to_string().contains("0666"), "{error}");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::write(folder.path().join("tls.key"), &other_key).unwrap();
    let other = Server::start(config(folder.path())).await;
    assert!(
        matches!(other, Err(StartError::Tls(_))),
        "another's key: {other:?}"
    );
}
