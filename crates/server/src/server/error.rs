//! Why a server does not start.

use std::{io, net::SocketAddr};

use countermand_page::Origin;

use crate::{console::ConsoleError, listener::TlsError, relay_error::StartError as RelayError};

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
    Relay(#[from] RelayError),
}
