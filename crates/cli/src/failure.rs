//! Why the process cannot do what it was asked to, and the exit status that says so.

pub(crate) use countermand_client::error_chain as in_words;
use countermand_core_model::InvalidValue;

use crate::exit::Exit;

/// A reason to end, before anything was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// Wrong usage, a missing key or organisation, an invalid value.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
        }
    }

    /// It was asked rightly, and failed before anything was sent.
    pub(crate) fn before_sending(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::NothingSent,
            message: message.into(),
        }
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Why, in words. Not yet fit for a terminal.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl From<InvalidValue> for Failure {
    fn from(error: InvalidValue) -> Self {
        Self::usage(error.to_string())
    }
}
