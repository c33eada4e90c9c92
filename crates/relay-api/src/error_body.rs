//! Bodies of errors that the server itself answers with.

use serde::{Deserialize, Serialize};

/// An error, where it is not in a provider's own form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody<'a> {
    message: &'a str,
}

impl<'a> ErrorBody<'a> {
    /// Returns the error with this message.
    pub const fn new(message: &'a str) -> Self {
        Self { message }
    }
}

/// The message of an error, read from [`ErrorBody`] or from a provider's form.
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
