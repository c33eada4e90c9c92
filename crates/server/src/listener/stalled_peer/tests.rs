//! Peers that take nothing or too little, over pipes and over real sockets.

use std::net::SocketAddr;

use axum::{Router, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    time::timeout,
};

use super::*;

const LONGEST: Duration = Duration::from_millis(200);

fn limits() -> Limits {
    Limits {
        write: LONGEST,
        least: 20,
        piece: LONGEST,
        idle: Duration::from_secs(60),
    }
}

impl Discard for tokio::io::DuplexStream {
    fn discard(&self) {}
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_let_go() {
    let (ours, _theirs) = duplex(1_000);
    let mut stream = StallGuard::new(ours, limits());
    stream.write_all(&[0; 1_000]).await.unwrap();
    let stuck = stream.write_all(&[0; 1]).await.unwrap_err();
    assert_eq!(stuck.kind(), ErrorKind::TimedOut);
}

/// What becomes of 100 bytes where the peer reads so many every quarter of the longest time.
async fn written_to_one_that_reads(at_once: usize) -> io::Result<()> {
    let (ours, mut theirs) = duplex(10);
    let mut stream = StallGuard::new(ours, limits());
    tokio::spawn(async move {
        let mut buffer = [0; 10];
        while matches!(theirs.read(&mut buffer[..at_once]).await, Ok(read) if read > 0) {
            tokio::time::sleep(LONGEST / 4).await;
        }
    });
    // Longer in all than one write may wait.
    stream.write_all(&[0; 100]).await
}

#[tokio::test]
async fn one_that_reads_slowly_is_not_and_one_that_reads_byte_by_byte_is() {
    written_to_one_that_reads(10).await.unwrap();
    let trickle = written_to_one_that_reads(1).await.unwrap_err();
    assert_eq!(trickle.kind(), ErrorKind::TimedOut);
}

const LARGE: usize = 200_000;

async fn server(limits: Limits) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let addr = listener.local_addr().unwrap();
    let slow = || async {
        tokio::time::sleep(LONGEST * 3).await;
        "late"
    };
    let router = Router::new()
        .route("/", get(|| async { "x".repeat(LARGE) }))
        .route("/slow", get(slow));
    let server = axum_server::from_tcp(listener).unwrap();
    let server = server.acceptor(CutStalled(limits));
    tokio::spawn(server.serve(router.into_make_service()));
    addr
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A connection of HTTP/2 that asked for the large answer on a stream with this window.
async fn asked(addr: SocketAddr, window: u32) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // SETTINGS_INITIAL_WINDOW_SIZE, and a window for the connection that is large enough.
    let settings = [&[0, 4][..], &window.to_be_bytes()].concat();
    bytes.extend(frame(4, 0, 0, &settings));
    bytes.extend(frame(8, 0, 0, &1_000_000_u32.to_be_bytes()));
    // GET http / of x, in the static table's words.
    bytes.extend(frame(1, 5, 1, &[0x82, 0x86, 0x84, 0x41, 1, b'x']));
    stream.write_all(&bytes).await.unwrap();
    stream
}

/// How many bytes came until the connection was cut; none where it is still there after ten times the longest time.
async fn until_cut(mut stream: TcpStream) -> Option<usize> {
    let mut read = 0;
    let mut buffer = vec![0; 64 << 10];
    let reading = async {
        while let Ok(more @ 1..) = stream.read(&mut buffer).await {
            read += more;
        }
    };
    let is_cut = timeout(LONGEST * 10, reading).await.is_ok();
    is_cut.then_some(read)
}

#[tokio::test]
async fn an_answer_that_no_window_is_opened_for_is_not_kept() {
    let addr = server(limits()).await;
    for window in [0, 1, 20_000] {
        let came = until_cut(asked(addr, window).await).await;
        let came = came.expect("it is cut");
        assert!(came < 2 * 20_000, "{window}: {came}");
    }
}

#[tokio::test]
async fn one_that_is_taken_is_and_its_connection_stays() {
    let addr = server(limits()).await;
    let stream = asked(addr, 1_000_000).await;
    assert_eq!(until_cut(stream).await, None);
    // Who takes its time to answer is not the peer's fault.
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("content-length: 4\r\n"), "{answer}");
    assert!(answer.ends_with("late"), "{answer}");
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_any_more_is_cut() {
    let limits = Limits {
        idle: LONGEST * 2,
        ..limits()
    };
    let came = until_cut(asked(server(limits).await, 1_000_000).await).await;
    assert!(came.expect("it is cut") > LARGE);
}
