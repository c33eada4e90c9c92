//! Gets and renews the token, with one request at a time.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use countermand_core_model::Secret;
use countermand_transport::{
    ApiErrorKind, BaseUrl, Endpoint, SecretScrubber, SharedTimer, Transport, TransportError,
};
use futures_util::lock::Mutex;
use http::{Response, StatusCode};

use super::{clock::Clock, credentials::Credentials, token::Token};
use crate::{
    endpoints::{GetToken, RefreshToken},
    errors::{self, Code, Refusal},
    wire::Grant,
};

/// How often a token request that is refused as a repetition is sent again.
const REPEATS: u32 = 2;

/// The wait after a token could not be renewed ahead of its end.
const PUT_OFF: Duration = Duration::from_secs(30);

/// Why there is no token. Every call that waited for the same request gets the same reason.
#[derive(Clone)]
pub(super) enum NoToken {
    /// The request for it got no answer.
    Unreachable(Arc<TransportError>),
    /// The token service said no, or nothing legible.
    Refused(Arc<Response<Bytes>>),
}

/// The token of a connection, and where it comes from.
pub(super) struct Tokens {
    base: BaseUrl,
    credentials: Credentials,
    /// Of the app secret and the app key.
    echoes: [SecretScrubber; 2],
    timer: SharedTimer,
    held: Mutex<Held>,
    /// How many renewals have failed: a call that sees this change while it waits does not try itself.
    failures: AtomicU64,
}

#[derive(Default)]
struct Held {
    token: Option<Arc<Token>>,
    /// How many tokens there have been.
    count: u64,
    /// A renewal ahead of time is not tried before this.
    put_off_until: Duration,
    failure: Option<NoToken>,
}

impl Tokens {
    pub(super) fn new(base: BaseUrl, credentials: Credentials, timer: SharedTimer) -> Self {
        Self {
            base,
            echoes: [credentials.app_secret(), credentials.app_key()].map(SecretScrubber::of),
            credentials,
            timer,
            held: Mutex::default(),
            failures: AtomicU64::new(0),
        }
    }

    pub(super) fn app_secret(&self) -> &Secret {
        self.credentials.app_secret()
    }

    /// Takes app secret and app key, and this token, out of an answer that echoes them.
    pub(super) async fn take_out_of(&self, response: &mut Response<Bytes>, token: Option<&Token>) {
        for echoes in &self.echoes {
            echoes.take_out_of(response).await;
        }
        if let Some(token) = token {
            token.echoes().take_out_of(response).await;
        }
    }

    /// A token to use now. `refused` is the one that the provider has just refused this call: where
    /// nobody has renewed it since, it is renewed now.
    ///
    /// A waiting call blocks nothing: when the call that renews is dropped, the next one renews.
    pub(super) async fn usable(
        &self,
        inner: &impl Transport,
        clock: &Clock,
        refused: Option<&Token>,
    ) -> Result<Arc<Token>, NoToken> {
        let failures = self.failures.load(Ordering::Acquire);
        let mut held = self.held.lock().await;
        let now = self.timer.monotonic();
        let current = held
            .token
            .clone()
            .filter(|token| refused.is_none_or(|refused| refused.number() != token.number()));
        if let Some(token) = &current
            && (!token.is_due(now) || (!token.has_ended(now) && now < held.put_off_until))
        {
            return Ok(Arc::clone(token));
        }
        if self.failures.load(Ordering::Acquire) != failures
            && let Some(failure) = &held.failure
        {
            return Err(failure.clone());
        }
        let renewed = self.renew(inner, clock, held.token.as_deref(), held.count + 1);
        match renewed.await {
            Ok(token) => {
                let token = Arc::new(token);
                held.count += 1;
                held.token = Some(Arc::clone(&token));
                held.failure = None;
                Ok(token)
            }
            Err(failure) => {
                let now = self.timer.monotonic();
                // What still holds is better than an error.
                let still_good = current.filter(|token| !token.has_ended(now));
                held.token = still_good.clone();
                held.put_off_until = now.saturating_add(PUT_OFF);
                if let Some(token) = still_good {
                    return Ok(token);
                }
                held.failure = Some(failure.clone());
                self.failures.fetch_add(1, Ordering::Release);
                Err(failure)
            }
        }
    }

    /// Refreshes the token where there is one, and asks for one where there is none or it cannot be
    /// refreshed.
    async fn renew(
        &self,
        inner: &impl Transport,
        clock: &Clock,
        old: Option<&Token>,
        number: u64,
    ) -> Result<Token, NoToken> {
        let get = |timestamp| GetToken {
            credentials: &self.credentials,
            timestamp,
        };
        if let Some(old) = old {
            let refreshed = self
                .ask(inner, clock, number, Some(old), |timestamp| RefreshToken {
                    get: get(timestamp),
                    token: old.secret(),
                })
                .await;
            match refreshed {
                Err(NoToken::Refused(answer)) if !asks_to_wait(&answer) => {}
                settled => return settled,
            }
        }
        self.ask(inner, clock, number, old, get).await
    }

    async fn ask<E: Endpoint<Output = Grant>>(
        &self,
        inner: &impl Transport,
        clock: &Clock,
        number: u64,
        old: Option<&Token>,
        endpoint: impl Fn(i64) -> E,
    ) -> Result<Token, NoToken> {
        let mut repeats = 0;
        loop {
            let endpoint = endpoint(clock.stamp(self.timer.now()));
            let asked_at = self.timer.monotonic();
            let mut response = self.exchange(inner, &endpoint).await?;
            let error = match endpoint.decode(&response) {
                Ok(grant) => match Token::new(grant, number, asked_at) {
                    Some(token) => return Ok(token),
                    None => None,
                },
                Err(error) => Some(error),
            };
            let refusal = error.as_ref().and_then(Code::of).and_then(Refusal::of_code);
            if repeats < REPEATS && refusal == Some(Refusal::Signature) {
                repeats += 1;
                continue;
            }
            // An answer that is no legible refusal may have a token somewhere in it.
            if error.is_none_or(|error| error.kind() == ApiErrorKind::Unreadable) {
                // The first character of a page is kept, so that the error can say that it is one.
                let first = if errors::is_page(&response) { "<" } else { "" };
                *response.body_mut() = Bytes::from_static(first.as_bytes());
            }
            self.take_out_of(&mut response, old).await;
            return Err(NoToken::Refused(Arc::new(response)));
        }
    }

    async fn exchange<E: Endpoint>(
        &self,
        inner: &impl Transport,
        endpoint: &E,
    ) -> Result<Response<Bytes>, NoToken> {
        let mut request = endpoint.request(&self.base).map_err(|error| {
            NoToken::Unreachable(Arc::new(
                TransportError::new(countermand_transport::TransportErrorKind::InvalidRequest)
                    .with_source(error),
            ))
        })?;
        request.extensions_mut().insert(E::ROUTE);
        request.extensions_mut().insert(E::CLASS);
        inner
            .send(request)
            .await
            .map_err(|error| NoToken::Unreachable(Arc::new(error)))
    }
}

/// Another request right after such an answer would only add to the load.
fn asks_to_wait(answer: &Response<Bytes>) -> bool {
    matches!(
        answer.status(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
