use std::{error::Error, time::Duration};

use bytes::Bytes;
use countermand_transport::{
    Delivery, ReqwestOptions, Transport, TransportError, TransportErrorKind,
};
use http::Request;
use tokio::net::TcpListener;

use super::Backend;
use crate::server::{Server, soon};

const SECRET: &str = "hunter2";

fn assert_not_sent(error: &TransportError) {
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.attempts(), 0);
    assert_no_secret(error);
}

/// Neither it nor anything below it.
fn assert_no_secret(error: &TransportError) {
    let mut text = format!("{error} {error:?}");
    let mut below = error.source();
    while let Some(cause) = below {
        text.push_str(&format!(" {cause} {cause:?}"));
        below = cause.source();
    }
    assert!(error.source().is_some(), "the cause is kept");
    assert!(!text.contains(SECRET), "{text}");
}

fn get(url: &str) -> Request<Bytes> {
    Request::get(format!("{url}?key={SECRET}"))
        .body(Bytes::new())
        .unwrap()
}

#[tokio::test]
async fn a_refused_port_is_surely_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let transport = Backend::new().unwrap();
    let error = soon(transport.send(get(&format!("http://{address}/"))))
        .await
        .unwrap_err();
    assert_not_sent(&error);
}

#[tokio::test]
async fn a_failed_tls_handshake_is_surely_not_sent() {
    // The answer to the client's hello is no TLS.
    let server = Server::start(|mut connection| async move {
        connection.send("HTTP/1.1 400 Plain\r\n\r\n").await;
        connection.closed().await;
    })
    .await;
    let transport = Backend::new().unwrap();
    let url = format!("https://{}/", server.address);
    let error = soon(transport.send(get(&url))).await.unwrap_err();
    assert_not_sent(&error);
}

#[tokio::test]
async fn a_connection_that_takes_too_long_is_surely_not_sent() {
    // Takes the client's hello and never answers it.
    let server = Server::start(|mut connection| async move { connection.closed().await }).await;
    let mut options = ReqwestOptions::default();
    options.connect_timeout = Duration::from_millis(100);
    let transport = Backend::with_options(&options).unwrap();
    let url = format!("https://{}/", server.address);
    let error = soon(transport.send(get(&url))).await.unwrap_err();
    assert_not_sent(&error);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_an_interruption() {
    for begun in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "no HTTP at all\r\n\r\n",
    ] {
        let server = Server::answering(begun).await;
        let transport = Backend::new().unwrap();
        let error = soon(transport.send(get(&server.url("/"))))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{begun:?}");
        assert_eq!(error.delivery(), Delivery::MayHaveBeenSent);
        assert_eq!(error.attempts(), 1);
        assert_no_secret(&error);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_tells_no_secret() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
    let transport = Backend::new().unwrap();
    let error = soon(transport.send(get(&server.url("/"))))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Truncated);
    assert_no_secret(&error);
}

#[tokio::test]
async fn what_is_no_web_address_is_surely_not_sent() {
    for url in ["/path", "ftp://127.0.0.1/"] {
        let request = Request::get(url).body(Bytes::new()).unwrap();
        let transport = Backend::new().unwrap();
        let error = transport.send(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::InvalidRequest, "{url}");
        assert_eq!(error.attempts(), 0);
    }
}

#[tokio::test]
async fn a_proxy_that_wants_to_know_who_asks_is_told_from_an_answer() {
    let server = Server::answering(
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let transport = Backend::new().unwrap();
    let error = soon(transport.send(get(&server.url("/"))))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::ProxyRefused);
}
