//! Sign-in at an issuer of OpenID Connect: authorization code with PKCE.

mod attempt;
mod claims;
mod issuer;

use std::{error::Error, fmt, time::Duration};

use countermand_core_model::{ExposeSecret, InvalidValue, Secret};
use countermand_transport::{
    BaseUrl, ReqwestOptions, ReqwestTransport, SharedTimer, TransportError,
};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, Scope, TokenResponse, UserInfoClaims,
    core::{CoreGenderClaim, CoreResponseType},
};

use self::{
    attempt::{Attempt, Attempts},
    issuer::{Issuer, exchange},
};
use super::{User, digest::random_token};

/// What the issuer sends is small.
const LARGEST_ANSWER: usize = 1 << 20;

/// How long somebody may take to sign in there.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// An issuer, and what this server is to it.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// The issuer, as it writes itself.
    pub issuer: BaseUrl,
    /// What this server is called there.
    pub client_id: String,
    /// The secret of a confidential client; a public one has PKCE alone.
    pub client_secret: Option<Secret>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that names people: `email` unless set otherwise.
    pub user_claim: String,
    /// The claim that names their groups: `groups` unless set otherwise.
    pub groups_claim: String,
}

impl OidcConfig {
    /// A public client of `issuer`, whose people are named by their address.
    pub fn new(issuer: BaseUrl, client_id: impl Into<String>) -> Self {
        Self {
            issuer,
            client_id: client_id.into(),
            client_secret: None,
            scopes: vec!["email".to_owned()],
            user_claim: "email".to_owned(),
            groups_claim: "groups".to_owned(),
        }
    }
}

/// The sign-in cannot be set up.
#[derive(Debug)]
#[non_exhaustive]
pub enum OidcError {
    /// A value is not as it must be.
    Invalid(InvalidValue),
    /// There is no way to the issuer.
    Transport(TransportError),
}

impl fmt::Display for OidcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Transport(_) => f.write_str("there is no way to the issuer"),
        }
    }
}

impl Error for OidcError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Invalid(_) => None,
            Self::Transport(error) => Some(error),
        }
    }
}

/// Why nobody was signed in, in words for them. What the issuer said is not in it: it may hold a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInFailed {
    /// The issuer does not answer as one.
    Issuer,
    /// This browser began no such sign-in, or too long ago.
    Stranger,
    /// The issuer refused.
    Refused,
    /// The identity token is none, or not for this server.
    Token,
    /// It does not say who somebody is.
    Nameless,
}

impl SignInFailed {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Issuer => "The sign-in service does not answer as it should. Try again later.",
            Self::Stranger => "This sign-in was not begun here, or too long ago. Begin again.",
            Self::Refused => "The sign-in service refused.",
            Self::Token => "What the sign-in service sent is not valid for this server.",
            Self::Nameless => "The sign-in service does not say who you are.",
        }
    }
}

/// The sign-in at one issuer.
pub(crate) struct Oidc {
    config: OidcConfig,
    redirect: String,
    issuer: Issuer,
    transport: ReqwestTransport,
    attempts: Attempts,
}

/// Where a browser is sent, and what it has to bring back.
pub(crate) struct Departure {
    /// The issuer's page.
    pub(crate) location: String,
    /// Binds the attempt to this browser.
    pub(crate) token: String,
}

impl Oidc {
    /// With `redirect` as the address that the issuer sends people back to.
    pub(crate) fn new(
        config: OidcConfig,
        redirect: String,
        timer: SharedTimer,
    ) -> Result<Self, OidcError> {
        let mut options = ReqwestOptions::default();
        options.max_body_bytes = LARGEST_ANSWER;
        Ok(Self {
            issuer: Issuer::new(&config, &redirect, timer.clone()).map_err(OidcError::Invalid)?,
            config,
            redirect,
            transport: ReqwestTransport::with_options(&options).map_err(OidcError::Transport)?,
            attempts: Attempts::new(timer),
        })
    }

    /// Begins.
    pub(crate) async fn depart(&self) -> Result<Departure, SignInFailed> {
        let client = self.issuer.client(&self.transport).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        );
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (location, state, nonce) = request.set_pkce_challenge(challenge).url();
        let token = random_token().map_err(|_| SignInFailed::Issuer)?;
        self.attempts.begin(
            &token,
            Attempt {
                state: state.secret().clone(),
                nonce,
                verifier,
            },
        );
        Ok(Departure {
            location: location.into(),
            token,
        })
    }

    /// Ends: who it is that comes back with `code` and `state`. An attempt can come back once.
    pub(crate) async fn arrive(
        &self,
        token: Option<&str>,
        state: Option<&str>,
        code: Option<&str>,
    ) -> Result<User, SignInFailed> {
        let attempt = token
            .and_then(|token| self.attempts.end(token))
            .ok_or(SignInFailed::Stranger)?;
        if state != Some(attempt.state.as_str()) {
            return Err(SignInFailed::Stranger);
        }
        let code = code.ok_or(SignInFailed::Refused)?;
        let client = self.issuer.client(&self.transport).await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| SignInFailed::Issuer)?
            .set_pkce_verifier(attempt.verifier)
            .request_async(&|request| exchange(self.transport.clone(), request))
            .await
            .map_err(|_| SignInFailed::Refused)?;
        let token = tokens.id_token().ok_or(SignInFailed::Token)?;
        let claims = token
            .claims(&client.id_token_verifier(), &attempt.nonce)
            .map_err(|_| SignInFailed::Token)?;
        if let Some(user) = claims::user(&claims.into(), &self.config) {
            return Ok(user);
        }
        // An issuer may tell names only when it is asked; it has to be about the same person.
        let subject = Some(claims.subject().clone());
        let told: UserInfoClaims<claims::More, CoreGenderClaim> = client
            .user_info(tokens.access_token().clone(), subject)
            .map_err(|_| SignInFailed::Nameless)?
            .request_async(&|request| exchange(self.transport.clone(), request))
            .await
            .map_err(|_| SignInFailed::Nameless)?;
        claims::user(&(&told).into(), &self.config).ok_or(SignInFailed::Nameless)
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.config.issuer)
            .field("redirect", &self.redirect)
            .finish_non_exhaustive()
    }
}

/// The secret as the protocol's library takes it.
fn client_secret(config: &OidcConfig) -> Option<openidconnect::ClientSecret> {
    // Exposed to be sent to the issuer.
    let secret = config.client_secret.as_ref()?.expose_secret();
    Some(openidconnect::ClientSecret::new(secret.to_owned()))
}
