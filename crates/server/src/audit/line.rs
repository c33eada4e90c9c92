//! A line as it is written: an entry, who wrote it, and for whom.

use std::net::IpAddr;

use countermand_core_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::entry::Entry;

/// A line that is written.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NewLine {
    /// Which server writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server: Option<String>,
    /// From where the request came that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) peer: Option<IpAddr>,
    #[serde(flatten)]
    pub(super) entry: Entry,
}

impl countermand_chain::Entry for NewLine {
    fn truncated(&self) -> Self {
        Self {
            entry: self.entry.truncated(),
            ..self.clone()
        }
    }
}

/// A line that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditLine {
    /// When it was written.
    pub at: Timestamp,
    /// Which server wrote it. Before version 3 an audit has one server, and its lines do not say which.
    pub server: Option<String>,
    /// The address that the request came from that led to it.
    pub peer: Option<String>,
    /// What it says.
    pub entry: Entry,
    /// The hash of the line before it.
    pub(super) prev: String,
}

#[derive(Deserialize)]
struct Read {
    prev: String,
    at: Timestamp,
    server: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl AuditLine {
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let mut read: Read = serde_json::from_slice(line).ok()?;
        // There it belongs to what the line says.
        let is_of_the_entry = read.rest.get("event")? == "sign_in_failed";
        let peer = match is_of_the_entry {
            true => None,
            false => read.rest.remove("peer"),
        };
        Some(Self {
            peer: peer.map(serde_json::from_value).transpose().ok()?,
            entry: serde_json::from_value(Value::Object(read.rest)).ok()?,
            at: read.at,
            server: read.server,
            prev: read.prev,
        })
    }
}
