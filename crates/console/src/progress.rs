//! A run as it is shown: what it told so far. It decides no outcome.
//!
//! There may be a hundred thousand targets and many events a second: each event touches one row, and
//! nothing is copied but the small [`RunStatus`].

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use countermand_client::{CancelOutcome, CancelReport, RunEvent, RunResult};
use countermand_core_model::{
    CommandId, CommandState, CommandTarget, DeviceRef, KindSeverity, OutcomeSeverity,
};

use super::{
    headline::Headline,
    outcome,
    problem::Problem,
    rows,
    run_status::{JournalState, Phase, RunStatus},
};

/// What becomes of a target while a run goes on. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// Nothing was told of it yet.
    Queued,
    /// Its cancel is being sent.
    Sending,
    /// It is being read again.
    Verifying,
    /// The vendor did not report it cancelled in time: it is watched.
    Watching,
    /// It is settled.
    Settled(Arc<CancelReport>),
}

/// A target of the run.
#[derive(Clone, Debug)]
struct Target {
    title: Option<Arc<str>>,
    /// False where the vendor named it by itself.
    asked: bool,
    live: Live,
}

/// A settled row, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What became of it.
    pub report: Arc<CancelReport>,
    /// What the command is called.
    pub title: Arc<str>,
    /// It was settled without having been asked for.
    pub beyond: bool,
}

/// A run.
#[derive(Debug, Default)]
pub struct Progress {
    status: RunStatus,
    /// Devices of which could not be listed what waits, with the reason.
    pub problems: Vec<(DeviceRef, Problem)>,
    /// How many devices were not asked what waits there.
    pub not_asked: usize,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
    /// Devices with commands that were left out, because it is not clear whether they wait, and how many.
    pub unclear: Vec<(DeviceRef, usize)>,
    targets: Vec<Target>,
    place: HashMap<CommandTarget, u32>,
    titles: HashSet<Arc<str>>,
    /// The places of what is settled: as they came, and when it is over the gravest first.
    settled: Vec<u32>,
    /// What reading again after the run showed.
    read_again: HashMap<CommandTarget, Result<CommandState, Problem>>,
    headline: Headline,
}

impl Progress {
    /// A run of so many targets that begins with reading them.
    pub fn planning(total: usize, kept: JournalState) -> Self {
        Self {
            status: RunStatus {
                total,
                kept,
                ..RunStatus::default()
            },
            ..Self::default()
        }
    }

    /// Where it stands.
    pub fn status(&self) -> &RunStatus {
        &self.status
    }

    /// A target is meant. To be told before the first event.
    pub fn ask(&mut self, target: CommandTarget, title: Option<&str>) {
        let title = title.map(|title| self.intern(title));
        let at = self.at(target, true);
        if let (Some(row), Some(title)) = (self.targets.get_mut(at), title) {
            row.title = Some(title);
        }
        self.status.known = self.targets.len();
    }

    /// The plan is whole: sending begins. So many commands were left out, because it is not clear whether they wait.
    pub fn planned(&mut self, unclear: &[(DeviceRef, usize)]) {
        self.unclear = unclear.to_vec();
        self.status.phase = Phase::Going;
        self.status.total = self.targets.len();
        self.status.version += 1;
    }

    /// It waits for an approval, or waits for it no more.
    pub fn ask_for_approval(&mut self, waits: bool) {
        self.status.phase = if waits { Phase::Asking } else { Phase::Going };
        self.status.version += 1;
    }

    /// The session at the page's own server has ended.
    pub fn signed_out(&mut self) {
        self.status.signed_out = true;
    }

    /// What is kept of it from now on.
    pub fn keep(&mut self, kept: JournalState) {
        self.status.kept = kept;
    }

    /// Takes in what the run tells.
    pub fn apply(&mut self, event: RunEvent) {
        if matches!(
            event,
            RunEvent::Sending { .. } | RunEvent::Settled { .. } | RunEvent::Stopped(_)
        ) {
            self.status.paused_until = None;
        }
        match event {
            RunEvent::Found {
                device,
                id,
                kind,
                name,
                total,
                ..
            } => {
                if let Ok(target) = CommandTarget::new(device, id) {
                    self.ask(target, Some(&rows::title_of(&kind, name.as_deref())));
                }
                self.status.total = total;
            }
            RunEvent::Paused { until } => self.status.paused_until = Some(until),
            RunEvent::Sending { device, id } => self.set(device, id, Live::Sending),
            RunEvent::Verifying { device, id } => self.set(device, id, Live::Verifying),
            RunEvent::Watching { device, id } => self.set(device, id, Live::Watching),
            RunEvent::Settled { report, progress } => {
                self.settle(*report);
                self.status.total = progress.total.max(self.status.done);
                self.status.rate = progress.rate;
                self.status.time_left = progress.time_left;
            }
            RunEvent::Stopped(reason) => self.status.stopped = Some(reason),
            // A watched one that went out is told as settled, too; what later versions tell is not shown.
            _ => {}
        }
        self.status.version += 1;
    }

    /// This target is settled, by this run or the part of it that went before.
    pub fn settle(&mut self, report: CancelReport) {
        let outcome = report.outcome;
        let Ok(target) = CommandTarget::new(report.device.clone(), report.id.clone()) else {
            return;
        };
        let at = self.at(target, false);
        let Some(row) = self.targets.get_mut(at) else {
            return;
        };
        let report = Arc::new(report);
        match std::mem::replace(&mut row.live, Live::Settled(report.clone())) {
            Live::Settled(before) => {
                self.status.take(before.outcome);
                self.retell(&before, Some(before.severity()), None);
            }
            _ => self.settled.extend(u32::try_from(at)),
        }
        self.retell(&report, None, Some(report.severity()));
        self.status.add(outcome);
        self.status.known = self.targets.len();
    }

    /// The run is over, with this result. Each of its rows was told before; should one not have been, it is
    /// taken from here.
    pub fn finish(&mut self, result: RunResult) {
        self.status.stopped = result.stopped;
        self.problems = result
            .gaps
            .problems
            .iter()
            .map(|(device, error)| (device.clone(), Problem::of(error)))
            .collect();
        self.not_asked = result.gaps.not_asked.len();
        self.status.unlisted = self.problems.len() + self.not_asked;
        self.status.left_open = result.left_open > 0;
        self.unclear = result.gaps.unclear;
        self.incomplete = result.gaps.incomplete;
        // These are said with their count.
        self.incomplete
            .retain(|device| !self.unclear.iter().any(|(unclear, _)| unclear == device));
        if result.reports.len() != self.settled.len() {
            result
                .reports
                .into_iter()
                .for_each(|report| self.settle(report));
        }
        self.end();
    }

    /// Nothing more comes: what is gravest is put first, otherwise the plan's order stays.
    pub fn end(&mut self) {
        self.status.phase = Phase::Over;
        self.status.paused_until = None;
        self.status.total = self.status.done;
        self.status.rate = None;
        self.status.time_left = None;
        let mut settled = std::mem::take(&mut self.settled);
        settled.sort_by_cached_key(|at| (self.gravity(*at), *at));
        self.settled = settled;
        self.status.version += 1;
    }

    /// What came of a row changes: so does what is said first, where it belongs there.
    fn retell(
        &mut self,
        report: &CancelReport,
        before: Option<OutcomeSeverity>,
        after: Option<OutcomeSeverity>,
    ) {
        let gone = before.is_some_and(|severity| self.headline.remove(report, severity));
        let come = after.is_some_and(|severity| self.headline.add(report, severity));
        if gone || come {
            self.status.headline = self.headline.lines();
        }
    }

    /// The gravest first: what came of the command, then what it does, then what asks for attention.
    fn gravity(
        &self,
        at: u32,
    ) -> (
        Reverse<Option<OutcomeSeverity>>,
        Reverse<KindSeverity>,
        Reverse<u8>,
    ) {
        let Some(report) = self.report(at) else {
            return (Reverse(None), Reverse(KindSeverity::UNKNOWN), Reverse(0));
        };
        let kind = report.kind.as_deref().map(KindSeverity::of);
        (
            Reverse(Some(report.severity())),
            Reverse(kind.unwrap_or_default()),
            Reverse(report.outcome.attention()),
        )
    }

    fn report(&self, at: u32) -> Option<&Arc<CancelReport>> {
        match &self.targets.get(usize::try_from(at).ok()?)?.live {
            Live::Settled(report) => Some(report),
            _ => None,
        }
    }

    fn at(&mut self, target: CommandTarget, asked: bool) -> usize {
        let next = self.targets.len();
        // A run has fewer targets than four thousand million.
        let number = u32::try_from(next).unwrap_or(u32::MAX);
        let at = *self.place.entry(target).or_insert(number);
        if at == number {
            self.targets.push(Target {
                title: None,
                asked,
                live: Live::Queued,
            });
        }
        usize::try_from(at).unwrap_or(usize::MAX)
    }

    fn intern(&mut self, title: &str) -> Arc<str> {
        match self.titles.get(title) {
            Some(title) => title.clone(),
            None => {
                let title: Arc<str> = Arc::from(title);
                self.titles.insert(title.clone());
                title
            }
        }
    }

    fn set(&mut self, device: DeviceRef, id: CommandId, live: Live) {
        if let Ok(target) = CommandTarget::new(device, id) {
            let at = self.at(target, false);
            if let Some(row) = self.targets.get_mut(at) {
                row.live = live;
            }
        }
        self.status.known = self.targets.len();
    }

    /// What becomes of a target; none where the run has nothing to do with it.
    pub fn live(&self, target: &CommandTarget) -> Option<&Live> {
        self.row(target).map(|row| &row.live)
    }

    fn row(&self, target: &CommandTarget) -> Option<&Target> {
        let at = *self.place.get(target)?;
        self.targets.get(usize::try_from(at).ok()?)
    }

    /// Every target that it is about.
    pub fn targets(&self) -> HashSet<CommandTarget> {
        self.place.keys().cloned().collect()
    }

    /// Every device that it is about.
    pub fn devices(&self) -> Vec<DeviceRef> {
        let devices: HashSet<&DeviceRef> = self.place.keys().map(CommandTarget::device).collect();
        let mut devices: Vec<DeviceRef> = devices.into_iter().cloned().collect();
        devices.sort();
        devices
    }

    /// So many of the settled rows with this outcome, or any, from `first` on.
    pub fn rows(&self, outcome: Option<CancelOutcome>, first: usize, most: usize) -> Vec<Settled> {
        self.settled_as(outcome)
            .skip(first)
            .take(most)
            .map(|(row, report)| Settled {
                report: report.clone(),
                title: row.title.clone().unwrap_or_else(|| {
                    let kind = report.kind.as_deref().unwrap_or_default();
                    Arc::from(rows::title_of(kind, None))
                }),
                beyond: !row.asked,
            })
            .collect()
    }

    fn settled_as(
        &self,
        outcome: Option<CancelOutcome>,
    ) -> impl Iterator<Item = (&Target, &Arc<CancelReport>)> {
        self.settled.iter().filter_map(move |at| {
            let row = self.targets.get(usize::try_from(*at).ok()?)?;
            match &row.live {
                Live::Settled(report)
                    if outcome.is_none_or(|outcome| outcome == report.outcome) =>
                {
                    Some((row, report))
                }
                _ => None,
            }
        })
    }

    /// The settled rows, for an export.
    pub fn reports(&self) -> impl Iterator<Item = &CancelReport> {
        self.settled_as(None).map(|(_, report)| &**report)
    }

    /// The rows of which reading again may tell more.
    pub fn to_read_again(&self) -> Vec<CommandTarget> {
        self.targets_where(|report, read| {
            outcome::can_read_again(report, read.and_then(|read| read.as_ref().ok()).copied())
        })
    }

    /// The rows whose cancel may be sent again.
    pub fn to_try_again(&self) -> Vec<CommandTarget> {
        self.targets_where(|report, read| {
            let read = read.and_then(|read| read.as_ref().ok()).copied();
            report.outcome.may_retry(read)
        })
    }

    fn targets_where(
        &self,
        wanted: impl Fn(&CancelReport, Option<&Result<CommandState, Problem>>) -> bool,
    ) -> Vec<CommandTarget> {
        let mut found = Vec::new();
        for (_, report) in self.settled_as(None) {
            let target = CommandTarget::new(report.device.clone(), report.id.clone());
            if let Ok(target) = target
                && wanted(report, self.read_again.get(&target))
            {
                found.push(target);
            }
        }
        found
    }

    /// A target was read again after the run.
    pub fn was_read_again(&mut self, target: CommandTarget, found: Result<CommandState, Problem>) {
        let report = match self.live(&target) {
            Some(Live::Settled(report)) => Some(report.clone()),
            _ => None,
        };
        if let Some(report) = report {
            let before = self.read_again.get(&target);
            let before = outcome::severity_now(&report, before.and_then(|read| read.as_ref().ok()));
            let after = outcome::severity_now(&report, found.as_ref().ok());
            if before != after {
                self.retell(&report, Some(before), Some(after));
            }
        }
        self.read_again.insert(target, found);
        self.status.version += 1;
    }

    /// The table shows it so now, after the run. What went out or ran since is told as if it had been read again.
    pub fn was_listed_again(&mut self, target: &CommandTarget, state: CommandState) {
        let Some(Live::Settled(report)) = self.live(target) else {
            return;
        };
        let read = self
            .read_again
            .get(target)
            .and_then(|read| read.as_ref().ok());
        let before = outcome::severity_now(report, read);
        if self.status.phase == Phase::Over
            && state.reached_device()
            && outcome::severity_now(report, Some(&state)) > before
        {
            self.was_read_again(target.clone(), Ok(state));
        }
    }

    /// What reading it again after the run showed.
    pub fn reading_after(&self, target: &CommandTarget) -> Option<&Result<CommandState, Problem>> {
        self.read_again.get(target)
    }
}

#[cfg(test)]
mod tests;
