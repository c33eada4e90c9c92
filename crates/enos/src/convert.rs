//! Converts the wire format to the model.

use countermand_core_model::{
    CancelAnswer, Command, CommandState, Device, DeviceRef, EnosDevice, Organization, RawJson,
    Timestamp,
    enos::{AssetId, CommandId, DeviceKey, OrgId, ProductKey},
};
use serde_json::{Value, value::RawValue};

use crate::{
    state,
    wire::{Envelope, WireCommand, WireDevice},
};

/// The members that hold what is asked of a device, and what it answered.
const PAYLOADS: [&str; 2] = ["inputData", "outputData"];
const REDACTED: &str = "[redacted]";

/// A command of `device`, with this id.
pub(crate) fn command(
    org: &OrgId,
    device: EnosDevice,
    id: CommandId,
    wire: &WireCommand<'_>,
) -> Command {
    let mut command = Command::new(
        Organization::Enos(org.clone()),
        DeviceRef::Enos(device),
        countermand_core_model::CommandId::Enos(id),
    );
    command.device_also = other_name(&command.device, wire).map(Box::new);
    command.kind = kind(wire.command_type.as_deref());
    command.name = wire
        .name
        .as_deref()
        .or(wire.tsl_identifier.as_deref())
        .map(str::to_owned);
    command.state = wire.state.as_deref().map_or(CommandState::Unknown, |word| {
        state::with_output(state::from_word(word), wire.has_output)
    });
    command.vendor_state = wire.state.as_deref().map(str::to_owned);
    command.created_at = wire
        .create_time
        .and_then(Timestamp::from_millis)
        .filter(|at| at.is_plausible());
    command.expires_at = command
        .created_at
        .zip(wire.pending_ttl.filter(|seconds| *seconds > 0))
        .and_then(|(created, seconds)| created.plus_millis(seconds.checked_mul(1_000)?));
    let members = wire.request.iter().copied();
    let members = members.filter_map(|(name, value)| Some((name, value?)));
    let names = [&wire.tsl_identifier, &wire.name];
    let (raw, request) = if names
        .into_iter()
        .flatten()
        .any(|name| RawJson::is_secret_name(name))
    {
        without_payload(wire.raw, members)
    } else {
        RawJson::redacted_with_members(wire.raw, members)
    };
    command.raw = Some(raw);
    command.request = Some(request).filter(|request| request.as_str() != "{}");
    command
}

/// The other name of `device`, where the command tells it whole.
fn other_name(device: &DeviceRef, wire: &WireCommand<'_>) -> Option<DeviceRef> {
    let other = match device {
        DeviceRef::Enos(EnosDevice::Asset(asset))
            if wire.asset_id.as_deref()? == asset.as_str() =>
        {
            key(wire.product_key.as_deref(), wire.device_key.as_deref())
        }
        DeviceRef::Enos(EnosDevice::Key(product, device))
            if wire.product_key.as_deref()? == product.as_str()
                && wire.device_key.as_deref()? == device.as_str() =>
        {
            asset(wire.asset_id.as_deref())
        }
        _ => None,
    };
    other.map(DeviceRef::Enos)
}

fn kind(command_type: Option<&str>) -> String {
    match command_type {
        Some("1") => "measurement point setting".to_owned(),
        Some("2") => "service invocation".to_owned(),
        Some(other) => format!("command type {other}"),
        None => String::new(),
    }
}

/// The command's JSON and its request, without its payload: a measurement point may itself be a password,
/// and its value is under a name that does not show it.
fn without_payload<'a>(
    raw: &str,
    request: impl Iterator<Item = (&'a str, &'a RawValue)>,
) -> (RawJson, RawJson) {
    let mut item: Value = serde_json::from_str(raw).unwrap_or(Value::Null);
    for name in PAYLOADS {
        if let Some(payload) = item.get_mut(name).filter(|payload| !payload.is_null()) {
            *payload = Value::String(REDACTED.to_owned());
        }
    }
    let request = request.map(|(name, value)| {
        let is_payload = PAYLOADS.contains(&name);
        let value = if is_payload {
            Value::String(REDACTED.to_owned())
        } else {
            serde_json::from_str(value.get()).unwrap_or(Value::Null)
        };
        (name.to_owned(), value)
    });
    let request = Value::Object(request.collect());
    (RawJson::from_value(item), RawJson::from_value(request))
}

/// The commands in an answer to a cancel. `data` may be missing, a list, or one command; items without a
/// valid id are ignored.
pub(crate) fn cancel_answer(
    org: &OrgId,
    device: &EnosDevice,
    envelope: Envelope<'_>,
) -> CancelAnswer {
    let data = envelope.members.raw("data");
    let items: Vec<&RawValue> = data.map_or_else(Vec::new, |data| {
        serde_json::from_str(data.get()).unwrap_or_else(|_| vec![data])
    });
    let commands = items
        .into_iter()
        .filter_map(|item| {
            let wire = WireCommand::of(item)?;
            let id = CommandId::parse(wire.id.as_deref()?).ok()?;
            Some(command(org, device_of(&wire, device)?, id, &wire))
        })
        .collect();
    CancelAnswer::new(commands, envelope.word)
}

/// The device of a command in the form of `asked`: `asked` itself where the command names no other, none
/// where it names no valid one.
fn device_of(wire: &WireCommand<'_>, asked: &EnosDevice) -> Option<EnosDevice> {
    if !wire.is_of_another(asked) {
        return Some(asked.clone());
    }
    match asked {
        EnosDevice::Asset(_) => asset(wire.asset_id.as_deref()),
        EnosDevice::Key(product, device) => key(
            wire.product_key.as_deref().or(Some(product.as_str())),
            wire.device_key.as_deref().or(Some(device.as_str())),
        ),
    }
}

/// A device of the device search: named by its keys where both are there, else by its asset.
pub(crate) fn device(wire: WireDevice) -> Option<Device> {
    let by_key = key(wire.product_key.as_deref(), wire.device_key.as_deref());
    let named_by_asset = by_key.is_none();
    let named = by_key.or_else(|| asset(wire.asset_id.as_deref()))?;
    let mut device = Device::new(DeviceRef::Enos(named));
    if !named_by_asset {
        device.also = asset(wire.asset_id.as_deref()).map(DeviceRef::Enos);
    }
    device.name = wire.name;
    device.is_online = wire.status.as_deref().and_then(is_online);
    device.status = wire.status;
    device.details = [
        ("asset", wire.asset_id.filter(|_| !named_by_asset)),
        ("product", wire.product_name),
        ("model", wire.model_id),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label.to_owned(), value?)))
    .collect();
    Some(device)
}

/// Whether a device of this status can be reached. The words are documented for the search of devices.
fn is_online(status: &str) -> Option<bool> {
    match status.trim().to_ascii_lowercase().as_str() {
        "online" => Some(true),
        "offline" | "inactive" | "disabled" => Some(false),
        _ => None,
    }
}

fn key(product: Option<&str>, device: Option<&str>) -> Option<EnosDevice> {
    Some(EnosDevice::Key(
        ProductKey::parse(product?).ok()?,
        DeviceKey::parse(device?).ok()?,
    ))
}

fn asset(asset: Option<&str>) -> Option<EnosDevice> {
    AssetId::parse(asset?).ok().map(EnosDevice::Asset)
}
