//! What a cancel sends, and what its answer is taken for.

use countermand_core_model::{CommandState, DeviceRef, EnosDevice, ProviderCode};
use countermand_transport::{CancelEffect, RequestClass, fake::FakeTransport};
use serde_json::{Value, json};

use crate::setup::*;

const PUBLISHED: &str = include_str!("../fixtures/cancel-answer-published.json");

#[tokio::test]
async fn the_published_answer_to_the_letter() {
    let fake = FakeTransport::new().answer(200, PUBLISHED);
    let answer = unsigned(&fake)
        .cancel(&by_key(), &command_id())
        .await
        .unwrap();
    assert_eq!(answer.attempts, 1);
    let word = answer.value.word;
    assert_eq!(
        word.request_id.as_deref(),
        Some("7d863d517eae4f18a2776452eb1305bb")
    );
    assert_eq!(word.message.as_deref(), Some("OK"));
    assert_eq!(word.code, Some(ProviderCode::Number(0)));
    let [command] = &answer.value.commands[..] else {
        panic!("one command")
    };
    // It is not cancelled: the provider says that it waits.
    assert_eq!(command.state, CommandState::Pending);
    assert_eq!(command.id.as_str(), COMMAND);
    assert_eq!(command.name.as_deref(), Some("Int_value"));
    assert_eq!(command.kind, "measurement point setting");
    assert_eq!(
        command.created_at.unwrap().to_string(),
        "2019-06-14T09:40:43.577Z"
    );
    assert_eq!(
        command.expires_at.unwrap().to_string(),
        "2019-06-14T11:20:43.577Z"
    );

    let request = &fake.requests()[0];
    assert_eq!(
        request.uri().to_string(),
        "https://apigw.example/connect-service/v2.1/commands?action=cancel&orgId=yourOrgId&productKey=yourProductKey&deviceKey=yourDeviceKey&commandId=2278935391225618432"
    );
}

#[tokio::test]
async fn whatever_is_printable_in_a_device_key_is_encoded() {
    let fake = FakeTransport::new().answer(200, ok(json!([])));
    let device = EnosDevice::from_fields(None, Some("pk"), Some(" a b+c&d=e#f%20/风"));
    unsigned(&fake)
        .cancel(&device.unwrap(), &command_id())
        .await
        .unwrap();
    assert_eq!(
        fake.requests()[0].uri().query().unwrap(),
        "action=cancel&orgId=yourOrgId&productKey=pk&deviceKey=%20a%20b%2Bc%26d%3De%23f%2520%2F%E9%A3%8E&commandId=2278935391225618432"
    );
}

#[tokio::test]
async fn both_cancels_are_posts_without_body_marked_as_cancels_and_only_one_names_a_command() {
    let fake = FakeTransport::new()
        .answer(200, ok(json!([])))
        .answer(200, ok(json!([])));
    let enos = unsigned(&fake);
    enos.cancel(&by_asset(), &command_id()).await.unwrap();
    enos.cancel_everything(&by_asset()).await.unwrap();
    let requests = fake.requests();
    for request in &requests {
        assert_eq!(request.method(), "POST");
        assert!(request.body().is_empty() && request.headers().is_empty());
        assert_eq!(request.extensions().get(), Some(&RequestClass::Cancel));
    }
    let query = |at: usize| requests[at].uri().query().unwrap();
    assert_eq!(
        query(0),
        "action=cancel&orgId=yourOrgId&assetId=yourAssetId&commandId=2278935391225618432"
    );
    assert_eq!(
        query(1),
        "action=cancel&orgId=yourOrgId&assetId=yourAssetId"
    );
}

#[tokio::test]
async fn whatever_the_data_is_a_good_code_is_a_taken_cancel() {
    for (data, named) in [
        (json!(null), 0),
        (json!([]), 0),
        (json!({}), 0),
        (json!("OK"), 0),
        (json!([null, 7, {"state": 1}]), 0),
        (command(COMMAND, 2), 1),
        (json!([command(COMMAND, 1)]), 1),
        (json!([command(COMMAND, 1), command("77", 4)]), 2),
    ] {
        let fake = FakeTransport::new()
            .answer(200, ok(data.clone()))
            .answer(200, ok(data.clone()));
        let enos = unsigned(&fake);
        let one = enos.cancel(&by_key(), &command_id()).await.unwrap().value;
        let all = enos.cancel_everything(&by_key()).await.unwrap().value;
        assert_eq!(
            (one.commands.len(), all.commands.len()),
            (named, named),
            "{data}"
        );
        assert_eq!(one.word.request_id.as_deref(), Some("req-1"));
        assert_eq!(one.commands, all.commands);
    }
    let fake = FakeTransport::new().answer(200, r#"{"code":"0"}"#);
    assert!(
        unsigned(&fake)
            .cancel(&by_key(), &command_id())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_command_of_another_device_is_named_as_that_device_s() {
    let mut stranger = command("77", 1);
    stranger["deviceKey"] = json!("other");
    let mut nobody = command("78", 1);
    nobody["deviceKey"] = json!("no device\u{0}");
    let fake = FakeTransport::new().answer(200, ok(json!([stranger, nobody, command("79", 1)])));
    let answer = unsigned(&fake).cancel_everything(&by_key()).await.unwrap();
    let devices: Vec<_> = answer
        .value
        .commands
        .iter()
        .map(|command| command.device.to_string())
        .collect();
    assert_eq!(
        devices,
        [
            "enos:key:yourProductKey/other",
            "enos:key:yourProductKey/yourDeviceKey"
        ]
    );
    let DeviceRef::Enos(EnosDevice::Key(..)) = &answer.value.commands[0].device else {
        panic!("the form that was asked for")
    };
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_it_open() {
    for body in [
        "",
        "<html>",
        r#"{"code":0,"data":[{"comm"#,
        "[]",
        "{}",
        r#"{"data":[]}"#,
    ] {
        let fake = FakeTransport::new().answer(200, body);
        let error = unsigned(&fake)
            .cancel(&by_key(), &command_id())
            .await
            .unwrap_err();
        assert_eq!(error.cancel_effect(), CancelEffect::Unknown, "{body}");
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_vendor_s_word() {
    let body: Value = json!({"code": 99400, "msg": "not cached", "requestId": "abc"});
    let fake = FakeTransport::new().answer(200, body.to_string());
    let error = unsigned(&fake)
        .cancel(&by_key(), &command_id())
        .await
        .unwrap_err();
    assert_eq!(error.cancel_effect(), CancelEffect::Refused);
    assert_eq!(
        error.to_string(),
        "refused: not cached (code 99400, HTTP 200, request abc)"
    );
}
