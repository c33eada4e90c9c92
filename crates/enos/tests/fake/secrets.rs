//! No secret is shown by anything.

use std::sync::Arc;

use countermand_core_model::Secret;
use countermand_enos::{Credentials, Signed};
use countermand_transport::{Transport, TransportErrorKind, fake::FakeTransport};
use http::Request;
use serde_json::json;

use crate::setup::*;

fn assert_clean(text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
}

#[test]
fn credentials_are_refused_without_being_shown() {
    for (key, secret, field) in [
        ("", APP_SECRET, "app_key"),
        (" \t", APP_SECRET, "app_key"),
        (APP_KEY, "", "app_secret"),
        (APP_KEY, "\n", "app_secret"),
    ] {
        let error = Credentials::new(Secret::from(key), Secret::from(secret)).unwrap_err();
        assert_eq!(error.field(), field);
        assert!(error.to_string().contains("must not be empty"));
        assert_clean(&format!("{error} {error:?}"));
        assert!(!format!("{error} {error:?}").contains(APP_KEY));
    }
}

#[tokio::test]
async fn debug_shows_nothing() {
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .answer(200, ok(json!([])));
    let layer = Signed::new(fake.clone(), base(), credentials(), Arc::new(timer()));
    let mut request = Request::new(bytes::Bytes::new());
    *request.uri_mut() = base().join(&["x"], []).unwrap();
    layer.send(request).await.unwrap();
    let shown = format!(
        "{:?} {layer:?} {:?}",
        credentials(),
        signed(fake.clone(), &timer())
    );
    assert_clean(&shown);
    assert!(!shown.contains(APP_KEY));
    // The request that left shows neither token nor signature when it is printed.
    let left = &fake.requests()[1];
    let signature = left.headers()["apim-signature"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_clean(&format!("{left:?}"));
    assert!(!format!("{left:?}").contains(&signature));
    // And no URL has any of them.
    for request in fake.requests() {
        assert_clean(&request.uri().to_string());
    }
}

#[tokio::test]
async fn what_a_server_echoes_is_taken_out_of_headers_and_body() {
    let echo = |code: i64| {
        json!({"code": code, "msg": format!("token {TOKEN} secret {APP_SECRET}"), "requestId": TOKEN,
               "data": [{"commandId": "1", "inputData": TOKEN, "tslIdentifier": APP_SECRET}]})
        .to_string()
    };
    for (status, code) in [(200, 0), (200, 99400), (500, 99500), (401, 1002)] {
        let fake = FakeTransport::new()
            .answer(200, token(TOKEN))
            .answer_with(
                status,
                &[
                    ("x-echo", TOKEN),
                    ("location", &format!("/?t={APP_SECRET}")),
                ],
                echo(code),
            )
            .answer(status, echo(code));
        let layer = Signed::new(fake, base(), credentials(), Arc::new(timer()));
        let mut request = Request::new(bytes::Bytes::new());
        *request.uri_mut() = base().join(&["x"], []).unwrap();
        let response = layer.send(request).await.unwrap();
        assert_clean(&format!("{response:?}"));
        assert_eq!(response.headers()["x-echo"], "[redacted]");

        let enos = countermand_enos::Enos::new(
            countermand_transport::BoxTransport::new(layer),
            base(),
            org(),
        );
        match enos.cancel(&by_key(), &command_id()).await {
            Ok(answer) => {
                assert_clean(&format!("{answer:?}"));
                assert_clean(&serde_json::to_string(&answer.value.commands).unwrap());
                assert_eq!(answer.value.commands[0].name.as_deref(), Some("[redacted]"));
            }
            Err(error) => {
                assert_clean(&format!("{error} {error:?}"));
                assert!(
                    error
                        .to_string()
                        .contains("token [redacted] secret [redacted]"),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_token_service_s_own_words_are_cleaned_too() {
    for (status, body) in [
        (
            200,
            json!({"status": 1003, "msg": format!("bad {APP_SECRET}")}).to_string(),
        ),
        (500, format!("<html>{APP_SECRET}</html>")),
        // A broken answer may have the token in it.
        (
            200,
            format!("{{\"status\":0,\"data\":{{\"accessToken\":\"{TOKEN_2}\""),
        ),
        (200, json!({"status": 0, "token": TOKEN_2}).to_string()),
    ] {
        let fake =
            FakeTransport::new().answer_with(status, &[("x-echo", APP_SECRET)], body.clone());
        let layer = Signed::new(fake, base(), credentials(), Arc::new(timer()));
        let mut request = Request::new(bytes::Bytes::new());
        *request.uri_mut() = base().join(&["x"], []).unwrap();
        let response = layer.send(request).await.unwrap();
        assert_clean(&format!("{response:?}"));
        assert_eq!(response.headers()["x-echo"], "[redacted]");

        let fake = FakeTransport::new().answer(status, body);
        let error = signed(fake, &timer()).check().await.unwrap_err();
        assert_clean(&format!("{error} {error:?}"));
    }
    // The refresh sends the token, which may be echoed.
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .answer(200, refusal("code", 1203))
        .answer(
            429,
            json!({"message": format!("slow down, {TOKEN}")}).to_string(),
        );
    let error = signed(fake, &timer()).check().await.unwrap_err();
    assert!(
        error.to_string().contains("slow down, [redacted]"),
        "{error}"
    );
    assert_clean(&format!("{error} {error:?}"));
}

#[tokio::test]
async fn failures_below_show_nothing() {
    let fake = FakeTransport::new()
        .answer(200, token(TOKEN))
        .fail(TransportErrorKind::Timeout);
    let enos = signed(fake, &timer());
    let error = enos.check().await.unwrap_err();
    assert_clean(&format!("{error} {error:?}"));
}

#[tokio::test]
async fn what_a_gateway_hands_out_beside_its_refusal_is_not_shown() {
    let secret = "refresh-hunter22";
    for msg in [
        format!("use {secret} from now on"),
        format!("apim_refreshtoken={secret}"),
        json!({"sessionKey": secret}).to_string(),
        format!("bad parameter newPassword: {secret}"),
    ] {
        let body = json!({"apim_status": 4013, "apim_refreshtoken": secret, "msg": msg, "requestId": secret});
        let fake = FakeTransport::new()
            .answer(200, token(TOKEN))
            .answer(200, body.to_string());
        let error = signed(fake, &timer()).check().await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.word());
        assert!(!shown.contains("hunter22"), "{shown}");
        assert!(shown.contains("4013"), "{shown}");
    }
}

#[tokio::test]
async fn a_command_whose_parameters_are_a_list_shows_none_that_is_a_secret() {
    for payload in [
        json!({"params": [{"name": "newPassword", "value": "hunter22"}]}),
        json!([{"value": "hunter22", "identifier": "unlock_token"}]),
        json!({"currentPassword": "hunter22", "sessionKey": ["hunter22"], "productKey": "p"}),
        json!("{\"wifi_psk\":\"hunter22\"}"),
    ] {
        let mut command = command(COMMAND, 1);
        command["inputData"] = payload.clone();
        command["outputData"] = payload;
        let fake = FakeTransport::new().answer(200, ok(command));
        let command = unsigned(&fake)
            .command(&by_key(), &command_id())
            .await
            .unwrap();
        let shown = format!("{command:?}") + &serde_json::to_string(&command).unwrap();
        assert!(!shown.contains("hunter22"), "{shown}");
        assert!(shown.contains("[redacted]"), "{shown}");
    }
}
