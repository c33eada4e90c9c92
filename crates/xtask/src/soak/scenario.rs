//! What is cancelled, and how.

use serde_json::{Value, json};

use super::control::{About, Side};

/// One of the ways in which everything that waits can be meant.
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

    /// A name for files.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::EnosEverything => "enos-everything",
            Self::EnosOneByOne => "enos-one-by-one",
            Self::EnosCallRefused => "enos-call-refused",
            Self::RelayBrokenOff => "relay-broken-off",
        }
    }

    /// As the command line and the simulator call it.
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

    /// What is said beside `--all-pending`.
    pub fn filter(self) -> &'static [&'static str] {
        match self {
            Self::Applivery
            | Self::EnosEverything
            | Self::EnosCallRefused
            | Self::RelayBrokenOff => &[],
            Self::EnosOneByOne => &["--created-after", "30d"],
        }
    }

    /// What the simulator is told before.
    pub fn options(self) -> Option<Value> {
        (self == Self::EnosCallRefused).then(|| json!({"enos_cancel_all": "refused"}))
    }

    /// Is there a relay between?
    pub fn has_relay(self) -> bool {
        self == Self::RelayBrokenOff
    }

    /// Is it stopped as a person stops it, where others are killed?
    pub fn is_stopped_by_a_person(self) -> bool {
        self == Self::EnosCallRefused
    }
}
