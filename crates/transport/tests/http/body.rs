use countermand_transport::{Delivery, ReqwestOptions, Transport, TransportErrorKind};

use super::Backend;
use crate::server::{Server, ok, soon};

/// 200,000 zeros, packed by gzip.
const PACKED_ZEROS: &[u8] = include_bytes!("zeros.gz");

fn with_limit(max_body_bytes: usize) -> Backend {
    let mut options = ReqwestOptions::default();
    options.max_body_bytes = max_body_bytes;
    Backend::with_options(&options).unwrap()
}

#[tokio::test]
async fn a_body_that_breaks_off_is_truncated() {
    for broken in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegun\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nplain",
    ] {
        let server = Server::answering(broken).await;
        let error = with_limit(1000)
            .send(server.post("/", "{}"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Truncated, "{broken}");
        assert_eq!(error.delivery(), Delivery::Answered);
        assert_eq!(server.heard().len(), 1);
    }
}

#[tokio::test]
async fn the_limit_is_the_last_size_that_is_taken_in() {
    let server = Server::answering(ok("12345")).await;
    let response = with_limit(5).send(server.get("/")).await.unwrap();
    assert_eq!(&response.body()[..], b"12345");
    let error = with_limit(4).send(server.get("/")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    assert_eq!(error.delivery(), Delivery::Answered);
}

#[tokio::test]
async fn a_body_that_never_ends_is_ended() {
    let (ended, was_ended) = tokio::sync::oneshot::channel();
    let ended = std::sync::Mutex::new(Some(ended));
    let server = Server::start(move |mut connection| {
        let ended = ended.lock().unwrap().take();
        async move {
            connection.request().await;
            connection
                .send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                .await;
            let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000));
            while connection.send(&chunk).await {}
            let _ = ended.unwrap().send(());
        }
    })
    .await;
    let transport = with_limit(10_000);
    let error = soon(transport.send(server.get("/"))).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    soon(was_ended).await.unwrap();
}

#[tokio::test]
async fn gzip_is_unpacked_and_counts_as_unpacked() {
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        PACKED_ZEROS.len()
    )
    .into_bytes();
    answer.extend_from_slice(PACKED_ZEROS);
    let server = Server::answering(answer).await;
    let response = with_limit(200_000).send(server.get("/")).await.unwrap();
    assert_eq!(response.body().len(), 200_000);
    assert!(!response.headers().contains_key("content-encoding"));
    let error = with_limit(199_999).send(server.get("/")).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
}
