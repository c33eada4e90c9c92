//! Whatever a server sends, decoding it neither panics nor shows a payload's secret.

use std::collections::BTreeMap;

use bytes::Bytes;
use countermand_core_model::{CommandState, PageRequest};
use countermand_enos::endpoints::{
    CancelCommand, CancelEverything, GetCommand, SearchCommands, SearchDevices,
};
use countermand_transport::{ApiError, Endpoint};
use http::Response;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::setup::*;

const SECRET: &str = "hunter22-payload";

/// Names that the decoder looks for, and some that it does not.
const NAMES: &[&str] = &[
    "code",
    "status",
    "msg",
    "message",
    "requestId",
    "data",
    "pagination",
    "pageSize",
    "totalSize",
    "commandId",
    "productKey",
    "deviceKey",
    "assetId",
    "createTime",
    "commandType",
    "commandName",
    "defaultValue",
    "i18nValue",
    "en_US",
    "timeout",
    "pendingTtl",
    "state",
    "tslIdentifier",
    "inputData",
    "outputData",
    "deviceName",
    "productName",
    "modelId",
    "other",
];
const SECRET_NAMES: &[&str] = &[
    "password",
    "deviceSecret",
    "newPassword",
    "device_secret",
    "apim_refreshtoken",
    "sessionKey",
    "UNLOCK-TOKEN",
    "current password",
    "pukCode2",
    "wifiPsk",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_i64..9).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!(COMMAND)),
        Just(json!("yourProductKey")),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 80, 8, |inner| {
        let member = (
            prop::sample::select(NAMES).prop_map(str::to_owned),
            inner.clone(),
        );
        let secret = (
            prop::sample::select(SECRET_NAMES).prop_map(str::to_owned),
            Just(json!(SECRET)),
        );
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(prop_oneof![4 => member, 1 => secret], 0..12)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// An envelope that is good often enough to get at the inside.
fn any_answer() -> impl Strategy<Value = Value> {
    let item = prop::collection::vec(
        (
            prop::sample::select(NAMES).prop_map(str::to_owned),
            any_json(),
        ),
        0..12,
    );
    let item = (item, any::<bool>()).prop_map(|(members, secret)| {
        let mut item = Map::from_iter(members);
        item.insert("commandId".to_owned(), json!(COMMAND));
        item.insert("assetId".to_owned(), json!("yourAssetId"));
        if secret {
            item.insert("deviceSecret".to_owned(), json!(SECRET));
        }
        Value::Object(item)
    });
    let item = item.boxed();
    prop_oneof![
        any_json(),
        (any_json(), any_json()).prop_map(
            |(data, pagination)| json!({"code": 0, "data": data, "pagination": pagination})
        ),
        item.clone()
            .prop_map(|item| json!({"code": 0, "data": item})),
        prop::collection::vec(item, 0..4).prop_map(|items| json!({"code": 0, "data": items})),
    ]
}

fn decode_all(response: &Response<Bytes>) -> Result<(), TestCaseError> {
    let (org, device, id) = (&org(), &by_asset(), &command_id());
    let page = PageRequest {
        number: 1,
        size: 50,
    };
    let state = Some(CommandState::Pending);
    check(GetCommand { org, device, id }.decode(response), |command| {
        prop_assert_eq!(command.id.as_str(), COMMAND);
        hides(&serde_json::to_string(command).unwrap_or_default())
    })?;
    let search = SearchCommands {
        org,
        device,
        state,
        page,
    };
    check(search.decode(response), |page| {
        prop_assert!(page.items.len() <= page.received());
        hides(&serde_json::to_string(&page.items).unwrap_or_default())
    })?;
    check(SearchDevices { org, page }.decode(response), |page| {
        hides(&serde_json::to_string(&page.items).unwrap_or_default())
    })?;
    check(CancelCommand { org, device, id }.decode(response), |_| {
        Ok(())
    })?;
    check(
        CancelEverything { org, device }.decode(response),
        |_| Ok(()),
    )
}

fn check<T: std::fmt::Debug>(
    result: Result<T, ApiError>,
    good: impl Fn(&T) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    match &result {
        Ok(value) => {
            hides(&format!("{value:?}"))?;
            good(value)
        }
        Err(error) => hides(&format!("{error:?} {error}")),
    }
}

fn hides(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(!text.contains(SECRET), "{}", text);
    Ok(())
}

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    response
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_json_at_all(answer in any_answer(), status in prop_oneof![4 => Just(200_u16), 1 => 200_u16..600]) {
        decode_all(&response(status, answer.to_string()))?;
    }

    /// The usual query and any other are joined in two ways; what is to come out is one.
    #[test]
    fn parameters_are_joined_as_the_vendor_says(
        pairs in prop::collection::vec(("(orgId|action|assetId|a|aa|productKey|productKex|%61|%6frgId|A_|)", "[a-z=+.~%2-5]{0,4}"), 0..11),
        marks in prop_oneof![3 => Just("="), 1 => Just("")],
    ) {
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}{marks}{value}")).collect();
        let query = query.join("&");
        let mut first: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
            first.entry(decoded(name)).or_insert_with(|| decoded(value));
        }
        let joined: Vec<u8> = first.into_iter().flat_map(|(name, value)| [name, value].concat()).collect();
        prop_assert_eq!(countermand_enos::signature::params(&query), joined, "{}", query);
    }

    #[test]
    fn any_bytes_at_all(body in prop::collection::vec(any::<u8>(), 0..200), status in 100_u16..1000) {
        decode_all(&response(status, body))?;
    }

    #[test]
    fn any_json_cut_off_anywhere(answer in any_answer(), cut in any::<prop::sample::Index>()) {
        let mut body = answer.to_string().into_bytes();
        body.truncate(cut.index(body.len()));
        decode_all(&response(200, body))?;
    }
}

#[test]
fn any_depth() {
    for depth in [1, 100, 126, 127, 128, 129, 1_000, 100_000] {
        let body = format!(
            r#"{{"code":0,"data":[{{"commandId":"1","inputData":{}"{SECRET}"{}}}]}}"#,
            r#"{"password":["#.repeat(depth),
            "]}".repeat(depth)
        );
        decode_all(&response(200, body)).unwrap();
    }
}
