//! The layer that signs requests.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use countermand_core_model::ExposeSecret;
use countermand_transport::{
    Attempts, BaseUrl, HeldBack, Hold, RequestClass, SharedTimer, Transport, TransportError,
    TransportErrorKind,
};
use http::{HeaderName, HeaderValue, Request, Response, Uri};

use super::{
    clock::Clock,
    credentials::Credentials,
    refusal,
    token::Token,
    tokens::{NoToken, Tokens},
};
use crate::{
    errors::{AnsweredAt, Refusal},
    signature::sign,
};

const TOKEN: HeaderName = HeaderName::from_static("apim-accesstoken");
const TIMESTAMP: HeaderName = HeaderName::from_static("apim-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("apim-signature");

/// How often a call that is refused as a repetition is signed anew and sent again.
const RESIGNED: u32 = 2;

/// A call whose token is refused gets a new one at most so often. Twice, because whoever else uses the same
/// application may end a token that has only just been given; a third one that is refused ends the run.
const RENEWED: u32 = 2;

/// No access token could be had, because the request for it got no answer. The request that needs the
/// token was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no access token could be got")]
pub struct TokenUnavailable;

/// Signs what it passes on, and keeps the access token for it.
///
/// It belongs below the layers that retry and above the one that limits a single attempt's time:
/// every attempt gets a timestamp and a signature of its own, and timestamps rise strictly. A call
/// whose token is not accepted is repeated with a new one, at most twice; one whose timestamp or signature is not
/// is signed anew. Both were surely not executed, so that holds for cancels too. What a server echoes
/// of token or app secret is taken out of its answers.
pub struct Signed<T> {
    inner: T,
    base: BaseUrl,
    timer: SharedTimer,
    clock: Clock,
    tokens: Tokens,
}

impl<T: Transport> Signed<T> {
    /// Signs with `credentials` what goes to the host of `base`, and refuses to send anything elsewhere.
    pub fn new(inner: T, base: BaseUrl, credentials: Credentials, timer: SharedTimer) -> Self {
        Self {
            inner,
            clock: Clock::new(),
            tokens: Tokens::new(base.clone(), credentials, Arc::clone(&timer)),
            base,
            timer,
        }
    }

    async fn token(&self, refused: Option<&Token>) -> Result<Arc<Token>, NoToken> {
        self.tokens.usable(&self.inner, &self.clock, refused).await
    }

    fn signed(
        &self,
        request: &Request<Bytes>,
        token: &Token,
    ) -> Result<Request<Bytes>, TransportError> {
        let mut request = request.clone();
        let timestamp = self.clock.stamp(self.timer.now());
        // Exposed to be hashed.
        let signature = sign(
            token.secret().expose_secret(),
            request.uri().query().unwrap_or_default(),
            request.body(),
            timestamp,
            self.tokens.app_secret().expose_secret(),
        );
        let mut signature = HeaderValue::try_from(signature).map_err(|error| {
            TransportError::new(TransportErrorKind::InvalidRequest).with_source(error)
        })?;
        signature.set_sensitive(true);
        let headers = request.headers_mut();
        headers.insert(TOKEN, token.header());
        headers.insert(TIMESTAMP, HeaderValue::from(timestamp));
        headers.insert(SIGNATURE, signature);
        Ok(request)
    }

    /// What a call gets that was held back, or refused, for want of a token, after `sent` requests
    /// for it left.
    fn without_token(
        &self,
        reason: &NoToken,
        sent: u32,
    ) -> Result<Response<Bytes>, TransportError> {
        match reason {
            // Nothing else goes over a connection over which no token can come.
            NoToken::Unreachable(cause) => {
                let error = match cause.kind() {
                    kind if kind.is_lasting() => TransportError::new(kind),
                    _ => TransportError::held_back(Hold::Transient, TokenUnavailable),
                };
                Err(error.with_source(Arc::clone(cause)).with_attempts(sent))
            }
            NoToken::Refused(answer) => {
                let mut answer = Response::clone(answer);
                answer.extensions_mut().insert(HeldBack);
                Ok(self.marked(answer, sent))
            }
        }
    }

    fn marked(&self, mut response: Response<Bytes>, sent: u32) -> Response<Bytes> {
        let extensions = response.extensions_mut();
        extensions.insert(Attempts(sent));
        extensions.insert(AnsweredAt(self.timer.now()));
        response
    }

    fn is_at_base(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return false;
        };
        format!("{scheme}://{authority}") == self.base.origin()
    }
}

impl<T: Transport> Transport for Signed<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if !self.is_at_base(request.uri()) {
            return Err(TransportError::new(TransportErrorKind::InvalidRequest)
                .with_source("a signed request goes to the host of the base URL only"));
        }
        let class = request.extensions().get().copied();
        let class = class.unwrap_or(RequestClass::Cancel);
        let mut sent = 0;
        let mut resigned = 0;
        let mut renewed = 0;
        let mut token = match self.token(None).await {
            Ok(token) => token,
            Err(reason) => return self.without_token(&reason, sent),
        };
        loop {
            let attempt = self.signed(&request, &token)?;
            let mut response = match self.inner.send(attempt).await {
                Ok(response) => response,
                Err(error) => {
                    let attempts = sent + error.attempts();
                    return Err(error.with_attempts(attempts));
                }
            };
            sent += Attempts::of(&response);
            match refusal::of(&response, class) {
                Some(Refusal::Token) if renewed < RENEWED => {
                    renewed += 1;
                    token = match self.token(Some(&token)).await {
                        Ok(token) => token,
                        Err(reason) => return self.without_token(&reason, sent),
                    };
                }
                Some(Refusal::Signature) if resigned < RESIGNED => resigned += 1,
                _ => {
                    self.tokens.take_out_of(&mut response, Some(&token)).await;
                    return Ok(self.marked(response, sent));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
