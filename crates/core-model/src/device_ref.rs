//! How a device is named, and its text form.

use std::{fmt, str::FromStr};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{InvalidValue, Provider, applivery, enos, other};

/// The punctuation of the form is percent-encoded; everything else stays readable.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b'%')
    .add(b'/')
    .add(b' ')
    .add(b',')
    .add(b';')
    .add(b'"')
    .add(b'\'');

const FIELD: &str = "device";
const RULE: &str = "must be applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY";
const RULE_APPLIVERY: &str = "must be ID or applivery:ID on an Applivery connection";
const RULE_ENOS: &str =
    "must be asset:ASSET_ID or key:PRODUCT_KEY/DEVICE_KEY on an EnOS connection";
const RULE_ENCODING: &str =
    "must have a '%' only where two hexadecimal digits of UTF-8 text follow";

/// A device at a provider.
///
/// Its text form is `applivery:ID`, `enos:asset:ASSET_ID` or `enos:key:PRODUCT_KEY/DEVICE_KEY`; parts
/// are percent-encoded where needed. Parsing and printing are inverse.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceRef {
    /// A device of Applivery.
    Applivery(applivery::DeviceId),
    /// A device of EnOS.
    Enos(EnosDevice),
    /// A device of a provider that is known by its descriptor alone: `NAME:ID`.
    Other(other::DeviceId),
}

/// The two ways in which EnOS names a device. They are never mixed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EnosDevice {
    /// By its asset.
    Asset(enos::AssetId),
    /// By its product and its key within the product.
    Key(enos::ProductKey, enos::DeviceKey),
}

impl EnosDevice {
    /// Makes a device from the three fields of a form. Exactly one of the two ways must be filled.
    ///
    /// # Errors
    /// When both ways are given, neither is, or a part is missing or invalid.
    pub fn from_fields(
        asset_id: Option<&str>,
        product_key: Option<&str>,
        device_key: Option<&str>,
    ) -> Result<Self, InvalidValue> {
        let filled = |field: Option<&str>| field.is_some_and(|text| !text.is_empty());
        match (filled(asset_id), filled(product_key), filled(device_key)) {
            (true, false, false) => Ok(Self::Asset(enos::AssetId::parse(
                asset_id.unwrap_or_default(),
            )?)),
            (false, false, false) => Err(InvalidValue::new(
                FIELD,
                "must be named by its assetId, or by its productKey and deviceKey",
                "",
            )),
            (true, _, _) => Err(InvalidValue::new(
                FIELD,
                "must be named either by its assetId or by its productKey and deviceKey, not by both",
                asset_id.unwrap_or_default(),
            )),
            (false, _, _) => Ok(Self::Key(
                enos::ProductKey::parse(product_key.unwrap_or_default())?,
                enos::DeviceKey::parse(device_key.unwrap_or_default())?,
            )),
        }
    }

    fn parse(text: &str, whole: &str, rule: &'static str) -> Result<Self, InvalidValue> {
        if let Some(asset) = text.strip_prefix("asset:") {
            return Ok(Self::Asset(enos::AssetId::parse(&decode(asset, whole)?)?));
        }
        let (product, device) = text
            .strip_prefix("key:")
            .and_then(|keys| keys.split_once('/'))
            .ok_or_else(|| InvalidValue::new(FIELD, rule, whole))?;
        // Any further '/' must have been encoded.
        if device.contains('/') {
            return Err(InvalidValue::new(FIELD, rule, whole));
        }
        Ok(Self::Key(
            enos::ProductKey::parse(&decode(product, whole)?)?,
            enos::DeviceKey::parse(&decode(device, whole)?)?,
        ))
    }
}

impl fmt::Display for EnosDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asset(asset) => write!(f, "asset:{}", encode(asset.as_str())),
            Self::Key(product, device) => {
                write!(
                    f,
                    "key:{}/{}",
                    encode(product.as_str()),
                    encode(device.as_str())
                )
            }
        }
    }
}

impl DeviceRef {
    /// The text form without the provider.
    pub fn short(&self) -> String {
        let text = self.to_string();
        match text.split_once(':') {
            Some((_, rest)) => rest.to_owned(),
            None => text,
        }
    }

    /// The provider of the device.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Applivery(_) => Provider::Applivery,
            Self::Enos(_) => Provider::Enos,
            Self::Other(id) => Provider::Other(id.provider()),
        }
    }

    /// Parses a text form for a known provider: its prefix may be left out.
    ///
    /// # Errors
    /// Names the field, the rule and the value; a device of the other provider is refused.
    pub fn parse_for(provider: Provider, text: &str) -> Result<Self, InvalidValue> {
        match provider {
            Provider::Applivery => {
                let id = text.strip_prefix("applivery:").unwrap_or(text);
                if id.contains(':') {
                    return Err(InvalidValue::new(FIELD, RULE_APPLIVERY, text));
                }
                Ok(Self::Applivery(applivery::DeviceId::parse(&decode(
                    id, text,
                )?)?))
            }
            Provider::Enos => {
                let rest = text.strip_prefix("enos:").unwrap_or(text);
                EnosDevice::parse(rest, text, RULE_ENOS).map(Self::Enos)
            }
            Provider::Other(provider) => {
                let prefix = text.split_once(':');
                let id = prefix.filter(|(name, _)| *name == provider.name);
                let id = id.map_or(text, |(_, id)| id);
                // The prefix of another provider.
                if id.contains(':') {
                    return Err(InvalidValue::new(FIELD, provider.device.rule, text));
                }
                other::DeviceId::parse(provider, &decode(id, text)?).map(Self::Other)
            }
        }
    }
}

impl FromStr for DeviceRef {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if let Some(id) = text.strip_prefix("applivery:") {
            Ok(Self::Applivery(applivery::DeviceId::parse(&decode(
                id, text,
            )?)?))
        } else if let Some(rest) = text.strip_prefix("enos:") {
            EnosDevice::parse(rest, text, RULE).map(Self::Enos)
        } else {
            let provider = text
                .split_once(':')
                .and_then(|(name, _)| Provider::by_name(name));
            let provider = provider.ok_or_else(|| InvalidValue::new(FIELD, RULE, text))?;
            Self::parse_for(provider, text)
        }
    }
}

impl fmt::Display for DeviceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applivery(id) => write!(f, "applivery:{id}"),
            Self::Enos(device) => write!(f, "enos:{device}"),
            Self::Other(id) => write!(f, "{}:{}", id.provider().name, encode(id.as_str())),
        }
    }
}

impl Serialize for DeviceRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeviceRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

fn encode(part: &str) -> impl fmt::Display {
    // Letters of every script stay readable; only the punctuation of the form and white space are encoded.
    part.chars()
        .map(|c| match c {
            c if c.is_ascii() || c.is_whitespace() => {
                utf8_percent_encode(c.encode_utf8(&mut [0; 4]), ENCODED).to_string()
            }
            c => c.to_string(),
        })
        .collect::<String>()
}

fn decode<'a>(part: &'a str, whole: &str) -> Result<std::borrow::Cow<'a, str>, InvalidValue> {
    let bytes = part.as_bytes();
    let whole_escapes = bytes
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == b'%')
        .all(|(at, _)| {
            bytes
                .get(at + 1..at + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        });
    if !whole_escapes {
        return Err(InvalidValue::new(FIELD, RULE_ENCODING, whole));
    }
    percent_decode_str(part)
        .decode_utf8()
        .map_err(|_| InvalidValue::new(FIELD, RULE_ENCODING, whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_device() -> impl Strategy<Value = DeviceRef> {
        let key = r"[^\s\p{C}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}]{1,40}";
        let device_key = r"[ \u{a0}\u{3000}]{0,2}[^\p{C}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}]{0,9}x[ \u{3000}]{0,2}";
        prop_oneof![
            r"\w{1,30}"
                .prop_filter_map("ascii", |id| applivery::DeviceId::parse(&id).ok())
                .prop_map(DeviceRef::Applivery),
            "[A-Za-z0-9_]{1,30}"
                .prop_map(|id| DeviceRef::Applivery(applivery::DeviceId::parse(&id).unwrap())),
            key.prop_map(|id| DeviceRef::Enos(EnosDevice::Asset(
                enos::AssetId::parse(&id).unwrap()
            ))),
            (key, device_key).prop_map(|(product, device)| DeviceRef::Enos(EnosDevice::Key(
                enos::ProductKey::parse(&product).unwrap(),
                enos::DeviceKey::parse(&device).unwrap(),
            ))),
        ]
    }

    proptest! {
        #[test]
        fn parse_is_the_inverse_of_print(device in any_device()) {
            let text = device.to_string();
            prop_assert!(!text.contains(char::is_whitespace), "{:?}", text);
            prop_assert_eq!(text.parse::<DeviceRef>().unwrap(), device.clone());
            prop_assert_eq!(DeviceRef::parse_for(device.provider(), &text).unwrap(), device.clone());
            let (_, short) = text.split_once(':').unwrap();
            prop_assert_eq!(DeviceRef::parse_for(device.provider(), short).unwrap(), device);
        }

        #[test]
        fn whatever_parses_prints_to_a_text_that_parses_alike(text in r"(applivery|enos:asset|enos:key)?:?[a-z%/: 0-9]{0,20}") {
            if let Ok(device) = text.parse::<DeviceRef>() {
                prop_assert_eq!(device.to_string().parse::<DeviceRef>().unwrap(), device);
            }
        }
    }

    #[test]
    fn the_plain_forms() {
        for text in [
            "applivery:R58M123",
            "enos:asset:sxH2DD6f",
            "enos:key:pk/dk",
            "enos:key:a%2Fb/c%25d",
            "enos:asset:风机-7",
            "enos:key:pk/a%20b",
        ] {
            assert_eq!(text.parse::<DeviceRef>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn blanks_stand_in_a_device_key_and_nowhere_else() {
        let device: DeviceRef = "enos:key:pk/turbine 7".parse().unwrap();
        assert_eq!(device.to_string(), "enos:key:pk/turbine%207");
        for text in [
            "enos:key:pk/%20",
            "enos:key:pk/ ",
            "enos:key:p k/dk",
            "enos:asset:a b",
        ] {
            assert!(text.parse::<DeviceRef>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_a_device_is_refused() {
        for text in [
            "",
            " ",
            "R58M123",
            "applivery:",
            "applivery: ",
            "applivery:a b",
            "applivery:a/b",
            "enos:",
            "enos:asset:",
            "enos:key:pk",
            "enos:key:/dk",
            "enos:key:pk/",
            "enos:key:a/b/c",
            "enos:asset:%",
            "enos:asset:%zz",
            "enos:asset:%ff",
            "enos:asset:%20",
            "enos:asset:a%0ab",
            "enos:other:x",
            "Enos:asset:x",
        ] {
            assert!(text.parse::<DeviceRef>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_device_of_the_other_vendor_is_refused() {
        assert!(DeviceRef::parse_for(Provider::Applivery, "enos:asset:x").is_err());
        assert!(DeviceRef::parse_for(Provider::Enos, "applivery:x").is_err());
        assert!(
            DeviceRef::parse_for(Provider::Enos, "x").is_err(),
            "a bare word says neither form"
        );
    }

    #[test]
    fn both_forms_or_neither_are_refused() {
        assert!(EnosDevice::from_fields(Some("a"), Some("p"), Some("d")).is_err());
        assert!(EnosDevice::from_fields(Some("a"), None, Some("d")).is_err());
        assert!(EnosDevice::from_fields(None, None, None).is_err());
        assert!(EnosDevice::from_fields(Some(""), Some(""), Some("")).is_err());
        assert!(EnosDevice::from_fields(None, Some("p"), None).is_err());
        assert!(EnosDevice::from_fields(None, Some("p"), Some("d")).is_ok());
        assert!(EnosDevice::from_fields(Some("a"), Some(""), None).is_ok());
    }
}
