//! What it listens on: an address, or a socket that the service manager has opened.

use std::net::{SocketAddr, TcpListener};

use listenfd::ListenFd;

use crate::failure::Failure;

/// Where it listens unless something else is said.
const USUAL: &str = "127.0.0.1:8080";

/// Listens.
pub(super) fn listen(addr: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    let failed = |what: String, error: std::io::Error| {
        Failure::before_sending(format!("cannot listen on {what}: {error}"))
    };
    if let Some(inherited) = ListenFd::from_env()
        .take_tcp_listener(0)
        .map_err(|error| failed("the socket of the service manager".to_owned(), error))?
    {
        return Ok(inherited);
    }
    let addr = match addr {
        Some(addr) => addr,
        None => USUAL
            .parse()
            .map_err(|_| Failure::usage("there is no usual address"))?,
    };
    TcpListener::bind(addr).map_err(|error| failed(addr.to_string(), error))
}
