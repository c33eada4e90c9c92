//! A proxy: CONNECT and absolute form over HTTP, and SOCKS5. Every host leads to one server, as a name that only it knows.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

pub struct Proxy {
    authority: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// A proxy for HTTP that leads to `server`. With `user`, it wants these words of `Proxy-Authorization: Basic`.
    pub fn http(server: &str, user: Option<&'static str>) -> Self {
        Self::start(server, move |stream, asked| http(stream, user, asked))
    }

    /// A proxy for SOCKS5 that leads to `server`. With `user`, it wants this user and password.
    pub fn socks5(server: &str, user: Option<(&'static str, &'static str)>) -> Self {
        Self::start(server, move |stream, asked| socks5(stream, user, asked))
    }

    fn start(
        server: &str,
        begin: impl Fn(&mut TcpStream, &Mutex<Vec<String>>) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, begin, server) = (Arc::clone(&asked), Arc::new(begin), server.to_owned());
        // It ends with the test's process.
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (seen, begin, server) = (Arc::clone(&seen), Arc::clone(&begin), server.clone());
                thread::spawn(move || {
                    if let Some(first) = begin(&mut stream, &seen) {
                        join(stream, &server, &first);
                    }
                });
            }
        });
        Self { authority, asked }
    }

    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What it was asked for, with the head of the request where there was one.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Copies both ways, after these bytes.
fn join(client: TcpStream, server: &str, first: &[u8]) {
    let mut server = TcpStream::connect(server).unwrap();
    server.write_all(first).unwrap();
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    let up = thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(std::net::Shutdown::Write);
    });
    let mut client = client;
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(std::net::Shutdown::Both);
    let _ = up.join();
}

/// Returns what is to be sent on at once.
fn http(stream: &mut TcpStream, user: Option<&str>, asked: &Mutex<Vec<String>>) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    asked.lock().unwrap().push(head.clone());
    if let Some(user) = user
        && !head.contains(&format!("Basic {user}"))
    {
        let refusal = "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(refusal.as_bytes()).unwrap();
        return None;
    }
    let mut words = head.splitn(3, ' ');
    let (method, target, rest) = (words.next()?, words.next()?, words.next()?);
    if method == "CONNECT" {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        return Some(Vec::new());
    }
    let (_, after) = target.split_once("://").expect("the absolute form");
    let path = after.find('/').map_or("/", |at| &after[at..]);
    Some(format!("{method} {path} {rest}").into_bytes())
}

fn socks5(
    stream: &mut TcpStream,
    user: Option<(&str, &str)>,
    asked: &Mutex<Vec<String>>,
) -> Option<Vec<u8>> {
    let [version, methods] = bytes(stream)?;
    assert_eq!(version, 5, "this is no SOCKS5");
    many(stream, methods)?;
    match user {
        None => stream.write_all(&[5, 0]).unwrap(),
        Some((name, password)) => {
            stream.write_all(&[5, 2]).unwrap();
            let [_, length] = bytes(stream)?;
            let given_name = many(stream, length)?;
            let [length] = bytes(stream)?;
            let given_password = many(stream, length)?;
            if given_name != name.as_bytes() || given_password != password.as_bytes() {
                stream.write_all(&[1, 1]).unwrap();
                return None;
            }
            stream.write_all(&[1, 0]).unwrap();
        }
    }
    let [_, command, _, kind] = bytes(stream)?;
    assert_eq!(command, 1, "connect");
    let host = match kind {
        3 => {
            let [length] = bytes(stream)?;
            String::from_utf8(many(stream, length)?).unwrap()
        }
        _ => {
            let address: [u8; 4] = bytes(stream)?;
            std::net::Ipv4Addr::from(address).to_string()
        }
    };
    let port = u16::from_be_bytes(bytes(stream)?);
    asked.lock().unwrap().push(format!("{host}:{port}"));
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
    Some(Vec::new())
}

fn bytes<const N: usize>(stream: &mut TcpStream) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn many(stream: &mut TcpStream, count: u8) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::from(count)];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}
