//! A command as EnOS prints it. Devices differ, by their number, in what the documents leave open.

use serde::Serialize;
use serde_json::{Value, json};

use crate::fleet::command::{Command, TrueState};
use crate::fleet::identity::Identity;
use crate::fleet::names::feature_of;
use crate::instant::local;

/// Every device secret that the simulator prints begins with this, so that a test can look for it
/// where it must not be.
pub const DEVICE_SECRET_PREFIX: &str = "simulated-device-secret-";

pub(super) fn state(command: &Command) -> u8 {
    match command.state {
        TrueState::Pending => 1,
        TrueState::Cancelled => 2,
        TrueState::Expired => 3,
        TrueState::Sent => 4,
        TrueState::Succeeded => 5,
        TrueState::Failed => 6,
        TrueState::TimedOut => 7,
    }
}

/// The default of a command's name.
pub(super) fn name(command: &Command) -> &str {
    feature_of(&command.kind).map_or(&command.kind, |feature| feature.name)
}

/// A command's name in Chinese, where it has one.
pub(super) fn chinese_name(command: &Command) -> Option<&'static str> {
    feature_of(&command.kind).map(|feature| feature.chinese)
}

/// What all commands of a device have in common.
#[derive(Debug)]
pub(super) struct WireDevice {
    index: u32,
    org: String,
    product_key: String,
    device_key: String,
    asset_id: String,
}

impl WireDevice {
    pub(super) fn of(identity: &Identity, index: u32) -> Self {
        Self {
            index,
            org: identity.enos_org(),
            product_key: identity.product_key(index),
            device_key: identity.device_key(index),
            asset_id: identity.asset_id(index),
        }
    }

    pub(super) fn command<'a>(&'a self, command: &'a Command) -> WireCommand<'a> {
        let feature = feature_of(&command.kind);
        let command_type = feature.map_or(2, |feature| feature.command_type);
        let name = name(command);
        let local_time = || local(command.created_ms);
        let other_spelling = self.index % 3 == 1;
        let done = command.state == TrueState::Succeeded && command_type == 2;
        WireCommand {
            command_id: &command.id,
            org_id: &self.org,
            product_key: &self.product_key,
            device_key: &self.device_key,
            asset_id: &self.asset_id,
            create_time: match self.index.is_multiple_of(2) {
                true => json!(command.created_ms.to_string()),
                false => json!(command.created_ms),
            },
            create_localtime: other_spelling.then(local_time),
            create_local_time: (!other_spelling).then(local_time),
            command_type,
            command_name: Name {
                default_value: name,
                i18n_value: Translations {
                    english: name,
                    chinese: feature.map(|feature| feature.chinese),
                },
            },
            timeout: command.timeout_ms / 1_000,
            pending_ttl: command.ttl_ms / 1_000,
            state: state(command),
            tsl_identifier: &command.kind,
            input_data: input(command),
            output_data: done.then(|| json!({"result": "done"})),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireCommand<'a> {
    command_id: &'a str,
    org_id: &'a str,
    product_key: &'a str,
    device_key: &'a str,
    asset_id: &'a str,
    create_time: Value,
    #[serde(rename = "createLocaltime", skip_serializing_if = "Option::is_none")]
    create_localtime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_local_time: Option<String>,
    command_type: u8,
    command_name: Name<'a>,
    timeout: i64,
    pending_ttl: i64,
    state: u8,
    tsl_identifier: &'a str,
    input_data: Value,
    output_data: Option<Value>,
}

impl WireCommand<'_> {
    /// The published answer of a cancel shows each command as still created, whatever the next read
    /// shows.
    pub(super) fn shown_as_created(mut self) -> Self {
        self.state = 1;
        self
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Name<'a> {
    default_value: &'a str,
    #[serde(rename = "i18nValue")]
    i18n_value: Translations<'a>,
}

#[derive(Debug, Serialize)]
struct Translations<'a> {
    #[serde(rename = "en_US")]
    english: &'a str,
    #[serde(rename = "zh_CN", skip_serializing_if = "Option::is_none")]
    chinese: Option<&'a str>,
}

/// A set-point is a bare number or word, a service has an object or nothing.
fn input(command: &Command) -> Value {
    let draw = command.payload;
    let is_even = draw.is_multiple_of(2);
    match &*command.kind {
        "active_power_limit" | "active_power" => json!(100 + draw % 4_900),
        "yaw_mode" => json!(if is_even { "auto" } else { "manual" }),
        "power_factor" => json!(80 + draw % 21),
        "report_interval" => json!(10 + draw % 890),
        "stop_turbine" => json!({"reason": "maintenance", "brake": is_even}),
        "start_turbine" => json!({"ramp_s": 30 + draw % 90}),
        "power_off" | "relay_open" => json!({"confirm": true}),
        _ => Value::Null,
    }
}
