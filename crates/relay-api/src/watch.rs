//! The watch over a connection's devices.

use serde::{Deserialize, Serialize};

use crate::lenient::{list, or_default};

/// How a connection's devices are watched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchState {
    /// `off`: it is not configured; `starting`: no device was looked at yet; `watching`; `silent`: the provider does not answer;
    /// `refused`: the provider refuses the key.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub state: String,
    /// When this was so, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub at: String,
    /// When a device was looked at last, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_look: Option<String>,
    /// How many devices there are.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub devices: u64,
    /// How many looks there were since this server's watch began, and how many of them failed.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub looks: u64,
    /// How many looks failed.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub failures: u64,
    /// The kinds that were found.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub kinds: Vec<WatchedKind>,
    /// The latest surge.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_surge: Option<WatchSurge>,
}

/// What is usual of a kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchedKind {
    /// The kind, in the provider's word.
    pub kind: String,
    /// The share of the devices that is usual at the same time; 0 where only single commands are.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub usual: f64,
    /// How many devices were looked at lately, and on how many it was found.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub recent_looks: u32,
    /// On how many.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub recent_hits: u32,
}

/// A surge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchSurge {
    /// The kind, in the provider's word.
    pub kind: String,
    /// When it was noticed, in RFC 3339.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub at: String,
    /// When the earliest command that was found was given, in RFC 3339.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub since: Option<String>,
    /// On about how many devices there is one.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub estimate: u64,
    /// Some of the devices.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub devices: Vec<String>,
    /// The run that a rule started.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub run: Option<String>,
}
