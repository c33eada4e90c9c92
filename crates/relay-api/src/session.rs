//! Who is signed in, and what is open to them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    connection::ConnectionInfo,
    lenient::{list, or_default},
};

/// The body of [`route::CONNECTIONS`](crate::route::CONNECTIONS).
///
/// The server passes on what a demo file holds as it is; the page reads its entries as
/// [`DemoConnection`](crate::DemoConnection)s.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(description = "What is open to whoever asks.")
)]
#[serde(bound(deserialize = "Demo: Deserialize<'de> + Default"))]
pub struct ConnectionsFile<Demo> {
    /// Connections with keys that every page of this origin may read: of simulators only.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub demo: Vec<Demo>,
    /// What the relay says; `None` where the host has none.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub relay: Option<SessionInfo>,
}

/// What the relay says of itself, and of the person who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// How people sign in.
    pub sign_in: SignInMethod,
    /// Who is signed in.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub user: Option<String>,
    /// The connections that are open to them.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub connections: Vec<ConnectionInfo>,
}

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SignInMethod {
    /// By a link that the server printed.
    Launch,
    /// By a token.
    Token,
    /// The proxy in front of the server says who somebody is.
    Proxy,
    /// At an issuer of OpenID Connect.
    Oidc,
}

impl SignInMethod {
    /// Returns the word on the wire, which logs, metrics and the audit use, too.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::Token => "token",
            Self::Proxy => "proxy",
            Self::Oidc => "oidc",
        }
    }
}

/// The body of a sign-in by token. The token is redacted in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The token, which is serialized into this body only.
    pub token: String,
}

impl fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInRequest").finish_non_exhaustive()
    }
}
