//! `[connection.NAME.watch]`: how the devices of a connection are watched.

use countermand_core_model::{InvalidValue, SeverityLevel};
use countermand_server::WatchConfig;

use crate::{failure::Failure, settings::section::Section};

/// Reads how devices are watched. An empty section watches as by default.
pub(super) fn read(mut section: Section) -> Result<WatchConfig, Failure> {
    let mut config = WatchConfig::default();
    if let Some(number) = section.number("samples_per_minute")? {
        config.samples_per_minute = u32::try_from(number).unwrap_or(u32::MAX);
    }
    if let Some(share) = section.parsed("share", percent)? {
        config.share = share;
    }
    if let Some(level) = section.parsed("severity", level)? {
        config.severity = level;
    }
    config
        .check()
        .map_err(|error: InvalidValue| section.wrong(error.field(), said(&error)))?;
    section.end()?;
    Ok(config)
}

fn said(error: &InvalidValue) -> String {
    format!("{}: {}", error.rule(), error.value())
}

/// Reads a share of the devices, such as `5%`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').map(str::trim);
    let number = number.and_then(|number| number.parse::<f64>().ok());
    let share = number.map(|percent| percent / 100.0);
    share
        .filter(|share| (0.001..=0.5).contains(share))
        .ok_or_else(|| format!("it must be a percentage from 0.1% to 50%, and is {text:?}"))
}

fn level(word: &str) -> Result<SeverityLevel, String> {
    SeverityLevel::parse(word)
        .ok_or_else(|| format!("it must be destructive, disruptive or minor, and is {word:?}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::settings::section::Secrets;

    fn parse(text: &str) -> Result<WatchConfig, Failure> {
        let mut file = Section::of_file_with(text, Path::new("."), Secrets::Fetch)?;
        read(file.section("watch")?.unwrap())
    }

    #[test]
    fn every_key_and_none() {
        assert_eq!(parse("[watch]\n").unwrap(), WatchConfig::default());
        let text =
            "[watch]\nsamples_per_minute = 30\nshare = \"2.5%\"\nseverity = \"disruptive\"\n";
        let read = parse(text).unwrap();
        assert_eq!(read.samples_per_minute, 30);
        assert!((read.share - 0.025).abs() < 1e-9);
        assert_eq!(read.severity, SeverityLevel::Disruptive);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            (
                "samples_per_minute = 0",
                ["samples_per_minute", "1 to 600", "0"],
            ),
            (
                "samples_per_minute = 9999",
                ["samples_per_minute", "1 to 600", "9999"],
            ),
            ("share = \"60%\"", ["share", "0.1% to 50%", "60%"]),
            ("share = \"0.05\"", ["share", "0.1% to 50%", "0.05"]),
            (
                "severity = \"grave\"",
                ["severity", "destructive, disruptive or minor", "grave"],
            ),
            ("samples = 3", ["samples", "watch", ""]),
        ] {
            let failure = parse(&format!("[watch]\n{text}\n")).unwrap_err();
            let message = failure.message();
            assert!(says.iter().all(|part| message.contains(part)), "{message}");
        }
    }
}
