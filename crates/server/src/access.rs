//! Access: people, how they sign in, their sessions, and their roles at each connection.

mod cookie;
mod digest;
mod failure_budget;
mod launch;
mod oidc;
mod person;
mod policy;
mod proxy;
mod role;
mod sealed;
mod session;
mod sign_in;
mod sign_in_limit;
mod static_token;

pub use countermand_relay_api::Role;
pub use launch::LaunchLinks;
pub use oidc::{IssuerUrl, OidcConfig, OidcError};
pub use person::PersonName;
pub use policy::{AccessConfig, ReloadError};
pub use proxy::ProxyConfig;
pub use role::{Grant, Grants, User};
pub use sign_in::SignIn;
pub use static_token::{InvalidToken, StaticToken};

pub(crate) use cookie::Cookies;
pub(crate) use failure_budget::FailureBudget;
#[cfg(feature = "fuzzing")]
pub(crate) use oidc::fuzzing;
pub(crate) use oidc::{
    Arrival, Arrived, LogoutRefused, Oidc, PATIENCE, SignInFailed, refresh::Refreshed,
};
pub(crate) use policy::Policy;
pub(crate) use proxy::{Unauthenticated, peer};
pub(crate) use session::{
    NewSession, Sessions,
    refresh::{DueSession, Standing},
};
pub(crate) use sign_in_limit::{NotAccepted, SignInLimit};
pub(crate) use static_token::{NotLetIn, bearer, owner, presented_one};
