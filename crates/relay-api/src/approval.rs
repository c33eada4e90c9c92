//! The two-person rule: runs that a second person has to approve, and decisions about them.

use serde::{Deserialize, Serialize};

use crate::{
    SweepTerms,
    lenient::{list, or_default},
};

/// A run that a second person has to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approval {
    /// The run's id.
    pub id: String,
    /// Who asked.
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
    /// Where it stands.
    pub state: ApprovalState,
    /// Who decided.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub decided_by: Option<String>,
    /// How many commands it has, as far as is known.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub count: usize,
    /// Whether the server still reads them at the provider: nobody approves before that.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub is_reading: bool,
    /// The SHA-256 of the plan that is approved, in hexadecimal digits: exactly the commands of `targets`. `None` while
    /// they are read.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, pattern = "^[0-9a-f]{64}$")
    )]
    pub plan_sha256: Option<String>,
    /// What it looks for, where it is a sweep: its commands are not known before it runs.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub sweep: Option<SweepTerms>,
    /// The commands, as the server read them. A list of approvals leaves them out.
    #[serde(
        default,
        deserialize_with = "list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub targets: Vec<ApprovalTarget>,
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Waiting,
    /// It may be sent.
    Approved,
    /// It may not be sent.
    Declined,
    /// It was taken back before it began.
    Withdrawn,
    /// Nobody decided in time, or it was not begun in time.
    Expired,
}

impl ApprovalState {
    /// Returns the word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

/// A command that is asked about, as the server read it at the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalTarget {
    /// The device.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub device: String,
    /// The command's id.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub command: String,
    /// What it does; empty where the provider does not say.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub kind: String,
    /// Its name, where it has one.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub name: Option<String>,
    /// Its state at the provider, as `CommandState` prints it; `None` where it could not be read.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub state: Option<String>,
    /// When it was created, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = DateTime))]
    pub created_at: Option<String>,
}

/// The approvals of a connection, the newest first.
///
/// The server writes `ApprovalList<Approval>`. The page reads `ApprovalList<Option<Approval>>`: one that it cannot read
/// does not hide the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(bound(deserialize = "A: Deserialize<'de> + Default"))]
pub struct ApprovalList<A> {
    /// The approvals.
    #[serde(deserialize_with = "list")]
    pub approvals: Vec<A>,
}

/// A decision about a run that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// The decision.
    pub decision: Decision,
    /// The SHA-256 of the plan that was looked at: the decision is about that and nothing else. `None`: whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub plan_sha256: Option<String>,
}

/// What somebody decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may be sent.
    Approve,
    /// It may not be sent.
    Decline,
    /// The person who asked or approved takes it back.
    Withdraw,
}
