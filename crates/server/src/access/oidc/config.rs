//! An issuer, and what this server is to it.

use std::time::Duration;

use countermand_core_model::Secret;
use countermand_transport::TransportError;

use super::issuer_url::IssuerUrl;

/// How long somebody may take to sign in there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// An issuer, and what this server is to it.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// The issuer, as it writes itself.
    pub issuer: IssuerUrl,
    /// What this server is called there.
    pub client_id: String,
    /// The secret of a confidential client; a public one has PKCE alone.
    pub client_secret: Option<Secret>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that names people: `email` unless set otherwise.
    pub user_claim: String,
    /// The claim that names their groups. Unless set, it is `groups`, and `roles` where that is missing.
    pub groups_claim: Option<String>,
    /// How long a session lasts at the most: until then, groups that were taken from somebody there stay here.
    pub longest_session: Option<Duration>,
}

impl OidcConfig {
    /// A public client of `issuer`, whose people are named by their address.
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
    /// There is no way to the issuer.
    #[error("there is no way to the issuer")]
    Transport(#[source] TransportError),
}
