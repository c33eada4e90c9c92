//! Who may: people, how they sign in, their sessions, and what they may do at which connection.

mod bearer;
mod cookie;
mod digest;
mod failure_budget;
mod launch;
mod oidc;
mod person;
mod policy;
mod proxy;
mod role;
mod session;

pub use bearer::{InvalidToken, StaticToken};
pub use countermand_relay_api::Role;
pub use launch::LaunchLinks;
pub use oidc::{IssuerUrl, OidcConfig, OidcError};
pub use person::PersonName;
pub use policy::{AccessConfig, ReloadError};
pub use proxy::ProxyConfig;
pub use role::{Grant, Grants, User};

pub(crate) use bearer::{owner, presented_one};
pub(crate) use cookie::Cookies;
pub(crate) use digest::random_token;
pub(crate) use failure_budget::FailureBudget;
#[cfg(feature = "fuzzing")]
pub(crate) use oidc::fuzzing;
pub(crate) use oidc::{Arrival, Oidc, PATIENCE, SignInFailed};
pub(crate) use policy::Policy;
pub(crate) use proxy::Nobody;
pub(crate) use session::Sessions;

use countermand_relay_api::SignInMethod;

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
    fn goes_on_as(&self, other: &Self) -> bool {
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
