//! Failed sign-ins.

use std::fmt;

/// The longest detail, in characters.
const LONGEST_DETAIL: usize = 200;

/// Why a sign-in failed: a kind, and a detail for the log. Neither contains a code, a token or a secret, nor a text of
/// the issuer that could contain one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignInFailed {
    kind: FailureKind,
    detail: Option<String>,
}

/// The step that failed. Its text is what the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FailureKind {
    #[error("The sign-in service does not answer. Try again later.")]
    Unreachable,
    #[error(
        "The sign-in service does not describe itself as this server needs it. Whoever runs this server finds the reason in its log."
    )]
    Metadata,
    #[error(
        "The sign-in service calls itself by another name than the one that is set at this server (issuer). Whoever runs this server has to correct that."
    )]
    OtherIssuer,
    #[error(
        "This sign-in was not begun in this browser, was used before, or began too long ago. Begin again."
    )]
    NotBegun,
    #[error("The sign-in service did not sign you in.")]
    Denied,
    #[error(
        "The sign-in service did not accept this server's request. Begin again; where it happens again, whoever runs this server finds the reason in its log."
    )]
    Exchange,
    #[error("The sign-in service has ended your session. Sign in again.")]
    Ended,
    #[error("The sign-in service's answer holds no identity token that this server can read.")]
    NoIdToken,
    #[error(
        "The identity token is not signed with a key of the sign-in service that this server can use."
    )]
    Signature,
    #[error("The identity token comes from another sign-in service.")]
    TokenIssuer,
    #[error("The identity token is not meant for this server.")]
    Audience,
    #[error("The identity token was issued to another application than this server.")]
    AuthorizedParty,
    #[error(
        "The identity token has expired, or is not valid yet. Begin again; where it happens again, a clock is wrong."
    )]
    Expired,
    #[error("The identity token belongs to another sign-in. Begin again.")]
    Nonce,
    #[error("The identity token cannot be read.")]
    IdToken,
    #[error(
        "The sign-in service does not say who you are: it did not answer when it was asked, or answered about somebody else."
    )]
    UserInfo,
    #[error(
        "The sign-in service does not say who you are: it says that your e-mail address is not verified."
    )]
    UnverifiedEmail,
    #[error(
        "The sign-in service does not say who you are: the claim that names people here is missing."
    )]
    NoName,
    #[error(
        "The sign-in service does not say who you are: your name there is empty, too long, or has characters that cannot be seen."
    )]
    InvalidName,
}

impl FailureKind {
    /// Returns its name in logs and in the audit.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "issuer_unreachable",
            Self::Metadata => "issuer_metadata",
            Self::OtherIssuer => "issuer_differs",
            Self::NotBegun => "not_begun",
            Self::Denied => "denied_by_issuer",
            Self::Exchange => "code_refused",
            Self::Ended => "ended_by_issuer",
            Self::NoIdToken => "no_id_token",
            Self::Signature => "id_token_signature",
            Self::TokenIssuer => "id_token_issuer",
            Self::Audience => "id_token_audience",
            Self::AuthorizedParty => "id_token_authorized_party",
            Self::Expired => "id_token_expired",
            Self::Nonce => "id_token_nonce",
            Self::IdToken => "id_token_malformed",
            Self::UserInfo => "userinfo",
            Self::UnverifiedEmail => "email_not_verified",
            Self::NoName => "no_name",
            Self::InvalidName => "invalid_name",
        }
    }

    /// Returns whether somebody who has no sign-in of their own could cause it, by guessing a cookie, a state or a code.
    pub(crate) const fn may_be_a_guess(self) -> bool {
        matches!(self, Self::NotBegun | Self::Exchange)
    }

    /// Returns whether the issuer is the cause, and not the person.
    pub(crate) const fn is_of_the_issuer(self) -> bool {
        matches!(self, Self::Unreachable | Self::Metadata | Self::OtherIssuer)
    }
}

impl SignInFailed {
    /// Returns a failure without a detail.
    pub(crate) const fn plain(kind: FailureKind) -> Self {
        Self { kind, detail: None }
    }

    /// Returns a failure with a detail for the log.
    pub(crate) fn new(kind: FailureKind, detail: impl fmt::Display) -> Self {
        let detail = detail.to_string();
        let visible = detail.chars().filter(|c| !c.is_control());
        Self {
            kind,
            detail: Some(visible.take(LONGEST_DETAIL).collect()),
        }
    }

    pub(crate) const fn kind(&self) -> FailureKind {
        self.kind
    }

    pub(crate) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

impl From<FailureKind> for SignInFailed {
    fn from(kind: FailureKind) -> Self {
        Self::plain(kind)
    }
}

/// Returns an error code of OAuth, where the text has its form.
pub(super) fn oauth_code(text: &str) -> &str {
    let is_code =
        (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_code {
        text
    } else {
        "an error of no known form"
    }
}
