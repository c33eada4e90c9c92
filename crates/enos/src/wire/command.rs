//! The Command struct.
//!
//! <https://support.envisioniot.com/docs/api/en/2.1.0/connect/get_command.html>

use std::borrow::Cow;

use countermand_core_model::EnosDevice;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{
    field_picker::PickedFields,
    members::{integer, text},
};

/// The members that are read.
const NAMES: [&str; 13] = [
    "commandId",
    "productKey",
    "deviceKey",
    "assetId",
    "createTime",
    "commandType",
    "commandName",
    "timeout",
    "pendingTtl",
    "state",
    "tslIdentifier",
    "inputData",
    "outputData",
];

/// Those members of an item, not yet decoded.
pub(super) struct Members<'a>(PickedFields<'a, { NAMES.len() }>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        PickedFields::read(deserializer, &NAMES).map(Self)
    }
}

/// A command as the provider sends it.
pub(crate) struct WireCommand<'a> {
    /// The whole item.
    pub(crate) raw: &'a str,
    /// Its id: a string, or the digits of a number.
    pub(crate) id: Option<Cow<'a, str>>,
    /// The product's key.
    pub(crate) product_key: Option<Cow<'a, str>>,
    /// The device's key within the product.
    pub(crate) device_key: Option<Cow<'a, str>>,
    /// The device's asset.
    pub(crate) asset_id: Option<Cow<'a, str>>,
    /// When it was created, in milliseconds since the epoch.
    pub(crate) create_time: Option<i64>,
    /// 1 for setting a measurement point, 2 for invoking a service.
    pub(crate) command_type: Option<Cow<'a, str>>,
    /// Its name in the default language.
    pub(crate) name: Option<Cow<'a, str>>,
    /// How many seconds it may wait in the cache; 0 is instant.
    pub(crate) pending_ttl: Option<i64>,
    /// 1 to 7.
    pub(crate) state: Option<Cow<'a, str>>,
    /// The feature of the device's model.
    pub(crate) tsl_identifier: Option<Cow<'a, str>>,
    /// Whether the device answered.
    pub(crate) has_output: bool,
    /// The members of the request, in the order in which they are shown.
    pub(crate) request: [(&'static str, Option<&'a RawValue>); 4],
}

impl<'a> WireCommand<'a> {
    /// Decodes an item, where it is an object with any members.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        Self::with(raw.get(), &Members(PickedFields::of(raw, &NAMES)?))
    }

    /// The item with the text `raw`, where it has any members.
    pub(super) fn with(raw: &'a str, Members(picked): &Members<'a>) -> Option<Self> {
        if picked.is_empty {
            return None;
        }
        let [
            id,
            product_key,
            device_key,
            asset_id,
            create_time,
            command_type,
            name,
            timeout,
            pending_ttl,
            state,
            tsl_identifier,
            input_data,
            output_data,
        ] = picked.values;
        let default_name = |name| {
            let [default] = PickedFields::of(name, &["defaultValue"])?.values;
            default.and_then(text)
        };
        Some(Self {
            raw,
            id: id.and_then(text),
            product_key: product_key.and_then(text),
            device_key: device_key.and_then(text),
            asset_id: asset_id.and_then(text),
            create_time: create_time.and_then(integer),
            command_type: command_type.and_then(text),
            name: name.and_then(|name| text(name).or_else(|| default_name(name))),
            pending_ttl: pending_ttl.and_then(integer),
            state: state.and_then(text),
            tsl_identifier: tsl_identifier.and_then(text),
            has_output: output_data.is_some_and(is_answer),
            request: [
                ("tslIdentifier", tsl_identifier),
                ("inputData", input_data),
                ("timeout", timeout),
                ("pendingTtl", pending_ttl),
            ],
        })
    }

    /// Returns whether it says that it belongs to another device than `asked`, in the form in which that is named.
    pub(crate) fn is_of_another(&self, asked: &EnosDevice) -> bool {
        let differs = |said: &Option<Cow<'_, str>>, asked: &str| {
            said.as_deref().is_some_and(|said| said != asked)
        };
        match asked {
            EnosDevice::Asset(asset) => differs(&self.asset_id, asset.as_str()),
            EnosDevice::Key(product, device) => {
                differs(&self.product_key, product.as_str())
                    || differs(&self.device_key, device.as_str())
            }
        }
    }
}

/// Returns whether an `outputData` holds an answer. An empty one may be there for every command.
fn is_answer(output: &RawValue) -> bool {
    output
        .get()
        .chars()
        .any(|c| !matches!(c, '"' | '{' | '}' | '[' | ']') && !c.is_whitespace())
}
