//! Sign-in at an issuer of OpenID Connect: authorization code with PKCE.

mod attempt;
mod config;
mod failure;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod id_token;
mod issuer;
mod issuer_url;
mod logout_token;
mod metadata;
mod person_claims;
pub(super) mod refresh;
mod signature;

use std::time::Duration;

use countermand_core_model::Secret;
use countermand_store::Store;
use countermand_transport::{ReqwestOptions, ReqwestTransport, SharedTimer};
use openidconnect::url::Url;
use serde_json::Value;

pub(crate) use config::PATIENCE;
pub use config::{OidcConfig, OidcError};
pub(crate) use failure::{FailureKind, SignInFailed};
pub use issuer_url::IssuerUrl;
pub(crate) use logout_token::{Logout, REMEMBERED};

use self::{
    attempt::Attempts,
    id_token::{Expected, subject},
    issuer::{Issuer, Known, Tokens},
    person_claims::Claims,
};
use super::role::User;

/// What is wrong with a userinfo response that has another `sub`.
const SOMEBODY_ELSE: &str = "it is about somebody else (sub)";

/// The largest response of the issuer that is read.
const LARGEST_ANSWER: usize = 1 << 20;

/// The sign-in at one issuer.
pub(crate) struct Oidc {
    config: OidcConfig,
    issuer: Issuer,
    timer: SharedTimer,
    attempts: Attempts,
}

/// Where a browser is sent, and what it has to bring back.
pub(crate) struct Departure {
    /// The issuer's page.
    pub(crate) location: String,
    /// Binds the attempt to this browser.
    pub(crate) token: String,
}

/// What a browser brings back in the query of its address.
#[derive(Debug, Default)]
pub(crate) struct Arrival {
    pub(crate) state: Option<String>,
    pub(crate) code: Option<String>,
    /// Who sends it back, where that is said (RFC 9207).
    pub(crate) issuer: Option<String>,
    /// Why there is no code.
    pub(crate) error: Option<String>,
}

/// Somebody who signed in.
pub(crate) struct Arrived {
    pub(crate) user: User,
    pub(crate) at_issuer: AtIssuer,
}

/// What the issuer knows a session by.
#[derive(Debug)]
pub(crate) struct AtIssuer {
    /// What it calls the person.
    pub(crate) subject: String,
    /// What it calls its own session, where it says so.
    pub(crate) session: Option<String>,
    /// What it can be asked again with, where it allows that.
    pub(crate) refresh_token: Option<Secret>,
}

/// Why an issuer's order to end sessions is not carried out.
pub(crate) enum LogoutRefused {
    /// What is wrong with its token.
    Token(&'static str),
    /// The issuer's keys cannot be read.
    Keys(SignInFailed),
}

impl Oidc {
    /// Returns the sign-in at an issuer, which sends people back to `redirect`.
    pub(crate) async fn new(
        config: OidcConfig,
        redirect: String,
        timer: SharedTimer,
        store: Store,
    ) -> Result<Self, OidcError> {
        let mut options = ReqwestOptions::default();
        options.max_body_bytes = LARGEST_ANSWER;
        let transport = ReqwestTransport::with_options(&options).map_err(OidcError::Transport)?;
        let issuer = Issuer::new(config.clone(), redirect, transport, timer.clone());
        Ok(Self {
            config,
            issuer,
            attempts: Attempts::new(timer.clone(), store).await?,
            timer,
        })
    }

    /// Returns how long a session lasts at most, where that is set.
    pub(crate) fn longest_session(&self) -> Option<Duration> {
        self.config.longest_session
    }

    /// Returns the issuer, for the log.
    pub(crate) fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// Begins a sign-in.
    pub(crate) async fn depart(&self) -> Result<Departure, SignInFailed> {
        let known = self.issuer.known().await?;
        let begun = self
            .attempts
            .begin()
            .map_err(|_| SignInFailed::new(FailureKind::Unreachable, "no random numbers"))?;
        let attempt = &begun.attempt;
        let challenge = attempt.challenge();
        Ok(Departure {
            location: self
                .issuer
                .page(&known, &attempt.state, &attempt.nonce, &challenge),
            token: begun.token,
        })
    }

    /// Ends a sign-in, and returns the person. An attempt can end once.
    pub(crate) async fn arrive(
        &self,
        token: Option<&str>,
        arrival: &Arrival,
    ) -> Result<Arrived, SignInFailed> {
        let attempt = self
            .attempts
            .end(token, arrival.state.as_deref())
            .await
            .map_err(|why| SignInFailed::new(FailureKind::NotBegun, why))?;
        let Some(code) = arrival.code.as_deref().filter(|code| !code.is_empty()) else {
            let error = arrival.error.as_deref().unwrap_or_default();
            let detail = failure::oauth_code(error);
            return Err(SignInFailed::new(FailureKind::Denied, detail));
        };
        let known = self.issuer.known().await?;
        // There is one issuer, so the parameter may be missing.
        let sender = arrival.issuer.as_deref();
        if sender.is_some_and(|sender| sender != known.metadata.issuer) {
            return Err(SignInFailed::new(
                FailureKind::TokenIssuer,
                "another issuer sent the browser back",
            ));
        }
        let tokens = self.issuer.tokens(&known, code, &attempt.verifier).await?;
        let id_token = tokens.id_token.as_deref().unwrap_or_default();
        let (known, claims) = self.signed(known, id_token).await?;
        let expected = Expected {
            issuer: &known.metadata.issuer,
            client_id: &self.config.client_id,
            nonce: Some(&attempt.nonce),
            now: self.timer.now(),
        };
        let subject = id_token::check(&claims, &expected)?;
        let more = self.userinfo(&known, &tokens, &claims).await?;
        Ok(Arrived {
            user: person_claims::user(&claims, more.as_ref(), &self.config)?,
            at_issuer: AtIssuer {
                subject,
                session: claims.get("sid").and_then(Value::as_str).map(str::to_owned),
                refresh_token: tokens.refresh_token,
            },
        })
    }

    /// Reads the issuer's order to end sessions. Whether it was carried out before is not known here.
    pub(crate) async fn logout(&self, token: &str) -> Result<Logout, LogoutRefused> {
        let known = self.issuer.known().await.map_err(LogoutRefused::Keys)?;
        let signed = self.signed(known, token).await;
        let (known, claims) = signed.map_err(|failed| match failed.kind() {
            FailureKind::Signature => LogoutRefused::Token(
                "The logout token is not signed with a key of the issuer that this server can use.",
            ),
            FailureKind::IdToken => LogoutRefused::Token("The logout token cannot be read."),
            _ => LogoutRefused::Keys(failed),
        })?;
        let issuer = &known.metadata.issuer;
        let now = self.timer.now();
        logout_token::read(&claims, issuer, &self.config.client_id, now)
            .map_err(LogoutRefused::Token)
    }

    /// Returns the claims of a token that the issuer signed. The keys are read again where none of them fits.
    async fn signed(
        &self,
        known: std::sync::Arc<Known>,
        token: &str,
    ) -> Result<(std::sync::Arc<Known>, Claims), SignInFailed> {
        let secret = self.config.client_secret.as_ref();
        match signature::claims(token, &known, secret) {
            Ok(claims) => Ok((known, claims)),
            Err(failed) if failed.kind() == FailureKind::Signature => {
                let known = self.issuer.known_anew().await?;
                let claims = signature::claims(token, &known, secret)?;
                Ok((known, claims))
            }
            Err(failed) => Err(failed),
        }
    }

    /// Requests from the issuer what the token leaves out. The response must be about the same person. Where the token
    /// names the person, a failure is only logged.
    async fn userinfo(
        &self,
        known: &Known,
        tokens: &Tokens,
        id_token: &Claims,
    ) -> Result<Option<Claims>, SignInFailed> {
        let (Some(url), Some(access_token)) = (&known.metadata.userinfo, &tokens.access_token)
        else {
            return Ok(None);
        };
        if !person_claims::is_missing_something(id_token, &self.config) {
            return Ok(None);
        }
        let about = subject(id_token);
        match self.userinfo_about(known, url, access_token, about).await {
            Ok(claims) => Ok(Some(claims)),
            Err(failed) if failed.detail() == Some(SOMEBODY_ELSE) => Err(failed),
            Err(failed) if person_claims::names_somebody(id_token, &self.config) => {
                tracing::warn!(
                    target: "countermand_server::sign_in",
                    issuer = self.issuer(),
                    detail = failed.detail(),
                    "the issuer does not answer about somebody: groups may be missing"
                );
                Ok(None)
            }
            Err(failed) => Err(failed),
        }
    }

    async fn userinfo_about(
        &self,
        known: &Known,
        url: &Url,
        access_token: &Secret,
        about: Option<String>,
    ) -> Result<Claims, SignInFailed> {
        let answer = self.issuer.userinfo(url, access_token).await?;
        let claims = self.decode_userinfo(known, answer.body())?;
        match subject(&claims) == about {
            true => Ok(claims),
            false => Err(SignInFailed::new(FailureKind::UserInfo, SOMEBODY_ELSE)),
        }
    }

    /// Decodes a userinfo response: JSON, or a token that the issuer signed.
    fn decode_userinfo(&self, known: &Known, body: &[u8]) -> Result<Claims, SignInFailed> {
        if let Ok(claims) = serde_json::from_slice(body) {
            return Ok(claims);
        }
        let unreadable = || SignInFailed::new(FailureKind::UserInfo, "it cannot be read");
        let token = std::str::from_utf8(body).map_err(|_| unreadable())?;
        signature::claims(token, known, self.config.client_secret.as_ref())
            .map_err(|_| unreadable())
    }
}
