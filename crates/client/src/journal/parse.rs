//! Parses a line. It may have each known field once, and no other.

use std::{borrow::Cow, collections::BTreeMap};

use countermand_chain::ChainError;
use countermand_core_model::{
    CancelOutcome, CommandId, CommandState, DeviceRef, Filter, Organization, Provider,
    ProviderCode, ProviderDetail, Timestamp,
};
use countermand_transport::BaseUrl;
use serde::Deserialize;

use super::entry::{AnswerKind, Entry, Header, RecordedAnswer};
use crate::{StopReason, SweepScope};

/// The fields of a line: one shape for all events, so that a line is parsed once.
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
    vendor_code: Option<ProviderCode>,
    message: Option<String>,
    request_id: Option<String>,
    first: Option<usize>,
    count: Option<usize>,
    newest_seen: Option<Timestamp>,
    asked_at: Option<Timestamp>,
    filter: Option<Filter>,
    scope: Option<SweepScope>,
    at_most: Option<usize>,
    devices: Option<usize>,
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

/// Returns the time and the entry of line `number`. The format and version of a first line are checked before.
pub(crate) fn parse(line: &[u8], number: u64) -> Result<(Timestamp, Entry), ChainError> {
    let parsed: Option<Line<'_>> = serde_json::from_slice(line).ok();
    parsed
        .and_then(|line| Some((line.at, line.into_entry()?)))
        .filter(|(_, entry)| (number == 1) == matches!(entry, Entry::Header(_)))
        .ok_or_else(|| ChainError::changed(number))
}

impl Line<'_> {
    /// Returns the entry of its event; `None` if a field is missing or has an invalid value.
    fn into_entry(self) -> Option<Entry> {
        Some(match &*self.event {
            "stopped" => {
                let found = self.reason?;
                let mut reasons = StopReason::ALL.iter();
                let reason = reasons.find(|reason| reason.as_str() == found)?;
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
            _ => return self.into_plan_entry(),
        })
    }

    fn detail(&mut self) -> ProviderDetail {
        ProviderDetail {
            code: self.vendor_code.take(),
            message: self.message.take(),
            request_id: self.request_id.take(),
        }
    }

    fn answer(&mut self) -> Option<RecordedAnswer> {
        Some(RecordedAnswer {
            kind: self.answer?,
            outcome: self.outcome,
            attempts: self.attempts?,
            detail: self.detail(),
        })
    }

    /// Returns the entry of an event of the plan.
    fn into_plan_entry(mut self) -> Option<Entry> {
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
                let (detail, device) = (self.detail(), self.device?);
                Entry::Target {
                    target: self.target?,
                    id: CommandId::parse(device.provider(), &self.id?).ok()?,
                    device,
                    kind: self.kind,
                    name: self.name,
                    created_at: self.created_at,
                    before: self.before,
                    outcome: self.outcome,
                    detail,
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
            "sweep" => Entry::Sweep {
                asked_at: self.asked_at?,
                filter: self.filter?,
                scope: self.scope?,
                at_most: self.at_most,
            },
            "all_known" => Entry::AllKnown {
                devices: self.devices?,
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
            _ => return self.into_cancel_entry(),
        })
    }

    /// Returns the entry of an event of a cancel.
    fn into_cancel_entry(mut self) -> Option<Entry> {
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
                answer: self.answer()?,
                target: self.target?,
            },
            "answered_everything" => Entry::AnsweredEverything {
                answer: self.answer()?,
                device: self.device?,
                first: self.first?,
                count: self.count?,
            },
            _ => return self.into_target_entry(),
        })
    }

    /// Returns the entry of an event of a target.
    fn into_target_entry(mut self) -> Option<Entry> {
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
                detail: self.detail(),
                target: self.target?,
                before: self.before,
                outcome: self.outcome,
            },
            "read" => Entry::Read {
                target: self.target?,
                state: self.state?,
            },
            "settled" => Entry::Settled {
                detail: self.detail(),
                target: self.target?,
                outcome: self.outcome?,
                before: self.before,
                after: self.after,
                attempts: self.attempts?,
            },
            _ => return None,
        })
    }
}
