//! A kept plan read back. Nothing in it is guessed: a line that is not fully understood is refused.

use std::io::BufRead;

use countermand_chain::Lines;
use countermand_core_model::{
    CommandId, CommandState, CommandTarget, DeviceRef, Organization, Provider, Timestamp,
};
use countermand_transport::BaseUrl;
use serde::Deserialize;

use super::saved_plan::{BrokenPlan, FORMAT, SavedPlan, SavedTarget, VERSION};

/// The start of a first line, whatever its version has beside it.
#[derive(Deserialize)]
struct Opening {
    format: Option<String>,
    version: Option<u32>,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Header {
        #[serde(rename = "prev")]
        _prev: String,
        #[serde(rename = "format")]
        _format: String,
        #[serde(rename = "version")]
        _version: u32,
        provider: Provider,
        base_url: String,
        org: String,
        made_at: String,
        #[serde(rename = "countermand")]
        _countermand: String,
    },
    Target {
        #[serde(rename = "prev")]
        _prev: String,
        device: DeviceRef,
        id: String,
        #[serde(default)]
        kind: String,
        name: Option<String>,
        created_at: Option<String>,
        before: Option<CommandState>,
    },
    Unlisted {
        #[serde(rename = "prev")]
        _prev: String,
        device: DeviceRef,
        message: String,
    },
    Incomplete {
        #[serde(rename = "prev")]
        _prev: String,
        device: DeviceRef,
    },
    Sealed {
        #[serde(rename = "prev")]
        _prev: String,
        targets: usize,
        unlisted: usize,
        incomplete: usize,
    },
}

impl SavedPlan {
    /// Reads a kept plan.
    ///
    /// # Errors
    /// When it is none, is of another version, was changed, or is not all there.
    pub fn read(bytes: impl BufRead) -> Result<Self, BrokenPlan> {
        read(Lines::of(bytes))
    }
}

fn read<R: BufRead>(mut lines: Lines<R>) -> Result<SavedPlan, BrokenPlan> {
    let mut plan = match lines.next_line() {
        Some(line) => header(line?.1)?,
        // Half a first line tells nothing of what it is.
        None => return Err(BrokenPlan::NotAPlan),
    };
    let mut sealed = false;
    while let Some(read) = lines.next_line() {
        let (line, text) = read?;
        if sealed {
            return Err(BrokenPlan::AfterTheSeal);
        }
        let broken = BrokenPlan::Line {
            line,
            expected: None,
        };
        let Ok(parsed) = serde_json::from_slice::<Line>(text) else {
            return Err(broken);
        };
        sealed = matches!(parsed, Line::Sealed { .. });
        take(&mut plan, parsed).ok_or(broken)??;
    }
    match (sealed, lines.end().torn) {
        (true, false) => Ok(plan),
        (true, true) => Err(BrokenPlan::AfterTheSeal),
        (false, _) => Err(BrokenPlan::CutOff),
    }
}

fn header(text: &[u8]) -> Result<SavedPlan, BrokenPlan> {
    let opening: Opening = serde_json::from_slice(text).map_err(|_| BrokenPlan::NotAPlan)?;
    match (opening.format.as_deref(), opening.version) {
        (Some(FORMAT), Some(VERSION)) => {}
        (Some(FORMAT), Some(found)) => return Err(BrokenPlan::OtherVersion { found }),
        _ => return Err(BrokenPlan::NotAPlan),
    }
    let parse = || match serde_json::from_slice::<Line>(text).ok()? {
        Line::Header {
            provider,
            base_url,
            org,
            made_at,
            ..
        } => Some(SavedPlan {
            provider,
            base_url: BaseUrl::parse_allowing_http(&base_url).ok()?,
            org: Organization::parse(provider, &org).ok()?,
            made_at: Timestamp::parse_rfc3339(&made_at)?,
            targets: Vec::new(),
            unlisted: Vec::new(),
            incomplete: Vec::new(),
        }),
        _ => None,
    };
    parse().ok_or(BrokenPlan::Line {
        line: 1,
        expected: None,
    })
}

/// None where the line does not hold what it should.
fn take(plan: &mut SavedPlan, line: Line) -> Option<Result<(), BrokenPlan>> {
    match line {
        Line::Header { .. } => return None,
        Line::Target {
            device,
            id,
            kind,
            name,
            created_at,
            before,
            ..
        } => {
            let of_the_vendor = device.provider() == plan.provider;
            let id = CommandId::parse(device.provider(), &id).ok()?;
            plan.targets.push(SavedTarget {
                target: CommandTarget::new(device, id)
                    .ok()
                    .filter(|_| of_the_vendor)?,
                kind,
                name,
                created_at: match created_at {
                    Some(text) => Some(Timestamp::parse_rfc3339(&text)?),
                    None => None,
                },
                before,
            });
        }
        Line::Unlisted {
            device, message, ..
        } => plan.unlisted.push((device, message)),
        Line::Incomplete { device, .. } => plan.incomplete.push(device),
        Line::Sealed {
            targets,
            unlisted,
            incomplete,
            ..
        } => {
            let counted = (
                plan.targets.len(),
                plan.unlisted.len(),
                plan.incomplete.len(),
            );
            if (targets, unlisted, incomplete) != counted {
                return Some(Err(BrokenPlan::Miscounted));
            }
        }
    }
    Some(Ok(()))
}
