//! Reads a saved plan. A line that is not fully understood is refused.

use std::{collections::HashSet, io::BufRead};

use countermand_chain::{ChainError, ChainFormat, ChainReader, check_opening};
use countermand_core_model::{CommandId, CommandTarget, DeviceRef, Organization, SearchText};
use countermand_transport::BaseUrl;

use super::saved_plan::{FORMAT, Line, SWEEP, SavedDevice, SavedPlan, SavedTarget, WHOLE};
use crate::sweep::{Sweep, SweepScope};

/// The error of a plan whose seal is missing.
pub(super) const CUT_OFF: &str = "it is cut off: its end is missing";

/// The error of a plan that is not what its seal says.
pub(super) const MISCOUNTED: &str = "its seal's counts are not those of the lines before it";

/// The error of a plan with more behind its seal.
pub(super) const AFTER_SEAL: &str = "something follows its seal, where nothing may";

/// The error of a device that is named twice for everything pending on it.
pub(super) const NAMED_TWICE: &str = "a line before it names the same device for everything";

/// The error of a plan with something beside its sweep.
pub(super) const NOT_ALONE: &str = "a plan with a sweep names nothing else";

/// The error of a sweep that would mean everything.
pub(super) const NAMES_NOTHING: &str = "its filter must name a kind, a severity or a text: without, it would mean everything that is pending in the organization";

/// The error of a plan that lacks its sweep.
pub(super) const NO_SWEEP: &str = "it is of a version that has a sweep, and names none";

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
            self.version = check_opening::<Self>(line, FORMAT, SWEEP)?;
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
            Line::Sweep { .. } => self.version >= SWEEP,
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
            if plan.sweep.is_some() && !matches!(line, Line::Sealed { .. }) {
                let what = NOT_ALONE;
                return Err(ChainError::Contradiction { line: number, what });
            }
            take(&mut plan, line, number).ok_or(ChainError::changed(number))??;
            if plan.entries() > most {
                return Err(ChainError::TooMany { most, what: WHAT });
            }
        }
        let is_sealed = lines.end().sealed;
        if is_sealed && lines.format().version >= SWEEP && plan.sweep.is_none() {
            return Err(ChainError::End(NO_SWEEP));
        }
        match (is_sealed, lines.end().torn) {
            (true, false) => Ok(plan),
            (true, true) => Err(ChainError::End(AFTER_SEAL)),
            (false, _) => Err(ChainError::End(CUT_OFF)),
        }
    }

    /// Returns how many targets and devices it names.
    fn entries(&self) -> usize {
        let devices = self.everything.len() + self.unlisted.len() + self.incomplete.len();
        let scope = self.sweep.as_ref().map(|sweep| &sweep.scope);
        let swept = match scope {
            Some(SweepScope::Devices(devices)) => devices.len(),
            Some(SweepScope::Organization | SweepScope::Search(_)) | None => 0,
        };
        self.targets.len() + devices + swept
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
        sweep: None,
    })
}

/// Takes in line `number`; `None` if a field has an invalid value.
fn take(plan: &mut SavedPlan, line: Line, number: u64) -> Option<Result<(), ChainError>> {
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
        Line::Sweep {
            filter,
            scope,
            at_most,
            ..
        } => {
            let contradiction = |what| Some(Err(ChainError::Contradiction { line: number, what }));
            if plan.entries() > 0 {
                return contradiction(NOT_ALONE);
            }
            let Ok(sweep) = Sweep::new(filter) else {
                return contradiction(NAMES_NOTHING);
            };
            let has_scope = match &scope {
                SweepScope::Organization => true,
                SweepScope::Search(text) => SearchText::parse("search", text).is_ok(),
                SweepScope::Devices(devices) => {
                    !devices.is_empty() && devices.iter().all(|device| plan.is_of_provider(device))
                }
            };
            if !has_scope || at_most == Some(0) {
                return None;
            }
            plan.sweep = Some(sweep.over(scope).at_most(at_most));
        }
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
