//! What a server serves and where, and why it does not start.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use countermand_page::Origin;
use serde_json::Value;

use crate::{
    console::{ConsoleConfig, ConsoleError},
    listener::{TlsError, TlsFiles},
    relay::{RelayConfig, RelayStartError},
};

/// What is served, and where.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServerConfig {
    /// The socket that it listens on.
    pub listener: TcpListener,
    /// Certificate and key, where it terminates TLS itself.
    pub tls: Option<TlsFiles>,
    /// The origin by which browsers reach it, where that is not this machine.
    pub public: Option<Origin>,
    /// The console.
    pub console: ConsoleConfig,
    /// Connections whose keys every page of this origin may read. For simulators only.
    pub demo: Vec<Value>,
    /// The relay, where there is one.
    pub relay: Option<RelayConfig>,
}

impl ServerConfig {
    /// Returns a configuration of the console alone.
    pub fn new(listener: TcpListener, console: ConsoleConfig) -> Self {
        Self {
            listener,
            tls: None,
            public: None,
            console,
            demo: Vec::new(),
            relay: None,
        }
    }
}

/// Checks that other machines reach the server only with authentication and encryption.
pub(super) fn check_reach(addr: SocketAddr, config: &ServerConfig) -> Result<(), StartError> {
    if addr.ip().is_loopback() {
        return Ok(());
    }
    let asks = config
        .relay
        .as_ref()
        .is_some_and(|relay| relay.sign_in.is_for_a_team());
    if !asks || !config.demo.is_empty() {
        return Err(StartError::NotLoopback(addr));
    }
    let public = config.public.as_ref().ok_or(StartError::NoPublic(addr))?;
    match public.as_str().starts_with("https:") {
        true => Ok(()),
        false => Err(StartError::Plain(public.clone())),
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Others could reach that address without authentication.
    #[error("{0} is not a loopback address: others could reach it, and there is no authentication")]
    NotLoopback(SocketAddr),
    /// The public origin is missing.
    #[error(
        "{0} is not a loopback address: say what browsers call this server (public_origin), or it could be reached by any name"
    )]
    NoPublic(SocketAddr),
    /// Browsers would reach it without encryption.
    #[error("public_origin {0} is not https: sessions could be taken over on the way")]
    Plain(Origin),
    /// It cannot listen on the socket.
    #[error("cannot listen there")]
    Listen(#[source] io::Error),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// There is no console.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// The relay does not start.
    #[error(transparent)]
    Relay(#[from] RelayStartError),
}
