//! Over TLS, where the host chooses between HTTP/2 and HTTP/1.1.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use http::{Method, Version, header::CONTENT_LENGTH};
use hyper::{
    body::Incoming,
    server::conn::{http1 as server1, http2 as server2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{net::TcpListener, sync::Notify, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use super::*;

/// A host that answers each path with itself.
struct Host {
    address: SocketAddr,
    certificate: CertificateDer<'static>,
    connections: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<String>>>,
    /// Lets all connections end.
    goes_away: Arc<Notify>,
}

impl Host {
    async fn speaking(protocol: &'static str) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![cert.der().clone()],
                PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Self {
            address: listener.local_addr().unwrap(),
            certificate: cert.der().clone(),
            connections: Arc::default(),
            heard: Arc::default(),
            goes_away: Arc::default(),
        };
        let (connections, heard) = (Arc::clone(&host.connections), Arc::clone(&host.heard));
        let goes_away = Arc::clone(&host.goes_away);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else {
                    continue;
                };
                connections.fetch_add(1, Ordering::Relaxed);
                let (heard, goes_away) = (Arc::clone(&heard), Arc::clone(&goes_away));
                tokio::spawn(async move {
                    let answer = service_fn(move |request| answer(request, Arc::clone(&heard)));
                    let stream = TokioIo::new(stream);
                    if protocol == "h2" {
                        let builder = server2::Builder::new(TokioExecutor::new());
                        let mut serving = pin!(builder.serve_connection(stream, answer));
                        tokio::select! {
                            _ = &mut serving => return,
                            () = goes_away.notified() => serving.as_mut().graceful_shutdown(),
                        }
                        let _ = serving.await;
                    } else {
                        let builder = server1::Builder::new();
                        let _ = builder.serve_connection(stream, answer).await;
                    }
                });
            }
        });
        host
    }

    fn transport(&self, max_body_bytes: usize) -> HyperTransport {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let options = ReqwestOptions {
            max_body_bytes,
            ..ReqwestOptions::default()
        };
        HyperTransport::with_tls(&options, tls, None).unwrap()
    }

    fn request(&self, method: Method, path: &str) -> Request<Bytes> {
        let url = format!("https://localhost:{}{path}", self.address.port());
        let request = Request::builder().method(method).uri(url);
        request.body(Bytes::new()).unwrap()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    heard: Arc<Mutex<Vec<String>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.map(|length| length.to_str().unwrap().to_owned());
    heard.lock().unwrap().push(format!("{path} {length:?}"));
    Ok(Response::new(Full::new(path.into())))
}

#[tokio::test]
async fn requests_at_once_share_a_connection_over_http2() {
    let host = Host::speaking("h2").await;
    let transport = host.transport(1_000);
    let first = transport.send(host.request(Method::GET, "/first"));
    assert_eq!(first.await.unwrap().version(), Version::HTTP_2);
    let mut sending = JoinSet::new();
    for number in 0..40 {
        let path = format!("/{number}");
        let request = host.request(Method::POST, &path);
        let transport = transport.clone();
        sending.spawn(async move {
            let answer = transport.send(request).await.unwrap();
            assert_eq!(answer.body(), path.as_bytes());
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent.unwrap();
    }
    assert_eq!(host.connections(), 1);
    assert_eq!(host.heard().len(), 41);
    assert!(host.heard().contains(&"/7 Some(\"0\")".to_owned()));
}

#[tokio::test]
async fn a_connection_over_http2_that_has_ended_is_not_used_again() {
    let host = Host::speaking("h2").await;
    let transport = host.transport(1_000);
    for number in 0..3 {
        let request = host.request(Method::POST, &format!("/{number}"));
        let origin = Origin::of(request.uri()).unwrap();
        transport.send(request).await.unwrap();
        host.goes_away.notify_waiters();
        // Until this side knows.
        let began = Instant::now();
        while transport.0.pool.take(&origin).is_some() {
            assert!(began.elapsed() < Duration::from_secs(30), "it stays open");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(host.connections(), 3);
    assert_eq!(host.heard().len(), 3, "{:?}", host.heard());
}

#[tokio::test]
async fn an_answer_over_http2_has_a_limit() {
    let host = Host::speaking("h2").await;
    let transport = host.transport(5);
    let exact = transport.send(host.request(Method::GET, "/1234"));
    assert_eq!(exact.await.unwrap().body(), "/1234");
    let error = transport.send(host.request(Method::GET, "/12345"));
    assert_eq!(
        error.await.unwrap_err().kind(),
        TransportErrorKind::TooLarge
    );
}

#[tokio::test]
async fn a_host_that_speaks_http1_only_is_spoken_to_so() {
    let host = Host::speaking("http/1.1").await;
    let transport = host.transport(1_000);
    for _ in 0..3 {
        let answer = transport
            .send(host.request(Method::GET, "/"))
            .await
            .unwrap();
        assert_eq!(answer.version(), Version::HTTP_11);
    }
    assert_eq!(host.connections(), 1);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let (host, other) = (Host::speaking("h2").await, Host::speaking("h2").await);
    let transport = other.transport(1_000);
    let error = transport.send(host.request(Method::POST, "/cancel")).await;
    assert_eq!(error.unwrap_err().kind(), TransportErrorKind::Untrusted);
    assert!(host.heard().is_empty());
}

#[tokio::test]
async fn an_address_that_the_rule_refuses_is_not_connected_to() {
    let host = Host::speaking("h2").await;
    let options = ReqwestOptions {
        addresses: Some(super::super::AddressRule::new(|_| false)),
        ..ReqwestOptions::default()
    };
    let transport = HyperTransport::with_options(&options).unwrap();
    let error = transport.send(host.request(Method::POST, "/cancel")).await;
    assert_eq!(error.unwrap_err().kind(), TransportErrorKind::Connect);
    assert_eq!(host.connections(), 0);
}
