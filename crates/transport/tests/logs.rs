//! What the libraries below the native backend log at their most talkative holds no secret.
//!
//! A test binary of its own: loggers are the whole process's.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)] // A test may; clippy.toml covers test functions only.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use countermand_transport::{
    RequestClass, ReqwestTransport, Retry, RetryPolicy, Timeout, TokioTimer, Trace, Transport,
};
use http::{HeaderValue, Request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const SECRET: &str = "hunter2";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Of the libraries that use `log` rather than `tracing`.
impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut bytes = self.0.lock().unwrap();
        writeln!(bytes, "{} {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn no_secret_is_logged_at_trace() {
    let log = Log::default();
    log::set_boxed_logger(Box::new(log.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        // One connection breaks, one answers: both ways are logged.
        for answer in [
            String::new(),
            format!(
                "HTTP/1.1 503 {SECRET}\r\nx-key: {SECRET}\r\ncontent-length: 7\r\n\r\n{SECRET}"
            ),
            format!(
                "HTTP/1.1 200 {SECRET}\r\nx-key: {SECRET}\r\ncontent-length: 7\r\n\r\n{SECRET}"
            ),
        ] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let end = format!("\r\n\r\n{SECRET}");
            while !request.ends_with(end.as_bytes()) {
                assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });

    let timer = Arc::new(TokioTimer::new());
    let limit = std::time::Duration::from_secs(20);
    let timeout = Timeout::new(ReqwestTransport::new().unwrap(), timer.clone(), limit);
    let retry = Retry::new(timeout, timer.clone(), RetryPolicy::default());
    let transport = Trace::new(retry, timer);
    let mut key = HeaderValue::from_str(&format!("Bearer {SECRET}")).unwrap();
    key.set_sensitive(true);
    let mut request = Request::post(format!("http://{address}/{SECRET}?key={SECRET}"))
        .header("authorization", key)
        .body(Bytes::from(SECRET))
        .unwrap();
    request.extensions_mut().insert(RequestClass::Read);
    let response = transport.send(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // The test would prove nothing if nobody had talked.
    for talker in ["countermand_transport", "hyper_util", "reqwest"] {
        assert!(text.contains(talker), "{talker} logged nothing:\n{text}");
    }
    assert!(!text.contains(SECRET), "{text}");
}
