//! What an attempt carries.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use countermand_core_model::{CommandState, EnosDevice, enos::AssetId};
use countermand_enos::Signed;
use countermand_transport::{Transport, TransportErrorKind, fake::FakeTransport};
use http::Request;
use serde_json::json;

use crate::{gateway::check_signature, setup::*};

#[tokio::test]
async fn every_kind_of_call_is_signed_and_timestamps_rise_though_the_clock_stands() {
    let fake = FakeTransport::new().answer(200, token(TOKEN));
    let fake = (0..5).fold(fake, |fake, _| fake.answer(200, ok(json!([]))));
    let enos = signed(fake.clone(), &timer());
    let odd = EnosDevice::Asset(AssetId::parse("a~b+c&d=é/%2F?#").unwrap());
    enos.commands(&odd, Some(CommandState::Pending))
        .await
        .unwrap();
    enos.cancel(&by_key(), &command_id()).await.unwrap();
    enos.cancel_everything(&odd).await.unwrap();
    enos.devices(None).await.unwrap();
    enos.check().await.unwrap();

    let requests = fake.requests();
    assert_eq!(requests.len(), 6);
    let mut last = bodies(&fake)[0]["timestamp"].as_i64().unwrap();
    assert_eq!(last, START);
    for request in &requests[1..] {
        let (token, timestamp) = check_signature(request).unwrap();
        assert_eq!(token, TOKEN);
        assert!(timestamp > last, "{timestamp} after {last}");
        last = timestamp;
    }
}

#[tokio::test]
async fn the_timestamp_is_the_clock_s() {
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .answer(200, ok(json!([])));
    let timer = timer();
    timer.advance(Duration::from_secs(100));
    signed(fake.clone(), &timer).check().await.unwrap();
    assert_eq!(bodies(&fake)[0]["timestamp"], START + 100_000);
    assert_eq!(
        check_signature(&fake.requests()[1]).unwrap().1,
        START + 100_001
    );
}

#[tokio::test]
async fn an_attempt_that_is_made_again_is_signed_anew() {
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .answer(200, "{}")
        .answer(200, "{}");
    let layer = Signed::new(fake.clone(), base(), credentials(), Arc::new(timer()));
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = base().join(&["x"], [("action", "get")]).unwrap();
    request
        .headers_mut()
        .insert("apim-signature", "stale".parse().unwrap());
    for _ in 0..2 {
        layer.send(request.clone()).await.unwrap();
    }
    let requests = fake.requests();
    let first = check_signature(&requests[1]).unwrap();
    let second = check_signature(&requests[2]).unwrap();
    assert!(second.1 > first.1);
    assert_eq!(
        requests[2]
            .headers()
            .get_all("apim-signature")
            .iter()
            .count(),
        1
    );
}

#[tokio::test]
async fn nothing_is_signed_for_another_host() {
    let fake = FakeTransport::new();
    let layer = Signed::new(fake.clone(), base(), credentials(), Arc::new(timer()));
    for uri in [
        "https://other.example/x?a=b",
        "http://apigw.example/x",
        "https://apigw.example:444/x",
        "https://apigw.example.evil/x",
        "/x",
    ] {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = uri.parse().unwrap();
        let error = layer.send(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::InvalidRequest, "{uri}");
        assert_eq!(error.attempts(), 0);
    }
    assert!(fake.requests().is_empty(), "not even for a token");
}
