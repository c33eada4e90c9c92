//! Connections: TLS, request lines without fragments, and peers that stall.

mod fragments;
mod response_progress;
mod stalled_peer;
mod tls;

pub(crate) use fragments::RejectFragments;
pub(crate) use stalled_peer::CutStalled;
pub(crate) use tls::Tls;
pub use tls::{TlsError, TlsFiles};
