//! Failures below an answer, and what they say about the request.

use std::{error::Error, time::Duration};

/// How far a request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It surely was not sent: it can be repeated, even if it is a cancel.
    NotSent,
    /// It may have reached the provider and been executed.
    MayHaveBeenSent,
    /// The provider answered, but the answer cannot be read.
    Answered,
}

/// How long a layer holds requests back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// It may pass by itself: the request is retried.
    Transient,
    /// This request does not pass. Not retried.
    Refused,
    /// No request of this connection passes until the setup is changed. Not retried.
    Lasting,
}

/// The kinds of failure below the level of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request could not be built or is not allowed. **Surely not sent**; not retried.
    InvalidRequest,
    /// No connection: refused, unknown host, failed TLS handshake. **Surely not sent**; retried.
    Connect,
    /// The host's certificate is not trusted, or none can be checked on this machine. **Surely not sent**; not
    /// retried: it is the same the next time.
    Untrusted,
    /// A proxy requires authentication (HTTP 407). **Surely not sent** to the host; not retried.
    ProxyRefused,
    /// A layer held the request back: [`TransportError::layer`] says why. **Surely not sent**; retried as
    /// [`Hold`] says.
    HeldBack(Hold),
    /// The server asked for a pause that is longer than this call may wait:
    /// [`TransportError::retry_after`]. **Surely not sent**; not retried.
    Paused,
    /// Its run was stopped while it waited for its turn. **Surely not sent**; not retried.
    Stopped,
    /// A browser's failed fetch: no connection, a refused origin and a lost answer look alike.
    /// **May have been sent**; only reads are retried.
    Fetch,
    /// No answer in time. **May have been sent**; only reads are retried.
    Timeout,
    /// The connection broke before an answer. **May have been sent**; only reads are retried.
    Interrupted,
    /// The answer began and broke off. **Answered**; only reads are retried.
    Truncated,
    /// The answer is larger than the limit. **Answered**; not retried.
    TooLarge,
    /// A browser's opaque redirect. It hides its target and is not followed. **Answered**; not retried.
    Redirected,
}

impl TransportErrorKind {
    /// How far the request got.
    pub const fn delivery(self) -> Delivery {
        match self {
            Self::InvalidRequest
            | Self::Connect
            | Self::Untrusted
            | Self::ProxyRefused
            | Self::HeldBack(_)
            | Self::Paused
            | Self::Stopped => Delivery::NotSent,
            Self::Fetch | Self::Timeout | Self::Interrupted => Delivery::MayHaveBeenSent,
            Self::Truncated | Self::TooLarge | Self::Redirected => Delivery::Answered,
        }
    }

    /// Returns whether every further request of this connection fails alike until the setup is changed.
    pub const fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::Untrusted | Self::ProxyRefused | Self::HeldBack(Hold::Lasting)
        )
    }

    const fn message(self) -> &'static str {
        match self {
            Self::InvalidRequest => "the request could not be built",
            Self::Connect => "no connection could be made to the host",
            Self::Untrusted => "the host's certificate is not trusted",
            Self::ProxyRefused => {
                "a proxy requires authentication (HTTP 407): put a user name and a password into its URL"
            }
            Self::HeldBack(_) => "the request was held back before it left",
            Self::Paused => "the provider asks to wait, and nothing is sent before",
            Self::Stopped => "it was stopped while it waited for its turn",
            Self::Fetch => {
                "the browser got no answer: the host cannot be reached, or it does not allow this page's origin"
            }
            Self::Timeout => "no answer came in time",
            Self::Interrupted => "the connection broke before an answer came",
            Self::Truncated => "the answer broke off",
            Self::TooLarge => "the answer is too large",
            Self::Redirected => "the host answered with a redirect, which is not followed",
        }
    }
}

/// No whole answer came.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub struct TransportError {
    kind: TransportErrorKind,
    attempts: u32,
    retry_after: Option<Duration>,
    layer: Option<Box<dyn Error + Send + Sync>>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// A failure of this kind, after one attempt (none, for a request that was surely not sent).
    pub fn new(kind: TransportErrorKind) -> Self {
        let attempts = u32::from(kind.delivery() != Delivery::NotSent);
        Self {
            kind,
            attempts,
            retry_after: None,
            layer: None,
            source: None,
        }
    }

    /// The failure of a request that a layer held back. `reason` is the layer's own error.
    pub fn held_back(hold: Hold, reason: impl Error + Send + Sync + 'static) -> Self {
        Self {
            layer: Some(Box::new(reason)),
            ..Self::new(TransportErrorKind::HeldBack(hold))
        }
    }

    /// With the cause below it. A cause must carry no URL with a query, no header and no body.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// With the wait that the server asks for.
    #[must_use]
    pub fn with_retry_after(self, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..self
        }
    }

    /// With the number of requests that were sent, or may have been.
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The kind.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The reason of the layer that held the request back, where it is an `E`.
    pub fn layer<E: Error + 'static>(&self) -> Option<&E> {
        self.layer.as_ref()?.downcast_ref()
    }

    /// How far the request got, the last time it was tried.
    pub fn delivery(&self) -> Delivery {
        self.kind.delivery()
    }

    /// How many requests were sent, or may have been.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    fn message(&self) -> String {
        match &self.layer {
            Some(reason) => reason.to_string(),
            None => self.kind.message().to_owned(),
        }
    }
}
