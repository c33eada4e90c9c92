//! A receiver of webhooks that fails as a test wants.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use crate::lock::lock;

/// What a receiver does with a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Do {
    Answer(u16),
    /// It takes the request, and never answers.
    Hang,
    /// It leads elsewhere.
    Redirect(SocketAddr),
}

/// A request that a receiver got.
#[derive(Clone, Debug)]
pub(super) struct Got {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) body: String,
}

/// A receiver of webhooks: it does these things in turn, and the last one for ever.
pub(super) struct Receiver {
    pub(super) addr: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    pub(super) fn doing(steps: &'static [Do]) -> Self {
        Self::of(steps.to_vec())
    }

    pub(super) fn of(steps: Vec<Do>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let all = Arc::clone(&got);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let step = steps[number.min(steps.len() - 1)];
                let all = Arc::clone(&all);
                std::thread::spawn(move || serve(stream.unwrap(), step, &all));
            }
        });
        Self { addr, got }
    }

    pub(super) fn got(&self) -> Vec<Got> {
        lock(&self.got).clone()
    }
}

fn serve(mut stream: TcpStream, step: Do, all: &Mutex<Vec<Got>>) {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let header = |name: &str| {
        let found = head
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found
            .unwrap_or_else(|| panic!("{name} is missing: {head}"))
            .to_owned()
    };
    assert!(head.starts_with("POST /hook?to=ops HTTP/1.1\r\n"), "{head}");
    assert_eq!(header("content-type"), "application/json");
    let mut body = vec![0; header("content-length").parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    lock(all).push(Got {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: String::from_utf8(body).unwrap(),
    });
    let answer = match step {
        Do::Answer(status) => format!("HTTP/1.1 {status} Said\r\n"),
        Do::Redirect(to) => {
            format!("HTTP/1.1 307 Elsewhere\r\nlocation: http://{to}/hook?to=ops\r\n")
        }
        Do::Hang => {
            let _ = stream.read(&mut byte);
            return;
        }
    };
    let rest = "content-length: 0\r\nconnection: close\r\n\r\n";
    stream
        .write_all(format!("{answer}{rest}").as_bytes())
        .unwrap();
}
