//! The keys of a connection.

use crate::{InvalidValue, KeyField, Provider, Secret};

/// The keys to an organization at a provider, one for each key of its descriptor. Redacted in Debug; never printed,
/// never serialized.
#[derive(Clone, Debug)]
pub struct Keys {
    provider: Provider,
    keys: Vec<(&'static str, Secret)>,
}

impl Keys {
    /// Takes each key of `provider` from `key`.
    ///
    /// # Errors
    /// The first error of `key`.
    pub fn new<E>(
        provider: Provider,
        mut key: impl FnMut(&'static KeyField) -> Result<Secret, E>,
    ) -> Result<Self, E> {
        let fields = provider.descriptor().keys.iter();
        let keys = fields.map(|field| Ok((field.name, key(field)?)));
        Ok(Self {
            provider,
            keys: keys.collect::<Result<_, E>>()?,
        })
    }

    /// Returns Applivery's key: the token of a service account.
    pub fn applivery(token: Secret) -> Self {
        Self {
            provider: Provider::Applivery,
            keys: vec![("token", token)],
        }
    }

    /// Returns EnOS's keys: an application's key and its secret.
    pub fn enos(app_key: Secret, app_secret: Secret) -> Self {
        Self {
            provider: Provider::Enos,
            keys: vec![("app_key", app_key), ("app_secret", app_secret)],
        }
    }

    /// Returns the provider of the keys.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// Returns the keys with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Secret)> {
        self.keys.iter().map(|(name, key)| (*name, key))
    }

    /// Returns the key called `name`.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn get(&self, name: &'static str) -> Result<&Secret, InvalidValue> {
        let found = self.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, key)| key)
            .ok_or_else(|| InvalidValue::new(name, "must be given", ""))
    }
}
