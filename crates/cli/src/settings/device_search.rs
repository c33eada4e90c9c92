//! Finds devices in the list of the organization's devices.

use std::collections::HashSet;

use countermand_core_model::{Device, DeviceRef, EnosDevice, SearchText};

use super::session::Session;
use crate::{
    failure::{Failure, in_words},
    output::{count, say, text::visible},
    progress::Waiting,
};

/// The number of candidates that are named; more are counted.
const NAMED: usize = 10;

/// The label of a serial number among a device's details.
const SERIAL: &str = "serial number";

/// The devices of a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundDevices {
    /// Each device once.
    pub(crate) devices: Vec<DeviceRef>,
    /// Whether no other device may be selected as well.
    pub(crate) is_whole: bool,
}

/// A property that exactly one device must have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DeviceQuery {
    property: Property,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Property {
    Name,
    /// The serial number; at EnOS, which has none, the device's key.
    Serial,
}

impl DeviceQuery {
    /// Parses `name:TEXT` or `serial:TEXT`; `None` for anything else.
    ///
    /// # Errors
    /// When the text is empty or blank: it would be an unset variable.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, Failure> {
        let Some((property, text)) = text.split_once(':') else {
            return Ok(None);
        };
        let (property, field) = match property {
            "name" => (Property::Name, "name"),
            "serial" => (Property::Serial, "serial"),
            _ => return Ok(None),
        };
        let text = SearchText::parse(field, text.trim())?;
        Ok(Some(Self {
            property,
            text: text.as_str().to_owned(),
        }))
    }

    /// Returns whether the device has exactly this value. Case is ignored.
    fn matches(&self, device: &Device) -> bool {
        let is = |value: &str| value.trim().to_lowercase() == self.text.to_lowercase();
        match self.property {
            Property::Name => device.name.as_deref().is_some_and(is),
            Property::Serial => {
                let mut serials = device.details.iter().filter(|(label, _)| label == SERIAL);
                let of_key = match &device.device {
                    DeviceRef::Enos(EnosDevice::Key(_, key)) => is(key.as_str()),
                    _ => false,
                };
                of_key || serials.any(|(_, value)| is(value))
            }
        }
    }

    /// Returns what was asked for, to follow the device or devices: `is named "Tablet 7"`.
    fn in_words(&self, is_one: bool) -> String {
        match (self.property, is_one) {
            (Property::Name, true) => format!("is named {:?}", self.text),
            (Property::Name, false) => format!("are named {:?}", self.text),
            (Property::Serial, true) => format!("has serial number {:?}", self.text),
            (Property::Serial, false) => format!("have serial number {:?}", self.text),
        }
    }
}

/// Returns the device for each of `queries`, in their order.
///
/// # Errors
/// When not exactly one device has the property, or the list is not whole, so that others may have it.
pub(super) async fn find(
    session: &Session,
    queries: &[&DeviceQuery],
) -> Result<Vec<DeviceRef>, Failure> {
    let search = match queries {
        [] => return Ok(Vec::new()),
        [one] => Some(one.text.as_str()),
        _ => None,
    };
    let (devices, is_whole) = list(session, search).await?;
    let found = queries.iter().map(|query| {
        let (matching, others): (Vec<&Device>, Vec<&Device>) =
            devices.iter().partition(|device| query.matches(device));
        let similar = others.into_iter().filter(|one| one.matches(&query.text));
        let found = match (matching.as_slice(), is_whole) {
            ([one], true) => return Ok(one.device.clone()),
            (_, false) => {
                let message = format!(
                    "Cannot tell which device {}: the device list is incomplete. Nothing was sent.",
                    query.in_words(true)
                );
                return Err(Failure::before_sending(session.redactor.of(&message)));
            }
            ([], true) => match candidates(similar) {
                None => format!(
                    "No device of {} {}.",
                    session.client.org(),
                    query.in_words(true)
                ),
                Some(similar) => {
                    format!("No device {}. Similar: {similar}.", query.in_words(true))
                }
            },
            (several, true) => format!(
                "{} {}: {}. Name one of them by its ID.",
                count(several.len(), "device"),
                query.in_words(several.len() == 1),
                candidates(several.iter().copied()).unwrap_or_default()
            ),
        };
        Err(Failure::usage(session.redactor.of(&found)))
    });
    found.collect()
}

/// Returns every device, or those in which `search` occurs. A list that is not whole is said.
///
/// # Errors
/// When no device could be listed, or none matches.
pub(super) async fn find_all(
    session: &Session,
    search: Option<&str>,
) -> Result<FoundDevices, Failure> {
    let (devices, is_whole) = list(session, search).await?;
    if let (Some(search), true) = (search, devices.is_empty()) {
        let org = session.client.org();
        return Err(Failure::usage(format!(
            "No device of {org} matches --search {search:?}."
        )));
    }
    if devices.is_empty() {
        say(&format!("{} has no devices.", session.client.org()));
    }
    let mut known = HashSet::new();
    let devices = devices.into_iter().map(|device| device.device);
    let devices = devices.filter(|device| known.insert(device.clone()));
    Ok(FoundDevices {
        devices: devices.collect(),
        is_whole,
    })
}

/// Lists the devices. Also returns whether that is all of them; if not, it is said.
async fn list(session: &Session, search: Option<&str>) -> Result<(Vec<Device>, bool), Failure> {
    let progress = Waiting::start("listing the devices");
    let mut devices = Vec::new();
    let tell = |page: Vec<Device>| {
        progress.came(page.len());
        devices.extend(page);
    };
    let listed = tokio::select! {
        listed = session.client.devices_as_they_come(search, tell) => listed,
        never = progress.tick() => match never {},
    };
    progress.clear();
    let why = match listed {
        Ok(listing) if listing.is_whole() => return Ok((devices, true)),
        Ok(_) => "entries are missing or could not be read".to_owned(),
        Err(error) => in_words(&error),
    };
    if devices.is_empty() {
        let message = format!("Cannot list the devices: {why}");
        return Err(Failure::before_sending(session.redactor.of(&message)));
    }
    let message = format!(
        "The device list is incomplete; there may be more than {}: {why}",
        count(devices.len(), "device")
    );
    say(&session.redactor.of(&message));
    Ok((devices, false))
}

/// Names devices: `applivery:A ("Tablet 7"), applivery:B and 3 more`; `None` if there are none.
fn candidates<'a>(devices: impl Iterator<Item = &'a Device>) -> Option<String> {
    let words = devices.map(|one| match &one.name {
        Some(name) => format!("{} ({:?})", one.device, visible(name)),
        None => one.device.to_string(),
    });
    let words: Vec<String> = words.collect();
    let shown = words.get(..NAMED.min(words.len()))?.join(", ");
    match words.len().saturating_sub(NAMED) {
        0 if words.is_empty() => None,
        0 => Some(shown),
        more => Some(format!("{shown} and {more} more")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_and_its_text() {
        let query = DeviceQuery::parse("name: Tablet: 7 ").unwrap().unwrap();
        assert_eq!(
            (query.property, &*query.text),
            (Property::Name, "Tablet: 7")
        );
        for text in ["x", "applivery:x", "Name:x", "named:x", ""] {
            assert_eq!(DeviceQuery::parse(text), Ok(None), "{text:?}");
        }
        for text in ["name:", "serial: ", "name:\u{200b}", "serial:\u{a0}"] {
            assert!(DeviceQuery::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn exactly_that_value_and_no_part_of_it() {
        let mut device = Device::new("enos:key:p/SN1".parse().unwrap());
        device.name = Some(" Tablet 7".to_owned());
        let matches = |text: &str| DeviceQuery::parse(text).unwrap().unwrap().matches(&device);
        assert!(matches("name:tablet 7") && matches("serial:sn1"));
        for text in ["name:tablet", "name:tablet 77", "serial:p", "serial:SN"] {
            assert!(!matches(text), "{text}");
        }
        let mut device = Device::new("applivery:a".parse().unwrap());
        device.details = vec![
            ("IMEI".to_owned(), "111".to_owned()),
            ("serial number".to_owned(), "R58".to_owned()),
        ];
        let matches = |text: &str| DeviceQuery::parse(text).unwrap().unwrap().matches(&device);
        assert!(matches("serial:r58") && !matches("serial:111") && !matches("serial:a"));
    }
}
