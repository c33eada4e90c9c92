//! A plan that is kept: exact targets with the states seen, in a chained file as the journal is.

use std::{
    error::Error,
    fmt,
    io::{self, BufRead},
    sync::Arc,
};

use countermand_chain::{ChainBreak, Lines, Link, line};
use countermand_core_model::{
    CommandState, CommandTarget, DeviceRef, Organization, Provider, Timestamp,
};
use countermand_transport::BaseUrl;
use serde::Serialize;

use super::{Plan, Planned};
use crate::{Client, each_device::NOT_ASKED, in_words};

mod parse;
#[cfg(test)]
mod tests;

/// What the first line says the file is.
const FORMAT: &str = "countermand plan";

/// The version of the form of the lines.
const VERSION: u32 = 1;

/// One line of a kept plan.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Header {
        format: &'a str,
        version: u32,
        provider: Provider,
        base_url: &'a str,
        org: &'a str,
        made_at: Timestamp,
        countermand: &'a str,
    },
    Target {
        device: &'a DeviceRef,
        id: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        kind: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// None where it could not be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
    },
    Unlisted {
        device: &'a DeviceRef,
        message: &'a str,
    },
    Incomplete {
        device: &'a DeviceRef,
    },
    Sealed {
        targets: usize,
        unlisted: usize,
        incomplete: usize,
    },
}

/// A target of a kept plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptTarget {
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
/// [`Client::apply`] reads each again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptPlan {
    /// The vendor.
    pub provider: Provider,
    /// Where the vendor's API is.
    pub base_url: BaseUrl,
    /// The organisation.
    pub org: Organization,
    /// When the plan was made.
    pub made_at: Timestamp,
    /// The targets, in the plan's order.
    pub targets: Vec<KeptTarget>,
    /// Devices that could not be listed, and why: nothing of theirs is in the plan.
    pub unlisted: Vec<(DeviceRef, String)>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
}

impl KeptPlan {
    /// Reads a kept plan.
    ///
    /// # Errors
    /// When it is none, is of another version, was changed, or is not all there.
    pub fn read(bytes: impl BufRead) -> Result<Self, BrokenPlan> {
        parse::read(Lines::of(bytes))
    }
}

impl Client {
    /// `plan` in the form in which it is kept. No secret is in it.
    ///
    /// # Errors
    /// When something of it cannot be written as JSON.
    pub fn keep(&self, plan: &Plan) -> io::Result<Vec<u8>> {
        let mut kept = Vec::new();
        let mut last = Link::START;
        let mut add = |line: Line<'_>| line::add(&mut kept, &mut last, &line);
        add(Line::Header {
            format: FORMAT,
            version: VERSION,
            provider: self.provider(),
            base_url: self.base().as_str(),
            org: self.org().as_str(),
            made_at: self.shared.timer.now(),
            countermand: env!("CARGO_PKG_VERSION"),
        })?;
        let mut targets = 0;
        for planned in plan.targets() {
            add(line_of(planned))?;
            targets += 1;
        }
        for (device, error) in plan.problems() {
            add(Line::Unlisted {
                device,
                message: &in_words(error),
            })?;
        }
        for device in plan.not_asked().iter().chain(plan.to_list()) {
            add(Line::Unlisted {
                device,
                message: NOT_ASKED,
            })?;
        }
        for device in plan.partly_listed() {
            add(Line::Incomplete { device })?;
        }
        add(Line::Sealed {
            targets,
            unlisted: plan.problems().len() + plan.not_asked().len() + plan.to_list().count(),
            incomplete: plan.partly_listed().count(),
        })?;
        Ok(kept)
    }

    /// Keeps `plan` in a new file; one that is there is never written over. It is whole and on the disk when this
    /// returns, and there is none where it fails.
    ///
    /// # Errors
    /// When there is something of that name, or the system refuses.
    #[cfg(feature = "file")]
    pub fn keep_in(&self, plan: &Plan, path: &std::path::Path) -> io::Result<()> {
        use std::{fs::File, io::Write};
        let kept = self.keep(plan)?;
        let mut file = File::create_new(path)?;
        let written = file
            .write_all(&kept)
            .and_then(|()| file.sync_all())
            .and_then(|()| countermand_chain::sync_folder_of(path));
        if written.is_err() {
            // Half a plan is of no use, and would stand in the way of the next try.
            let _ = std::fs::remove_file(path);
        }
        written
    }
}

fn line_of(planned: &Planned) -> Line<'_> {
    Line::Target {
        device: planned.device(),
        id: planned.id().as_str(),
        kind: planned.kind(),
        name: planned.name(),
        created_at: planned.created_at(),
        before: planned.before(),
    }
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
