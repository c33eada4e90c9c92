//! Every form of a command that the documents allow.

use countermand_core_model::{
    Command, CommandState, DeviceRef, EnosDevice, Organization, Timestamp,
};
use countermand_transport::{ApiError, ApiErrorKind, fake::FakeTransport};
use serde_json::{Value, json};

use crate::setup::*;

async fn get_of(device: &EnosDevice, data: Value) -> Result<Command, ApiError> {
    let fake = FakeTransport::new().answer(200, ok(data));
    unsigned(&fake).command(device, &command_id()).await
}

async fn get(data: Value) -> Command {
    get_of(&by_key(), data).await.unwrap()
}

/// A command with other members; null leaves one out.
fn changed(change: Value) -> Value {
    let mut item = command(COMMAND, 1);
    for (name, value) in change.as_object().unwrap() {
        item[name] = value.clone();
    }
    item
}

#[tokio::test]
async fn every_member_finds_its_place() {
    let command = get(command(COMMAND, 1)).await;
    assert_eq!(command.org, Organization::Enos(org()));
    assert_eq!(command.device, DeviceRef::Enos(by_key()));
    assert_eq!(command.id.as_str(), COMMAND);
    assert_eq!(command.kind, "measurement point setting");
    assert_eq!(command.name.as_deref(), Some("Int_value"));
    assert_eq!(command.state, CommandState::Pending);
    assert_eq!(command.vendor_state.as_deref(), Some("1"));
    assert_eq!(
        command.created_at,
        Timestamp::from_millis(1_560_505_243_577)
    );
    assert_eq!(
        command.expires_at,
        Timestamp::from_millis(1_560_511_243_577)
    );
    assert_eq!(
        command.request.unwrap().as_str(),
        r#"{"tslIdentifier":"Int_value","inputData":222,"timeout":1,"pendingTtl":6000}"#
    );
    let raw: Value = serde_json::from_str(command.raw.unwrap().as_str()).unwrap();
    assert_eq!(raw["createLocalTime"], "2019-06-14 17:40:23");
    assert_eq!(raw["outputData"], Value::Null);
}

#[tokio::test]
async fn every_state_is_a_number_or_the_text_of_one_and_keeps_the_vendor_s_word() {
    let states = [
        (1, CommandState::Pending),
        (2, CommandState::Cancelled),
        (3, CommandState::Expired),
        (4, CommandState::Sent),
        (5, CommandState::Succeeded),
        (6, CommandState::Failed),
        (7, CommandState::TimedOut),
        (0, CommandState::Unknown),
        (8, CommandState::Unknown),
        (-1, CommandState::Unknown),
    ];
    for (number, state) in states {
        for form in [json!(number), json!(number.to_string())] {
            let command = get(changed(json!({"state": form}))).await;
            assert_eq!(command.state, state, "{form}");
            assert_eq!(command.vendor_state, Some(number.to_string()), "{form}");
        }
    }
    for (form, word) in [
        (json!("created"), Some("created")),
        (json!(1.5), Some("1.5")),
        (Value::Null, None),
        (json!({}), None),
        (json!(true), None),
    ] {
        let command = get(changed(json!({"state": form}))).await;
        assert_eq!(command.state, CommandState::Unknown);
        assert_eq!(command.vendor_state.as_deref(), word, "{form}");
    }
}

#[tokio::test]
async fn what_a_device_answered_is_not_waiting_nor_cancelled_nor_expired() {
    let answers = [
        json!(222),
        json!(0),
        json!(false),
        json!("ok"),
        json!({"a": 1}),
        json!({"a": null}),
        json!([0]),
    ];
    let silence = [Value::Null, json!(""), json!({}), json!([]), json!(" ")];
    for (number, state) in [
        (1, CommandState::Pending),
        (2, CommandState::Cancelled),
        (3, CommandState::Expired),
        (4, CommandState::Sent),
        (5, CommandState::Succeeded),
        (6, CommandState::Failed),
        (7, CommandState::TimedOut),
    ] {
        for output in &silence {
            let command = get(changed(json!({"state": number, "outputData": output}))).await;
            assert_eq!(command.state, state, "{output}");
        }
        for output in &answers {
            let command = get(changed(json!({"state": number, "outputData": output}))).await;
            let state = if number < 4 {
                CommandState::Unknown
            } else {
                state
            };
            assert_eq!(command.state, state, "{output}");
        }
    }
}

#[tokio::test]
async fn times_are_texts_or_numbers_and_nonsense_is_none() {
    for (form, millis) in [
        (json!("1560505243577"), Some(1_560_505_243_577)),
        (json!(1_560_505_243_577_i64), Some(1_560_505_243_577)),
        (json!(1.560505243577e12), Some(1_560_505_243_577)),
        (json!("yesterday"), None),
        // A 0, and seconds in the place of milliseconds.
        (json!(0), None),
        (json!("0"), None),
        (json!(1_560_505_243), None),
        (json!("15605052435"), None),
        (json!(946_684_799_999_i64), None),
        (json!(i64::MAX), None),
        (json!(u64::MAX), None),
        (Value::Null, None),
        (json!([]), None),
    ] {
        let command = get(changed(json!({"createTime": form}))).await;
        assert_eq!(
            command.created_at.map(Timestamp::as_millis),
            millis,
            "{form}"
        );
        assert_eq!(
            command.expires_at.map(Timestamp::as_millis),
            millis.map(|millis| millis + 6_000_000),
        );
    }
}

#[tokio::test]
async fn an_instant_command_has_no_expiry() {
    for ttl in [
        json!(0),
        json!(-1),
        json!(null),
        json!("soon"),
        json!(i64::MAX),
    ] {
        assert_eq!(
            get(changed(json!({"pendingTtl": ttl}))).await.expires_at,
            None,
            "{ttl}"
        );
    }
    let text = get(changed(json!({"pendingTtl": "60"}))).await;
    assert_eq!(text.expires_at, Timestamp::from_millis(1_560_505_303_577));
}

#[tokio::test]
async fn kinds_and_names() {
    for (form, kind) in [
        (json!(1), "measurement point setting"),
        (json!("1"), "measurement point setting"),
        (json!(2), "service invocation"),
        (json!(3), "command type 3"),
        (json!("x"), "command type x"),
        (Value::Null, ""),
    ] {
        assert_eq!(get(changed(json!({"commandType": form}))).await.kind, kind);
    }
    for (form, name) in [
        (json!({"defaultValue": "Pitch"}), "Pitch"),
        (json!("Pitch"), "Pitch"),
        (json!({"defaultValue": null, "i18nValue": {}}), "Int_value"),
        (json!({"defaultValue": ""}), "Int_value"),
        (Value::Null, "Int_value"),
        (json!([1]), "Int_value"),
    ] {
        let command = get(changed(json!({"commandName": form}))).await;
        assert_eq!(command.name.as_deref(), Some(name), "{form}");
    }
    let bare = get(changed(json!({"commandName": null, "tslIdentifier": null}))).await;
    assert_eq!(bare.name, None);
}

#[tokio::test]
async fn ids_are_exact_as_text_and_as_number() {
    // Through a floating-point number it would be 2278935391225618400.
    let number: Value = serde_json::from_str("2278935391225618433").unwrap();
    for id in [json!("2278935391225618433"), number] {
        let item = changed(json!({"commandId": id}));
        let fake = FakeTransport::new().answer(200, ok(json!([item])));
        let commands = unsigned(&fake).newest_commands(&by_key()).await.unwrap();
        assert_eq!(commands[0].id.as_str(), "2278935391225618433");
    }
}

#[tokio::test]
async fn a_command_is_never_another_s() {
    let other_id = get_of(
        &by_key(),
        changed(json!({"commandId": "2278935391225618433"})),
    )
    .await;
    let near_id = get_of(
        &by_key(),
        changed(json!({"commandId": 2_278_935_391_225_618_400_u64})),
    )
    .await;
    for result in [other_id, near_id] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable);
        assert!(
            error
                .to_string()
                .contains("the answer is about another command"),
            "{error}"
        );
        assert_eq!(error.word().request_id.as_deref(), Some("req-1"));
    }
    for (device, change) in [
        (by_key(), json!({"productKey": "other"})),
        (by_key(), json!({"deviceKey": "other"})),
        (by_key(), json!({"deviceKey": "yourdevicekey"})),
        (by_asset(), json!({"assetId": "other"})),
    ] {
        let error = get_of(&device, changed(change)).await.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable);
        assert!(
            error
                .to_string()
                .contains("the answer is about another device"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_is_not_said_is_taken_as_asked_for() {
    let silent = json!({"commandId": null, "productKey": null, "deviceKey": "", "assetId": null});
    for device in [by_key(), by_asset()] {
        let command = get_of(&device, changed(silent.clone())).await.unwrap();
        assert_eq!(command.id.as_str(), COMMAND);
        assert_eq!(command.device, DeviceRef::Enos(device));
    }
    // The other form says nothing about the one asked for.
    assert!(
        get_of(&by_key(), changed(json!({"assetId": "other"})))
            .await
            .is_ok()
    );
    assert!(
        get_of(&by_asset(), changed(json!({"deviceKey": "other"})))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_answer_without_a_command_is_unreadable() {
    for data in [json!(null), json!({}), json!([]), json!("x"), json!(7)] {
        let error = get_of(&by_key(), data.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{data}");
    }
    let fake = FakeTransport::new().answer(200, r#"{"code":0}"#);
    let error = unsigned(&fake)
        .command(&by_key(), &command_id())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unreadable);
}

#[tokio::test]
async fn payload_secrets_are_nowhere() {
    for change in [
        json!({"inputData": {"wifi": {"Password": "hunter22"}}}),
        json!({"inputData": "{\"password\":\"hunter22\"}"}),
        json!({"deviceSecret": "hunter22"}),
        // The measurement point is itself a password.
        json!({"tslIdentifier": "password", "inputData": "hunter22", "outputData": ["hunter22"]}),
        json!({"tslIdentifier": "device_secret", "inputData": {"value": "hunter22"}}),
    ] {
        let command = get(changed(change.clone())).await;
        let shown = format!("{command:?} {}", serde_json::to_string(&command).unwrap());
        assert!(!shown.contains("hunter22"), "{change}: {shown}");
        assert!(shown.contains("[redacted]"), "{change}");
        assert!(command.raw.unwrap().as_str().contains("createTime"));
    }
}

#[tokio::test]
async fn a_get_asks_for_exactly_this_command() {
    let fake = FakeTransport::new().answer(200, ok(command(COMMAND, 1)));
    unsigned(&fake)
        .command(&by_asset(), &command_id())
        .await
        .unwrap();
    let request = &fake.requests()[0];
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.uri().to_string(),
        "https://apigw.example/connect-service/v2.1/commands?action=get&orgId=yourOrgId&assetId=yourAssetId&commandId=2278935391225618432"
    );
    assert!(request.body().is_empty());
}
