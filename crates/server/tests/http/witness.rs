//! A server that writes down whatever reaches it, and answers as a test wants.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// What it answers: bytes, or bytes without end.
#[derive(Clone)]
pub enum Say {
    This(String),
    /// A gigabyte of this.
    Gigabyte,
    /// Nothing, ever.
    Nothing,
}

#[derive(Clone)]
pub struct Witness {
    pub addr: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    pub sent: Arc<AtomicU64>,
}

impl Witness {
    /// Listens at `host`.
    pub fn at(host: &str, say: Say) -> Self {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let witness = Self {
            addr: listener.local_addr().unwrap(),
            seen: Arc::default(),
            sent: Arc::default(),
        };
        let this = witness.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (this, say) = (this.clone(), say.clone());
                std::thread::spawn(move || this.serve(stream.unwrap(), &say));
            }
        });
        witness
    }

    pub fn saying(say: Say) -> Self {
        Self::at("127.0.0.1", say)
    }

    /// The heads of the requests that came.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn serve(&self, mut stream: TcpStream, say: &Say) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
            head.push(byte[0]);
        }
        if head.is_empty() {
            return;
        }
        self.seen
            .lock()
            .unwrap()
            .push(String::from_utf8_lossy(&head).into_owned());
        match say {
            Say::This(text) => {
                let _ = stream.write_all(text.as_bytes());
            }
            Say::Gigabyte => {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1073741824\r\n\r\n",
                );
                let block = vec![b' '; 1 << 20];
                for _ in 0..1024 {
                    if stream.write_all(&block).is_err() {
                        return;
                    }
                    self.sent.fetch_add(block.len() as u64, Ordering::Relaxed);
                }
            }
            Say::Nothing => {
                let _ = stream.read(&mut byte);
            }
        }
    }
}

/// A whole answer.
pub fn answer(status: &str, headers: &str, body: &str) -> Say {
    Say::This(format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}
