//! The listening socket: bound to an address, or inherited from the service manager.

use std::net::{SocketAddr, TcpListener};

use listenfd::ListenFd;

use crate::failure::Failure;

/// The default address.
const DEFAULT: &str = "127.0.0.1:8080";

/// Returns the socket of the service manager, or binds one to `addr`.
pub(super) fn listen(addr: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    let failed = |what: String, error: std::io::Error| {
        Failure::before_sending(format!("Cannot listen on {what}: {error}"))
    };
    if let Some(inherited) = ListenFd::from_env()
        .take_tcp_listener(0)
        .map_err(|error| failed("the socket of the service manager".to_owned(), error))?
    {
        return Ok(inherited);
    }
    let addr = match addr {
        Some(addr) => addr,
        None => DEFAULT
            .parse()
            .map_err(|_| Failure::usage("No address to listen on. Use --listen ADDR."))?,
    };
    TcpListener::bind(addr).map_err(|error| failed(addr.to_string(), error))
}
