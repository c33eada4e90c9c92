//! A POST may be a cancel: nothing below the layers may send it a second time.

use std::time::Duration;

use countermand_transport::{Transport, TransportErrorKind};

use super::Backend;
use crate::server::{Server, ok, soon};

#[tokio::test]
async fn a_post_that_gets_no_answer_is_heard_once() {
    let server = Server::start(|mut connection| async move {
        connection.request().await;
    })
    .await;
    let transport = Backend::new().unwrap();
    let error = soon(transport.send(server.post("/cancel", "{}")))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    assert_heard_nothing_more(&server, &transport, 1).await;
}

#[tokio::test]
async fn a_post_over_a_kept_connection_that_gets_no_answer_is_heard_once() {
    let server = Server::start(|mut connection| async move {
        // Later connections answer everything: a second POST would succeed.
        if connection.number == 0 {
            connection.request().await;
            connection.send(ok("")).await;
            connection.request().await;
        } else {
            while connection.request().await.is_some() {
                connection.send(ok("")).await;
            }
        }
    })
    .await;
    let transport = Backend::new().unwrap();
    soon(transport.send(server.get("/first"))).await.unwrap();
    let error = soon(transport.send(server.post("/cancel", "{}")))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    assert_heard_nothing_more(&server, &transport, 2).await;
}

/// Here hyper itself sends again, on a fresh connection: only what the closed one surely did not take.
#[tokio::test]
async fn no_post_is_heard_twice_however_connections_close() {
    let server = Server::start(|mut connection| async move {
        connection.request().await;
        connection.send(ok("")).await;
        // And closes, though it did not say so.
    })
    .await;
    let transport = Backend::new().unwrap();
    let mut answered = 0;
    for number in 0..50 {
        // The pool learns of the closing sooner or later than the next request comes.
        let result = soon(transport.send(server.post(&format!("/{number}"), "{}"))).await;
        match result {
            Ok(_) => answered += 1,
            Err(error) => assert_eq!(error.kind(), TransportErrorKind::Interrupted),
        }
        let heard = server.heard();
        let this = format!("POST /{number} ");
        let times = heard
            .iter()
            .filter(|request| request.starts_with(&this))
            .count();
        assert!(times <= 1, "{heard:?}");
    }
    assert!(answered > 0);
}

/// What waits for its next request is closed by many servers after a while.
#[tokio::test]
async fn a_post_does_not_go_over_a_connection_that_has_closed_meanwhile() {
    let server = Server::start(|mut connection| async move {
        connection.request().await;
        connection.send(ok("")).await;
    })
    .await;
    let transport = Backend::new().unwrap();
    for number in 0..5 {
        let sent = soon(transport.send(server.post(&format!("/{number}"), "{}"))).await;
        sent.unwrap();
        // Until this side has heard that it closed.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(server.heard().len(), 5);
}

#[tokio::test]
async fn a_post_that_is_refused_by_a_closing_answer_is_heard_once() {
    let server = Server::start(|mut connection| async move {
        while connection.request().await.is_some() {
            connection
                .send("HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                .await;
        }
    })
    .await;
    let transport = Backend::new().unwrap();
    let answer = soon(transport.send(server.post("/cancel", "{}"))).await;
    assert_eq!(answer.unwrap().status().as_u16(), 503);
    assert_heard_nothing_more(&server, &transport, 1).await;
}

/// A request after it shows that what was to come has come: the server hears in order.
async fn assert_heard_nothing_more(server: &Server, transport: &Backend, so_far: usize) {
    assert_eq!(server.heard().len(), so_far);
    let _ = soon(transport.send(server.get("/after"))).await;
    let heard = server.heard();
    assert_eq!(heard.len(), so_far + 1, "{heard:?}");
    let posts = heard
        .iter()
        .filter(|request| request.starts_with("POST"))
        .count();
    assert_eq!(posts, 1);
}
