//! The device search, and the check.

use countermand_transport::{ApiErrorKind, fake::FakeTransport};
use serde_json::{Value, json};

use crate::setup::*;

fn page(items: Value) -> String {
    json!({"code": 0, "msg": "OK", "requestId": "r", "data": items,
           "pagination": {"pageNo": 1, "pageSize": 200, "totalSize": items.as_array().unwrap().len()}})
    .to_string()
}

fn some() -> Value {
    json!([
        {"productKey": "pk", "deviceKey": "dk\t1", "deviceName": "an invalid key"},
        {"productKey": "pk", "deviceKey": "dk/1", "assetId": "a1", "deviceSecret": "hunter22",
         "deviceName": {"defaultValue": "Turbine 7", "i18nValue": {"zh_CN": "风机"}}, "status": "online",
         "productName": {"defaultValue": "Wind"}, "modelId": "m-1"},
        {"assetId": "a2", "productKey": "pk", "deviceName": "Pump"},
        {"assetId": "a3", "deviceName": {"defaultValue": "", "i18nValue": {"zh_CN": "风机"}}, "status": 3},
        {"deviceName": "nameless"},
        "x"
    ])
}

#[tokio::test]
async fn devices_are_named_by_their_keys_or_else_by_their_asset() {
    let fake = FakeTransport::new().answer(200, page(some()));
    let listing = unsigned(&fake).devices(None).await.unwrap();
    let shown: Vec<_> = listing
        .items
        .iter()
        .map(|device| {
            (
                device.device.to_string(),
                device.name.clone().unwrap(),
                device.status.clone(),
            )
        })
        .collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        shown,
        [
            (
                "enos:key:pk/dk%2F1".to_owned(),
                "Turbine 7".to_owned(),
                text("online")
            ),
            ("enos:asset:a2".to_owned(), "Pump".to_owned(), None),
            ("enos:asset:a3".to_owned(), "风机".to_owned(), text("3")),
        ]
    );
    assert_eq!(listing.undecodable, 3);
    let details = [("asset", "a1"), ("product", "Wind"), ("model", "m-1")];
    assert_eq!(
        listing.items[0].details,
        details.map(|(label, value)| (label.to_owned(), value.to_owned()))
    );
    assert_eq!(listing.items[1].details, [], "its asset is its name");
    let everything = format!(
        "{listing:?}{}",
        serde_json::to_string(&listing.items).unwrap()
    );
    assert!(!everything.contains("hunter22"));
}

#[tokio::test]
async fn a_search_looks_into_every_text_that_is_shown() {
    for (text, found) in [
        ("TURBINE", 1),
        ("enos:key:pk/dk%2f1", 1),
        ("a1", 1),
        ("wind", 1),
        ("风机", 1),
        // How a device is written is not what it is called.
        ("enos:", 0),
        ("nothing", 0),
        ("hunter22", 0),
    ] {
        let fake = FakeTransport::new().answer(200, page(some()));
        let listing = unsigned(&fake).devices(Some(text)).await.unwrap();
        assert_eq!(listing.items.len(), found, "{text}");
    }
}

#[tokio::test]
async fn pages_of_two_hundred_are_asked_for_without_the_secret() {
    let fake = FakeTransport::new().answer(200, page(json!([])));
    unsigned(&fake).devices(Some("x")).await.unwrap();
    let body = &bodies(&fake)[0];
    assert_eq!(body["pagination"], json!({"pageNo": 1, "pageSize": 200}));
    let projection = body["projection"].as_array().unwrap();
    for wanted in ["assetId", "productKey", "deviceKey", "deviceName", "status"] {
        assert!(projection.contains(&json!(wanted)));
    }
    assert!(!body.to_string().contains("deviceSecret"));
    assert_eq!(
        fake.requests()[0].uri().to_string(),
        "https://apigw.example/connect-service/v2.1/devices?action=search&orgId=yourOrgId"
    );
}

#[tokio::test]
async fn a_check_gets_a_token_and_one_device() {
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .answer(200, page(some()));
    signed(fake.clone(), &timer()).check().await.unwrap();
    assert_eq!(paths(&fake), ["get", "devices"]);
    assert_eq!(
        bodies(&fake)[1]["pagination"],
        json!({"pageNo": 1, "pageSize": 1})
    );

    for (answer, kind) in [
        (refusal("code", 99403), ApiErrorKind::Denied),
        (refusal("code", 99404), ApiErrorKind::NotFound),
        ("<html>".to_owned(), ApiErrorKind::Unreadable),
    ] {
        let fake = FakeTransport::new()
            .answer(200, token(TOKEN))
            .answer(200, answer);
        let error = signed(fake, &timer()).check().await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}
