//! An organization at any provider.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{applivery, enos, other};
use crate::{InvalidValue, Provider};

/// An organization, valid for its provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Organization {
    /// Applivery's `organizationId`: an id or a slug.
    Applivery(applivery::OrganizationId),
    /// EnOS's `orgId`.
    Enos(enos::OrgId),
    /// The id at a provider that is known by its descriptor alone.
    Other(other::OrganizationId),
}

impl Organization {
    /// Checks `text` by the rule of `provider`.
    ///
    /// # Errors
    /// Names the field, the rule and the value.
    pub fn parse(provider: Provider, text: &str) -> Result<Self, InvalidValue> {
        match provider {
            Provider::Applivery => applivery::OrganizationId::parse(text).map(Self::Applivery),
            Provider::Enos => enos::OrgId::parse(text).map(Self::Enos),
            Provider::Other(provider) => {
                other::OrganizationId::parse(provider, text).map(Self::Other)
            }
        }
    }

    /// The provider of the organization.
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
}

impl fmt::Display for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Organization {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
