//! Errors of a provider's API, in one form for every provider.

use std::time::Duration;

use countermand_core_model::{InvalidValue, ProviderDetail};
use http::StatusCode;

use crate::{Delivery, TransportError, TransportErrorKind};

/// What an error says about the cancel that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CancelEffect {
    /// No cancel was sent.
    NotSent,
    /// The provider answered, and surely did not execute it.
    Refused,
    /// It may have been executed: only a later read tells.
    Unknown,
}

/// The kinds of error, by what a caller does about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiErrorKind {
    /// A value is not valid in a request. Not sent.
    InvalidRequest,
    /// No whole answer came: see [`ApiError::transport`].
    Transport,
    /// The key or token is refused, and cannot be renewed. Holds for the whole connection.
    Unauthorized,
    /// The gateway refuses this client (for example, its address). Holds for the whole connection.
    Forbidden,
    /// The provider refuses this target, or this operation on it.
    Denied,
    /// The provider knows no such command, device or organization.
    NotFound,
    /// The provider refuses for another reason: an invalid parameter, a state, a billing plan.
    Rejected,
    /// Too many requests. Not executed.
    RateLimited,
    /// The service is not available (HTTP 503). Not executed.
    Unavailable,
    /// The provider failed inside. It may have been executed.
    Server,
    /// The answer is not the provider's API's: HTML from a proxy, broken JSON, another command's data.
    /// It may have been executed.
    Unreadable,
}

impl ApiErrorKind {
    /// The kind for an HTTP status that means the same at every provider.
    pub fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::TOO_MANY_REQUESTS => Some(Self::RateLimited),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Unavailable),
            StatusCode::REQUEST_TIMEOUT => Some(Self::Server),
            status => status.is_server_error().then_some(Self::Server),
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::InvalidRequest => "the request could not be built",
            Self::Transport => "no answer from the provider",
            Self::Unauthorized => "the key is refused",
            Self::Forbidden => "the gateway refuses this client",
            Self::Denied => "no permission",
            Self::NotFound => "not found",
            Self::Rejected => "refused",
            Self::RateLimited => "too many requests",
            Self::Unavailable => "the service is not available",
            Self::Server => "the provider had an internal error",
            Self::Unreadable => "the answer is not one of the provider's API",
        }
    }
}

/// The finding for a page of HTML instead of an answer of the API.
pub const PAGE_INSTEAD: &str = "the body is HTML or XML, as a proxy or another server sends it";

/// An error of a provider's API, or below it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ApiError(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
struct Inner {
    kind: ApiErrorKind,
    status: Option<StatusCode>,
    word: ProviderDetail,
    /// The client's finding about the answer.
    finding: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    source: Option<Cause>,
}

/// The cause below an [`ApiError`].
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum Cause {
    Transport(TransportError),
    Invalid(InvalidValue),
}

impl Inner {
    /// The kind, with the provider's message, the finding, the code and the request id.
    fn message(&self) -> String {
        let word = &self.word;
        let texts = [&word.message, &self.finding].into_iter().flatten();
        let texts: String = texts.map(|text| format!(": {text}")).collect();
        let code = word.code.as_ref().map(|code| format!("code {code}"));
        let status = self
            .status
            .map(|status| format!("HTTP {}", status.as_u16()));
        let request_id = word.request_id.as_ref().map(|id| format!("request {id}"));
        let facts: Vec<String> = [code, status, request_id].into_iter().flatten().collect();
        let facts = match facts.is_empty() {
            true => String::new(),
            false => format!(" ({})", facts.join(", ")),
        };
        format!("{}{texts}{facts}", self.kind.message())
    }
}

impl ApiError {
    /// The error of an answer with this status and detail.
    pub fn answered(kind: ApiErrorKind, status: StatusCode, word: ProviderDetail) -> Self {
        Self::new(kind, Some(status), word)
    }

    /// The error of an answer that is not the provider's: `finding` says why, without the body's text.
    pub fn unreadable(status: StatusCode, finding: impl Into<String>) -> Self {
        Self::new(
            ApiErrorKind::Unreadable,
            Some(status),
            ProviderDetail::default(),
        )
        .with_finding(finding)
    }

    fn new(kind: ApiErrorKind, status: Option<StatusCode>, word: ProviderDetail) -> Self {
        Self(Box::new(Inner {
            kind,
            status,
            word,
            finding: None,
            retry_after: None,
            attempts: u32::from(status.is_some()),
            source: None,
        }))
    }

    /// With a finding beside the provider's message.
    #[must_use]
    pub fn with_finding(mut self, finding: impl Into<String>) -> Self {
        self.0.finding = Some(finding.into());
        self
    }

    /// With the wait that the provider asks for.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// With the number of requests that were sent.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The kind.
    pub fn kind(&self) -> ApiErrorKind {
        self.0.kind
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The provider's code, message and request id.
    pub fn word(&self) -> &ProviderDetail {
        &self.0.word
    }

    /// Returns whether the answer is a page of HTML instead of the API's.
    pub fn is_page(&self) -> bool {
        self.0
            .finding
            .as_ref()
            .is_some_and(|finding| finding.ends_with(PAGE_INSTEAD))
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many requests were sent, or may have been.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The failure below the level of an answer, if it is one.
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.0.source {
            Some(Cause::Transport(error)) => Some(error),
            _ => None,
        }
    }

    /// Returns whether it holds for every request of this connection.
    pub fn refuses_connection(&self) -> bool {
        matches!(
            self.0.kind,
            ApiErrorKind::Unauthorized | ApiErrorKind::Forbidden
        ) || self
            .transport()
            .is_some_and(|below| below.kind().is_lasting())
    }

    /// Returns whether the request was not sent because its run was stopped.
    pub fn is_stopped(&self) -> bool {
        self.transport()
            .is_some_and(|below| below.kind() == TransportErrorKind::Stopped)
    }

    /// What it says about the cancel that it answers.
    pub fn cancel_effect(&self) -> CancelEffect {
        match self.0.kind {
            ApiErrorKind::InvalidRequest => CancelEffect::NotSent,
            ApiErrorKind::Transport => match self.transport().map(TransportError::delivery) {
                Some(Delivery::NotSent) => CancelEffect::NotSent,
                _ => CancelEffect::Unknown,
            },
            ApiErrorKind::Unauthorized
            | ApiErrorKind::Forbidden
            | ApiErrorKind::Denied
            | ApiErrorKind::NotFound
            | ApiErrorKind::Rejected
            | ApiErrorKind::RateLimited
            | ApiErrorKind::Unavailable => CancelEffect::Refused,
            ApiErrorKind::Server | ApiErrorKind::Unreadable => CancelEffect::Unknown,
        }
    }
}

impl From<TransportError> for ApiError {
    fn from(error: TransportError) -> Self {
        let mut this = Self::new(ApiErrorKind::Transport, None, ProviderDetail::default());
        this.0.attempts = error.attempts();
        this.0.retry_after = error.retry_after();
        this.0.source = Some(Cause::Transport(error));
        this
    }
}

impl From<InvalidValue> for ApiError {
    fn from(error: InvalidValue) -> Self {
        let mut this = Self::new(
            ApiErrorKind::InvalidRequest,
            None,
            ProviderDetail::default(),
        );
        this.0.source = Some(Cause::Invalid(error));
        this
    }
}
