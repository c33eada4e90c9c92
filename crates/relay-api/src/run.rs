//! Runs that the server drives: what starts one, and how far one is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ApprovalState,
    lenient::{list, or_default},
};

/// What somebody asks the server to cancel. Sent twice, it is one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RunRequest {
    /// The plan: the text of a plan file, with its chain.
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub plan: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: Option<String>,
    /// The ticket that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub ticket: Option<String>,
    /// How many cancels are sent at once; 1 to 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 64))]
    pub concurrency: Option<u32>,
    /// For how many seconds an accepted cancel is read until it settles; at most 3,600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3_600))]
    pub verify_for: Option<u32>,
    /// For how many seconds more a cancel that is not confirmed by then is watched; at most 3,600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3_600))]
    pub watch_for: Option<u32>,
    /// Start a sweep although another one that does the same is under way; otherwise that one is the answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
}

/// A run, as the server tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: RunState,
    /// Who started it.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub by: String,
    /// When, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required, format = DateTime))]
    pub at: String,
    /// Why.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reason: Option<String>,
    /// The ticket that it belongs to.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub ticket: Option<String>,
    /// The SHA-256 of its plan's bytes, in hexadecimal digits.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required, pattern = "^[0-9a-f]{64}$"))]
    pub plan_sha256: String,
    /// Who asked it to stop last, and it was not resumed since.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub stopped_by: Option<String>,
    /// How many targets are settled.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub done: u64,
    /// How many targets there are, as far as is known.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub total: u64,
    /// How many targets have each outcome.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub outcomes: BTreeMap<String, u64>,
    /// How many devices it has looked at, where it looks for what it cancels. Any other run has none.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub looked_at: Option<u64>,
    /// How many devices it knows to look at, so far.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub devices: Option<u64>,
    /// How many lines its journal has.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub lines: u64,
    /// The brake rule under which it needed no approval.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub rule: Option<String>,
    /// Where the approval of a second person stands, where that was looked at.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub approval: Option<RunApproval>,
    /// When it stopped or finished, or was not approved, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = DateTime))]
    pub ended_at: Option<String>,
}

/// Where the approval of a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunApproval {
    /// Where it stands.
    pub state: ApprovalState,
    /// Who decided.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub decided_by: Option<String>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// A second person has to approve it first. Nothing is sent before that.
    Waiting,
    /// Somebody works on it, or will within seconds.
    Running,
    /// It was asked to stop: what was sent is still read.
    Stopping,
    /// It stopped early, and can be resumed.
    Stopped,
    /// Every target is settled, and its journal sealed.
    Finished,
    /// It was declined, withdrawn, or not decided about in time. Nothing was sent, and nothing will be.
    NotApproved,
    /// A state that this version does not know.
    #[default]
    #[serde(other)]
    Unknown,
}

impl RunState {
    /// Returns the word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
            Self::NotApproved => "not_approved",
            Self::Unknown => "unknown",
        }
    }

    /// Returns whether nobody works on it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished | Self::NotApproved)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for RunState {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        // No server says that it does not know.
        let known = [
            Self::Waiting,
            Self::Running,
            Self::Stopping,
            Self::Stopped,
            Self::Finished,
            Self::NotApproved,
        ];
        let words = utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("Where a run stands."))
            .enum_values(Some(known.map(Self::as_str)));
        words.into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for RunState {}

/// Runs of a connection, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunList {
    /// The runs.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub runs: Vec<Run>,
}

/// Targets of a run that is over, read again because their outcome is not settled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadAgain {
    /// The targets, in the order of the run.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub targets: Vec<ReadTarget>,
    /// How many more there are behind these.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub left: u64,
}

/// A target with its outcome in the journal, and what the provider says of it now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadTarget {
    /// The device.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub device: String,
    /// The command's id.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub command: String,
    /// Its outcome in the journal, which stays as it is.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub outcome: String,
    /// Its state now, as `CommandState` prints it; `None` where it could not be read.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub state: Option<String>,
    /// Why it could not be read.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub message: Option<String>,
}
