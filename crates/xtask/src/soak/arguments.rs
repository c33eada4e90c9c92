//! The arguments of a soak.

use std::{num::ParseIntError, str::FromStr};

use anyhow::{Context, Result, bail};

use crate::command_line::Profile;

/// The size of a soak, and its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soak {
    /// Held commands at each provider. Devices have others that move by themselves.
    pub targets: u32,
    /// Devices at each provider.
    pub devices: u32,
    /// The seed of the fleet, of the faults and of the moments of the kills.
    pub seed: u64,
    /// SIGKILLs in each scenario.
    pub kills: u32,
    /// How many seconds accepted cancels are verified.
    pub verify_for: u32,
    /// How many requests an hour a server may make.
    pub per_hour: u32,
    /// The build of the command line.
    pub profile: Profile,
    /// Whether only servers drive runs.
    pub servers_only: bool,
}

impl Soak {
    /// The soak whose figures are in docs/performance.md.
    pub const FULL: Self = Self {
        targets: 10_000,
        devices: 500,
        seed: 1,
        kills: 3,
        verify_for: 20,
        per_hour: 100_000_000,
        profile: Profile::Release,
        servers_only: false,
    };
    /// A soak of a few seconds, so that every test run shows that the soak itself works.
    pub const SMALL: Self = Self {
        targets: 200,
        devices: 25,
        seed: 1,
        kills: 1,
        verify_for: 4,
        per_hour: 100_000_000,
        profile: Profile::Debug,
        servers_only: false,
    };

    /// Reads `--targets N --devices N --seed N --kills N --verify-for SECONDS --per-hour N --build debug|release
    /// --server`.
    pub fn read(words: &[&str]) -> Result<Self> {
        let mut soak = Self::FULL;
        let (flags, words): (Vec<&str>, Vec<&str>) =
            words.iter().partition(|word| **word == "--server");
        soak.servers_only = !flags.is_empty();
        for pair in words.chunks(2) {
            let [option, value] = pair else {
                bail!("{} needs a value", pair.concat());
            };
            match *option {
                "--targets" => soak.targets = number(option, value)?,
                "--devices" => soak.devices = number(option, value)?,
                "--kills" => soak.kills = number(option, value)?,
                "--verify-for" => soak.verify_for = number(option, value)?,
                "--per-hour" => soak.per_hour = number(option, value)?,
                "--seed" => soak.seed = number(option, value)?,
                "--build" => {
                    soak.profile = match *value {
                        "debug" => Profile::Debug,
                        "release" => Profile::Release,
                        other => bail!("{option}: debug or release, not {other}"),
                    }
                }
                _ => bail!("soak has no option {option}"),
            }
        }
        // EnOS keeps at most 50 commands waiting for a device, and a device may have 6 of its own.
        if soak.devices == 0 || soak.targets == 0 || soak.per_device() > 44 {
            bail!("from 1 to 44 targets a device are possible");
        }
        Ok(soak)
    }

    /// Returns the number of held commands on each device.
    pub fn per_device(&self) -> u32 {
        self.targets.div_ceil(self.devices.max(1))
    }
}

fn number<T: FromStr<Err = ParseIntError>>(option: &str, value: &str) -> Result<T> {
    let number = value.parse();
    number.with_context(|| format!("{option}: {value} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_what_cannot_be_is_refused() {
        let soak = Soak::read(&["--targets", "40", "--devices", "4", "--seed", "9"]).unwrap();
        assert_eq!((soak.targets, soak.devices, soak.seed), (40, 4, 9));
        assert_eq!((soak.per_device(), soak.kills), (10, Soak::FULL.kills));
        assert!(!soak.servers_only);
        let soak = Soak::read(&["--server", "--kills", "2"]).unwrap();
        assert!(soak.servers_only && soak.kills == 2);
        for wrong in [
            &["--targets"][..],
            &["--targets", "many"],
            &["--speed", "1"],
            &["--targets", "45", "--devices", "1"],
            &["--devices", "0"],
        ] {
            assert!(Soak::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
