//! A command as EnOS prints it. Devices differ, by their number, in what the documents leave open.

use serde_json::{Map, Value, json};

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
    feature_of(&command.kind).map_or(command.kind.as_str(), |feature| feature.name)
}

pub(super) fn command(identity: &Identity, index: u32, command: &Command) -> Map<String, Value> {
    let feature = feature_of(&command.kind);
    let command_type = feature.map_or(2, |feature| feature.command_type);
    let name = name(command);
    let i18n = match feature {
        Some(feature) => json!({"en_US": name, "zh_CN": feature.chinese}),
        None => json!({"en_US": name}),
    };
    let as_text = index.is_multiple_of(2);
    let created = if as_text {
        json!(command.created_ms.to_string())
    } else {
        json!(command.created_ms)
    };
    let local_key = if index % 3 == 1 {
        "createLocaltime"
    } else {
        "createLocalTime"
    };
    let output = match command.state {
        TrueState::Succeeded if command_type == 2 => json!({"result": "done"}),
        _ => Value::Null,
    };
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    put("commandId", json!(command.id));
    put("orgId", json!(identity.enos_org()));
    put("productKey", json!(identity.product_key(index)));
    put("deviceKey", json!(identity.device_key(index)));
    put("assetId", json!(identity.asset_id(index)));
    put("createTime", created);
    put(local_key, json!(local(command.created_ms)));
    put("commandType", json!(command_type));
    put(
        "commandName",
        json!({"defaultValue": name, "i18nValue": i18n}),
    );
    put("timeout", json!(command.timeout_ms / 1_000));
    put("pendingTtl", json!(command.ttl_ms / 1_000));
    put("state", json!(state(command)));
    put("tslIdentifier", json!(command.kind));
    put("inputData", input(command));
    put("outputData", output);
    body
}

/// A set-point is a bare number, a service has an object or nothing.
fn input(command: &Command) -> Value {
    let draw = command.payload;
    match command.kind.as_str() {
        "active_power_limit" | "active_power" => json!(100 + draw % 4_900),
        "yaw_mode" => json!(if draw.is_multiple_of(2) {
            "auto"
        } else {
            "manual"
        }),
        "power_factor" => json!(80 + draw % 21),
        "report_interval" => json!(10 + draw % 890),
        "stop_turbine" => json!({"reason": "maintenance", "brake": draw.is_multiple_of(2)}),
        "start_turbine" => json!({"ramp_s": 30 + draw % 90}),
        "power_off" | "relay_open" => json!({"confirm": true}),
        _ => Value::Null,
    }
}
