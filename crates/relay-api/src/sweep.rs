//! What a sweep looks for, as its plan says it.

use serde::{Deserialize, Serialize};

/// What a sweep cancels, and where. It is read whole or not at all: a part of it would mean more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SweepTerms {
    /// Which commands.
    pub filter: FilterTerms,
    /// On which devices.
    pub scope: ScopeTerms,
    /// How many commands at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 1))]
    pub at_most: Option<u64>,
}

/// Which commands: those that satisfy every field that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FilterTerms {
    /// One of these kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Created at this time or later, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = DateTime))]
    pub created_after: Option<String>,
    /// Created before this time, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, format = DateTime))]
    pub created_before: Option<String>,
    /// This text is in the id, kind, name or device, without case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub text: Option<String>,
    /// At least as grave as this: `minor`, `disruptive` or `destructive`, by the connection's rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub severity: Option<String>,
}

/// The devices of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScopeTerms {
    /// All devices of the organization.
    #[default]
    Organization,
    /// Those in whose displayed texts this occurs, without case.
    Search(String),
    /// These.
    Devices(Vec<String>),
}
