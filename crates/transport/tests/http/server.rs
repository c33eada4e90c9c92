//! A server that does with each connection what a test says, and counts what reached it.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heard: Heard,
}

/// The requests as they came over the wire, heads and bodies.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<String>>>);

/// One connection to it.
pub(crate) struct Connection {
    stream: TcpStream,
    heard: Heard,
    /// Which one, from 0.
    pub(crate) number: usize,
}

impl Server {
    pub(crate) async fn start<F>(serve: impl Fn(Connection) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Heard::default();
        let server = Self {
            address,
            heard: heard.clone(),
        };
        tokio::spawn(async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(Connection {
                    stream,
                    heard: heard.clone(),
                    number,
                }));
                number += 1;
            }
        });
        server
    }

    /// Answers every request with `answer`, and closes then.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |mut connection| {
            let answer = answer.clone();
            async move {
                if connection.request().await.is_some() {
                    connection.send(&answer).await;
                }
            }
        })
        .await
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.0.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> Request<Bytes> {
        Request::get(self.url(path)).body(Bytes::new()).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &'static str) -> Request<Bytes> {
        Request::post(self.url(path)).body(body.into()).unwrap()
    }
}

impl Connection {
    /// Reads one whole request; `None` where the client has closed.
    pub(crate) async fn request(&mut self) -> Option<String> {
        let mut text = String::new();
        let whole = loop {
            let mut piece = [0; 4096];
            let read = self.stream.read(&mut piece).await.ok()?;
            if read == 0 {
                return None;
            }
            text.push_str(&String::from_utf8_lossy(&piece[..read]));
            if let Some(end) = text.find("\r\n\r\n") {
                let length = header(&text, "content-length")
                    .map_or(0, |length| length.parse::<usize>().unwrap());
                if text.len() >= end + 4 + length {
                    break text;
                }
            }
        };
        self.heard.0.lock().unwrap().push(whole.clone());
        Some(whole)
    }

    /// A client that has gone is no failure of the test.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Waits until the client has closed.
    pub(crate) async fn closed(&mut self) {
        let mut piece = [0; 4096];
        while self
            .stream
            .read(&mut piece)
            .await
            .is_ok_and(|read| read > 0)
        {}
    }
}

/// Of a request as it came over the wire.
pub(crate) fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = request.split_once("\r\n\r\n")?;
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find_map(|(header, value)| header.eq_ignore_ascii_case(name).then_some(value))
}

/// Whatever should happen soon, or the test fails.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("it should have happened long ago")
}

/// An answer with this body.
pub(crate) fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
