//! A run as it is shown. Its rows are the client's; no outcome is decided here.
//!
//! A run may have a hundred thousand targets and many events a second: an event changes only the small
//! [`RunStatus`], and a row is copied when it is shown.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use countermand_client::{
    CancelOutcome, CancelReport, Progress, RowStage, RowView, RunEvent, RunResult, RunRow, RunWatch,
};
use countermand_core_model::{
    CommandState, CommandTarget, DeviceRef, KindSeverity, OutcomeSeverity,
};

use super::{
    headline::Headline,
    outcome,
    problem::Problem,
    rows,
    run_status::{JournalState, Phase, RunStatus},
};

/// A settled row, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledRow {
    /// The outcome.
    pub report: CancelReport,
    /// What the command is called.
    pub title: String,
    /// Whether the provider named the command by itself.
    pub is_unplanned: bool,
}

/// A run.
#[derive(Debug, Default)]
pub struct Run {
    status: RunStatus,
    /// Devices whose pending commands could not be listed, with the reason.
    pub problems: Vec<(DeviceRef, Problem)>,
    /// How many devices were not listed because the run stopped before.
    pub not_asked: usize,
    /// Devices whose list may not have been complete.
    pub incomplete: Vec<DeviceRef>,
    /// Devices with commands that were left out because their state is unclear, and how many.
    pub unclear: Vec<(DeviceRef, usize)>,
    rows: Option<RunWatch>,
    /// The numbers of the settled rows: as they were settled, and at the end the gravest first.
    settled: Vec<usize>,
    /// What reading rows again after the run showed, by their numbers.
    read_again: HashMap<usize, Result<CommandState, Problem>>,
    headline: Headline,
}

impl Run {
    /// A run over `total` targets whose plan is still to be made.
    pub fn planning(total: usize) -> Self {
        let mut run = Self::default();
        run.status.progress = Progress::of(total);
        run
    }

    /// A run that begins with these rows; those that an earlier process settled stay settled.
    pub fn going(rows: RunWatch, journal: JournalState) -> Self {
        let mut run = Self::default();
        run.status.journal = journal;
        run.begin(rows);
        run
    }

    /// A past run with these rows.
    pub fn past(rows: RunWatch) -> Self {
        let mut run = Self::going(rows, JournalState::Written);
        run.end();
        run
    }

    /// Returns the status.
    pub fn status(&self) -> &RunStatus {
        &self.status
    }

    /// The plan is made, and these are its rows.
    pub fn begin(&mut self, rows: RunWatch) {
        self.status.phase = Phase::Going;
        self.status.progress = rows.progress();
        self.status.version += 1;
        if rows.progress().done > 0 {
            for number in 0..rows.progress().total {
                rows.look_at(number, |row| {
                    if row.stage == RowStage::Settled {
                        self.settled.push(number);
                        self.headline.add(&row.report, row.report.severity());
                    }
                });
            }
        }
        self.status.headline = self.headline.lines();
        self.rows = Some(rows);
    }

    /// It waits for an approval, or no longer does.
    pub fn wait_for_approval(&mut self, waits: bool) {
        self.status.phase = if waits { Phase::Asking } else { Phase::Going };
        self.status.version += 1;
    }

    /// The session at the page's own server has ended.
    pub fn signed_out(&mut self) {
        self.status.signed_out = true;
    }

    /// Sets what this browser keeps of it.
    pub fn keep(&mut self, journal: JournalState) {
        self.status.journal = journal;
    }

    /// Takes in an event of the run.
    pub fn apply(&mut self, event: RunEvent) {
        if matches!(
            event,
            RunEvent::Sending { .. } | RunEvent::Settled { .. } | RunEvent::Stopped(_)
        ) {
            self.status.paused_until = None;
        }
        match event {
            RunEvent::Found { total, .. } => self.status.progress.total = total,
            RunEvent::Paused { until } => self.status.paused_until = Some(until),
            RunEvent::Settled { report, progress } => {
                self.status.progress = progress;
                let number = self.rows.as_ref();
                let number = number.and_then(|rows| rows.number(&report.device, &report.id));
                self.settled.extend(number);
                if self.headline.add(&report, report.severity()) {
                    self.status.headline = self.headline.lines();
                }
            }
            RunEvent::Stopped(reason) => self.status.stopped = Some(reason),
            // The rows are read when they are shown, and a watched one that went out is settled, too.
            _ => {}
        }
        self.status.version += 1;
    }

    /// The run is over, with this result.
    pub fn finish(&mut self, result: RunResult) {
        let gaps = result.gaps;
        self.status.stopped = result.stopped;
        self.status.left_open = result.left_open > 0;
        self.not_asked = gaps.not_asked.len();
        self.status.unlisted = gaps.problems.len() + self.not_asked;
        self.problems = gaps
            .problems
            .into_iter()
            .map(|(device, error)| (device, Problem::of(&error)))
            .collect();
        self.unclear = gaps.unclear;
        self.incomplete = gaps.incomplete;
        // Unclear devices are shown with their number of commands.
        self.incomplete
            .retain(|device| !self.unclear.iter().any(|(unclear, _)| unclear == device));
        self.end();
    }

    /// Nothing more comes: every row is shown, the gravest first and otherwise in the order of the plan.
    fn end(&mut self) {
        let (mut order, mut outcomes) = (Vec::new(), Vec::new());
        let mut headline = Headline::default();
        if let Some(rows) = &self.rows {
            for number in 0..rows.progress().total {
                rows.look_at(number, |row| {
                    let report = &row.report;
                    order.push((gravity(report), number));
                    outcomes.push((report.outcome, 1));
                    headline.add(
                        report,
                        outcome::severity_now(report, self.state_read(number)),
                    );
                });
            }
        }
        order.sort_unstable();
        self.settled = order.into_iter().map(|(_, number)| number).collect();
        self.headline = headline;
        self.status.headline = self.headline.lines();
        self.status.progress = Progress::counted(outcomes);
        self.status.phase = Phase::Over;
        self.status.paused_until = None;
        self.status.version += 1;
    }

    /// Returns whether a command is a target of the run.
    pub fn has(&self, target: &CommandTarget) -> bool {
        self.number(target).is_some()
    }

    /// Returns the row of a command, or `None` where the command is no target of the run.
    pub fn row(&self, target: &CommandTarget) -> Option<RunRow> {
        self.rows.as_ref()?.row(target.device(), target.id())
    }

    fn number(&self, target: &CommandTarget) -> Option<usize> {
        self.rows.as_ref()?.number(target.device(), target.id())
    }

    /// Returns the devices of the targets.
    pub fn devices(&self) -> BTreeSet<DeviceRef> {
        let rows = self.rows.as_ref();
        rows.map(RunWatch::devices).unwrap_or_default()
    }

    /// Returns at most `most` settled rows with this outcome, or with any, from the one numbered `first` on.
    pub fn rows(
        &self,
        outcome: Option<CancelOutcome>,
        first: usize,
        most: usize,
    ) -> Vec<SettledRow> {
        let Some(rows) = &self.rows else {
            return Vec::new();
        };
        let has_outcome = |number: &&usize| {
            let found = rows.look_at(**number, |row| row.report.outcome);
            outcome.is_none() || outcome == found
        };
        let numbers = self.settled.iter().filter(has_outcome);
        let shown = numbers.skip(first).take(most);
        shown
            .filter_map(|number| rows.look_at(*number, |row| row.into()))
            .collect()
    }

    /// Returns the targets that are worth reading again.
    pub fn to_read_again(&self) -> Vec<CommandTarget> {
        self.targets_where(outcome::can_read_again)
    }

    /// Returns the targets whose cancel may be sent again.
    pub fn to_try_again(&self) -> Vec<CommandTarget> {
        self.targets_where(|report, read| report.outcome.may_retry(read))
    }

    fn targets_where(
        &self,
        condition: impl Fn(&CancelReport, Option<CommandState>) -> bool,
    ) -> Vec<CommandTarget> {
        let Some(rows) = &self.rows else {
            return Vec::new();
        };
        let target = |number: &usize| {
            rows.look_at(*number, |row| {
                let report = &row.report;
                condition(report, self.state_read(*number))
                    .then(|| CommandTarget::new(report.device.clone(), report.id.clone()).ok())
            })
        };
        let targets = self.settled.iter().filter_map(target);
        targets.flatten().flatten().collect()
    }

    /// Takes in what reading a target again after the run showed.
    pub fn was_read_again(&mut self, target: &CommandTarget, found: Result<CommandState, Problem>) {
        if let Some((number, row)) = self.number(target).zip(self.row(target)) {
            let report = row.report;
            let before = outcome::severity_now(&report, self.state_read(number));
            self.read_again.insert(number, found);
            let after = outcome::severity_now(&report, self.state_read(number));
            let is_less = before != after && self.headline.remove(&report, before);
            let is_more = before != after && self.headline.add(&report, after);
            if is_less || is_more {
                self.status.headline = self.headline.lines();
            }
        }
        self.status.version += 1;
    }

    /// Takes in the state that the table shows after the run. A command that was delivered or executed since counts
    /// as read again.
    pub fn was_listed_again(&mut self, target: &CommandTarget, state: CommandState) {
        let Some((number, row)) = self.number(target).zip(self.row(target)) else {
            return;
        };
        let before = outcome::severity_now(&row.report, self.state_read(number));
        if self.status.phase == Phase::Over
            && state.reached_device()
            && outcome::severity_now(&row.report, Some(state)) > before
        {
            self.was_read_again(target, Ok(state));
        }
    }

    /// Returns what reading a target again after the run showed.
    pub fn reading_after(&self, target: &CommandTarget) -> Option<&Result<CommandState, Problem>> {
        self.read_again.get(&self.number(target)?)
    }

    fn state_read(&self, number: usize) -> Option<CommandState> {
        self.read_again.get(&number)?.as_ref().ok().copied()
    }
}

impl From<RowView<'_>> for SettledRow {
    fn from(row: RowView<'_>) -> Self {
        let kind = row.report.kind.as_deref().unwrap_or_default();
        Self {
            title: rows::title_of(kind, row.name),
            is_unplanned: row.is_unplanned,
            report: row.report.into_owned(),
        }
    }
}

/// Sorts the gravest first: by what became of the command, then by what it does, then by how much attention it needs.
fn gravity(
    report: &CancelReport,
) -> (Reverse<OutcomeSeverity>, Reverse<KindSeverity>, Reverse<u8>) {
    let kind = report.kind.as_deref().map(KindSeverity::of);
    (
        Reverse(report.severity()),
        Reverse(kind.unwrap_or_default()),
        Reverse(report.outcome.attention()),
    )
}

#[cfg(test)]
mod tests;
