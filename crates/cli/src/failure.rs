//! An error that ends the process, with its exit status.

pub(crate) use countermand_client::error_chain as in_words;
use countermand_core_model::InvalidValue;

use crate::{exit::Exit, output::Unwritten};

/// An error that ends the process before anything was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// Wrong usage, a missing key or organization, or an invalid value.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
        }
    }

    /// A failure before anything was sent.
    pub(crate) fn before_sending(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::NothingSent,
            message: message.into(),
        }
    }

    /// A signal at a question, or before anything was read.
    pub(crate) fn interrupted() -> Self {
        Self {
            exit: Exit::Interrupted,
            message: "Interrupted; nothing was sent.".to_owned(),
        }
    }

    /// Returns the exit status.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Returns the message. It may contain control characters of a provider.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl From<InvalidValue> for Failure {
    fn from(error: InvalidValue) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<Unwritten> for Failure {
    fn from(error: Unwritten) -> Self {
        Self::before_sending(error.to_string())
    }
}
