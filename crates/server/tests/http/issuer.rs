//! An issuer that is told what to say: over real HTTP, with tokens that a key of the tests signs.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, header::CONTENT_TYPE};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use serde_json::{Value, json};

use crate::clock::Clock;

pub const CLIENT_ID: &str = "countermand-of-the-tests";
pub const CODE: &str = "c0de-of-the-tests";
pub const ACCESS_TOKEN: &str = "acc3ss-t0ken-of-the-tests";
pub const REFRESH_TOKEN: &str = "r3fresh-t0ken-of-the-tests";

const KEY: &str = include_str!("../fixtures/issuers/signing-key.pem");
const KID: &str = "key-of-the-tests";

/// What it says.
#[derive(Clone, Debug)]
pub struct Says {
    pub discovery: Value,
    pub more_keys: Value,
    pub token: Value,
    pub id_token: Value,
    pub userinfo: Value,
    /// The parts of the token's header that are not the usual ones.
    pub header: Value,
    /// What stands for the signature, where it is not the key's.
    pub signature: Option<String>,
    pub token_status: u16,
    /// How a refresh token is answered, where that is not as usual.
    pub refresh: Option<(u16, Value)>,
    /// Whether a refresh token counts once, and brings the next.
    pub rotates: bool,
    /// How long an answer to a refresh token takes.
    pub refresh_takes: Duration,
    pub userinfo_status: u16,
}

#[derive(Debug)]
struct Inner {
    says: Says,
    nonce: String,
    base: String,
    clock: Clock,
    /// The refresh tokens that count.
    valid: Vec<String>,
    issued: usize,
    /// Requests, with their heads and bodies.
    seen: Vec<(String, String)>,
}

/// An issuer that runs.
#[derive(Clone, Debug)]
pub struct StubIssuer {
    pub base: String,
    inner: Arc<Mutex<Inner>>,
    /// Its clock, which others may have as well.
    pub clock: Clock,
}

impl StubIssuer {
    /// One that says this. Each of `hosts` stands for it.
    pub async fn start(says: Says, hosts: &[String]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr: SocketAddr = listener.local_addr().unwrap();
        let base = format!("http://{addr}");
        let says = Says {
            discovery: here(&says.discovery, hosts, &base),
            token: here(&says.token, hosts, &base),
            id_token: here(&says.id_token, hosts, &base),
            userinfo: here(&says.userinfo, hosts, &base),
            ..says
        };
        let clock = Clock::default();
        let inner = Arc::new(Mutex::new(Inner {
            says,
            nonce: String::new(),
            base: base.clone(),
            clock: clock.clone(),
            valid: Vec::new(),
            issued: 0,
            seen: Vec::new(),
        }));
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, inner, clock }
    }

    /// A text with its own address instead of the product's.
    pub fn here(&self, text: &str, hosts: &[String]) -> String {
        hosts
            .iter()
            .fold(text.to_owned(), |text, host| text.replace(host, &self.base))
    }

    /// Changes what it says from now on.
    pub fn change(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.inner.lock().unwrap().says);
    }

    /// The nonce that its next token has.
    pub fn expect(&self, nonce: &str) {
        nonce.clone_into(&mut self.inner.lock().unwrap().nonce);
    }

    /// A logout token with these claims, with this header, and this in the place of its signature.
    pub fn logout_token(&self, claims: &Value, header: &Value, signature: Option<&str>) -> String {
        sign(header, &claims.to_string(), signature)
    }

    /// The requests to this path: their heads, and their bodies.
    pub fn seen(&self, path: &str) -> Vec<(String, String)> {
        let inner = self.inner.lock().unwrap();
        let seen = inner.seen.iter();
        seen.filter(|(head, _)| head.contains(path))
            .cloned()
            .collect()
    }
}

/// Something plain: every claim as the standard has it.
pub fn plain() -> Says {
    let base = "https://id.example";
    Says {
        discovery: json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "userinfo_endpoint": format!("{base}/userinfo"),
            "jwks_uri": format!("{base}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }),
        more_keys: json!([]),
        token: json!({
            "access_token": "{{access_token}}", "token_type": "Bearer", "expires_in": 300, "id_token": "{{id_token}}",
        }),
        id_token: json!({
            "iss": base, "aud": "{{client_id}}", "sub": "1", "nonce": "{{nonce}}", "iat": "{{iat}}", "exp": "{{exp}}",
            "email": "ada@acme.example", "email_verified": true, "groups": ["ops"],
        }),
        userinfo: json!({"sub": "1"}),
        header: json!({"alg": "RS256", "kid": KID, "typ": "JWT"}),
        signature: None,
        token_status: 200,
        refresh: None,
        rotates: true,
        refresh_takes: Duration::ZERO,
        userinfo_status: 200,
    }
}

fn here(value: &Value, hosts: &[String], base: &str) -> Value {
    let text = hosts
        .iter()
        .fold(value.to_string(), |text, host| text.replace(host, base));
    serde_json::from_str(&text).unwrap()
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let again = Again::read(&body);
    if again.is_some() {
        let takes = inner.lock().unwrap().says.refresh_takes;
        tokio::time::sleep(takes).await;
    }
    let mut inner = inner.lock().unwrap();
    let head = format!("{} {} {:?}", parts.method, parts.uri, parts.headers);
    inner
        .seen
        .push((head, String::from_utf8_lossy(&body).into_owned()));
    let issuer = inner.says.discovery["issuer"].as_str().unwrap_or_default();
    let described = format!(
        "{}/.well-known/openid-configuration",
        issuer.strip_suffix('/').unwrap_or(issuer)
    );
    let asked = format!("{}{}", inner.base, parts.uri.path());
    let is = |name: &str| inner.says.discovery[name].as_str() == Some(asked.as_str());
    let is_token = is("token_endpoint");
    if is_token && let Some(Again(presented)) = &again {
        if let Some((status, answer)) = &inner.says.refresh {
            return json_answer(*status, answer);
        }
        if !inner.valid.contains(presented) {
            return json_answer(400, &json!({"error": "invalid_grant"}));
        }
        if inner.says.rotates {
            inner.valid.retain(|valid| valid != presented);
        }
    }
    let refresh_token = is_token.then(|| inner.next_refresh_token());
    let is = |name: &str| inner.says.discovery[name].as_str() == Some(asked.as_str());
    let says = &inner.says;
    if asked == described {
        json_answer(200, &says.discovery)
    } else if is("jwks_uri") {
        let mut keys = says.more_keys.as_array().cloned().unwrap_or_default();
        keys.push(serde_json::to_value(key().as_verification_key()).unwrap());
        json_answer(200, &json!({"keys": keys}))
    } else if is("token_endpoint") {
        let token = says.token.to_string();
        let token = token
            .replace("{{id_token}}", &signed(says, &inner.nonce, &inner.clock))
            .replace("{{refresh_token}}", &refresh_token.unwrap_or_default())
            .replace("{{access_token}}", ACCESS_TOKEN)
            .replace("{{client_id}}", CLIENT_ID);
        json_answer(says.token_status, &serde_json::from_str(&token).unwrap())
    } else if is("userinfo_endpoint") {
        json_answer(says.userinfo_status, &says.userinfo)
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// A refresh token that is presented.
struct Again(String);

impl Again {
    fn read(body: &[u8]) -> Option<Self> {
        let mut form = openidconnect::url::form_urlencoded::parse(body);
        let token = form.find(|(name, _)| name == "refresh_token")?.1;
        Some(Self(token.into_owned()))
    }
}

impl Inner {
    fn next_refresh_token(&mut self) -> String {
        self.issued += 1;
        let token = format!("{REFRESH_TOKEN}-{}", self.issued);
        self.valid.push(token.clone());
        token
    }
}

fn json_answer(status: u16, value: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        value.to_string(),
    )
        .into_response()
}

fn key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new(KID.to_owned()))).unwrap()
}

/// The token, with what is only known now in the place of what stands for it.
fn signed(says: &Says, nonce: &str, clock: &Clock) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let now = now + clock.ahead().as_secs();
    let claims = says
        .id_token
        .to_string()
        .replace("\"{{iat}}\"", &(now - 1).to_string())
        .replace("\"{{exp}}\"", &(now + 300).to_string())
        .replace("\"{{past}}\"", &(now - 30).to_string())
        .replace("{{nonce}}", nonce)
        .replace("{{client_id}}", CLIENT_ID);
    sign(&says.header, &claims, says.signature.as_deref())
}

/// A token, signed with its key unless something else stands for the signature.
fn sign(header: &Value, claims: &str, signature: Option<&str>) -> String {
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", encoded(&header.to_string()), encoded(claims));
    let signature = signature.map_or_else(
        || {
            let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
            URL_SAFE_NO_PAD.encode(key().sign(&algorithm, message.as_bytes()).unwrap())
        },
        str::to_owned,
    );
    format!("{message}.{signature}")
}
