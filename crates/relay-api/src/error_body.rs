//! Bodies of errors that the server itself answers with.

use serde::{Deserialize, Serialize};

/// An error in the form in which the connection's provider would say it, so that a typed client reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ErrorBody<'a> {
    /// Where no provider is known.
    Plain {
        /// What is wrong, in words.
        message: &'a str,
    },
    /// As Applivery says it.
    Applivery {
        /// Always false.
        status: bool,
        /// The error.
        error: AppliveryError<'a>,
    },
    /// As EnOS says it.
    Enos {
        /// The HTTP status.
        code: u16,
        /// What is wrong, in words.
        msg: &'a str,
        /// The same.
        message: &'a str,
    },
}

/// The inner object of Applivery's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AppliveryError<'a> {
    /// The HTTP status.
    pub code: u16,
    /// What is wrong, in words.
    pub message: &'a str,
}

impl<'a> ErrorBody<'a> {
    /// Returns the error where no provider is known.
    pub const fn plain(message: &'a str) -> Self {
        Self::Plain { message }
    }

    /// Returns the error as Applivery says it.
    pub const fn applivery(code: u16, message: &'a str) -> Self {
        let error = AppliveryError { code, message };
        Self::Applivery {
            status: false,
            error,
        }
    }

    /// Returns the error as EnOS says it.
    pub const fn enos(code: u16, message: &'a str) -> Self {
        Self::Enos {
            code,
            msg: message,
            message,
        }
    }
}

/// The words of an error, read from any form of [`ErrorBody`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ErrorMessage {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    msg: Option<String>,
    #[serde(default)]
    error: Option<Inner>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Inner {
    #[serde(default)]
    message: Option<String>,
}

impl ErrorMessage {
    /// Returns the words, where there are any.
    pub fn into_text(self) -> Option<String> {
        let own = self.message.or(self.msg);
        own.or_else(|| self.error?.message)
    }
}
