//! The bare load generator: wrk, with the very requests that a client has sent.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use countermand_transport::{ReqwestTransport, Transport, TransportError};
use http::{Request, Response};

/// The script that wrk runs.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/playing/play.lua");

/// A backend that keeps what goes through it, as bytes of HTTP/1.1. Clones keep it together.
#[derive(Clone)]
pub(crate) struct Recorder {
    backend: ReqwestTransport,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Recorder {
    pub(crate) fn new(backend: ReqwestTransport) -> Self {
        Self {
            backend,
            requests: Arc::default(),
        }
    }

    /// What went through it and was about commands.
    pub(crate) fn into_requests(self) -> Vec<Vec<u8>> {
        let mut requests = self.requests.lock().unwrap();
        std::mem::take(&mut *requests)
    }
}

impl Transport for Recorder {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.uri().path().ends_with("/commands") {
            self.requests.lock().unwrap().push(bytes_of(&request));
        }
        self.backend.send(request).await
    }
}

fn bytes_of(request: &Request<Bytes>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let uri = request.uri();
    let (target, host) = (uri.path_and_query().unwrap(), uri.authority().unwrap());
    write!(
        bytes,
        "{} {target} HTTP/1.1\r\nhost: {host}\r\n",
        request.method()
    )
    .unwrap();
    for (name, value) in request.headers() {
        write!(bytes, "{name}: ").unwrap();
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    if request.method() == http::Method::POST {
        write!(bytes, "content-length: {}\r\n", request.body().len()).unwrap();
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(request.body());
    bytes
}

/// What wrk says of one pass.
pub(crate) struct Pass {
    pub(crate) took: Duration,
    pub(crate) answers: u64,
}

/// Sends each of `requests` to `authority` once, over this many connections that stay open.
pub(crate) fn play(
    authority: &str,
    requests: &[Vec<u8>],
    connections: usize,
    folder: &Path,
) -> Pass {
    let file = folder.join("requests.bin");
    let mut bytes = Vec::new();
    for request in requests {
        writeln!(bytes, "{}", request.len()).unwrap();
        bytes.extend_from_slice(request);
    }
    std::fs::write(&file, bytes).unwrap();
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", &connections.to_string()])
        // It ends by itself after one pass; this is for the case that it does not.
        .args(["--duration", "120s", "--timeout", "30s", "--script", SCRIPT])
        .arg(format!("http://{authority}/"))
        .arg("--")
        .arg(&file)
        .arg(connections.to_string())
        .stderr(Stdio::inherit())
        .output()
        .expect("wrk is needed: cargo xtask bench installs it");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = |name: &str| -> u64 {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
            .unwrap_or_else(|| panic!("wrk said {text}"))
    };
    assert_eq!(said("refused"), 0, "{text}");
    assert_eq!(said("broken"), 0, "{text}");
    Pass {
        took: Duration::from_micros(said("microseconds")),
        answers: said("answers"),
    }
}
