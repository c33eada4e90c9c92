//! What a server serves, and where.

use std::net::{SocketAddr, TcpListener};

use countermand_page::Origin;
use serde_json::Value;

use super::error::StartError;
use crate::{console::ConsoleConfig, listener::TlsFiles, relay::RelayConfig};

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
