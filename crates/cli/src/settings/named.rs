//! The devices that were named, on the command line and in a file.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use super::Targets;
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
        let mut devices = self.devices.clone();
        if let Some(path) = &self.devices_from {
            let listed = if self.takes_stdin() {
                lines(io::stdin().lock(), "standard input")
            } else {
                let name = path.display().to_string();
                let file = File::open(path)
                    .map_err(|error| Failure::usage(format!("{name} cannot be read: {error}")))?;
                lines(BufReader::new(file), &name)
            }?;
            if listed.is_empty() && devices.is_empty() {
                return Err(Failure::usage(format!(
                    "there is no device in {}",
                    path.display()
                )));
            }
            devices.extend(listed);
        } else if devices.is_empty() {
            return Err(Failure::usage(
                "no DEVICE was named: name one, or give a file of them by --devices-from",
            ));
        }
        Targets::parse(chosen, &devices)
    }
}

fn lines(source: impl BufRead, name: &str) -> Result<Vec<String>, Failure> {
    let mut devices = Vec::new();
    for (number, line) in (1..).zip(source.lines()) {
        let line =
            line.map_err(|error| Failure::usage(format!("{name}, line {number}: {error}")))?;
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (device, rest) = line
            .split_once(char::is_whitespace)
            .map_or((line, ""), |(device, rest)| (device, rest.trim_start()));
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(Failure::usage(format!(
                "{name}, line {number}: one device a line: {line:?}"
            )));
        }
        devices.push(device.to_owned());
    }
    Ok(devices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_a_line_with_comments() {
        let text = "\u{feff}# fleet\napplivery:a\r\n\n  applivery:b\t# spare\n#applivery:c\nx#y";
        assert_eq!(
            lines(text.as_bytes(), "f").unwrap(),
            ["applivery:a", "applivery:b", "x#y"]
        );
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [&b"a\nb c\n"[..], b"a\n\xff\n", b"a,b c"] {
            let failure = lines(text, "fleet.txt").unwrap_err();
            assert!(
                failure.message().starts_with("fleet.txt, line "),
                "{failure:?}"
            );
        }
    }
}
