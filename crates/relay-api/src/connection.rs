//! Connections that the page's host offers.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::lenient::{count, list, or_default, texts};

/// The longest name of a connection, in bytes.
const LONGEST_NAME: usize = 63;

/// Returns whether `text` can be a connection's name, which is a segment of paths: 1 to 63 lower-case letters, digits
/// and hyphens, of which the first is no hyphen.
pub fn is_connection_name(text: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=LONGEST_NAME).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(is_inner)
}

/// A connection of the relay, which holds its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionInfo {
    /// Its name, and its segment in the relay's paths.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub name: String,
    /// The provider, as `Provider` prints it.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub provider: String,
    /// The organization at the provider.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub org: String,
    /// What the person who asks may do.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub role: Role,
    /// Which cancels a second person has to approve; `None` where none has to be.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub approval: Option<ApprovalRule>,
    /// Whether the server drives runs of this connection. Otherwise the page does.
    #[serde(
        default,
        skip_serializing_if = "std::ops::Not::not",
        deserialize_with = "or_default"
    )]
    pub runs: bool,
    /// What has to be said of each cancel.
    #[serde(
        default,
        skip_serializing_if = "RequiredNotes::is_none",
        deserialize_with = "or_default"
    )]
    pub requires: RequiredNotes,
    /// How many requests everybody together may make, as `RateLimit` prints it; `None` where there is no limit.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub rate: Option<String>,
    /// Devices to begin with, as `DeviceRef` prints them.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub devices: Vec<String>,
    /// How grave commands are in the operator's words: kinds or names, each with the word of its level.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "texts"
    )]
    pub severity: BTreeMap<String, String>,
}

/// What has to be said of each cancel of a connection. Then only the server's runs cancel, because nothing else says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequiredNotes {
    /// Why.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reason: bool,
    /// The ticket that it belongs to.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub ticket: bool,
}

impl RequiredNotes {
    /// Returns whether nothing has to be said.
    pub const fn is_none(&self) -> bool {
        !self.reason && !self.ticket
    }
}

/// What somebody may do at a connection. An unknown word is read as the lower role.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read.
    #[default]
    Viewer,
    /// Read and cancel.
    Operator,
}

/// When a second person has to approve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalRule {
    /// How many commands one person may cancel in an hour alone; `None` for any number.
    #[serde(default, deserialize_with = "count")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub targets: Option<usize>,
    /// Kinds of commands that nobody cancels alone. Compared without case.
    #[serde(default, deserialize_with = "list")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub kinds: Vec<String>,
    /// Nobody cancels commands alone that are as grave as this, in the words of `SeverityLevel`, or graver.
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub severity: Option<String>,
}

impl ApprovalRule {
    /// Returns whether commands of this kind need an approval. A kind that is not known may be any of those named.
    pub fn names(&self, kind: &str) -> bool {
        let kind = kind.trim();
        let is_named = |named: &String| named.trim().eq_ignore_ascii_case(kind);
        (kind.is_empty() && !self.kinds.is_empty()) || self.kinds.iter().any(is_named)
    }

    /// Returns whether the rule depends on what a command does.
    pub fn asks_for_kinds(&self) -> bool {
        !self.kinds.is_empty() || self.severity.is_some()
    }
}

/// A connection with keys that every page of the origin may read: of a simulator. Keys are redacted in `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoConnection {
    /// What it is called.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The provider, as `Provider` prints it.
    #[serde(default, deserialize_with = "or_default")]
    pub provider: String,
    /// The base URL of the provider's API.
    #[serde(default, deserialize_with = "or_default")]
    pub base_url: String,
    /// The organization at the provider.
    #[serde(default, deserialize_with = "or_default")]
    pub org: String,
    /// The provider's keys by the names of their fields.
    #[serde(flatten, deserialize_with = "texts")]
    pub keys: BTreeMap<String, String>,
    /// Devices that it knows, as `DeviceRef` prints them.
    #[serde(default, deserialize_with = "list")]
    pub devices: Vec<String>,
    /// How many of the devices are chosen to begin with; `None` where the page decides.
    #[serde(
        default,
        deserialize_with = "count",
        skip_serializing_if = "Option::is_none"
    )]
    pub begin_with: Option<usize>,
}

impl fmt::Debug for DemoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoConnection")
            .field("name", &self.name)
            .field("provider", &self.provider)
            .field("base_url", &self.base_url)
            .field("org", &self.org)
            .finish_non_exhaustive()
    }
}
