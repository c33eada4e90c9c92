//! What the tests talk to the simulator with: a plain HTTP client that signs by the documents.

use std::sync::atomic::{AtomicI64, Ordering};

use countermand_simulator::{ClockMode, Config, Description, Simulator};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) const START_MS: i64 = 1_790_000_000_000;

pub(crate) struct Lab {
    pub(crate) sim: Simulator,
    pub(crate) http: Client,
    pub(crate) about: Description,
    /// Rises by one with each signed request, so that no two are alike.
    timestamp: AtomicI64,
}

pub(crate) fn config() -> Config {
    Config {
        clock: ClockMode::Manual { start_ms: START_MS },
        ..Config::default()
    }
}

pub(crate) async fn lab() -> Lab {
    lab_with(config()).await
}

pub(crate) async fn lab_with(config: Config) -> Lab {
    let sim = Simulator::start(config).await.unwrap();
    let about = sim.description();
    // One connection per request: a connection that a fault closes is never used again.
    // Where the whole workspace is built at once, reqwest is built with rustls but without a provider of
    // cryptography, and makes no client before one is there. A second call finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder()
        .pool_max_idle_per_host(0)
        .no_proxy()
        .build()
        .unwrap();
    Lab {
        sim,
        http,
        about,
        timestamp: AtomicI64::new(START_MS),
    }
}

pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The value of a query parameter that names a device, from its text form.
pub(crate) fn enos_device(text: &str) -> String {
    if let Some(asset_id) = text.strip_prefix("enos:asset:") {
        return format!("assetId={asset_id}");
    }
    let (product_key, device_key) = text
        .strip_prefix("enos:key:")
        .unwrap()
        .split_once('/')
        .unwrap();
    format!("productKey={product_key}&deviceKey={device_key}")
}

impl Lab {
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("http://{}/_sim/{path}", self.sim.addr());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let body: Value = response.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    pub(crate) async fn ledger_of(&self, device: &str, command: &str) -> Value {
        let url = format!("http://{}/_sim/ledger?device={device}", self.sim.addr());
        let ledger: Value = self
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let found = ledger["commands"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["command"] == command);
        found.unwrap().clone()
    }

    // Applivery

    pub(crate) fn applivery_device(&self, n: usize) -> String {
        self.about.applivery.devices[n]
            .strip_prefix("applivery:")
            .unwrap()
            .to_owned()
    }

    pub(crate) fn applivery_url(&self, path: &str) -> String {
        let about = &self.about.applivery;
        format!("{}/organizations/{}{path}", about.base_url, about.org)
    }

    pub(crate) fn commands_url(&self, device: &str, rest: &str) -> String {
        self.applivery_url(&format!(
            "/mdm/android/enterprise/devices/{device}/commands{rest}"
        ))
    }

    pub(crate) async fn get(&self, url: String) -> (StatusCode, Value) {
        let request = self.http.get(url).bearer_auth(&self.about.applivery.token);
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, url: String) -> (StatusCode, Value) {
        let request = self.http.post(url).bearer_auth(&self.about.applivery.token);
        read(request.send().await.unwrap()).await
    }

    /// The ids of the pending commands of an Applivery device.
    pub(crate) async fn applivery_pending(&self, device: &str) -> Vec<String> {
        let (_, list) = self.get(self.commands_url(device, "?limit=500")).await;
        let items = list["data"]["items"].as_array().unwrap();
        let pending = items.iter().filter(|item| {
            item["status"] == "PENDING"
                && item["config"]["done"] != true
                && item["_config"]["done"] != true
        });
        pending.map(|item| id_of(item).to_owned()).collect()
    }

    // EnOS

    pub(crate) fn next_timestamp(&self) -> String {
        self.timestamp.fetch_add(1, Ordering::SeqCst).to_string()
    }

    pub(crate) async fn token_call(&self, what: &str, body: Value) -> Value {
        let url = format!(
            "{}/apim-token-service/v2.0/token/{what}",
            self.about.enos.base_url
        );
        let response = self.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    pub(crate) fn credentials(&self) -> Value {
        let (key, secret) = (&self.about.enos.app_key, &self.about.enos.app_secret);
        let timestamp = self.next_timestamp();
        let encryption = sha256(&format!("{key}{timestamp}{secret}"));
        json!({"appKey": key, "encryption": encryption, "timestamp": timestamp})
    }

    pub(crate) async fn token(&self) -> String {
        let answer = self.token_call("get", self.credentials()).await;
        answer["data"]["accessToken"].as_str().unwrap().to_owned()
    }

    /// Signs by the documents: decoded pairs in the order of their names.
    pub(crate) fn sign(&self, token: &str, query: &str, body: &str, timestamp: &str) -> String {
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .unwrap()
                .into_owned()
        };
        let mut pairs: Vec<String> = query
            .split('&')
            .map(|pair| decode(&pair.replacen('=', "", 1)))
            .collect();
        pairs.sort();
        let secret = &self.about.enos.app_secret;
        sha256(&format!(
            "{token}{}{body}{timestamp}{secret}",
            pairs.concat()
        ))
    }

    pub(crate) async fn enos_send(
        &self,
        resource: &str,
        query: &str,
        body: Option<&str>,
    ) -> Response {
        self.try_enos(resource, query, body).await.unwrap()
    }

    pub(crate) async fn try_enos(
        &self,
        resource: &str,
        query: &str,
        body: Option<&str>,
    ) -> reqwest::Result<Response> {
        let token = self.token().await;
        let timestamp = self.next_timestamp();
        let signature = self.sign(&token, query, body.unwrap_or_default(), &timestamp);
        let url = format!(
            "{}/connect-service/v2.1/{resource}?{query}",
            self.about.enos.base_url
        );
        let request = match query.contains("action=get") {
            true => self.http.get(url),
            false => self
                .http
                .post(url)
                .body(body.unwrap_or_default().to_owned()),
        };
        request
            .header("apim-accesstoken", token)
            .header("apim-timestamp", timestamp)
            .header("apim-signature", signature)
            .send()
            .await
    }

    /// A call about a device's commands; `more` follows organisation and device.
    pub(crate) async fn enos(
        &self,
        action: &str,
        device: &str,
        more: &str,
        body: Option<&str>,
    ) -> Value {
        let query = self.enos_query(action, device, more);
        self.enos_send("commands", &query, body)
            .await
            .json()
            .await
            .unwrap()
    }

    pub(crate) fn enos_query(&self, action: &str, device: &str, more: &str) -> String {
        format!(
            "action={action}&orgId={}&{}{more}",
            self.about.enos.org,
            enos_device(device)
        )
    }

    pub(crate) async fn enos_state(&self, device: &str, command: &str) -> u64 {
        let answer = self
            .enos("get", device, &format!("&commandId={command}"), None)
            .await;
        answer["data"]["state"].as_u64().unwrap()
    }

    /// The ids of the cached commands of an EnOS device, the oldest first.
    pub(crate) async fn enos_cached(&self, device: &str) -> Vec<String> {
        let answer = self
            .enos("search", device, "", Some(r#"{"expression":"state = 1"}"#))
            .await;
        let items = answer["data"].as_array().unwrap();
        items
            .iter()
            .rev()
            .map(|item| item["commandId"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) fn id_of(item: &Value) -> &str {
    item["id"].as_str().or(item["_id"].as_str()).unwrap()
}

async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}
