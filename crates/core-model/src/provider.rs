//! The providers.

mod applivery;
mod descriptor;
mod enos;

use std::{
    fmt,
    str::FromStr,
    sync::{PoisonError, RwLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use descriptor::{CancelOrder, DenialScope, KeyField, ProviderDescriptor, RequestRate};

use crate::InvalidValue;

/// A provider whose waiting commands can be listed and cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// Applivery: Android Enterprise device management.
    Applivery,
    /// EnOS: industrial IoT, the Connect Service.
    Enos,
    /// A provider that is known by its descriptor alone.
    Other(&'static ProviderDescriptor),
}

/// The providers that were added to [`Provider::ALL`].
static ADDED: RwLock<Vec<&'static ProviderDescriptor>> = RwLock::new(Vec::new());

impl Provider {
    /// The providers that are always known, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Applivery, Self::Enos];

    /// Adds a provider, so that its name is read from here on. Adding it again changes nothing.
    ///
    /// # Errors
    /// When another descriptor has the name.
    pub fn add(descriptor: &'static ProviderDescriptor) -> Result<Self, InvalidValue> {
        let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
        match find(&added, descriptor.name) {
            None => added.push(descriptor),
            Some(Self::Other(known)) if std::ptr::eq(known, descriptor) => {}
            Some(_) => {
                let rule = "must have a name of its own";
                return Err(InvalidValue::new("provider", rule, descriptor.name));
            }
        }
        Ok(Self::Other(descriptor))
    }

    /// Returns the provider of this name, where it is known.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        find(&ADDED.read().unwrap_or_else(PoisonError::into_inner), name)
    }

    /// Returns the facts about the provider.
    pub const fn descriptor(self) -> &'static ProviderDescriptor {
        match self {
            Self::Applivery => &applivery::APPLIVERY,
            Self::Enos => &enos::ENOS,
            Self::Other(descriptor) => descriptor,
        }
    }

    /// Returns the word used in device references, options and files: `applivery` or `enos`.
    pub const fn as_str(self) -> &'static str {
        self.descriptor().name
    }

    /// Returns the provider's name as the provider writes it.
    pub const fn display_name(self) -> &'static str {
        self.descriptor().display_name
    }
}

fn find(added: &[&'static ProviderDescriptor], name: &str) -> Option<Provider> {
    let added = added.iter().copied().map(Provider::Other);
    let mut known = Provider::ALL.into_iter().chain(added);
    known.find(|provider| provider.as_str() == name)
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Provider {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::by_name(text)
            .ok_or_else(|| InvalidValue::new("provider", "must be applivery or enos", text))
    }
}

impl Serialize for Provider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Provider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
