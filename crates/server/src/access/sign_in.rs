//! How people sign in.

use countermand_relay_api::SignInMethod;

use super::{launch::LaunchLinks, oidc::OidcConfig, proxy::ProxyConfig, static_token::StaticToken};

/// How people sign in. There is one method at a time: with two, the weaker one would count.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SignIn {
    /// A link with a one-time token, for whoever started the server on this machine.
    Launch(LaunchLinks),
    /// Tokens, of which the hashes are kept.
    Tokens(Vec<StaticToken>),
    /// A reverse proxy that names the person.
    Proxy(ProxyConfig),
    /// An OpenID Connect issuer.
    Oidc(OidcConfig),
}

impl SignIn {
    /// Returns the method as the page gets it.
    pub fn method(&self) -> SignInMethod {
        match self {
            Self::Launch(_) => SignInMethod::Launch,
            Self::Tokens(_) => SignInMethod::Token,
            Self::Proxy(_) => SignInMethod::Proxy,
            Self::Oidc(_) => SignInMethod::Oidc,
        }
    }

    /// Returns whether the method is the same, so that no restart is needed.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Oidc(one), Self::Oidc(other)) => one.is_same_client(other),
            (Self::Launch(_), Self::Launch(_))
            | (Self::Tokens(_), Self::Tokens(_))
            | (Self::Proxy(_), Self::Proxy(_)) => true,
            _ => false,
        }
    }

    /// Returns whether people of other machines may use it.
    pub fn is_for_a_team(&self) -> bool {
        !matches!(self, Self::Launch(_))
    }
}
