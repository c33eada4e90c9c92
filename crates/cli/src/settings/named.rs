//! The devices that were named, on the command line and in a file.

use std::{
    io::{self, Read},
    path::Path,
};

use super::{
    Targets,
    device_list::{Listed, read},
};
use crate::{args::NamedDevices, failure::Failure};

/// What stands for standard input.
const STDIN: &str = "-";

impl NamedDevices {
    /// Does standard input hold the devices, so that nobody can be asked there?
    pub(crate) fn takes_stdin(&self) -> bool {
        self.devices_from
            .as_deref()
            .is_some_and(|path| path == Path::new(STDIN))
    }

    /// The devices, of one vendor; those of the file behind the others.
    pub(crate) fn gather(
        &self,
        chosen: Option<countermand_core_model::Provider>,
    ) -> Result<Targets, Failure> {
        let mut devices: Vec<Listed> = self
            .devices
            .iter()
            .map(|device| Listed {
                device: device.clone(),
                place: "DEVICE".to_owned(),
            })
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
