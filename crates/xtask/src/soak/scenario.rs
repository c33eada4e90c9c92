//! What is cancelled, and how.

use super::control::{About, Side};

/// One of the ways in which everything that waits can be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    Applivery,
    /// By the one call for a device.
    EnosEverything,
    /// By their ids, as a filter makes it.
    EnosOneByOne,
}

impl Scenario {
    pub const ALL: [Self; 3] = [Self::Applivery, Self::EnosEverything, Self::EnosOneByOne];

    pub fn name(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::EnosEverything => "enos, one call",
            Self::EnosOneByOne => "enos, by id",
        }
    }

    /// A name for files.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::EnosEverything => "enos-everything",
            Self::EnosOneByOne => "enos-one-by-one",
        }
    }

    /// As the command line and the simulator call it.
    pub fn vendor(self) -> &'static str {
        match self {
            Self::Applivery => "applivery",
            Self::EnosEverything | Self::EnosOneByOne => "enos",
        }
    }

    pub fn side(self, about: &About) -> &Side {
        match self {
            Self::Applivery => &about.applivery,
            Self::EnosEverything | Self::EnosOneByOne => &about.enos,
        }
    }

    /// What is said beside `--all-pending`.
    pub fn filter(self) -> &'static [&'static str] {
        match self {
            Self::Applivery | Self::EnosEverything => &[],
            Self::EnosOneByOne => &["--created-after", "30d"],
        }
    }
}
