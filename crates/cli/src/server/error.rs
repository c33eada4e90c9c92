//! Why a server did not do what it was asked.

use countermand_relay_api::ErrorMessage;
use countermand_transport::{Delivery, TransportError};
use http::StatusCode;

/// Why a server did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    /// No answer came.
    #[error("cannot reach the server")]
    Transport(#[source] TransportError),
    /// It does not know the token.
    #[error("the server does not accept this token: it is unknown or has expired")]
    UnknownToken,
    /// It refused.
    #[error("the server answered HTTP {}{}", .status.as_u16(), .message)]
    Refused {
        /// The status.
        status: StatusCode,
        /// Its words after a colon, or nothing.
        message: String,
    },
    /// Its answer is none of a server of this project.
    #[error("this is not a Countermand server: check the address")]
    Unreadable,
}

impl ServerError {
    /// Returns the error of an answer with this status and body.
    pub(super) fn of(status: StatusCode, body: &[u8]) -> Self {
        if status == StatusCode::UNAUTHORIZED {
            return Self::UnknownToken;
        }
        let message = serde_json::from_slice::<ErrorMessage>(body).ok();
        let message = message.and_then(ErrorMessage::into_text);
        Self::Refused {
            status,
            message: message.map_or_else(String::new, |text| format!(": {text}")),
        }
    }

    /// Returns whether the same request may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Transport(error) => !error.kind().is_lasting(),
            Self::UnknownToken => false,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
                    )
            }
            // A page of a proxy, while the server behind it is being started.
            Self::Unreadable => true,
        }
    }

    /// Returns whether the server may have done what it was asked.
    pub(crate) fn may_have_been_done(&self) -> bool {
        match self {
            Self::Transport(error) => error.delivery() != Delivery::NotSent,
            Self::UnknownToken => false,
            Self::Refused { status, .. } => status.is_server_error(),
            Self::Unreadable => true,
        }
    }

    /// Returns whether there is no such thing.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::NOT_FOUND)
    }

    /// Returns whether what was asked does not fit the state of what it was asked of.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::CONFLICT)
    }
}
