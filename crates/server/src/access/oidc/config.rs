//! The configuration of an issuer.

use std::time::Duration;

use countermand_core_model::Secret;
use countermand_store::StoreError;
use countermand_transport::TransportError;

use super::issuer_url::IssuerUrl;

/// How long a person may take to sign in there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// An issuer, and this server as its client.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// The issuer, as it names itself.
    pub issuer: IssuerUrl,
    /// The id of this client.
    pub client_id: String,
    /// The secret of a confidential client; a public one has PKCE alone.
    pub client_secret: Option<Secret>,
    /// The scopes beside `openid`.
    pub scopes: Vec<String>,
    /// The claim with the name: `email` by default.
    pub user_claim: String,
    /// The claim with the groups: by default `groups`, and `roles` where that is missing.
    pub groups_claim: Option<String>,
    /// How long a session lasts at most. Where the issuer gives no refresh token, groups that it removes stay until then.
    pub longest_session: Option<Duration>,
}

impl OidcConfig {
    /// Returns a public client of `issuer` that names people by their e-mail address.
    pub fn new(issuer: IssuerUrl, client_id: impl Into<String>) -> Self {
        Self {
            issuer,
            client_id: client_id.into(),
            client_secret: None,
            scopes: vec!["email".to_owned()],
            user_claim: "email".to_owned(),
            groups_claim: None,
            longest_session: None,
        }
    }

    /// Returns whether the issuer knows this server as the same client, and people are named alike. The secret is
    /// ignored.
    pub(crate) fn is_same_client(&self, other: &Self) -> bool {
        let parts = |config: &Self| {
            (
                config.issuer.clone(),
                config.client_id.clone(),
                config.scopes.clone(),
                config.user_claim.clone(),
                config.groups_claim.clone(),
                config.longest_session,
            )
        };
        parts(self) == parts(other)
    }
}

/// The sign-in cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OidcError {
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
    /// The key that all instances share is not in the store, and cannot be put there.
    #[error("the store has no key for sign-ins")]
    Store(#[from] StoreError),
    /// There is no way to the issuer.
    #[error("there is no way to the issuer")]
    Transport(#[source] TransportError),
}
