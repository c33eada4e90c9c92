//! Reads a saved plan. A line that is not fully understood is refused.

use std::io::BufRead;

use countermand_chain::{ChainError, ChainFormat, ChainReader, check_opening};
use countermand_core_model::{CommandId, CommandTarget, Organization};
use countermand_transport::BaseUrl;

use super::saved_plan::{FORMAT, Line, SavedPlan, SavedTarget, VERSION};

/// The error of a plan whose seal is missing.
pub(super) const CUT_OFF: &str = "it is cut off: its end is missing";

/// The error of a plan that is not what its seal says.
pub(super) const MISCOUNTED: &str = "its seal's counts are not those of the lines before it";

/// The error of a plan with more behind its seal.
pub(super) const AFTER_SEAL: &str = "something follows its seal, where nothing may";

/// The format of a saved plan: lines that are put together when all were read.
struct PlanFormat;

impl ChainFormat for PlanFormat {
    type Entry = Line;

    const NAME: &'static str = "a plan";

    fn read(&mut self, line: &[u8], number: u64) -> Result<Line, ChainError> {
        if number == 1 {
            check_opening::<Self>(line, FORMAT, VERSION)?;
        }
        serde_json::from_slice(line).map_err(|_| ChainError::changed(number))
    }

    fn is_seal(entry: &Line) -> bool {
        matches!(entry, Line::Sealed { .. })
    }

    fn after_seal(_: u64) -> ChainError {
        ChainError::End(AFTER_SEAL)
    }
}

impl SavedPlan {
    /// Reads a saved plan.
    ///
    /// # Errors
    /// When it is not one, is of another version, was changed, or is incomplete.
    pub fn read(bytes: impl BufRead) -> Result<Self, ChainError> {
        let mut lines = ChainReader::new(bytes, PlanFormat);
        let mut plan = match lines.next() {
            Some(line) => header(line?.1).ok_or(ChainError::changed(1))?,
            None => return Err(PlanFormat::empty()),
        };
        for read in lines.by_ref() {
            let (number, line) = read?;
            take(&mut plan, line).ok_or(ChainError::changed(number))??;
        }
        match (lines.end().sealed, lines.end().torn) {
            (true, false) => Ok(plan),
            (true, true) => Err(ChainError::End(AFTER_SEAL)),
            (false, _) => Err(ChainError::End(CUT_OFF)),
        }
    }
}

fn header(line: Line) -> Option<SavedPlan> {
    let Line::Header {
        provider,
        base_url,
        org,
        made_at,
        ..
    } = line
    else {
        return None;
    };
    Some(SavedPlan {
        provider,
        base_url: BaseUrl::parse_allowing_http(&base_url).ok()?,
        org: Organization::parse(provider, &org).ok()?,
        made_at,
        targets: Vec::new(),
        unlisted: Vec::new(),
        incomplete: Vec::new(),
    })
}

/// Takes in a line; `None` if a field has an invalid value.
fn take(plan: &mut SavedPlan, line: Line) -> Option<Result<(), ChainError>> {
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
            let is_of_provider = device.provider() == plan.provider;
            let id = CommandId::parse(device.provider(), &id).ok()?;
            plan.targets.push(SavedTarget {
                target: CommandTarget::new(device, id)
                    .ok()
                    .filter(|_| is_of_provider)?,
                kind,
                name,
                created_at,
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
                return Some(Err(ChainError::End(MISCOUNTED)));
            }
        }
    }
    Some(Ok(()))
}
