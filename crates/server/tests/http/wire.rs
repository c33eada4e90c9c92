//! Requests byte by byte, so that no client tidies up a path or a header.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).into_iter().next()
    }

    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1);
        lines
            .filter_map(|line| {
                let (found, value) = line.split_once(": ")?;
                found.eq_ignore_ascii_case(name).then_some(value)
            })
            .collect()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

/// Sends these bytes as they are.
pub async fn send(addr: SocketAddr, text: String) -> Answer {
    send_bytes(addr, text.into_bytes()).await.unwrap()
}

/// As [`send`]; none where the server closed without a word.
pub async fn send_bytes(addr: SocketAddr, bytes: Vec<u8>) -> Option<Answer> {
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(90)))
            .unwrap();
        // A server that refuses closes before it has read all.
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parse(&answer)
    })
    .await
    .unwrap()
}

/// Reads an answer.
pub fn parse(answer: &[u8]) -> Option<Answer> {
    let answer = String::from_utf8_lossy(answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// Sends these bytes and goes away after so long, without waiting for an answer.
pub fn send_and_go(addr: SocketAddr, text: &str, after: Duration) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    std::thread::sleep(after);
    // Dropped with an answer unread: the system resets the connection.
}
