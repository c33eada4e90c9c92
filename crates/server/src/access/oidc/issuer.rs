//! Requests to the issuer: metadata, keys, tokens for a code, and userinfo.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use countermand_transport::{ReqwestTransport, SharedTimer, Transport};
use http::{
    HeaderValue, Request, Response,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use openidconnect::{
    core::CoreJsonWebKey,
    url::{Url, form_urlencoded},
};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::{
    config::OidcConfig,
    failure::{FailureKind, SignInFailed, oauth_code},
    metadata::Metadata,
};

/// How long one request to the issuer may take.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// How long keys and metadata are used before they are read again.
const FRESH: Duration = Duration::from_secs(60);

/// How long no request is sent after a failed one, however many people sign in.
const AFTER_A_FAILURE: Duration = Duration::from_secs(2);

/// The least time between two readings of the keys because of a token with an unknown key.
const BETWEEN_KEYS: Duration = Duration::from_secs(5);

/// The metadata and the keys of an issuer.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) metadata: Metadata,
    pub(super) keys: Vec<CoreJsonWebKey>,
}

type Asked = (Duration, Result<Arc<Known>, SignInFailed>);

pub(super) struct Issuer {
    config: OidcConfig,
    redirect: String,
    transport: ReqwestTransport,
    timer: SharedTimer,
    /// One discovery at a time, however many people sign in.
    known: Mutex<Option<Asked>>,
}

/// The codes of OAuth and OpenID Connect by which an issuer ends what it has granted.
const OVER: [&str; 5] = [
    "invalid_grant",
    "access_denied",
    "login_required",
    "consent_required",
    "interaction_required",
];

/// The tokens for a code, or for a refresh token.
pub(super) struct Tokens {
    /// There is always one for a code.
    pub(super) id_token: Option<String>,
    pub(super) access_token: Option<Secret>,
    pub(super) refresh_token: Option<Secret>,
}

impl Tokens {
    /// Reads the tokens in a response.
    pub(super) fn read(answer: &Response<Bytes>) -> Result<Self, SignInFailed> {
        let status = answer.status();
        let object: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        // Some issuers report errors with a status of success.
        if let Some(error) = object["error"].as_str() {
            return Err(SignInFailed::new(FailureKind::Exchange, oauth_code(error)));
        }
        if !status.is_success() {
            let detail = format!("HTTP {}", status.as_u16());
            return Err(SignInFailed::new(FailureKind::Exchange, detail));
        }
        if !object.is_object() {
            let detail = "the answer is no JSON object";
            return Err(SignInFailed::new(FailureKind::NoIdToken, detail));
        }
        let text = |name: &str| object[name].as_str().filter(|text| !text.is_empty());
        Ok(Self {
            id_token: text("id_token").map(str::to_owned),
            access_token: text("access_token").map(Secret::from),
            refresh_token: text("refresh_token").map(Secret::from),
        })
    }
}

impl Issuer {
    pub(super) fn new(
        config: OidcConfig,
        redirect: String,
        transport: ReqwestTransport,
        timer: SharedTimer,
    ) -> Self {
        Self {
            config,
            redirect,
            transport,
            timer,
            known: Mutex::new(None),
        }
    }

    /// Returns metadata and keys that are fresh.
    pub(super) async fn known(&self) -> Result<Arc<Known>, SignInFailed> {
        self.known_within(FRESH).await
    }

    /// Returns metadata and keys that were just read, where a key was missing.
    pub(super) async fn known_anew(&self) -> Result<Arc<Known>, SignInFailed> {
        self.known_within(BETWEEN_KEYS).await
    }

    async fn known_within(&self, fresh: Duration) -> Result<Arc<Known>, SignInFailed> {
        let mut known = self.known.lock().await;
        let now = self.timer.monotonic();
        if let Some((at, result)) = known.as_ref() {
            let holds = match result {
                Ok(_) => fresh,
                Err(_) => AFTER_A_FAILURE,
            };
            if now.saturating_sub(*at) < holds {
                return result.clone();
            }
        }
        let result = self.discover().await.map(Arc::new);
        *known = Some((self.timer.monotonic(), result.clone()));
        result
    }

    async fn discover(&self) -> Result<Known, SignInFailed> {
        let description = self.config.issuer.description();
        let document = self.get(&description, FailureKind::Metadata).await?;
        let metadata = Metadata::read(&document, &self.config.issuer)?;
        let set = self
            .get(metadata.keys.as_str(), FailureKind::Metadata)
            .await?;
        // Keys of an unknown kind are skipped.
        let keys = set["keys"].as_array().into_iter().flatten();
        let keys: Vec<_> = keys
            .filter_map(|key| serde_json::from_value(key.clone()).ok())
            .collect();
        Ok(Known { metadata, keys })
    }

    /// Returns the address of the issuer's sign-in page.
    pub(super) fn page(&self, known: &Known, state: &str, nonce: &str, challenge: &str) -> String {
        let mut scopes = vec!["openid"];
        scopes.extend(self.config.scopes.iter().map(String::as_str));
        scopes.dedup();
        let mut url = known.metadata.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        url.into()
    }

    /// Requests the tokens for a code.
    pub(super) async fn tokens(
        &self,
        known: &Known,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, SignInFailed> {
        let grant = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect),
            ("code_verifier", verifier),
        ];
        let request = self.token_request(known, &grant)?;
        let tokens = Tokens::read(&self.send(request).await?)?;
        match tokens.id_token {
            Some(_) => Ok(tokens),
            None => Err(SignInFailed::new(
                FailureKind::NoIdToken,
                "the answer has no id_token: does the client have the scope openid?",
            )),
        }
    }

    /// Requests the tokens for a refresh token.
    pub(super) async fn tokens_again(
        &self,
        known: &Known,
        refresh_token: &Secret,
    ) -> Result<Tokens, SignInFailed> {
        // Exposed to be sent to the issuer, which gave it.
        let refresh_token = refresh_token.expose_secret();
        let grant = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ];
        let request = self.token_request(known, &grant)?;
        let answer = self.send(request).await?;
        Tokens::read(&answer).map_err(|failed| match failed.detail() {
            Some(code) if OVER.contains(&code) => SignInFailed::new(FailureKind::Ended, code),
            _ => failed,
        })
    }

    fn token_request(
        &self,
        known: &Known,
        grant: &[(&str, &str)],
    ) -> Result<Request<Bytes>, SignInFailed> {
        let client_id = self.config.client_id.as_str();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(grant);
        let mut request = post(&known.metadata.token)?;
        match &self.config.client_secret {
            Some(secret) if !known.metadata.takes_the_secret_in_the_body_only() => {
                // Exposed to be sent to the issuer, in the header that the standard has for it.
                let pair = format!("{}:{}", encoded(client_id), encoded(secret.expose_secret()));
                let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
                    .map_err(|_| FailureKind::Exchange)?;
                value.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, value);
            }
            Some(secret) => {
                // Exposed to be sent to the issuer, which takes it in the body only.
                form.append_pair("client_id", client_id)
                    .append_pair("client_secret", secret.expose_secret());
            }
            None => {
                form.append_pair("client_id", client_id);
            }
        }
        Ok(request.map(|()| Bytes::from(form.finish())))
    }

    /// Requests the userinfo. The body is JSON, or a signed token.
    pub(super) async fn userinfo(
        &self,
        url: &Url,
        access_token: &Secret,
    ) -> Result<Response<Bytes>, SignInFailed> {
        let mut request = get(url.as_str())?;
        // Exposed to be sent to the issuer, which gave it.
        let value = format!("Bearer {}", access_token.expose_secret());
        let mut value = HeaderValue::from_str(&value).map_err(|_| FailureKind::UserInfo)?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        let answer = self
            .send(request)
            .await
            .map_err(|failed| SignInFailed::new(FailureKind::UserInfo, failed.kind().as_str()))?;
        match answer.status().is_success() {
            true => Ok(answer),
            false => Err(SignInFailed::new(
                FailureKind::UserInfo,
                format!("HTTP {}", answer.status().as_u16()),
            )),
        }
    }

    async fn get(&self, url: &str, otherwise: FailureKind) -> Result<Value, SignInFailed> {
        let answer = self.send(get(url)?).await?;
        if !answer.status().is_success() {
            let detail = format!("{url}: HTTP {}", answer.status().as_u16());
            return Err(SignInFailed::new(otherwise, detail));
        }
        let object: Map<String, Value> = serde_json::from_slice(answer.body())
            .map_err(|_| SignInFailed::new(otherwise, format!("{url}: no JSON object")))?;
        Ok(Value::Object(object))
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, SignInFailed> {
        let unreachable = |why: String| SignInFailed::new(FailureKind::Unreachable, why);
        let host = request.uri().authority().map(ToString::to_string);
        let host = host.unwrap_or_default();
        match tokio::time::timeout(LONGEST_REQUEST, self.transport.send(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(unreachable(format!("{host}: {error}"))),
            Err(_) => Err(unreachable(format!("{host}: no answer in time"))),
        }
    }
}

fn get(url: &str) -> Result<Request<Bytes>, SignInFailed> {
    Request::get(url)
        .header(ACCEPT, "application/json")
        .body(Bytes::new())
        .map_err(|_| SignInFailed::plain(FailureKind::Metadata))
}

fn post(url: &Url) -> Result<Request<()>, SignInFailed> {
    Request::post(url.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(())
        .map_err(|_| SignInFailed::plain(FailureKind::Metadata))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
