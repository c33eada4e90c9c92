//! Why there is no relay.

use std::{error::Error, fmt};

use crate::{
    access::{OidcError, PersonName},
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
    /// These two have the same token.
    SharedToken(PersonName, PersonName),
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
            Self::SharedToken(one, other) => write!(
                f,
                "sign-in: {one} and {other} have the same token: who comes with it could not be told"
            ),
            Self::Oidc(error) => write!(f, "sign-in: {error}"),
            Self::Audit(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection(_, error) => error.source(),
            Self::Twice(_) | Self::SharedToken(..) => None,
            Self::Oidc(error) => error.source(),
            Self::Audit(error) => error.source(),
        }
    }
}
