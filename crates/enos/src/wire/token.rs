//! The messages of the token service.

use std::{fmt, time::Duration};

use countermand_core_model::Secret;
use countermand_transport::ApiError;
use serde::Serialize;

use super::Envelope;

/// The body of a request for a token, fresh or refreshed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenBody<'a> {
    /// The application.
    pub(crate) app_key: &'a str,
    /// The proof of its secret.
    pub(crate) encryption: &'a str,
    /// The time that went into the proof, in milliseconds.
    pub(crate) timestamp: i64,
    /// The token to be refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_token: Option<&'a str>,
}

/// An issued token.
pub(crate) struct Grant {
    /// The token.
    pub(crate) token: Secret,
    /// How long it is valid; none where the answer has no valid time.
    pub(crate) holds_for: Option<Duration>,
}

impl Grant {
    /// The grant in a good answer.
    ///
    /// # Errors
    /// When there is no token in it.
    pub(crate) fn of(envelope: &Envelope<'_>) -> Result<Self, ApiError> {
        let data = envelope.members.object("data");
        let token = data.as_ref().and_then(|data| data.text("accessToken"));
        Ok(Self {
            token: token
                .map(Secret::from)
                .ok_or_else(|| envelope.unreadable("the answer has no access token"))?,
            holds_for: data
                .and_then(|data| data.integer("expire"))
                .and_then(|seconds| u64::try_from(seconds).ok())
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
        })
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("holds_for", &self.holds_for)
            .finish_non_exhaustive()
    }
}
