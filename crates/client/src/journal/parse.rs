//! A line read back. Every field may stand in a line once, and none that is not known.

use std::{borrow::Cow, collections::BTreeMap};

use countermand_core_model::{
    CancelOutcome, CommandId, CommandState, DeviceRef, Organization, Provider, Timestamp,
    VendorCode,
};
use countermand_transport::BaseUrl;
use serde::Deserialize;

use crate::{Filter, StopReason};

use super::entry::{AnswerKind, Entry, FORMAT, Header, VERSION};

/// Why a line is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It says that it is something else than a journal.
    OtherFormat,
    /// The journal is of another version.
    OtherVersion(u32),
    /// It is no JSON of an entry's shape.
    Line,
}

/// What a line may have: one shape for all events, so that each line is read in one go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(rename = "prev")]
    _prev: Cow<'a, str>,
    at: Timestamp,
    #[serde(borrow)]
    event: Cow<'a, str>,
    target: Option<usize>,
    device: Option<DeviceRef>,
    id: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    created_at: Option<Timestamp>,
    before: Option<CommandState>,
    outcome: Option<CancelOutcome>,
    vendor_code: Option<VendorCode>,
    message: Option<String>,
    request_id: Option<String>,
    first: Option<usize>,
    count: Option<usize>,
    newest_seen: Option<Timestamp>,
    asked_at: Option<Timestamp>,
    filter: Option<Filter>,
    targets: Option<usize>,
    answer: Option<AnswerKind>,
    attempts: Option<u32>,
    with: Option<usize>,
    state: Option<CommandState>,
    after: Option<CommandState>,
    reason: Option<String>,
    countermand: Option<String>,
    outcomes: Option<BTreeMap<CancelOutcome, usize>>,
    #[serde(rename = "format")]
    _format: Option<Cow<'a, str>>,
    #[serde(rename = "version")]
    _version: Option<u32>,
    run: Option<String>,
    provider: Option<Provider>,
    base_url: Option<String>,
    org: Option<String>,
}

/// The start of a first line, whatever its version has beside it.
#[derive(Deserialize)]
struct Opening {
    format: Option<String>,
    version: Option<u32>,
}

/// The time and the entry of line `number`.
pub(crate) fn parse(line: &[u8], number: u64) -> Result<(Timestamp, Entry), Unreadable> {
    if number == 1 {
        let opening: Opening = serde_json::from_slice(line).map_err(|_| Unreadable::OtherFormat)?;
        match (opening.format.as_deref(), opening.version) {
            (Some(FORMAT), Some(VERSION)) => {}
            (Some(FORMAT), Some(other)) => return Err(Unreadable::OtherVersion(other)),
            _ => return Err(Unreadable::OtherFormat),
        }
    }
    let line: Line<'_> = serde_json::from_slice(line).map_err(|_| Unreadable::Line)?;
    let at = line.at;
    line.into_entry()
        .filter(|entry| (number == 1) == matches!(entry, Entry::Header(_)))
        .map(|entry| (at, entry))
        .ok_or(Unreadable::Line)
}

impl Line<'_> {
    /// The entry of its event; none where a field is missing or does not hold what it should.
    fn into_entry(self) -> Option<Entry> {
        Some(match &*self.event {
            "header" | "target" | "everything" | "unlisted" | "incomplete" | "to_list"
            | "listed" | "planned" => return self.into_plan_entry(),
            "sending" | "sending_everything" | "answered" | "answered_everything" => {
                return self.into_cancel_entry();
            }
            "beyond" | "seen" | "read" | "settled" => return self.into_target_entry(),
            "stopped" => {
                let found = self.reason?;
                let reason = StopReason::ALL
                    .iter()
                    .find(|reason| reason.as_str() == found)?;
                Entry::Stopped {
                    reason: reason.clone(),
                }
            }
            "resumed" => Entry::Resumed {
                countermand: self.countermand?,
            },
            "sealed" => Entry::Sealed {
                targets: self.targets?,
                outcomes: self.outcomes?,
            },
            _ => return None,
        })
    }

    /// The entry of an event that says what is meant.
    fn into_plan_entry(self) -> Option<Entry> {
        Some(match &*self.event {
            "header" => {
                let provider = self.provider?;
                Entry::Header(Header {
                    run: self.run?,
                    provider,
                    base_url: BaseUrl::parse_allowing_http(&self.base_url?).ok()?,
                    org: Organization::parse(provider, &self.org?).ok()?,
                    countermand: self.countermand?,
                })
            }
            "target" => {
                let device = self.device?;
                Entry::Target {
                    target: self.target?,
                    id: CommandId::parse(device.provider(), &self.id?).ok()?,
                    device,
                    kind: self.kind,
                    name: self.name,
                    created_at: self.created_at,
                    before: self.before,
                    outcome: self.outcome,
                    vendor_code: self.vendor_code,
                    message: self.message,
                    request_id: self.request_id,
                }
            }
            "everything" => Entry::Everything {
                device: self.device?,
                first: self.first?,
                count: self.count?,
                newest_seen: self.newest_seen,
            },
            "unlisted" => Entry::Unlisted {
                device: self.device?,
                message: self.message?,
            },
            "incomplete" => Entry::Incomplete {
                device: self.device?,
            },
            "to_list" => Entry::ToList {
                device: self.device?,
                asked_at: self.asked_at?,
                filter: match self.filter {
                    // One that narrows nothing is not written.
                    Some(filter) if filter == Filter::default() => return None,
                    filter => filter,
                },
            },
            "listed" => Entry::Listed {
                device: self.device?,
                targets: self.targets?,
            },
            "planned" => Entry::Planned {
                targets: self.targets?,
            },
            _ => return None,
        })
    }

    /// The entry of an event of a cancel.
    fn into_cancel_entry(self) -> Option<Entry> {
        Some(match &*self.event {
            "sending" => Entry::Sending {
                target: self.target?,
            },
            "sending_everything" => Entry::SendingEverything {
                device: self.device?,
                first: self.first?,
                count: self.count?,
            },
            "answered" => Entry::Answered {
                target: self.target?,
                answer: self.answer?,
                outcome: self.outcome,
                attempts: self.attempts?,
                vendor_code: self.vendor_code,
                message: self.message,
                request_id: self.request_id,
            },
            "answered_everything" => Entry::AnsweredEverything {
                device: self.device?,
                first: self.first?,
                count: self.count?,
                answer: self.answer?,
                outcome: self.outcome,
                attempts: self.attempts?,
                vendor_code: self.vendor_code,
                message: self.message,
                request_id: self.request_id,
            },
            _ => return None,
        })
    }

    /// The entry of an event of a target after its cancel.
    fn into_target_entry(self) -> Option<Entry> {
        Some(match &*self.event {
            "beyond" => {
                let device = self.device?;
                Entry::Beyond {
                    target: self.target?,
                    id: CommandId::parse(device.provider(), &self.id?).ok()?,
                    device,
                    created_at: self.created_at,
                    with: self.with?,
                    attempts: self.attempts?,
                }
            }
            "seen" => Entry::Seen {
                target: self.target?,
                before: self.before,
                outcome: self.outcome,
                vendor_code: self.vendor_code,
                message: self.message,
                request_id: self.request_id,
            },
            "read" => Entry::Read {
                target: self.target?,
                state: self.state?,
            },
            "settled" => Entry::Settled {
                target: self.target?,
                outcome: self.outcome?,
                before: self.before,
                after: self.after,
                vendor_code: self.vendor_code,
                message: self.message,
                request_id: self.request_id,
                attempts: self.attempts?,
            },
            _ => return None,
        })
    }
}
