//! Clients that send one byte a second, a thousand of them at once.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{
    house::{ALICE, applivery, house},
    witness::{Witness, answer},
};

const TARGET: &str = "/relay/fleet/organizations/acme-mobile";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_clients_hold_nobody_up_and_are_let_go() {
    may_open_many();
    let body = r#"{"status":true,"data":{}}"#;
    let vendor = Witness::saying(answer("200 OK", "content-type: application/json\r\n", body));
    let house = house(vec![applivery("fleet", &format!("http://{}", vendor.addr))]).await;
    let addr = house.server.addr();
    let own = house.own(ALICE);
    // Half of them are slow with their heads, half with their bodies.
    let slow = std::thread::spawn(move || {
        let head = format!(
            "POST /relay/sign-in HTTP/1.1\r\nHost: {addr}\r\n{own}Content-Length: 3000\r\n\r\n"
        );
        let mut clients: Vec<(TcpStream, usize)> = (0..1_000)
            .map(|number| {
                let mut stream = TcpStream::connect(addr).unwrap();
                stream.set_nonblocking(true).unwrap();
                let begun = if number % 2 == 0 { 0 } else { head.len() };
                let _ = stream.write_all(&head.as_bytes()[..begun]);
                (stream, begun)
            })
            .collect();
        let began = Instant::now();
        while !clients.is_empty() {
            assert!(
                began.elapsed() < Duration::from_secs(180),
                "{} are still held",
                clients.len()
            );
            clients.retain_mut(|(stream, sent)| {
                let byte = head.as_bytes().get(*sent).copied().unwrap_or(b' ');
                *sent += 1;
                let mut answer = [0; 512];
                let closed = match stream.read(&mut answer) {
                    Ok(0) => true,
                    Ok(_) => false,
                    Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
                };
                !closed && stream.write_all(&[byte]).is_ok()
            });
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    let mut asked = 0;
    while !slow.is_finished() {
        let began = Instant::now();
        let answer = house.ask_as(ALICE, "GET", TARGET, "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        // Long before any slow client is let go.
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?}",
            began.elapsed()
        );
        asked += 1;
    }
    slow.join().unwrap();
    assert!(asked > 10, "{asked} normal requests went on beside them");
}

/// Both ends of a thousand connections are in this process: more than many a system allows at first.
fn may_open_many() {
    let pid = std::process::id().to_string();
    // Where there is no such program, what is allowed may be enough all the same.
    let _ = std::process::Command::new("prlimit")
        .args(["--pid", &pid, "--nofile=8192:"])
        .status();
}
