//! Why a relay does not start.

use countermand_store::StoreError;
use countermand_transport::TransportError;

use crate::{
    access::{OidcError, ReloadError},
    audit::AuditError,
    forwarding::UpstreamError,
};

/// Why a relay does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RelayStartError {
    /// This connection has no way to its provider.
    #[error("connection {0}")]
    Connection(String, #[source] UpstreamError),
    /// Two connections have this name.
    #[error("there are two connections {0}")]
    Twice(String),
    /// The access configuration is not taken.
    #[error(transparent)]
    Access(#[from] ReloadError),
    /// The sign-in cannot be set up.
    #[error("sign-in")]
    Oidc(#[source] OidcError),
    /// The audit cannot be opened.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No client for notices can be set up on this machine.
    #[error("notices")]
    Notices(#[source] TransportError),
}
