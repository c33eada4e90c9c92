//! The providers.

mod applivery;
mod descriptor;
mod enos;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use descriptor::{CancelOrder, DenialScope, KeyField, ProviderDescriptor, RequestRate};

use crate::InvalidValue;

/// A provider whose waiting commands can be listed and cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Applivery: Android Enterprise device management.
    Applivery,
    /// EnOS: industrial IoT, the Connect Service.
    Enos,
}

impl Provider {
    /// The providers, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Applivery, Self::Enos];

    /// Returns the facts about the provider.
    pub const fn descriptor(self) -> &'static ProviderDescriptor {
        match self {
            Self::Applivery => &applivery::APPLIVERY,
            Self::Enos => &enos::ENOS,
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

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Provider {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str() == text)
            .ok_or_else(|| InvalidValue::new("provider", "must be applivery or enos", text))
    }
}
