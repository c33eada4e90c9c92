//! Connections that are used again, by the backend that keeps them itself.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use countermand_transport::{HyperTransport, Transport, TransportErrorKind};
use tokio::task::JoinSet;

use crate::server::{Server, ok, soon};

/// Answers everything with the number of the connection, and counts connections.
async fn numbering() -> (Server, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let server = Server::start(move |mut connection| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            while connection.request().await.is_some() {
                let number = connection.number.to_string();
                connection.send(ok(&number)).await;
            }
        }
    })
    .await;
    (server, made)
}

/// So many that one task has worked enough again and again, and has to let others.
#[tokio::test]
async fn one_connection_carries_one_request_after_another() {
    let (server, made) = numbering().await;
    let transport = HyperTransport::new().unwrap();
    for _ in 0..2_000 {
        let answer = soon(transport.send(server.get("/"))).await.unwrap();
        assert_eq!(&answer.body()[..], b"0");
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_once_have_a_connection_each_and_get_their_own_answers() {
    let server = Server::start(|mut connection| async move {
        while let Some(request) = connection.request().await {
            let path = request.split(' ').nth(1).unwrap().to_owned();
            connection.send(ok(&path)).await;
        }
    })
    .await;
    let server = Arc::new(server);
    let transport = HyperTransport::new().unwrap();
    let mut sending = JoinSet::new();
    for sender in 0..16 {
        let (server, transport) = (Arc::clone(&server), transport.clone());
        sending.spawn(async move {
            for number in 0..200 {
                let path = format!("/{sender}/{number}");
                let answer = soon(transport.send(server.get(&path))).await.unwrap();
                assert_eq!(answer.body(), path.as_bytes());
            }
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent.unwrap();
    }
    let heard = server.heard();
    assert_eq!(heard.len(), 16 * 200);
    assert_eq!(heard.into_iter().collect::<HashSet<_>>().len(), 16 * 200);
}

/// What was left of an answer would be taken for the next one.
#[tokio::test]
async fn a_connection_with_the_rest_of_an_answer_is_not_used_again() {
    let (server, made) = numbering().await;
    let mut options = countermand_transport::ReqwestOptions::default();
    options.max_body_bytes = 0;
    let transport = HyperTransport::with_options(&options).unwrap();
    for _ in 0..3 {
        let error = soon(transport.send(server.get("/"))).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    }
    assert_eq!(made.load(Ordering::Relaxed), 3);
}

/// A server may say more than it was asked for: that is no answer to the next request.
#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_nobodys() {
    let server = Server::start(|mut connection| async move {
        while connection.request().await.is_some() {
            let number = connection.number;
            let twice = ok(&format!("asked {number}")) + &ok("not asked");
            connection.send(twice).await;
        }
    })
    .await;
    let transport = HyperTransport::new().unwrap();
    for number in 0..3 {
        let answer = soon(transport.send(server.get("/"))).await.unwrap();
        assert_eq!(answer.body(), format!("asked {number}").as_bytes());
    }
}

#[tokio::test]
async fn a_chunked_answer_leaves_its_connection_for_the_next_request() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let server = Server::start(move |mut connection| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            while connection.request().await.is_some() {
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
                connection.send(head).await;
                tokio::task::yield_now().await;
                connection.send("3\r\ndef\r\n0\r\n\r\n").await;
            }
        }
    })
    .await;
    let transport = HyperTransport::new().unwrap();
    for _ in 0..10 {
        let answer = soon(transport.send(server.get("/"))).await.unwrap();
        assert_eq!(&answer.body()[..], b"abcdef");
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
}
