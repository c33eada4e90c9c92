//! A server that answers whatever a test makes up, and remembers what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub method: String,
    pub target: String,
    pub headers: String,
    pub body: String,
}

impl ReceivedRequest {
    /// The token of an `Authorization` header.
    pub fn token(&self) -> String {
        let bearer = self.headers.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("authorization").then_some(value)
        });
        let bearer = bearer.unwrap_or_default();
        bearer.trim().trim_start_matches("Bearer ").to_owned()
    }
}

/// What to answer.
pub enum Reply {
    /// JSON with this status.
    Json(u16, String),
    /// HTML with status 200, as from a proxy.
    Html(String),
    /// JSON that breaks off: more is announced than comes.
    Truncated(String),
    /// JSON that says this time.
    Dated(String),
    /// A redirect to this place.
    Redirect(String),
    /// Nothing: the connection is closed.
    Nothing,
}

/// The running server.
pub struct StubServer {
    authority: String,
    asked: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl StubServer {
    pub fn start(answer: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(answer, |stream, answer, seen| serve(stream, answer, seen))
    }

    /// A server over TLS.
    pub fn start_tls(
        tls: Arc<rustls::ServerConfig>,
        answer: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(answer, move |stream, answer, seen| {
            let connection = rustls::ServerConnection::new(Arc::clone(&tls)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            serve(&mut stream, answer, seen);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }

    fn start_with(
        answer: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static,
        serve: impl Fn(TcpStream, &Answer, &Mutex<Vec<ReceivedRequest>>) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&asked));
        let serve = Arc::new(serve);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream, &*answer, &seen));
            }
        });
        Self { authority, asked }
    }

    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.authority)
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.authority)
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.asked.lock().unwrap().clone()
    }
}

/// What answers a request.
type Answer = dyn Fn(&ReceivedRequest) -> Reply + Send + Sync;

fn serve(mut stream: impl Read + Write, answer: &Answer, seen: &Mutex<Vec<ReceivedRequest>>) {
    let Some(asked) = read(&mut stream) else {
        return;
    };
    seen.lock().unwrap().push(asked.clone());
    let (status, head, body, announced) = match answer(&asked) {
        Reply::Nothing => return,
        Reply::Json(status, body) => (status, "Content-Type: application/json".to_owned(), body, 0),
        Reply::Html(body) => (200, "Content-Type: text/html".to_owned(), body, 0),
        Reply::Truncated(body) => (200, "Content-Type: application/json".to_owned(), body, 100),
        Reply::Dated(date) => (200, format!("Date: {date}"), "{}".to_owned(), 0),
        Reply::Redirect(to) => (302, format!("Location: {to}"), String::new(), 0),
    };
    let length = body.len() + announced;
    let text = format!(
        "HTTP/1.1 {status} X\r\n{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    // A client that went away is its own affair.
    let _ = stream.write_all(text.as_bytes());
}

fn read(stream: impl Read) -> Option<ReceivedRequest> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut headers = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        headers.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = first.split(' ');
    Some(ReceivedRequest {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

/// A page of an Applivery list with these items.
pub fn page(items: &str) -> Reply {
    Reply::Json(
        200,
        format!(r#"{{"status":true,"data":{{"items":[{items}],"hasNextPage":false}}}}"#),
    )
}
