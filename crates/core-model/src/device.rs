//! A device as the providers' lists show it.

use serde::Serialize;

use crate::{DeviceRef, Provider, SearchText, Timestamp};

/// A device of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Device {
    /// The provider.
    pub provider: Provider,
    /// How to name it: the text form.
    pub device: DeviceRef,
    /// Its other name, where the provider tells both. It is the same device.
    #[serde(skip)]
    pub also: Option<DeviceRef>,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The provider's word for its status (`ACTIVE`, `online`, ...).
    pub status: Option<String>,
    /// Other values that identify it, with their labels: model, serial number, user, asset.
    pub details: Vec<(String, String)>,
    /// When the provider last heard from it, if the provider tells. A device that was heard of after a command was given
    /// may have taken it already.
    pub last_contact: Option<Timestamp>,
    /// Whether it can be reached now, if the provider tells.
    pub is_online: Option<bool>,
}

impl Device {
    /// A device without any details.
    pub fn new(device: DeviceRef) -> Self {
        Self {
            provider: device.provider(),
            device,
            also: None,
            name: None,
            status: None,
            details: Vec::new(),
            last_contact: None,
            is_online: None,
        }
    }

    /// Returns whether `text` occurs, without case, in what names the device or in any other text that is shown. A blank
    /// text is in none.
    pub fn matches(&self, text: &str) -> bool {
        let Ok(wanted) = SearchText::parse("search", text) else {
            return false;
        };
        let within = |shown: &str| wanted.is_in(shown);
        wanted.is_in_device(&self.device)
            || self.name.as_deref().is_some_and(within)
            || self.status.as_deref().is_some_and(within)
            || self.details.iter().any(|(_, value)| within(value))
    }
}
