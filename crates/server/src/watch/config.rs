//! How the devices of a connection are watched.

use countermand_client::WatchOptions;
use countermand_core_model::{InvalidValue, SeverityLevel, SeverityRules};

/// How the devices of a connection are watched.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WatchConfig {
    /// How many devices are looked at in a minute: 1 to 600.
    pub samples_per_minute: u32,
    /// The share of the devices that makes a surge: 0.001 to 0.5.
    pub share: f64,
    /// How grave the commands are at least that are watched for.
    pub severity: SeverityLevel,
}

impl Default for WatchConfig {
    fn default() -> Self {
        let options = WatchOptions::default();
        Self {
            samples_per_minute: options.per_minute,
            share: options.share,
            severity: options.level,
        }
    }
}

impl WatchConfig {
    /// Checks the numbers.
    ///
    /// # Errors
    /// Names the field, its rule and the value.
    pub fn check(&self) -> Result<(), InvalidValue> {
        self.options(SeverityRules::default(), 0).check()
    }

    /// Returns what the client's watch is set up with.
    pub(super) fn options(&self, severity_rules: SeverityRules, seed: u64) -> WatchOptions {
        let mut options = WatchOptions::default();
        options.per_minute = self.samples_per_minute;
        options.share = self.share;
        options.level = self.severity;
        options.severity_rules = severity_rules;
        options.seed = seed;
        options
    }
}
