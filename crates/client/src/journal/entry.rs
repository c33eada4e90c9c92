//! The entries of a journal, and the format of its lines.

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

use crate::{Filter, StopReason, SweepScope};

mod truncate;

/// The format that the first line names.
pub(crate) const FORMAT: &str = "countermand journal";

/// The version of the format.
pub(crate) const VERSION: u32 = 1;

/// The first line: which run over which connection. It has no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The run's id.
    pub run: String,
    /// The provider.
    pub provider: Provider,
    /// Where the provider's API is.
    pub base_url: BaseUrl,
    /// The organization.
    pub org: Organization,
    /// The version of this project that wrote it.
    pub countermand: String,
}

impl Header {
    /// Returns the header of a new run over this connection.
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

/// Returns the time with a suffix that tells runs begun in the same millisecond apart.
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

/// How a cancel was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// The provider accepted it.
    Taken,
    /// It may have been executed, and the response was lost.
    Lost,
    /// It was not sent, or not executed.
    NotSent,
    /// The provider refused it.
    Refused,
}

/// The response to a cancel, as a journal records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedAnswer {
    /// How it was answered.
    #[serde(rename = "answer")]
    pub kind: AnswerKind,
    /// The outcome of a refusal, unless something else decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CancelOutcome>,
    /// How many requests were sent.
    pub attempts: u32,
    /// What the provider said.
    #[serde(flatten)]
    pub detail: ProviderDetail,
}

/// A line of a journal. Targets are numbered from 0 in the order of the plan, and on from there beyond it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// Which run over which connection. Always the first line, and only that.
    Header(Header),
    /// A target of the plan, with its outcome if no cancel is sent for it.
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
        /// When it was created.
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// The state seen when the plan was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
        /// Its outcome, if it is decided.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<CancelOutcome>,
        /// What the provider said.
        #[serde(flatten)]
        detail: ProviderDetail,
    },
    /// The targets of EnOS's one call for a device.
    Everything {
        /// The device.
        device: DeviceRef,
        /// The first target's number.
        first: usize,
        /// How many there are, numbered consecutively.
        count: usize,
        /// The plan did not see commands created later.
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
    /// A device whose list may be incomplete.
    Incomplete {
        /// The device.
        device: DeviceRef,
    },
    /// The run looks for what matches on many devices. Each becomes known by a [`Self::ToList`], also after the plan.
    Sweep {
        /// When that was requested.
        asked_at: Timestamp,
        /// What is cancelled.
        filter: Filter,
        /// Where.
        scope: SweepScope,
        /// How many commands are cancelled at most.
        #[serde(skip_serializing_if = "Option::is_none")]
        at_most: Option<usize>,
    },
    /// Every device of the sweep is known.
    AllKnown {
        /// How many.
        devices: usize,
    },
    /// A device on which everything is to be cancelled and that the run is to list. Its targets follow the plan.
    ToList {
        /// The device.
        device: DeviceRef,
        /// When that was requested. Later commands are left alone.
        asked_at: Timestamp,
        /// Only what matches is cancelled.
        #[serde(skip_serializing_if = "Option::is_none")]
        filter: Option<Filter>,
    },
    /// A device was listed. Its targets are in the lines before.
    Listed {
        /// The device.
        device: DeviceRef,
        /// How many targets it has.
        targets: usize,
    },
    /// The plan is complete, and sending may begin.
    Planned {
        /// How many targets it has.
        targets: usize,
    },
    /// A cancel is about to be sent.
    Sending {
        /// The target's number.
        target: usize,
    },
    /// The one call for a device is about to be sent.
    SendingEverything {
        /// The device.
        device: DeviceRef,
        /// The first target's number.
        first: usize,
        /// How many targets it has.
        count: usize,
    },
    /// The response to a cancel.
    Answered {
        /// The target's number.
        target: usize,
        /// The response.
        #[serde(flatten)]
        answer: RecordedAnswer,
    },
    /// The response to the one call for a device.
    AnsweredEverything {
        /// The device.
        device: DeviceRef,
        /// The first target's number.
        first: usize,
        /// How many targets it has.
        count: usize,
        /// The response.
        #[serde(flatten)]
        answer: RecordedAnswer,
    },
    /// A command that was cancelled beyond the plan.
    Beyond {
        /// Its number.
        target: usize,
        /// The device.
        device: DeviceRef,
        /// The command.
        id: CommandId,
        /// When it was created.
        #[serde(skip_serializing_if = "Option::is_none")]
        created_at: Option<Timestamp>,
        /// The target with which it was cancelled.
        with: usize,
        /// How many cancel requests were sent for it so far.
        attempts: u32,
    },
    /// A resumed run read a target before any cancel of its own.
    Seen {
        /// The target's number.
        target: usize,
        /// The state seen.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<CommandState>,
        /// Its outcome, if that decides it.
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
        /// Its state.
        state: CommandState,
    },
    /// The outcome of a target.
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
        /// How many cancel requests were sent for it.
        attempts: u32,
    },
    /// Nothing more is sent by this run.
    Stopped {
        /// Why.
        #[serde(serialize_with = "stop_word")]
        reason: StopReason,
    },
    /// Another process continues the run.
    Resumed {
        /// The version of this project that continues it.
        countermand: String,
    },
    /// Everything is settled. Always the last line.
    Sealed {
        /// How many targets there are, including those beyond the plan.
        targets: usize,
        /// How many have each outcome.
        outcomes: BTreeMap<CancelOutcome, usize>,
    },
}

impl Entry {
    /// Returns the line with the outcome of a target.
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

    /// Returns the word of its `event`.
    pub const fn event(&self) -> &'static str {
        match self {
            Self::Header(_) => "header",
            Self::Target { .. } => "target",
            Self::Everything { .. } => "everything",
            Self::Unlisted { .. } => "unlisted",
            Self::Incomplete { .. } => "incomplete",
            Self::Sweep { .. } => "sweep",
            Self::AllKnown { .. } => "all_known",
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

fn stop_word<S: Serializer>(reason: &StopReason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.as_str())
}
