//! Brake rules: what two persons agreed on beforehand, so that one person's press is enough, or none.

use serde::{Deserialize, Serialize};

use crate::{
    SweepTerms,
    lenient::{list, or_default},
};

/// A brake rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrakeRule {
    /// Its id.
    pub id: String,
    /// What may be braked. A brake that is no wider anywhere needs no approval while the rule is in force.
    pub sweep: SweepTerms,
    /// Whether nobody has to press: the server's watch may brake by itself.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub automatic: bool,
    /// Why.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reason: Option<String>,
    /// When it ends, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required, format = DateTime))]
    pub valid_until: String,
    /// Where it stands.
    pub state: BrakeRuleState,
    /// Who proposed it.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub by: String,
    /// When, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required, format = DateTime))]
    pub at: String,
    /// The second person who signed it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub signed_by: Option<String>,
    /// When, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = DateTime))]
    pub signed_at: Option<String>,
    /// Who declined or revoked it.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub ended_by: Option<String>,
    /// When, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = DateTime))]
    pub ended_at: Option<String>,
}

/// Where a brake rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BrakeRuleState {
    /// A second person has to sign it.
    Proposed,
    /// It counts.
    InForce,
    /// Its time is over.
    Expired,
    /// A second person declined it.
    Declined,
    /// Somebody ended it.
    Revoked,
}

impl BrakeRuleState {
    /// Returns the word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::InForce => "in_force",
            Self::Expired => "expired",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }
}

/// The brake rules of a connection, the newest first.
///
/// The server writes `BrakeRuleList<BrakeRule>`. Others read `BrakeRuleList<Option<BrakeRule>>`: one that they cannot read
/// does not hide the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(bound(deserialize = "R: Deserialize<'de> + Default"))]
pub struct BrakeRuleList<R> {
    /// The rules.
    #[serde(deserialize_with = "list")]
    pub rules: Vec<R>,
}

/// A brake rule that somebody proposes. Whoever does has signed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BrakeRuleRequest {
    /// What may be braked.
    pub sweep: SweepTerms,
    /// Whether nobody has to press.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// When it ends, in RFC 3339; in 30 days at most.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub valid_until: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: Option<String>,
}

/// A decision about a brake rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BrakeRuleDecisionRequest {
    /// The decision.
    pub decision: BrakeRuleDecision,
}

/// What somebody decides about a brake rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BrakeRuleDecision {
    /// Another person's is to be in force.
    Sign,
    /// Another person's is not to be.
    Decline,
    /// It is to end, whoever proposed or signed it.
    Revoke,
}
