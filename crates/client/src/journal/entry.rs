//! What can stand in a journal, and the form of its lines.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use countermand_chain::Link;
use countermand_core_model::{
    CancelOutcome, CancelReport, CommandId, CommandState, DeviceRef, Organization, Provider,
    ProviderDetail, Timestamp,
};
use countermand_transport::{BaseUrl, SharedTimer};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::{Filter, StopReason};

mod truncate;

/// What the first line says the file is.
pub(crate) const FORMAT: &str = "countermand journal";

/// The version of the form of the lines.
pub(crate) const VERSION: u32 = 1;

/// The first line: which run over which connection. Nothing secret is known of a connection here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The run's id.
    pub run: String,
    /// The vendor.
    pub provider: Provider,
    /// Where the vendor's API is.
    pub base_url: BaseUrl,
    /// The organisation.
    pub org: Organization,
    /// The version of this project that wrote it.
    pub countermand: String,
}

impl Header {
    /// A header for a new run over this connection.
    pub fn new(org: Organization, base_url: BaseUrl, timer: &SharedTimer) -> Self {
        Self {
            run: run_id(timer),
            provider: org.provider(),
            base_url,
            org,
            countermand: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The time, and what sets apart two runs that begin in the same millisecond.
fn run_id(timer: &SharedTimer) -> String {
    use std::hash::{BuildHasher, RandomState};
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let now = timer.now();
    let unique = RandomState::new().hash_one((
        RUNS.fetch_add(1, Ordering::Relaxed),
        timer.monotonic().as_nanos(),
    ));
    let compact: String = now
        .to_string()
        .chars()
        .take_while(|c| *c != '.')
        .filter(|c| c.is_ascii_alphanumeric() && *c != 'Z')
        .collect();
    format!("{compact}-{}", Link::of(&unique.to_be_bytes()).short())
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Header", 7)?;
        line.serialize_field("format", FORMAT)?;
        line.serialize_field("version", &VERSION)?;
        line.serialize_field("run", &self.run)?;
        line.serialize_field("provider", &self.provider)?;
        line.serialize_field("base_url", self.base_url.as_str())?;
        line.serialize_field("org", &self.org)?;
        line.serialize_field("countermand", &self.countermand)?;
        line.end()
    }
}

/// What came back for a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// The vendor took it.
    Taken,
    /// It may have been executed; its answer did not come.
    Lost,
    /// It surely did not leave, or was surely not executed.
    NotSent,
    /// The vendor refused it.
    Refused,
}

/// One line of a journal. A target is named by its number: from 0 in the order of the plan, and on from there
/// for commands beyond the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// Which run over which connection. Always the first line, and only that.
    Header(Header),
    /// A target of the plan, with its outcome where no cancel is sent for it.
    Target {
        /// Its number.
        target: usize,
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
        /// What the command does.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// When it was given.
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// The state seen when the plan was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
        /// Its outcome, where it is decided already.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<CancelOutcome>,
        /// What the provider said.
        #[serde(flatten)]
        detail: ProviderDetail,
    },
    /// Targets that EnOS's one call for a device means.
    Everything {
        /// The device.
        device: DeviceRef,
        /// The first target's number.
        first: usize,
        /// How many targets they are, one number after the other.
        count: usize,
        /// Commands given after this moment were not seen by the plan.
        #[serde(skip_serializing_if = "Option::is_none")]
        newest_seen: Option<Timestamp>,
    },
    /// A device whose commands could not be listed.
    Unlisted {
        /// The device.
        device: DeviceRef,
        /// Why not.
        message: String,
    },
    /// A device whose list may not have been whole.
    Incomplete {
        /// The device.
        device: DeviceRef,
    },
    /// A device on which everything is meant and that the run is still to list: its targets follow the plan.
    ToList {
        /// The device.
        device: DeviceRef,
        /// When that was asked for: what is given later is not meant.
        asked_at: Timestamp,
        /// Only what this lets through is meant.
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<Filter>,
    },
    /// A device that was to be listed was: its targets stand in the lines before.
    Listed {
        /// The device.
        device: DeviceRef,
        /// How many targets it has.
        targets: usize,
    },
    /// The plan is whole: sending may begin.
    Planned {
        /// How many targets it has.
        targets: usize,
    },
    /// A cancel is about to leave.
    Sending {
        /// The target's number.
        target: usize,
    },
    /// The one call for a device is about to leave.
    SendingEverything {
        /// The device.
        device: DeviceRef,
        /// The first target's number.
        first: usize,
        /// How many targets it means.
        count: usize,
    },
    /// What came back for a cancel.
    Answered {
        /// The target's number.
        target: usize,
        /// What it was.
        answer: AnswerKind,
        /// The outcome that a refusal means, should nothing else settle it.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<CancelOutcome>,
        /// How many requests left for this cancel.
        attempts: u32,
        /// What the provider said.
        #[serde(flatten)]
        detail: ProviderDetail,
    },
    /// What came back for the one call for a device.
    AnsweredEverything {
        /// The device.
        device: DeviceRef,
        /// The first target's number.
        first: usize,
        /// How many targets it meant.
        count: usize,
        /// What it was.
        answer: AnswerKind,
        /// The outcome that a refusal means, should nothing else settle it.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<CancelOutcome>,
        /// How many requests left for this call.
        attempts: u32,
        /// What the provider said.
        #[serde(flatten)]
        detail: ProviderDetail,
    },
    /// A command that was cancelled though the plan does not have it.
    Beyond {
        /// Its number.
        target: usize,
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
        /// When it was given.
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// A target that it was cancelled together with.
        with: usize,
        /// How many cancel requests left for it so far.
        attempts: u32,
    },
    /// A resumed run read a target again before any cancel of its own.
    Seen {
        /// The target's number.
        target: usize,
        /// The state seen.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
        /// Its outcome, where that decides it.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<CancelOutcome>,
        /// What the provider said.
        #[serde(flatten)]
        detail: ProviderDetail,
    },
    /// A target was read after a cancel.
    Read {
        /// The target's number.
        target: usize,
        /// Where it stood.
        state: CommandState,
    },
    /// What became of a target.
    Settled {
        /// The target's number.
        target: usize,
        /// Its outcome.
        outcome: CancelOutcome,
        /// The state seen before any cancel.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
        /// The last state read after the cancel.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<CommandState>,
        /// What the provider said.
        #[serde(flatten)]
        detail: ProviderDetail,
        /// How many cancel requests left for it.
        attempts: u32,
    },
    /// Nothing more is sent by this run.
    Stopped {
        /// Why.
        #[serde(serialize_with = "stop_word")]
        reason: StopReason,
    },
    /// Another process goes on from here.
    Resumed {
        /// The version of this project that does.
        countermand: String,
    },
    /// CancelAll is settled. Always the last line.
    Sealed {
        /// How many targets there are, those beyond the plan included.
        targets: usize,
        /// How many have each outcome.
        outcomes: BTreeMap<CancelOutcome, usize>,
    },
}

impl Entry {
    /// The line that says what became of target number `target`.
    pub fn settled(target: usize, report: &CancelReport) -> Self {
        Self::Settled {
            target,
            outcome: report.outcome,
            before: report.before,
            after: report.after,
            detail: report.detail(),
            attempts: report.attempts,
        }
    }

    /// The word of its `event`.
    pub const fn event(&self) -> &'static str {
        match self {
            Self::Header(_) => "header",
            Self::Target { .. } => "target",
            Self::Everything { .. } => "everything",
            Self::Unlisted { .. } => "unlisted",
            Self::Incomplete { .. } => "incomplete",
            Self::ToList { .. } => "to_list",
            Self::Listed { .. } => "listed",
            Self::Planned { .. } => "planned",
            Self::Sending { .. } => "sending",
            Self::SendingEverything { .. } => "sending_everything",
            Self::Answered { .. } => "answered",
            Self::AnsweredEverything { .. } => "answered_everything",
            Self::Beyond { .. } => "beyond",
            Self::Seen { .. } => "seen",
            Self::Read { .. } => "read",
            Self::Settled { .. } => "settled",
            Self::Stopped { .. } => "stopped",
            Self::Resumed { .. } => "resumed",
            Self::Sealed { .. } => "sealed",
        }
    }
}

/// The words that reasons have in a journal.
fn stop_word<S: Serializer>(reason: &StopReason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.as_str())
}
