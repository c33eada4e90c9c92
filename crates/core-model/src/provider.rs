//! The two vendors.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::InvalidValue;

/// A vendor whose waiting commands can be listed and cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Applivery: Android Enterprise device management.
    Applivery,
    /// EnOS: industrial IoT, the Connect Service.
    Enos,
}

impl Provider {
    /// Both vendors, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Applivery, Self::Enos];

    /// The word used in device references, options and files: `applivery` or `enos`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::Enos => "enos",
        }
    }

    /// The vendor's name as the vendor writes it.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Applivery => "Applivery",
            Self::Enos => "EnOS",
        }
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
