//! The devices and commands to work on, from the command line or a file.

use std::{
    collections::HashSet,
    io::{self, Read},
    path::Path,
};

use countermand_core_model::{CommandId, DeviceRef, InvalidValue, Provider};

use super::{
    device_list::{Listed, read},
    device_search::{DeviceQuery, FoundDevices, find, find_all},
    session::Session,
};
use crate::{args::NamedDevices, failure::Failure};

/// Devices of one provider, as the command line selects them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Targets {
    pub(crate) provider: Provider,
    wanted: Wanted,
}

/// How devices are selected.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// By their text forms or by a property, in the order given.
    Each(Vec<OneDevice>),
    /// All of the organization, or those in which this text occurs.
    All(Option<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum OneDevice {
    Named(DeviceRef),
    Queried(DeviceQuery),
}

impl Targets {
    /// Parses the devices. Without a chosen provider, each must name its own, and all the same one.
    fn parse(chosen: Option<Provider>, named: &[Listed]) -> Result<Self, Failure> {
        let parse = |Listed { device, place }: &Listed| match chosen {
            Some(provider) => DeviceRef::parse_for(provider, device)
                .map_err(|error| Failure::usage(format!("{place}: {error}"))),
            None => device.parse().map_err(|error: InvalidValue| {
                Failure::usage(format!(
                    "{place}: {error} (or choose the provider with --provider)"
                ))
            }),
        };
        let mut wanted = Vec::with_capacity(named.len());
        for listed in named {
            wanted.push(match (parse(listed), listed.is_argument()) {
                (Ok(device), _) => OneDevice::Named(device),
                (Err(failure), false) => return Err(failure),
                (Err(failure), true) => match DeviceQuery::parse(&listed.device)? {
                    Some(query) => OneDevice::Queried(query),
                    None => {
                        return Err(Failure::usage(format!(
                            "{}. To find a device by other means, use name:TEXT, serial:TEXT or --search TEXT.",
                            failure.message()
                        )));
                    }
                },
            });
        }
        let mut known = HashSet::new();
        wanted.retain(|one: &OneDevice| known.insert(one.clone()));
        if wanted.is_empty() {
            return Err(no_device());
        }
        let mut providers = wanted.iter().filter_map(|one| match one {
            OneDevice::Named(device) => Some(device.provider()),
            OneDevice::Queried(_) => None,
        });
        let first = providers.next();
        if providers.any(|provider| Some(provider) != first) {
            return Err(Failure::usage(
                "The devices belong to different providers. Run the command once for each --provider.",
            ));
        }
        let provider = first.or(chosen).ok_or_else(no_provider)?;
        let wanted = Wanted::Each(wanted);
        Ok(Self { provider, wanted })
    }

    /// Returns the devices. Those that are not named by their text forms are looked up in the list of the
    /// organization's devices.
    ///
    /// # Errors
    /// When a device cannot be told for certain: none has the property, several have it, or the list is not whole.
    pub(crate) async fn find(self, session: &Session) -> Result<FoundDevices, Failure> {
        let wanted = match self.wanted {
            Wanted::All(search) => return find_all(session, search.as_deref()).await,
            Wanted::Each(wanted) => wanted,
        };
        let queries = wanted.iter().filter_map(|one| match one {
            OneDevice::Named(_) => None,
            OneDevice::Queried(query) => Some(query),
        });
        let mut queried = find(session, &queries.collect::<Vec<_>>())
            .await?
            .into_iter();
        let devices = wanted.into_iter().filter_map(|one| match one {
            OneDevice::Named(device) => Some(device),
            OneDevice::Queried(_) => queried.next(),
        });
        let mut known = HashSet::new();
        let devices = devices.filter(|device| known.insert(device.clone()));
        Ok(FoundDevices {
            devices: devices.collect(),
            is_whole: true,
        })
    }
}

fn no_device() -> Failure {
    Failure::usage(
        "No device given. Name one, or use --devices-from FILE, --search TEXT or --all-devices (\"countermand devices\" lists them).",
    )
}

/// No option, variable or profile says which provider is meant.
pub(crate) fn no_provider() -> Failure {
    Failure::usage(
        "No provider chosen. Use --provider, set COUNTERMAND_PROVIDER, or set provider in a profile.",
    )
}

/// Parses one device from the command line.
pub(crate) fn one_device(chosen: Option<Provider>, text: &str) -> Result<Targets, Failure> {
    Targets::parse(chosen, &[Listed::argument(text)])
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
        if self.all_devices || self.search.is_some() {
            let search = self.search.as_ref().map(|text| text.as_str().to_owned());
            return Ok(Targets {
                provider: chosen.ok_or_else(no_provider)?,
                wanted: Wanted::All(search),
            });
        }
        let mut devices: Vec<Listed> = self
            .devices
            .iter()
            .map(|text| Listed::argument(text))
            .collect();
        if let Some(path) = &self.devices_from {
            let (name, bytes) = if self.takes_stdin() {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                ("standard input".to_owned(), read.map(|_| bytes))
            } else {
                (path.display().to_string(), std::fs::read(path))
            };
            let bytes =
                bytes.map_err(|error| Failure::usage(format!("Cannot read {name}: {error}")))?;
            let listed = read(&bytes, &name)?;
            if listed.is_empty() && devices.is_empty() {
                return Err(Failure::usage(format!("No device in {name}.")));
            }
            devices.extend(listed);
        } else if devices.is_empty() {
            return Err(no_device());
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
        let texts: Vec<Listed> = texts.iter().map(|text| Listed::argument(text)).collect();
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
        assert!(
            matches!(&targets.wanted, Wanted::Each(each) if each.len() == 2),
            "{targets:?}"
        );
    }

    #[test]
    fn a_property_stands_for_a_device_on_the_command_line_alone() {
        let applivery = Some(Provider::Applivery);
        assert!(parse(applivery, &["name:Tablet 7", "serial:R58", "a"]).is_ok());
        assert!(parse(None, &["name:Tablet 7", "applivery:a"]).is_ok());
        assert!(parse(None, &["name:Tablet 7"]).is_err(), "no provider");
        assert!(parse(applivery, &["name:"]).is_err());
        let failure = parse(applivery, &["Tablet 7"]).unwrap_err();
        assert!(failure.message().contains("name:TEXT"), "{failure:?}");
        let listed = Listed {
            device: "name:Tablet".to_owned(),
            place: "fleet.txt, line 1".to_owned(),
        };
        assert!(Targets::parse(applivery, &[listed]).is_err());
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
