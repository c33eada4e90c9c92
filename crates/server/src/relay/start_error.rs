//! Why there is no relay.

use std::{error::Error, fmt};

use crate::{
    access::{OidcError, ReloadError},
    audit::AuditError,
    upstream::NoUpstream,
};

/// Why there is no relay.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// This connection has no way to its vendor.
    Connection(String, NoUpstream),
    /// Two connections have this name.
    Twice(String),
    /// Who may what cannot be told.
    Access(ReloadError),
    /// The sign-in cannot be set up.
    Oidc(OidcError),
    /// There can be no audit, and so no cancel.
    Audit(AuditError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(name, error) => write!(f, "connection {name}: {error}"),
            Self::Twice(name) => write!(f, "there are two connections {name}"),
            Self::Access(error) => error.fmt(f),
            Self::Oidc(error) => write!(f, "sign-in: {error}"),
            Self::Audit(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection(_, error) => error.source(),
            Self::Twice(_) | Self::Access(_) => None,
            Self::Oidc(error) => error.source(),
            Self::Audit(error) => error.source(),
        }
    }
}
