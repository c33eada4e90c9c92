//! What must hold of any input. The fuzz targets and the test that replays what they found share it.

#![allow(dead_code, reason = "each target uses its own")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

use std::{
    io::BufReader,
    pin::pin,
    task::{Context, Waker},
};

use bytes::Bytes;
use countermand_applivery::endpoints as applivery_api;
use countermand_client::{SavedPlan, UnfinishedRun, read_journal};
use countermand_core_model::{
    Command, CommandState, DeviceRef, EnosDevice, PageRequest, Provider, RawJson, Secret,
    redact_message,
};
use countermand_enos::endpoints as enos_api;
use countermand_transport::{ApiError, Endpoint, SecretScrubber};
use http::{Response, StatusCode};
use serde::de::IgnoredAny;
use serde_json::Value;

const PAGE: PageRequest = PageRequest {
    number: 1,
    size: 50,
};

/// Any answer of Applivery: two bytes choose the HTTP status, the rest is the body.
pub(crate) fn applivery(data: &[u8]) {
    let response = response(data);
    let organization = countermand_applivery::OrganizationId::parse("org-one").unwrap();
    let device = countermand_applivery::DeviceId::parse("dev1").unwrap();
    let id = countermand_applivery::CommandId::parse("507f1f77bcf86cd799439011").unwrap();
    let get = applivery_api::GetCommand {
        organization: &organization,
        device: &device,
        id: &id,
    };
    if let Some(command) = shown(get.decode(&response)) {
        true_to_its_signs(&command, &["response"]);
    }
    let cancel = applivery_api::CancelCommand {
        organization: &organization,
        device: &device,
        id: &id,
    };
    shown(cancel.decode(&response));
    let list = applivery_api::ListCommands {
        organization: &organization,
        device: &device,
        page: PAGE,
    };
    shown(list.decode(&response));
    let devices = applivery_api::ListDevices {
        organization: &organization,
        page: PAGE,
    };
    shown(devices.decode(&response));
}

/// Any answer of EnOS, as [`applivery`].
pub(crate) fn enos(data: &[u8]) {
    let response = response(data);
    let org = countermand_core_model::enos::OrgId::parse("o1").unwrap();
    let id = countermand_core_model::enos::CommandId::parse("2278935391225618432").unwrap();
    let asset = countermand_core_model::enos::AssetId::parse("A1").unwrap();
    let (org, id, device) = (&org, &id, &EnosDevice::Asset(asset));
    if let Some(command) = shown(enos_api::GetCommand { org, device, id }.decode(&response)) {
        true_to_its_signs(&command, &[]);
    }
    let state = None;
    let search = enos_api::SearchCommands {
        org,
        device,
        state,
        page: PAGE,
    };
    if let Some(page) = shown(search.decode(&response)) {
        assert!(page.items.len() <= page.received());
        page.items
            .iter()
            .for_each(|command| true_to_its_signs(command, &[]));
    }
    shown(enos_api::SearchDevices { org, page: PAGE }.decode(&response));
    shown(enos_api::CancelCommand { org, device, id }.decode(&response));
    shown(enos_api::CancelEverything { org, device }.decode(&response));
}

/// Any text: the forms of a device, redaction, echoes.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for device in [
        text.parse::<DeviceRef>().ok(),
        DeviceRef::parse_for(Provider::Applivery, text).ok(),
        DeviceRef::parse_for(Provider::Enos, text).ok(),
    ]
    .into_iter()
    .flatten()
    {
        let printed = device.to_string();
        assert_eq!(printed.parse::<DeviceRef>().ok(), Some(device), "{printed}");
    }
    let message = redact_message(text);
    assert_eq!(redact_message(&message), message, "{text}");
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let raw = RawJson::redacted_text(text);
        stays_clean(&raw);
        let wrapped = serde_json::json!({"newPassword": value, "b": [{"name": "unlockToken", "value": value}]});
        let wrapped = RawJson::redacted_text(&wrapped.to_string());
        assert_eq!(
            wrapped.as_str().matches("[redacted]").count() >= 2,
            !value.is_null(),
            "{wrapped:?}"
        );
    }
    let echoes = SecretScrubber::of(&Secret::from("s3cr3t-t0ken"));
    let mut response = Response::new(Bytes::from(text.to_owned()));
    {
        let mut taken_out = pin!(echoes.take_out_of(&mut response));
        let mut context = Context::from_waker(Waker::noop());
        while taken_out.as_mut().poll(&mut context).is_pending() {}
    }
    let clean = std::str::from_utf8(response.body()).unwrap().to_owned();
    assert!(!clean.contains("s3cr3t-t0ken"), "{clean}");
}

/// Any bytes in place of a journal, read whole and in pieces.
pub(crate) fn journal(data: &[u8]) {
    let read = |pieces: usize| {
        let mut reader = read_journal(BufReader::with_capacity(pieces, data));
        let entries: Vec<String> = reader.by_ref().map(|entry| format!("{entry:?}")).collect();
        (entries, format!("{:?}", reader.end()))
    };
    let whole = read(data.len().max(1));
    for pieces in [1, 7] {
        assert_eq!(read(pieces), whole);
    }
    if let Ok(unfinished) = UnfinishedRun::replay(read_journal(data)) {
        let reports = unfinished.reports();
        let cancelled = reports
            .iter()
            .filter(|report| report.outcome.to_string() == "cancelled");
        for report in cancelled {
            assert!(
                matches!(report.after, Some(CommandState::Cancelled)),
                "{report:?}"
            );
        }
    }
}

/// Any bytes in place of a kept plan, read whole and in pieces.
pub(crate) fn plan(data: &[u8]) {
    let read = |pieces: usize| {
        format!(
            "{:?}",
            SavedPlan::read(BufReader::with_capacity(pieces, data))
        )
    };
    let whole = read(data.len().max(1));
    for pieces in [1, 7] {
        assert_eq!(read(pieces), whole);
    }
}

fn response(data: &[u8]) -> Response<Bytes> {
    let (status, body) = match data {
        [a, b, body @ ..] if *a < 4 => (200 + 100 * u16::from(*a) + u16::from(*b) % 100, body),
        body => (200, body),
    };
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// What came out, after a look at all that it shows.
fn shown<T: std::fmt::Debug>(result: Result<T, ApiError>) -> Option<T> {
    match result {
        Ok(value) => {
            let _ = format!("{value:?}");
            Some(value)
        }
        Err(error) => {
            let _ = (error.cancel_effect(), error.refuses_connection());
            let message = error.word().message.clone().unwrap_or_default();
            // A message that was cut may end within a name.
            if message.chars().count() < 2_000 {
                assert_eq!(redact_message(&message), message);
            }
            let _ = format!("{error:?}");
            None
        }
    }
}

/// A command says "cancelled" only where nothing in its JSON says that it went out or ran.
fn true_to_its_signs(command: &Command, signs: &[&str]) {
    let Some(raw) = &command.raw else { return };
    stays_clean(raw);
    if command.state != CommandState::Cancelled {
        return;
    }
    let Some(value) = value(raw) else { return };
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    for sign in signs {
        for place in [&value["config"][*sign], &value["_config"][*sign]] {
            assert!(!says(place), "{sign} in {value}");
        }
    }
    if signs.is_empty() {
        let output = &value["outputData"];
        assert!(!output.is_number() && !output.is_boolean(), "{value}");
    }
}

/// Nothing is left to be redacted.
fn stays_clean(raw: &RawJson) {
    let again = RawJson::redacted_text(raw.as_str());
    // Where only a part had to be taken apart, blanks around it stayed as they were.
    let letters = |raw: &RawJson| raw.as_str().split_ascii_whitespace().collect::<String>();
    assert_eq!(letters(&again), letters(raw));
    serde_json::from_str::<IgnoredAny>(raw.as_str()).unwrap();
}

/// What it holds; none where one of its numbers is too great to be one here.
fn value(raw: &RawJson) -> Option<Value> {
    serde_json::from_str(raw.as_str()).ok()
}
