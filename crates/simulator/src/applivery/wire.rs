//! A command as Applivery prints it.
//!
//! The documents leave much open: every field is optional, `config` and `_config` look alike, and
//! only one status is named. So devices differ in what they print, by their number, within what the
//! documents allow.

use serde_json::{Map, Value, json};

use crate::fleet::command::{Command, TrueState};
use crate::fleet::identity::Identity;
use crate::fleet::names;
use crate::instant::rfc3339;

/// Every new password that the simulator prints begins with this, so that a test can look for it
/// where it must not be.
pub const NEW_PASSWORD_PREFIX: &str = "Simulated-Passw0rd-";
/// Every eSIM activation code that the simulator prints begins with this.
pub const ACTIVATION_CODE_PREFIX: &str = "LPA:1$simulated.example$";

/// Not the type of the system underneath, but the one in the published example.
const TYPE: &str = "type.googleapis.com/google.apps.gmm.v1.Command";

pub(super) fn command(identity: &Identity, index: u32, command: &Command) -> Value {
    let shape = index % 4;
    let digits = [0, 3, 6, 9].get(shape as usize).copied().unwrap_or(0);
    let offset = if index % 5 == 4 { 2 } else { 0 };
    let time = |ms| Value::String(rfc3339(ms, digits, offset));
    let (_, _, user) = names::applivery_name(identity.seed(), index);
    let email = format!("{user}@example.com");

    let id = if shape == 1 { "_id" } else { "id" };
    let user_id = identity.user_id(u64::from(index));
    let mdm_user = match shape {
        0 => json!(user_id),
        3 => Value::Null,
        _ => json!({"id": user_id, "email": email}),
    };
    let mut metadata = metadata(command, shape, &email);
    metadata.insert("createTime".to_owned(), time(command.created_ms));
    let name = format!(
        "enterprises/{}/devices/{}/operations/{}",
        identity.amapi_enterprise(),
        identity.imei(index),
        command.created_ms
    );
    let mut config = json!({"metadata": metadata});
    let mut underscored = json!({"name": name, "metadata": {"type": &*command.kind}});
    // Which of the two is fresher is not known; here they never disagree.
    if shape != 2 {
        operation_result(&mut config, command);
    }
    if shape >= 2 {
        operation_result(&mut underscored, command);
    }
    let status = status(command, shape);
    let mut body = json!({
        id: &*command.id,
        "organization": identity.applivery_org(),
        "emmEnterprise": identity.enterprise(),
        "mdmUser": mdm_user,
        "status": status,
        "config": config,
        "_config": underscored,
        "updatedAt": time(command.updated_ms()),
        "createdAt": time(command.created_ms),
    });
    if let (None, Some(members)) = (status, body.as_object_mut()) {
        members.shift_remove("status");
    }
    body
}

/// Only PENDING is documented; a client has to understand the other words, too.
fn status(command: &Command, shape: u32) -> Option<&'static str> {
    let words = match command.state {
        TrueState::Pending => ["PENDING"; 4],
        TrueState::Sent => ["SENT", "DELIVERED", "in_progress", "sent"],
        // One that succeeded may carry no status at all.
        TrueState::Succeeded if shape == 3 => return None,
        TrueState::Succeeded => ["SUCCESS", "COMPLETED", "acknowledged", "DONE"],
        TrueState::Failed | TrueState::TimedOut => ["FAILED", "ERROR", "failed", "FAILED"],
        // The operation's own error counts, whatever the status still says.
        TrueState::Cancelled => ["CANCELLED", "PENDING", "canceled", "CANCELLED"],
        TrueState::Expired => ["EXPIRED", "EXPIRED", "expired", "EXPIRED"],
    };
    words.get(shape as usize).copied()
}

fn metadata(command: &Command, shape: u32, email: &str) -> Map<String, Value> {
    let mut metadata = Map::new();
    metadata.insert("@type".to_owned(), json!(TYPE));
    metadata.insert("type".to_owned(), json!(&*command.kind));
    let seconds = command.ttl_ms / 1_000;
    let duration = match shape {
        1 => json!(seconds),
        2 => json!(format!("{seconds}.0s")),
        _ => json!(format!("{seconds}s")),
    };
    metadata.insert("duration".to_owned(), duration);
    metadata.insert("userName".to_owned(), json!(email));
    let payload = command.payload;
    let members = match &*command.kind {
        "RESET_PASSWORD" => {
            let password = format!("{NEW_PASSWORD_PREFIX}{:08x}", payload & 0xffff_ffff);
            json!({"newPassword": password, "resetPasswordFlags": ["LOCK_NOW"]})
        }
        "ADD_ESIM" => {
            let code = format!("{ACTIVATION_CODE_PREFIX}{payload:016X}");
            json!({"addEsimParams": {"activationCode": code, "activationState": "ACTIVATED"}})
        }
        "WIPE" => json!({"wipeParams": {"wipeDataFlags": ["PRESERVE_RESET_PROTECTION_DATA"]}}),
        "CLEAR_APP_DATA" => {
            json!({"clearAppsDataParams": {"packageNames": ["com.example.till"]}})
        }
        "START_LOST_MODE" => json!({"startLostModeParams": {
            "lostMessage": {"defaultMessage": "Please call +1 555 0100"}
        }}),
        _ => Value::Null,
    };
    metadata.extend(members.as_object().cloned().into_iter().flatten());
    if matches!(command.state, TrueState::Failed | TrueState::TimedOut) {
        metadata.insert("errorCode".to_owned(), json!("UNKNOWN"));
    }
    metadata
}

/// `done`, and `error` or `response`, as an operation of the system underneath has them.
fn operation_result(operation: &mut Value, command: &Command) {
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    operation.insert("done".to_owned(), json!(command.state.is_over()));
    let (key, value) = match command.state {
        TrueState::Cancelled => ("error", json!({"code": 1, "message": "CANCELLED"})),
        TrueState::Failed | TrueState::TimedOut => (
            "error",
            json!({"code": 13, "message": "The device could not execute the command"}),
        ),
        TrueState::Succeeded => ("response", json!({})),
        _ => return,
    };
    operation.insert(key.to_owned(), value);
}
