//! Connections that break off at any moment. The requests of a run go through them, and other people's requests
//! go beside them, so that the audit gets lines of both.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::Result;
use fastrand::Rng;

use super::http::{PATIENCE, end_of_head, read_request};

/// The token of an operator, who may read and cancel.
pub const OPERATOR: &str = "operators-t0ken-0123456789abcdef";

/// The token of a viewer, who may only read.
pub const VIEWER: &str = "viewers-t0ken-0123456789abcdef01";

/// The share of the requests that are broken off.
const SHARE: f64 = 0.2;

/// The server behind the connections.
#[derive(Clone, Debug)]
pub struct Relayed {
    pub authority: String,
    pub org: String,
}

/// A listener whose connections break off, and a thread that sends requests beside it.
pub struct Breaking {
    authority: String,
    shared: Arc<Shared>,
    asking: JoinHandle<()>,
}

struct Shared {
    relay: Relayed,
    chance: Mutex<Rng>,
    broken: AtomicU64,
    is_over: AtomicBool,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Answered,
    /// Only this part of it is sent.
    SentInPart(f64),
    /// It is sent, and its response is awaited no longer than this.
    LeftAlone(Duration),
    /// Only this part of the response is passed on.
    AnsweredInPart(f64),
}

impl Breaking {
    pub fn start(relay: Relayed, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let authority = listener.local_addr()?.to_string();
        let shared = Arc::new(Shared {
            relay,
            chance: Mutex::new(Rng::with_seed(seed)),
            broken: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if accepting.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&accepting);
                // Whoever breaks off says nothing.
                thread::spawn(move || shared.pass(client));
            }
        });
        let beside = Arc::clone(&shared);
        Ok(Self {
            authority,
            shared,
            asking: thread::spawn(move || beside.ask()),
        })
    }

    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Ends it, and returns how many requests were broken off.
    pub fn stop(self) -> u64 {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // It sleeps shortly, and asks nothing any more.
        let _ = self.asking.join();
        // Wakes who accepts.
        drop(TcpStream::connect(&self.authority));
        self.shared.broken.load(Ordering::Relaxed)
    }
}

impl Shared {
    /// Passes a request on as the server's own page would send it, unless it breaks off.
    fn pass(&self, mut client: TcpStream) -> Option<()> {
        let request = self.for_relay(&read_request(&mut client)?);
        let answer = self.send(&request, self.fate(SHARE))?;
        client.write_all(&answer).ok()
    }

    /// Returns the response, or the part of it that is passed on. Returns nothing if the request breaks off before.
    fn send(&self, request: &[u8], fate: Fate) -> Option<Vec<u8>> {
        if fate != Fate::Answered {
            self.broken.fetch_add(1, Ordering::Relaxed);
        }
        let mut relay = TcpStream::connect(&self.relay.authority).ok()?;
        let sent = match fate {
            Fate::SentInPart(part) => request.get(..part_of(request.len(), part))?,
            _ => request,
        };
        relay.write_all(sent).ok()?;
        if let Fate::SentInPart(_) = fate {
            return None;
        }
        if let Fate::LeftAlone(pause) = fate {
            thread::sleep(pause);
            // Who is left alone sees an end of the stream, or a reset where something had come already.
            let _ = relay.shutdown(Shutdown::Both);
            return None;
        }
        relay.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut answer = Vec::new();
        relay.read_to_end(&mut answer).ok()?;
        if let Fate::AnsweredInPart(part) = fate {
            answer.truncate(part_of(answer.len(), part));
        }
        Some(answer)
    }

    /// Sends sign-ins, and cancels of a viewer. Each is a line of the audit.
    fn ask(&self) {
        let device = format!(
            "/relay/fleet/organizations/{}/mdm/android/enterprise/devices/A1",
            self.relay.org
        );
        let cancel = format!(
            "POST {device}/commands/6b02fc79e60f56be35000085/cancel HTTP/1.1\r\nauthorization: Bearer {VIEWER}\r\ncontent-length: 0\r\n\r\n"
        );
        let body = format!("{{\"token\":\"{OPERATOR}\"}}");
        let sign_in = format!(
            "POST /relay/sign-in HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let both = [cancel, sign_in];
        for request in both.iter().cycle() {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            let request = self.for_relay(request.as_bytes());
            // What comes back is of no interest here.
            let _ = self.send(&request, self.fate(1.0));
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Returns a request as the server accepts it: from its own page, and the last one on its connection.
    fn for_relay(&self, request: &[u8]) -> Vec<u8> {
        let authority = &self.relay.authority;
        let line = request
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let (line, rest) = request.split_at(line);
        let head =
            format!("host: {authority}\r\norigin: http://{authority}\r\nconnection: close\r\n");
        let mut all = [line, head.as_bytes()].concat();
        let (head, body) = rest.split_at(end_of_head(rest).unwrap_or(rest.len()));
        for field in head.split_inclusive(|byte| *byte == b'\n') {
            let name = field.split(|byte| *byte == b':').next().unwrap_or_default();
            let is_set = [&b"host"[..], b"connection"]
                .iter()
                .any(|set| name.eq_ignore_ascii_case(set));
            if !is_set {
                all.extend_from_slice(field);
            }
        }
        all.extend_from_slice(body);
        all
    }

    fn fate(&self, share: f64) -> Fate {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        let (breaks, kind, part) = (chance.f64(), chance.f64(), chance.f64());
        match kind {
            _ if breaks >= share => Fate::Answered,
            kind if kind < 0.25 => Fate::SentInPart(part),
            kind if kind < 0.8 => Fate::LeftAlone(Duration::from_secs_f64(part * 0.02)),
            _ => Fate::AnsweredInPart(part),
        }
    }
}

fn part_of(whole: usize, part: f64) -> usize {
    (whole as f64 * part) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_from_the_relays_own_page_and_is_its_connections_last() {
        let shared = Shared {
            relay: Relayed {
                authority: "127.0.0.1:8080".to_owned(),
                org: "acme".to_owned(),
            },
            chance: Mutex::new(Rng::with_seed(1)),
            broken: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        };
        let sent = shared.for_relay(
            b"POST /a HTTP/1.1\r\nHost: x\r\naccept: */*\r\ncontent-length: 2\r\n\r\n{}",
        );
        assert_eq!(
            String::from_utf8(sent).unwrap(),
            "POST /a HTTP/1.1\r\nhost: 127.0.0.1:8080\r\norigin: http://127.0.0.1:8080\r\nconnection: close\r\n\
             accept: */*\r\ncontent-length: 2\r\n\r\n{}"
        );
        let fates: Vec<Fate> = (0..1_000).map(|_| shared.fate(0.2)).collect();
        let broken = fates.iter().filter(|fate| **fate != Fate::Answered).count();
        assert!((150..250).contains(&broken), "{broken}");
        assert!((0..100).all(|_| shared.fate(1.0) != Fate::Answered));
    }
}
