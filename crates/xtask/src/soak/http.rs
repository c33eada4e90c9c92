//! HTTP/1.1 over connections of one request each.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// Longer than any response takes.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Sends a request with a JSON body, and returns the body of the response. Fails if its status is not 200.
pub fn exchange(authority: &str, method: &str, path: &str, body: &str) -> Result<Vec<u8>> {
    exchange_with(authority, method, path, "", body)
}

/// As [`exchange`], with these headers, each of which ends in a line end.
pub fn exchange_with(
    authority: &str,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\
         content-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = end_of_head(&answer).context("the response has no end of its head")?;
    if !answer.starts_with(b"HTTP/1.1 200 ") {
        bail!("{method} {path}: {}", String::from_utf8_lossy(&answer));
    }
    Ok(answer.split_off(end))
}

/// Reads a whole request. Returns nothing if it ends early.
pub fn read_request(client: &mut TcpStream) -> Option<Vec<u8>> {
    client.set_read_timeout(Some(PATIENCE)).ok()?;
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = client.read(&mut piece).ok().filter(|read| *read > 0)?;
        request.extend_from_slice(piece.get(..read)?);
        if let Some(head) = end_of_head(&request)
            && request.len() >= head + length_of_body(request.get(..head)?)
        {
            return Some(request);
        }
    }
}

/// Returns where the head ends, if all of it is there.
pub fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(end + 4)
}

fn length_of_body(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
        .unwrap_or(0)
}
