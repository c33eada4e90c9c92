//! The Command struct.
//!
//! <https://support.envisioniot.com/docs/api/en/2.1.0/connect/get_command.html>

use countermand_core_model::EnosDevice;
use serde_json::value::RawValue;

use super::Members;

/// A command as the vendor sends it.
pub(crate) struct WireCommand<'a> {
    /// The whole item.
    pub(crate) raw: &'a RawValue,
    /// Its id: a string, or a number to the letter.
    pub(crate) id: Option<String>,
    /// The product's key.
    pub(crate) product_key: Option<String>,
    /// The device's key within the product.
    pub(crate) device_key: Option<String>,
    /// The device's asset.
    pub(crate) asset_id: Option<String>,
    /// When it was given, in milliseconds since the epoch.
    pub(crate) create_time: Option<i64>,
    /// 1 for setting a measurement point, 2 for invoking a service.
    pub(crate) command_type: Option<String>,
    /// Its name in the default language.
    pub(crate) name: Option<String>,
    /// How many seconds it may wait in the cache; 0 is instant.
    pub(crate) pending_ttl: Option<i64>,
    /// 1 to 7.
    pub(crate) state: Option<String>,
    /// What of the device's model it is about.
    pub(crate) tsl_identifier: Option<String>,
    /// The members that say what is asked of the device, in the order in which they are shown.
    pub(crate) request: Vec<(&'static str, &'a RawValue)>,
}

impl<'a> WireCommand<'a> {
    /// Takes an item apart, where it is an object with any members.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        let members = Members::of(raw).filter(|members| !members.is_empty())?;
        Some(Self {
            raw,
            id: members.text("commandId"),
            product_key: members.text("productKey"),
            device_key: members.text("deviceKey"),
            asset_id: members.text("assetId"),
            create_time: members.integer("createTime"),
            command_type: members.text("commandType"),
            name: members.text("commandName").or_else(|| {
                members
                    .object("commandName")
                    .and_then(|name| name.text("defaultValue"))
            }),
            pending_ttl: members.integer("pendingTtl"),
            state: members.text("state"),
            tsl_identifier: members.text("tslIdentifier"),
            request: ["tslIdentifier", "inputData", "timeout", "pendingTtl"]
                .into_iter()
                .filter_map(|name| Some((name, members.raw(name)?)))
                .collect(),
        })
    }

    /// Does it say that it belongs to another device than `asked`, in the form in which that is named?
    pub(crate) fn is_of_another(&self, asked: &EnosDevice) -> bool {
        let differs =
            |said: &Option<String>, asked: &str| said.as_deref().is_some_and(|said| said != asked);
        match asked {
            EnosDevice::Asset(asset) => differs(&self.asset_id, asset.as_str()),
            EnosDevice::Key(product, device) => {
                differs(&self.product_key, product.as_str())
                    || differs(&self.device_key, device.as_str())
            }
        }
    }
}
