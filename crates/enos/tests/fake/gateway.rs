//! A gateway that takes its time, and checks every request on its own account.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use countermand_transport::{Transport, TransportError};
use http::{Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::yield_now;

use crate::setup::{APP_KEY, APP_SECRET, ok, token_for};

/// How often a request lets others go first before it is answered.
const PATIENCE: usize = 20;

/// A gateway that hands out `TOKEN-1`, `TOKEN-2`, ... Clones share it.
#[derive(Clone)]
pub(crate) struct Gateway(Arc<Mutex<State>>);

struct State {
    given: u64,
    valid: String,
    token_requests: u64,
    calls: u64,
    under_way: u64,
    most_under_way: u64,
    last_timestamp: i64,
    /// Refuse so many token requests.
    refuse: u64,
    complaints: Vec<String>,
}

impl Gateway {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            given: 0,
            valid: String::new(),
            token_requests: 0,
            calls: 0,
            under_way: 0,
            most_under_way: 0,
            last_timestamp: 0,
            refuse: 0,
            complaints: Vec::new(),
        })))
    }

    /// The token that is out expires.
    pub(crate) fn expire(&self) {
        self.0.lock().unwrap().valid.clear();
    }

    /// The next `times` token requests are refused.
    pub(crate) fn refuse(&self, times: u64) {
        self.0.lock().unwrap().refuse = times;
    }

    pub(crate) fn token_requests(&self) -> u64 {
        self.0.lock().unwrap().token_requests
    }

    pub(crate) fn calls(&self) -> u64 {
        self.0.lock().unwrap().calls
    }

    /// The most token requests that were under way at once.
    pub(crate) fn most_under_way(&self) -> u64 {
        self.0.lock().unwrap().most_under_way
    }

    /// Fails the test where any request was not as it must be.
    pub(crate) fn assert_content(&self) {
        assert_eq!(self.0.lock().unwrap().complaints, [""; 0]);
    }

    fn token_begun(&self) {
        let mut state = self.0.lock().unwrap();
        state.token_requests += 1;
        state.under_way += 1;
        state.most_under_way = state.most_under_way.max(state.under_way);
    }
}

/// Counts a token request as ended though its future is dropped.
struct UnderWay(Gateway);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().under_way -= 1;
    }
}

impl Transport for Gateway {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.uri().path().starts_with("/apim-token-service/") {
            self.token_begun();
            let _under_way = UnderWay(self.clone());
            self.0.lock().unwrap().check_token_request(&request);
            for _ in 0..PATIENCE {
                yield_now().await;
            }
            return Ok(Response::new(self.0.lock().unwrap().give().into()));
        }
        let answer = self.0.lock().unwrap().answer(&request);
        yield_now().await;
        Ok(Response::new(answer.into()))
    }
}

impl State {
    fn give(&mut self) -> String {
        if self.refuse > 0 {
            self.refuse -= 1;
            return json!({"status": 1002, "msg": "appKey unknown"}).to_string();
        }
        self.given += 1;
        self.valid = format!("TOKEN-{}", self.given);
        token_for(&self.valid, json!(7_200))
    }

    fn answer(&mut self, request: &Request<Bytes>) -> String {
        self.calls += 1;
        let (token, timestamp) = match check_signature(request) {
            Ok(checked) => checked,
            Err(complaint) => {
                self.complaints.push(complaint);
                return json!({"code": 99400, "msg": "bad signature"}).to_string();
            }
        };
        self.check_timestamp(timestamp);
        if token == self.valid {
            ok(json!([]))
        } else {
            json!({"code": 1203, "msg": "expired"}).to_string()
        }
    }

    fn check_token_request(&mut self, request: &Request<Bytes>) {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let timestamp = body["timestamp"].as_i64().unwrap();
        self.check_timestamp(timestamp);
        let expected = hex_sha256(format!("{APP_KEY}{timestamp}{APP_SECRET}").as_bytes());
        if body["appKey"] != APP_KEY || body["encryption"] != expected {
            self.complaints.push("bad encryption".to_owned());
        }
    }

    fn check_timestamp(&mut self, timestamp: i64) {
        if timestamp <= self.last_timestamp {
            self.complaints.push(format!("{timestamp} does not rise"));
        }
        self.last_timestamp = timestamp;
    }
}

/// Recomputes the signature from what was sent, by the provider's text and not by our code. Gives the
/// token and the timestamp.
pub(crate) fn check_signature(request: &Request<Bytes>) -> Result<(String, i64), String> {
    let header = |name: &str| {
        let value = request.headers().get(name);
        let value = value.ok_or(format!("no {name}"))?;
        Ok::<_, String>((value.to_str().unwrap().to_owned(), value.is_sensitive()))
    };
    let (token, token_is_sensitive) = header("apim-accesstoken")?;
    let (timestamp, _) = header("apim-timestamp")?;
    let (signature, signature_is_sensitive) = header("apim-signature")?;
    if !token_is_sensitive || !signature_is_sensitive {
        return Err("the headers are not marked sensitive".to_owned());
    }
    let mut params: BTreeMap<String, String> = BTreeMap::new();
    for pair in request.uri().query().unwrap_or("").split('&') {
        let (name, value) = pair.split_once('=').ok_or("a pair without =")?;
        let decoded = |text| {
            let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
            String::from_utf8(bytes).unwrap()
        };
        params.entry(decoded(name)).or_insert(decoded(value));
    }
    let mut text = token.clone().into_bytes();
    for (name, value) in params {
        text.extend(name.bytes());
        text.extend(value.bytes());
    }
    text.extend(request.body());
    text.extend(timestamp.bytes());
    text.extend(APP_SECRET.bytes());
    if hex_sha256(&text) != signature {
        return Err("the signature is wrong".to_owned());
    }
    Ok((token, timestamp.parse().unwrap()))
}

fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
