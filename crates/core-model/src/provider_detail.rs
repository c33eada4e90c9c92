//! What a provider said in a response, in its own words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Command;

/// A provider's error code. Those known are numbers, but the set is open.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ProviderCode {
    /// A number, as documented.
    Number(i64),
    /// Anything else.
    Text(String),
}

impl ProviderCode {
    /// Returns the code as a number, if it is one or text that is one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

impl fmt::Display for ProviderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A provider's code, message and request id, as far as a response had them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProviderDetail {
    /// The code.
    #[serde(rename = "vendor_code", skip_serializing_if = "Option::is_none")]
    pub code: Option<ProviderCode>,
    /// The message, or why there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The id of the exchange, for the provider's support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// A provider accepted a cancel. That is no proof that anything is cancelled: only a later reading shows it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CancelAnswer {
    /// The commands that the answer names, with the state it gives them; often the state before.
    pub commands: Vec<Command>,
    /// The provider's message and request id.
    pub word: ProviderDetail,
}

impl CancelAnswer {
    /// An answer that names these commands.
    pub fn new(commands: Vec<Command>, word: ProviderDetail) -> Self {
        Self { commands, word }
    }
}
