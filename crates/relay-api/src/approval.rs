//! The two-person rule: requests for approval, and decisions about them.

use serde::{Deserialize, Serialize};

use crate::lenient::{count, list, or_default};

/// What somebody asks approval for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// The commands.
    #[serde(default)]
    pub targets: Vec<RequestedTarget>,
    /// Devices of which everything that waits is to be cancelled.
    #[serde(default)]
    pub everything: Vec<String>,
}

/// A command that approval is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestedTarget {
    /// The device.
    pub device: String,
    /// The command's id.
    pub command: String,
    /// What it does, by the word of the person who asks. The server reads it, and believes the provider only.
    #[serde(default)]
    pub kind: String,
}

/// A request for approval, as the server answers with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: String,
    /// Who asked.
    #[serde(default)]
    pub by: String,
    /// When, in RFC 3339.
    #[serde(default)]
    pub at: String,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who decided.
    #[serde(default)]
    pub decided_by: Option<String>,
    /// The commands.
    #[serde(default, deserialize_with = "list")]
    pub targets: Vec<ApprovalTarget>,
    /// Devices of which everything that waits is to be cancelled.
    #[serde(default, deserialize_with = "list")]
    pub everything: Vec<String>,
    /// What waits on the devices of `everything`: a cancel of everything is approved for these.
    #[serde(
        default,
        deserialize_with = "list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub waiting: Vec<ApprovalTarget>,
    /// How many cancels were not read at the provider yet: nobody approves before that.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: usize,
    /// Where it was approved: how many of its cancels may still be sent with it.
    #[serde(
        default,
        deserialize_with = "count",
        skip_serializing_if = "Option::is_none"
    )]
    pub left: Option<usize>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Where a request for approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Waiting,
    /// It may be sent.
    Approved,
    /// It may not be sent.
    Declined,
    /// It was taken back by the person who asked or approved.
    Withdrawn,
    /// Nobody decided in time, or it was not used in time.
    Expired,
}

/// A command of a request for approval, as the server read it at the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTarget {
    /// The device.
    #[serde(default, deserialize_with = "or_default")]
    pub device: String,
    /// The command's id.
    #[serde(default, deserialize_with = "or_default")]
    pub command: String,
    /// What it does; empty where the provider does not know the command, or it was not read yet.
    #[serde(default, deserialize_with = "or_default")]
    pub kind: String,
    /// Its name, where it has one.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    pub name: Option<String>,
    /// Its state at the provider, as `CommandState` prints it; `None` where it was not read yet.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    pub state: Option<String>,
    /// When it was created, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    pub created_at: Option<String>,
}

/// The requests for approval of a connection, the newest first.
///
/// The server writes `ApprovalList<Approval>`. The page reads `ApprovalList<Option<Approval>>`: one that it cannot read
/// does not hide the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de> + Default"))]
pub struct ApprovalList<A> {
    /// The requests.
    #[serde(deserialize_with = "list")]
    pub approvals: Vec<A>,
}

/// A decision about a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// The decision.
    pub decision: Decision,
}

/// What somebody decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may be sent.
    Approve,
    /// It may not be sent.
    Decline,
    /// The person who asked or approved takes it back.
    Withdraw,
}
