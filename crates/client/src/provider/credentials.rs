//! The keys of a connection, and who holds them.

use countermand_core_model::{Keys, Provider, Secret};

/// The keys of a connection, or that a server holds them. Redacted in Debug; never printed, never serialized.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// The keys.
    Keys(Keys),
    /// A server holds this provider's keys, and knows who may use them.
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

    /// Returns whether a server holds the keys.
    pub fn are_held_by_relay(&self) -> bool {
        self.keys().is_none()
    }

    /// Returns the keys; `None` if a server holds them.
    pub fn keys(&self) -> Option<&Keys> {
        match self {
            Self::Keys(keys) => Some(keys),
            Self::HeldByRelay(_) => None,
        }
    }
}
