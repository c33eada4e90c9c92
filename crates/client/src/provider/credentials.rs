//! Who holds the keys of a connection.

use countermand_core_model::{Keys, Provider, Secret};

/// The keys of a connection, or the word that a relay on the way has them. Redacted in Debug; never printed, never
/// serialized.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// The keys.
    Keys(Keys),
    /// None: a relay on the way adds this provider's keys, and knows who may use them.
    HeldByRelay(Provider),
}

impl Credentials {
    /// Returns Applivery's key: the token of a service account.
    pub fn applivery(token: Secret) -> Self {
        Self::Keys(Keys::applivery(token))
    }

    /// Returns EnOS's keys: an application's key and its secret.
    pub fn enos(app_key: Secret, app_secret: Secret) -> Self {
        Self::Keys(Keys::enos(app_key, app_secret))
    }

    /// Returns the provider of the keys.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Keys(keys) => keys.provider(),
            Self::HeldByRelay(provider) => *provider,
        }
    }

    /// Returns whether a relay has the keys.
    pub fn are_held_by_relay(&self) -> bool {
        self.keys().is_none()
    }

    /// Returns the keys; none where a relay has them.
    pub fn keys(&self) -> Option<&Keys> {
        match self {
            Self::Keys(keys) => Some(keys),
            Self::HeldByRelay(_) => None,
        }
    }
}
