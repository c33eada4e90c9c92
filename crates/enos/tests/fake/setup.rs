//! What the tests share: a connection, and the answers that a provider gives.

use std::{sync::Arc, time::Duration};

use countermand_core_model::{
    EnosDevice, ExposeSecret, Secret, Timestamp,
    enos::{AssetId, CommandId, DeviceKey, OrgId, ProductKey},
};
use countermand_enos::{Credentials, Enos, Signed};
use countermand_transport::{
    BaseUrl, BoxTransport, Transport,
    fake::{FakeTimer, FakeTransport},
};
use serde_json::{Value, json};

pub(crate) const APP_KEY: &str = "5acb82e7-a11e-4300-9164-c8b20b638e8b";
pub(crate) const APP_SECRET: &str = "0f1e2d3c-4b5a-4697-8877-665544332211";
pub(crate) const TOKEN: &str = "APITOKEN-000000000001";
pub(crate) const TOKEN_2: &str = "APITOKEN-000000000002";
pub(crate) const START: i64 = 1_700_000_000_000;
pub(crate) const COMMAND: &str = "2278935391225618432";

pub(crate) fn base() -> BaseUrl {
    BaseUrl::parse("https://apigw.example").unwrap()
}

pub(crate) fn org() -> OrgId {
    OrgId::parse("yourOrgId").unwrap()
}

pub(crate) fn by_key() -> EnosDevice {
    EnosDevice::Key(
        ProductKey::parse("yourProductKey").unwrap(),
        DeviceKey::parse("yourDeviceKey").unwrap(),
    )
}

pub(crate) fn by_asset() -> EnosDevice {
    EnosDevice::Asset(AssetId::parse("yourAssetId").unwrap())
}

pub(crate) fn command_id() -> CommandId {
    CommandId::parse(COMMAND).unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new(Secret::from(APP_KEY), Secret::from(APP_SECRET)).unwrap()
}

pub(crate) fn timer() -> FakeTimer {
    FakeTimer::starting_at(Timestamp::from_millis(START).unwrap())
}

/// A client without authentication: only what it sends and decodes counts.
pub(crate) fn unsigned(fake: &FakeTransport) -> Enos {
    Enos::new(BoxTransport::new(fake.clone()), base(), org())
}

/// A client with authentication over `inner`.
pub(crate) fn signed(inner: impl Transport, timer: &FakeTimer) -> Enos {
    let signed = Signed::new(inner, base(), credentials(), Arc::new(timer.clone()));
    Enos::new(BoxTransport::new(signed), base(), org())
}

/// The token service's good answer.
pub(crate) fn token(text: &str) -> String {
    token_for(text, json!(7_200))
}

pub(crate) fn token_for(text: &str, expire: Value) -> String {
    json!({"status": 0, "msg": "SUCCESS", "business": "apim-token-service",
           "data": {"accessToken": text, "expire": expire}})
    .to_string()
}

/// The token service's, or an ordinary call's, bad answer.
pub(crate) fn refusal(member: &str, code: i64) -> String {
    json!({member: code, "msg": "no", "requestId": "req-1"}).to_string()
}

/// An ordinary call's good answer.
pub(crate) fn ok(data: Value) -> String {
    json!({"code": 0, "msg": "OK", "requestId": "req-1", "data": data}).to_string()
}

/// A command as the provider writes it.
pub(crate) fn command(id: &str, state: i64) -> Value {
    json!({"commandId": id, "orgId": "yourOrgId", "productKey": "yourProductKey",
           "deviceKey": "yourDeviceKey", "assetId": "yourAssetId", "createTime": "1560505243577",
           "createLocalTime": "2019-06-14 17:40:23", "commandType": 1,
           "commandName": {"defaultValue": "Int_value", "i18nValue": {"en_US": "Int_value"}},
           "timeout": 1, "pendingTtl": 6000, "state": state, "tslIdentifier": "Int_value",
           "inputData": 222, "outputData": null})
}

/// The paths of the requests so far, without host and query.
pub(crate) fn paths(fake: &FakeTransport) -> Vec<String> {
    fake.requests()
        .iter()
        .map(|request| request.uri().path().rsplit_once('/').unwrap().1.to_owned())
        .collect()
}

/// The bodies of the requests so far, as JSON (null where there is none).
pub(crate) fn bodies(fake: &FakeTransport) -> Vec<Value> {
    fake.requests()
        .iter()
        .map(|request| serde_json::from_slice(request.body()).unwrap_or(Value::Null))
        .collect()
}

pub(crate) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Every secret of a signed connection.
pub(crate) fn secrets() -> [String; 3] {
    [APP_SECRET, TOKEN, TOKEN_2].map(|secret| Secret::from(secret).expose_secret().to_owned())
}
