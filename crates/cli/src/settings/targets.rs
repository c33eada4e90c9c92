//! The devices and commands to work on, from the command line or a file.

use std::{
    collections::HashSet,
    io::{self, Read},
    path::Path,
};

use countermand_core_model::{CommandId, DeviceRef, InvalidValue, Provider};

use super::device_list::{Listed, read};
use crate::{args::NamedDevices, failure::Failure};

/// Devices of one provider, each once, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Targets {
    pub(crate) provider: Provider,
    pub(crate) devices: Vec<DeviceRef>,
}

impl Targets {
    /// Parses the devices. Without a chosen provider, each must name its own, and all the same one.
    pub(super) fn parse(chosen: Option<Provider>, named: &[Listed]) -> Result<Self, Failure> {
        let parse = |Listed { device, place }: &Listed| match chosen {
            Some(provider) => DeviceRef::parse_for(provider, device)
                .map_err(|error| Failure::usage(format!("{place}: {error}"))),
            None => device.parse().map_err(|error: InvalidValue| {
                Failure::usage(format!(
                    "{place}: {error} (or choose the provider with --provider)"
                ))
            }),
        };
        let mut devices = named.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = devices.first() else {
            return Err(Failure::usage("no DEVICE was given"));
        };
        let provider = first.provider();
        if devices.iter().any(|device| device.provider() != provider) {
            return Err(Failure::usage(
                "the devices are of both providers, and --provider names only one: run it once for each",
            ));
        }
        let mut known = HashSet::new();
        devices.retain(|device| known.insert(device.clone()));
        Ok(Self { provider, devices })
    }
}

/// Parses one device from the command line.
pub(crate) fn one_device(chosen: Option<Provider>, text: &str) -> Result<Targets, Failure> {
    Targets::parse(chosen, &[argument(text)])
}

fn argument(text: &str) -> Listed {
    Listed {
        device: text.to_owned(),
        place: "DEVICE".to_owned(),
    }
}

/// The file name that means standard input.
const STDIN: &str = "-";

impl NamedDevices {
    /// Returns whether standard input has the devices, so that nobody can be asked there.
    pub(crate) fn takes_stdin(&self) -> bool {
        self.devices_from
            .as_deref()
            .is_some_and(|path| path == Path::new(STDIN))
    }

    /// Returns the devices, all of one provider. Those of the file follow the others.
    pub(crate) fn gather(&self, chosen: Option<Provider>) -> Result<Targets, Failure> {
        let mut devices: Vec<Listed> = self.devices.iter().map(|text| argument(text)).collect();
        if let Some(path) = &self.devices_from {
            let (name, bytes) = if self.takes_stdin() {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                ("standard input".to_owned(), read.map(|_| bytes))
            } else {
                (path.display().to_string(), std::fs::read(path))
            };
            let bytes =
                bytes.map_err(|error| Failure::usage(format!("{name} cannot be read: {error}")))?;
            let listed = read(&bytes, &name)?;
            if listed.is_empty() && devices.is_empty() {
                return Err(Failure::usage(format!("no device in {}", path.display())));
            }
            devices.extend(listed);
        } else if devices.is_empty() {
            return Err(Failure::usage(
                "no DEVICE: give one, or a file of them with --devices-from",
            ));
        }
        Targets::parse(chosen, &devices)
    }
}

/// Parses command IDs.
pub(crate) fn command_ids(provider: Provider, texts: &[String]) -> Result<Vec<CommandId>, Failure> {
    texts
        .iter()
        .map(|text| CommandId::parse(provider, text).map_err(Failure::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(chosen: Option<Provider>, texts: &[&str]) -> Result<Targets, Failure> {
        let texts: Vec<Listed> = texts
            .iter()
            .map(|text| Listed {
                device: (*text).to_owned(),
                place: "DEVICE".to_owned(),
            })
            .collect();
        Targets::parse(chosen, &texts)
    }

    #[test]
    fn the_vendor_is_taken_from_the_devices_only_where_all_say_it() {
        let targets = parse(None, &["enos:asset:a", "enos:key:p/d"]).unwrap();
        assert_eq!(targets.provider, Provider::Enos);
        for texts in [
            &["a"][..],
            &["enos:asset:a", "b"],
            &["enos:asset:a", "applivery:b"],
        ] {
            let failure = parse(None, texts).unwrap_err();
            assert!(failure.message().contains("--provider"), "{failure:?}");
        }
    }

    #[test]
    fn with_a_chosen_vendor_the_prefix_may_be_left_out_but_not_be_another() {
        assert!(parse(Some(Provider::Applivery), &["a", "applivery:b"]).is_ok());
        assert!(parse(Some(Provider::Applivery), &["enos:asset:a"]).is_err());
    }

    #[test]
    fn blank_devices_are_refused_and_doubled_ones_folded() {
        for text in ["", " ", "applivery:", "applivery: "] {
            assert!(
                parse(Some(Provider::Applivery), &[text]).is_err(),
                "{text:?}"
            );
        }
        assert!(parse(Some(Provider::Applivery), &[]).is_err());
        let targets = parse(Some(Provider::Applivery), &["a", "b", "applivery:a"]).unwrap();
        assert_eq!(targets.devices.len(), 2);
    }

    #[test]
    fn blank_ids_are_refused() {
        for text in ["", " ", "all", "*"] {
            for provider in Provider::ALL {
                assert!(
                    command_ids(provider, &[text.to_owned()]).is_err(),
                    "{text:?}"
                );
            }
        }
    }
}
