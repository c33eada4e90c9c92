//! How far the reading of a device is, and whether what was read is whole.

use countermand_core_model::{Listing, PageEnd, Timestamp};

use crate::{problem::Problem, text::table};

/// How far the reading of a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is being read, or waits for its turn.
    Going,
    /// It was read.
    Done,
    /// It could not be read.
    Failed(Box<Problem>),
}

/// The status of a chosen device.
#[derive(Clone, Debug)]
pub struct DeviceStatus {
    /// How far reading it is.
    pub reading: Reading,
    /// Why there may be more commands than are shown.
    pub incomplete: Option<Incomplete>,
    /// When what is shown was read.
    pub read_at: Option<Timestamp>,
}

impl DeviceStatus {
    /// The status of a device that was chosen just now.
    pub(super) const NEW: Self = Self {
        reading: Reading::Going,
        incomplete: None,
        read_at: None,
    };
}

/// Why a list may not be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// The provider announced more, and repeated a page.
    Repeated,
    /// There are more pages than are read.
    TooMany,
    /// So many items could not be decoded.
    Undecodable(usize),
}

impl Incomplete {
    /// Where a device's list may not be whole, in a sentence.
    pub fn text(self, device: &str) -> String {
        match self {
            Self::Repeated => table::repeated(device),
            Self::TooMany => table::too_many(device),
            Self::Undecodable(count) => table::undecodable(device, count),
        }
    }

    /// Returns why this list may not be whole.
    pub(super) fn of<T>(listing: &Listing<T>) -> Option<Self> {
        match listing.end {
            PageEnd::Repeated => Some(Self::Repeated),
            PageEnd::TooMany => Some(Self::TooMany),
            PageEnd::Complete if listing.undecodable > 0 => {
                Some(Self::Undecodable(listing.undecodable))
            }
            PageEnd::Complete => None,
        }
    }
}
