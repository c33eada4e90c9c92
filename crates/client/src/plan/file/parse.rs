//! Reads a saved plan. A line that is not fully understood is refused.

use std::{collections::HashSet, io::BufRead};

use countermand_chain::{ChainError, ChainFormat, ChainReader, check_opening};
use countermand_core_model::{CommandId, CommandTarget, DeviceRef, Organization};
use countermand_transport::BaseUrl;

use super::saved_plan::{FORMAT, Line, SavedDevice, SavedPlan, SavedTarget, WHOLE};

/// The error of a plan whose seal is missing.
pub(super) const CUT_OFF: &str = "it is cut off: its end is missing";

/// The error of a plan that is not what its seal says.
pub(super) const MISCOUNTED: &str = "its seal's counts are not those of the lines before it";

/// The error of a plan with more behind its seal.
pub(super) const AFTER_SEAL: &str = "something follows its seal, where nothing may";

/// The error of a device that is named twice for everything pending on it.
pub(super) const NAMED_TWICE: &str = "a line before it names the same device for everything";

/// What a plan may have too many of.
const WHAT: &str = "targets and devices";

/// The format of a saved plan: lines that are put together when all were read.
#[derive(Default)]
struct PlanFormat {
    version: u32,
}

impl ChainFormat for PlanFormat {
    type Entry = Line;

    const NAME: &'static str = "a plan";

    fn read(&mut self, line: &[u8], number: u64) -> Result<Line, ChainError> {
        if number == 1 {
            self.version = check_opening::<Self>(line, FORMAT, WHOLE)?;
        }
        let line = serde_json::from_slice(line).ok();
        let line = line.filter(|line| self.has(line));
        line.ok_or(ChainError::changed(number))
    }

    fn is_seal(entry: &Line) -> bool {
        matches!(entry, Line::Sealed { .. })
    }

    fn after_seal(_: u64) -> ChainError {
        ChainError::End(AFTER_SEAL)
    }
}

impl PlanFormat {
    /// Returns whether there is such a line in this version.
    fn has(&self, line: &Line) -> bool {
        match line {
            Line::Everything { .. } => self.version >= WHOLE,
            Line::Sealed { everything, .. } => everything.is_some() == (self.version >= WHOLE),
            Line::Header { .. }
            | Line::Target { .. }
            | Line::Unlisted { .. }
            | Line::Incomplete { .. } => true,
        }
    }
}

impl SavedPlan {
    /// Reads a saved plan.
    ///
    /// # Errors
    /// When it is not one, is of another version, was changed, or is incomplete.
    pub fn read(bytes: impl BufRead) -> Result<Self, ChainError> {
        Self::read_at_most(bytes, usize::MAX)
    }

    /// Reads a saved plan with at most `most` targets and devices together. Of a longer one no more is held.
    ///
    /// # Errors
    /// Like [`Self::read`], and when it has more.
    pub fn read_at_most(bytes: impl BufRead, most: usize) -> Result<Self, ChainError> {
        let mut lines = ChainReader::new(bytes, PlanFormat::default());
        let mut everything = HashSet::new();
        let mut plan = match lines.next() {
            Some(line) => header(line?.1).ok_or(ChainError::changed(1))?,
            None => return Err(PlanFormat::empty()),
        };
        for read in lines.by_ref() {
            let (number, line) = read?;
            if let Line::Everything { device, .. } = &line
                && !everything.insert(device.clone())
            {
                let what = NAMED_TWICE;
                return Err(ChainError::Contradiction { line: number, what });
            }
            take(&mut plan, line).ok_or(ChainError::changed(number))??;
            if plan.entries() > most {
                return Err(ChainError::TooMany { most, what: WHAT });
            }
        }
        match (lines.end().sealed, lines.end().torn) {
            (true, false) => Ok(plan),
            (true, true) => Err(ChainError::End(AFTER_SEAL)),
            (false, _) => Err(ChainError::End(CUT_OFF)),
        }
    }

    /// Returns how many targets and devices it names.
    fn entries(&self) -> usize {
        let devices = self.everything.len() + self.unlisted.len() + self.incomplete.len();
        self.targets.len() + devices
    }

    fn is_of_provider(&self, device: &DeviceRef) -> bool {
        device.provider() == self.provider
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
        everything: Vec::new(),
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
            let is_of_provider = plan.is_of_provider(&device);
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
        Line::Everything { device, filter, .. } if plan.is_of_provider(&device) => {
            plan.everything.push(SavedDevice { device, filter });
        }
        Line::Everything { .. } => return None,
        Line::Unlisted {
            device, message, ..
        } => plan.unlisted.push((device, message)),
        Line::Incomplete { device, .. } => plan.incomplete.push(device),
        Line::Sealed {
            targets,
            everything,
            unlisted,
            incomplete,
            ..
        } => {
            let counted = (
                plan.targets.len(),
                plan.everything.len(),
                plan.unlisted.len(),
                plan.incomplete.len(),
            );
            if (targets, everything.unwrap_or(0), unlisted, incomplete) != counted {
                return Some(Err(ChainError::End(MISCOUNTED)));
            }
        }
    }
    Some(Ok(()))
}
