//! How people sign in.

use countermand_relay_api::SignInMethod;

use super::{launch::LaunchLinks, oidc::OidcConfig, proxy::ProxyConfig, static_token::StaticToken};

/// How people sign in. There is exactly one way at a time: with two, the weaker would be the one that counts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SignIn {
    /// By a link with a one-time token, for whoever started the server on this machine.
    Launch(LaunchLinks),
    /// By tokens that are kept as hashes.
    Tokens(Vec<StaticToken>),
    /// A reverse proxy in front of this server says who it is.
    Proxy(ProxyConfig),
    /// At an issuer of OpenID Connect.
    Oidc(OidcConfig),
}

impl SignIn {
    /// Returns how people sign in, as the page is told it.
    pub fn method(&self) -> SignInMethod {
        match self {
            Self::Launch(_) => SignInMethod::Launch,
            Self::Tokens(_) => SignInMethod::Token,
            Self::Proxy(_) => SignInMethod::Proxy,
            Self::Oidc(_) => SignInMethod::Oidc,
        }
    }

    /// Is it the same way, so that whoever runs the server may change it without a restart?
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Oidc(one), Self::Oidc(other)) => one.is_same_client(other),
            (Self::Launch(_), Self::Launch(_))
            | (Self::Tokens(_), Self::Tokens(_))
            | (Self::Proxy(_), Self::Proxy(_)) => true,
            _ => false,
        }
    }

    /// May others than this machine's own people use it?
    pub fn is_for_a_team(&self) -> bool {
        !matches!(self, Self::Launch(_))
    }
}
