//! A plan as a file holds it, and why a file holds none.

use std::{error::Error, fmt, io, sync::Arc};

use countermand_chain::ChainBreak;
use countermand_core_model::{
    CommandState, CommandTarget, DeviceRef, Organization, Provider, Timestamp,
};
use countermand_transport::BaseUrl;

/// What the first line says the file is.
pub(super) const FORMAT: &str = "countermand plan";

/// The version of the form of the lines.
pub(super) const VERSION: u32 = 1;

/// A target of a kept plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedTarget {
    /// Which command of which device.
    pub target: CommandTarget,
    /// What the command does; empty where that is not known.
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// When it was given.
    pub created_at: Option<Timestamp>,
    /// The state seen when the plan was made; none where it could not be read.
    pub before: Option<CommandState>,
}

/// A plan as it was kept, whole. What it says of a command is of the time when it was made:
/// [`Client::apply`](crate::Client::apply) reads each again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SavedPlan {
    /// The vendor.
    pub provider: Provider,
    /// Where the vendor's API is.
    pub base_url: BaseUrl,
    /// The organisation.
    pub org: Organization,
    /// When the plan was made.
    pub made_at: Timestamp,
    /// The targets, in the plan's order.
    pub targets: Vec<SavedTarget>,
    /// Devices that could not be listed, and why: nothing of theirs is in the plan.
    pub unlisted: Vec<(DeviceRef, String)>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
}

/// Why what was read is no whole plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BrokenPlan {
    /// The first line is not that of a plan.
    NotAPlan,
    /// It is a plan of a version that this project does not know.
    OtherVersion {
        /// The version that it says it has.
        found: u32,
    },
    /// A line was changed, or lines are missing, doubled or moved behind it.
    Line {
        /// The line, from 1.
        line: u64,
        /// The beginning of the hash that it should have, where it is known.
        expected: Option<String>,
    },
    /// Its end is missing: it has no seal.
    CutOff,
    /// The seal's counts are not those of the lines before it.
    Miscounted,
    /// Something follows the seal.
    AfterTheSeal,
    /// It could not be read to its end.
    Unreadable(Arc<io::Error>),
}

impl BrokenPlan {
    /// The line that it is about, from 1.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Line { line, .. } => Some(*line),
            _ => None,
        }
    }
}

impl From<ChainBreak> for BrokenPlan {
    fn from(broken: ChainBreak) -> Self {
        match broken {
            ChainBreak::NoChain => Self::NotAPlan,
            ChainBreak::Line { number, expected } => Self::Line {
                line: number,
                expected: expected.map(|hash| hash.short().to_owned()),
            },
            ChainBreak::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

impl fmt::Display for BrokenPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPlan => f.write_str("it is not a plan"),
            Self::OtherVersion { found } => write!(
                f,
                "it is a plan of version {found}, and this program knows version {VERSION}"
            ),
            Self::Line { line, expected } => {
                write!(
                    f,
                    "line {line} was changed, or lines are missing or moved behind it"
                )?;
                match expected {
                    Some(hash) => write!(f, " (its hash should begin with {hash})"),
                    None => Ok(()),
                }
            }
            Self::CutOff => f.write_str("it is cut off: its end is missing"),
            Self::Miscounted => {
                f.write_str("its seal's counts are not those of the lines before it")
            }
            Self::AfterTheSeal => f.write_str("something follows its seal, where nothing may"),
            Self::Unreadable(_) => f.write_str("it could not be read to its end"),
        }
    }
}

impl Error for BrokenPlan {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(&**error),
            _ => None,
        }
    }
}
