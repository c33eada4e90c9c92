//! The scenarios of a soak.

use serde_json::{Value, json};

use super::control::{About, Side};

/// A way to cancel everything that is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    Applivery,
    /// By the one call for a device.
    EnosEverything,
    /// By their ids, as a filter makes it.
    EnosOneByOne,
    /// By the one call, which the installation refuses, in a run that is stopped again and again (SIGINT).
    EnosCallRefused,
    /// Through a relay, over connections that break off at any moment.
    RelayBrokenOff,
}

impl Scenario {
    pub const ALL: [Self; 5] = [
        Self::Applivery,
        Self::EnosEverything,
        Self::EnosOneByOne,
        Self::EnosCallRefused,
        Self::RelayBrokenOff,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::EnosEverything => "enos, one call",
            Self::EnosOneByOne => "enos, by id",
            Self::EnosCallRefused => "enos, refused",
            Self::RelayBrokenOff => "relay, broken",
        }
    }

    /// Returns a name for files.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::EnosEverything => "enos-everything",
            Self::EnosOneByOne => "enos-one-by-one",
            Self::EnosCallRefused => "enos-call-refused",
            Self::RelayBrokenOff => "relay-broken-off",
        }
    }

    /// Returns the provider's name for the command line and the simulator.
    pub fn vendor(self) -> &'static str {
        match self {
            Self::Applivery | Self::RelayBrokenOff => "applivery",
            Self::EnosEverything | Self::EnosOneByOne | Self::EnosCallRefused => "enos",
        }
    }

    pub fn side(self, about: &About) -> &Side {
        match self {
            Self::Applivery | Self::RelayBrokenOff => &about.applivery,
            Self::EnosEverything | Self::EnosOneByOne | Self::EnosCallRefused => &about.enos,
        }
    }

    /// Returns the arguments beside `--all-pending`.
    pub fn filter(self) -> &'static [&'static str] {
        match self {
            Self::Applivery
            | Self::EnosEverything
            | Self::EnosCallRefused
            | Self::RelayBrokenOff => &[],
            Self::EnosOneByOne => &["--created-after", "30d"],
        }
    }

    /// Returns the options of the simulator.
    pub fn options(self) -> Option<Value> {
        (self == Self::EnosCallRefused).then(|| json!({"enos_cancel_all": "refused"}))
    }

    /// Returns whether a server is in between.
    pub fn has_relay(self) -> bool {
        self == Self::RelayBrokenOff
    }

    /// Returns whether runs are stopped with SIGINT instead of killed.
    pub fn is_stopped_by_a_person(self) -> bool {
        self == Self::EnosCallRefused
    }
}
