//! A command's id at any provider.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{applivery, enos, other};
use crate::{InvalidValue, Provider};

/// A command's id, valid for its provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandId {
    /// Applivery's `emmCommandId`.
    Applivery(applivery::CommandId),
    /// EnOS's `commandId`.
    Enos(enos::CommandId),
    /// The id at a provider that is known by its descriptor alone.
    Other(other::CommandId),
}

impl CommandId {
    /// Checks `text` by the rule of `provider`.
    ///
    /// # Errors
    /// Names the field, the rule and the value.
    pub fn parse(provider: Provider, text: &str) -> Result<Self, InvalidValue> {
        match provider {
            Provider::Applivery => applivery::CommandId::parse(text).map(Self::Applivery),
            Provider::Enos => enos::CommandId::parse(text).map(Self::Enos),
            Provider::Other(provider) => other::CommandId::parse(provider, text).map(Self::Other),
        }
    }

    /// The provider of the id.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Applivery(_) => Provider::Applivery,
            Self::Enos(_) => Provider::Enos,
            Self::Other(id) => Provider::Other(id.provider()),
        }
    }

    /// The id as the provider writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Applivery(id) => id.as_str(),
            Self::Enos(id) => id.as_str(),
            Self::Other(id) => id.as_str(),
        }
    }

    /// Returns whether both name the same command. Applivery's hexadecimal digits are compared without case.
    pub fn same(&self, other: &Self) -> bool {
        self.provider() == other.provider() && self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CommandId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
