//! The addresses, keys and devices of the simulator.

use std::fmt;

use serde::Serialize;

use crate::fleet::Provider;
use crate::fleet::identity::Identity;

/// How many devices of a provider the description names at most: the line stays one that can be read.
const NAMED_DEVICES: u32 = 10_000;

/// Where both providers are served, with which keys, and which devices there are: the line of JSON that
/// `countermand simulate` prints.
///
/// The keys belong to the simulator alone and open nothing else; even so they are left out of `Debug`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// The Applivery side.
    pub applivery: AppliveryDescription,
    /// The EnOS side.
    pub enos: EnosDescription,
}

/// The Applivery side of a [`Description`].
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct AppliveryDescription {
    /// Includes `/v1`.
    pub base_url: String,
    /// The organization's id of 24 hexadecimal digits.
    pub org: String,
    /// The service account's token.
    pub token: String,
    /// `applivery:ID`; the first three have pending commands.
    pub devices: Vec<String>,
}

/// The EnOS side of a [`Description`].
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct EnosDescription {
    /// Scheme and host, no path.
    pub base_url: String,
    /// The organization's id.
    pub org: String,
    /// The application's key.
    pub app_key: String,
    /// The application's secret.
    pub app_secret: String,
    /// `enos:asset:ID` and `enos:key:PRODUCT/DEVICE` in turn; the first three have cached commands.
    pub devices: Vec<String>,
}

impl Description {
    pub(crate) fn new(authority: &str, identity: &Identity) -> Self {
        let named = identity.devices().min(NAMED_DEVICES);
        let devices = |provider| {
            (0..named)
                .map(|index| identity.device_text(provider, index))
                .collect()
        };
        Self {
            applivery: AppliveryDescription {
                base_url: format!("http://{authority}/v1"),
                org: identity.applivery_org(),
                token: identity.applivery_token(),
                devices: devices(Provider::Applivery),
            },
            enos: EnosDescription {
                base_url: format!("http://{authority}"),
                org: identity.enos_org(),
                app_key: identity.app_key(),
                app_secret: identity.app_secret(),
                devices: devices(Provider::Enos),
            },
        }
    }
}

impl fmt::Debug for AppliveryDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppliveryDescription")
            .field("base_url", &self.base_url)
            .field("org", &self.org)
            .field("devices", &self.devices.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EnosDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnosDescription")
            .field("base_url", &self.base_url)
            .field("org", &self.org)
            .field("devices", &self.devices.len())
            .finish_non_exhaustive()
    }
}
