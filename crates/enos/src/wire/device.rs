//! A device of the device search. Its items are barely documented.

use serde_json::value::RawValue;

use super::Members;

/// A device as the provider sends it. `deviceSecret` is not read.
pub(crate) struct WireDevice {
    /// The product's key.
    pub(crate) product_key: Option<String>,
    /// The device's key within the product.
    pub(crate) device_key: Option<String>,
    /// The asset.
    pub(crate) asset_id: Option<String>,
    /// The name: a string, or an object of languages.
    pub(crate) name: Option<String>,
    /// The provider's word for its status.
    pub(crate) status: Option<String>,
    /// The product's name.
    pub(crate) product_name: Option<String>,
    /// The model.
    pub(crate) model_id: Option<String>,
}

impl WireDevice {
    /// Decodes an item, where it is an object.
    pub(crate) fn of(raw: &RawValue) -> Option<Self> {
        let members = Members::of(raw)?;
        Some(Self {
            product_key: members.text("productKey"),
            device_key: members.text("deviceKey"),
            asset_id: members.text("assetId"),
            name: name(&members, "deviceName"),
            status: members.text("status"),
            product_name: name(&members, "productName"),
            model_id: members.text("modelId"),
        })
    }
}

fn name(members: &Members<'_>, member: &str) -> Option<String> {
    members.text(member).or_else(|| {
        let languages = members.object(member)?;
        languages.text("defaultValue").or_else(|| {
            let texts = languages.object("i18nValue")?;
            texts.text("en_US").or_else(|| texts.first_locale())
        })
    })
}
