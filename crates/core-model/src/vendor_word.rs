//! What the vendor said: kept as it was said.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A vendor's error code: an open set, at both vendors numbers so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum VendorCode {
    /// A number, as documented.
    Number(i64),
    /// Anything else a vendor may send one day.
    Text(String),
}

impl VendorCode {
    /// The code as a number, where it is one (or text that is one).
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

impl fmt::Display for VendorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The vendor's code, message and request id, as far as an answer had them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorWord {
    /// The vendor's code.
    pub code: Option<VendorCode>,
    /// The vendor's message.
    pub message: Option<String>,
    /// The vendor's name for this exchange, for its support.
    pub request_id: Option<String>,
}
