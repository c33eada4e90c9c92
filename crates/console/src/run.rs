//! A run as it is shown. Its rows are the client's; no outcome is decided here.
//!
//! A run may have a hundred thousand targets and many events a second: an event changes only the small
//! [`RunStatus`], and a row is copied when it is shown.

use std::collections::{BTreeSet, HashMap};

use countermand_client::{
    CancelReport, Progress, RowStage, RowView, RunEvent, RunResult, RunRow, RunWatch, SweepStatus,
};
use countermand_core_model::{CommandState, CommandTarget, DeviceRef, KindSeverity, OutcomeGroup};

use super::{
    headline::Headline,
    outcome,
    problem::Problem,
    results::{ResultFilter, Results},
    rows,
    run_status::{JournalState, Phase, RunStatus},
    server_run::ServerRun,
};

/// A settled row, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledRow {
    /// The outcome.
    pub report: CancelReport,
    /// What it comes to, with what was read since.
    pub group: OutcomeGroup,
    /// What the command is called.
    pub title: String,
    /// How grave it is if it runs.
    pub severity: KindSeverity,
    /// Whether the provider named the command by itself.
    pub is_unplanned: bool,
}

/// What reading a row again after the run showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The state that was read last.
    pub state: Option<CommandState>,
    /// Why it could not be read the last time, if so.
    pub problem: Option<Problem>,
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
    /// Why not all devices are known, where they were to be found.
    pub devices_unknown: Option<String>,
    /// On how many devices more may match than was to be cancelled at most.
    pub beyond_limit: usize,
    rows: Option<RunWatch>,
    results: Results,
    /// The numbers of the rows that were settled since somebody asked.
    fresh: Vec<usize>,
    /// What reading rows again after the run showed, by their numbers.
    read_again: HashMap<usize, Reading>,
    headline: Headline,
}

impl Run {
    /// A run over `total` targets whose plan is still to be made.
    pub fn planning(total: usize) -> Self {
        let mut run = Self::default();
        run.status.progress = Progress::of(total);
        run
    }

    /// A run that looks for its targets, and has not begun.
    pub fn sweeping() -> Self {
        let mut run = Self::default();
        run.status.sweep = Some(SweepStatus::default());
        run
    }

    /// A run that begins with these rows; those that an earlier process settled stay settled.
    pub fn going(rows: RunWatch, journal: JournalState) -> Self {
        let mut run = Self::default();
        run.status.journal = journal;
        run.begin(rows);
        run
    }

    /// A run that the page's own server drives, whose rows are still to come.
    pub fn following(rows: RunWatch, told: &ServerRun) -> Self {
        let mut run = Self::going(rows, JournalState::AtServer);
        run.status.progress = told.numbers();
        run.told(told);
        run
    }

    /// The server says how far it is in looking for its targets.
    pub fn told(&mut self, told: &ServerRun) {
        if let Some(status) = told.sweep_status().filter(|_| self.status.goes_on()) {
            self.status.sweep = Some(status);
        }
    }

    /// A past run with these rows.
    pub fn past(rows: RunWatch) -> Self {
        let mut run = Self::going(rows, JournalState::Written);
        run.end();
        run
    }

    /// Returns whether its plan is still to be made.
    pub fn is_planning(&self) -> bool {
        self.rows.is_none() && self.status.phase == Phase::Planning
    }

    /// Returns the status.
    pub fn status(&self) -> &RunStatus {
        &self.status
    }

    /// The plan is made, and these are its rows; or somebody goes on with it.
    pub fn begin(&mut self, rows: RunWatch) {
        (self.results, self.headline) = (Results::default(), Headline::default());
        self.read_again.clear();
        self.status.phase = Phase::Going;
        self.status.progress = rows.progress();
        self.status.sweep = rows.sweep().or(self.status.sweep);
        self.status.version += 1;
        let counts_kinds = self.status.sweep.is_some();
        if rows.progress().done > 0 || counts_kinds {
            for number in 0..rows.progress().total {
                rows.look_at(number, |row| {
                    if counts_kinds {
                        let kind = row.report.kind.as_deref().unwrap_or_default();
                        self.results.found(kind, row.name);
                    }
                    if row.stage == RowStage::Settled {
                        let severity = row.report.severity();
                        self.results.add(number, &row.report, row.name, severity);
                        self.headline
                            .add(&row.report, row.name, row.severity(), severity);
                    }
                });
            }
        }
        self.rows = Some(rows);
        self.tell();
    }

    /// Somebody goes on with it: what was settled may be open again.
    pub fn go_on(&mut self) {
        self.status.stopped = None;
        if let Some(rows) = self.rows.take() {
            self.begin(rows);
        }
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
            RunEvent::Found {
                total, kind, name, ..
            } => {
                self.status.progress.total = total;
                self.results.found(&kind, name.as_deref());
            }
            RunEvent::LookedAt { status } => self.status.sweep = Some(status),
            RunEvent::Paused { until } => self.status.paused_until = Some(until),
            RunEvent::Settled { report, progress } => {
                self.status.progress = progress;
                self.settled(&report);
            }
            RunEvent::Stopped(reason) => self.status.stopped = Some(reason),
            RunEvent::Resumed => self.go_on(),
            // The rows are read when they are shown, and a watched one that went out is settled, too.
            _ => {}
        }
        self.status.version += 1;
    }

    fn settled(&mut self, report: &CancelReport) {
        let Some(rows) = &self.rows else { return };
        let Some(number) = rows.number(&report.device, &report.id) else {
            return;
        };
        let severity = report.severity();
        let ran = rows.look_at(number, |row| {
            self.results.add(number, report, row.name, severity);
            self.headline
                .add(report, row.name, row.severity(), severity)
        });
        self.fresh.push(number);
        self.status.groups = self.results.counts();
        if ran == Some(true) {
            self.status.headline = self.headline.lines();
        }
    }

    /// Tells the status what the rows come to.
    fn tell(&mut self) {
        self.status.groups = self.results.counts();
        self.status.headline = self.headline.lines();
    }

    /// The run is over, with this result.
    pub fn finish(&mut self, result: RunResult) {
        let gaps = result.gaps;
        self.status.stopped = result.stopped;
        self.status.left_open = result.left_open > 0;
        if let Some(sweep) = &mut self.status.sweep {
            // A run that is through knows all of them.
            sweep.all_known |= !self.status.left_open && gaps.devices_unknown.is_none();
        }
        self.not_asked = gaps.not_asked.len();
        self.status.unlisted = gaps.problems.len() + self.not_asked;
        self.problems = gaps
            .problems
            .into_iter()
            .map(|(device, error)| (device, Problem::of(&error)))
            .collect();
        self.unclear = gaps.unclear;
        self.devices_unknown = gaps.devices_unknown;
        self.beyond_limit = gaps.beyond_limit;
        self.incomplete = gaps.incomplete;
        // Unclear devices are shown with their number of commands.
        self.incomplete
            .retain(|device| !self.unclear.iter().any(|(unclear, _)| unclear == device));
        self.end();
    }

    /// Nothing more comes: every row is shown, the gravest first and otherwise in the order of the plan.
    fn end(&mut self) {
        let mut outcomes = Vec::new();
        let (mut results, mut headline) = (Results::default(), Headline::default());
        self.fresh.clear();
        if let Some(rows) = &self.rows {
            for number in 0..rows.progress().total {
                rows.look_at(number, |row| {
                    let report = &row.report;
                    let severity = report.severity_now(self.state_read(number));
                    results.add(number, report, row.name, severity);
                    headline.add(report, row.name, row.severity(), severity);
                    outcomes.push((report.outcome, 1));
                });
                self.fresh.push(number);
            }
            let order = |number| {
                rows.look_at(number, |row| {
                    (row.severity(), row.report.outcome.attention())
                })
            };
            results.sort(|number| order(number).unwrap_or_default());
        }
        (self.results, self.headline) = (results, headline);
        self.tell();
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

    /// Returns the devices of the targets.
    pub fn devices(&self) -> BTreeSet<DeviceRef> {
        let rows = self.rows.as_ref();
        rows.map(RunWatch::devices).unwrap_or_default()
    }

    /// Returns the settled rows by what they come to.
    pub fn results(&self) -> &Results {
        &self.results
    }

    /// Returns at most `most` of the settled rows that a filter takes, from the one numbered `first` on.
    pub fn rows(&self, filter: ResultFilter, first: usize, most: usize) -> Vec<SettledRow> {
        let Some(rows) = &self.rows else {
            return Vec::new();
        };
        let shown = self.results.shown(filter).skip(first).take(most);
        shown
            .filter_map(|(number, group)| rows.look_at(number, |row| SettledRow::of(row, group)))
            .collect()
    }

    /// Returns the number of a target among the rows.
    pub fn number(&self, target: &CommandTarget) -> Option<usize> {
        self.rows.as_ref()?.number(target.device(), target.id())
    }

    /// Calls `look` with the number and the report of each row that was settled since this was called, and with the
    /// state that its cancel showed, where that was read.
    pub fn each_fresh(&mut self, mut look: impl FnMut(usize, &CancelReport, Option<CommandState>)) {
        for number in std::mem::take(&mut self.fresh) {
            if let Some(rows) = &self.rows {
                rows.look_at(number, |row| {
                    look(number, &row.report, row.report.read());
                });
            }
        }
    }

    /// Calls `look` with the report of each target, in the order of the plan.
    pub fn each_report(&self, mut look: impl FnMut(&CancelReport)) {
        if let Some(rows) = &self.rows {
            for number in 0..rows.progress().total {
                rows.look_at(number, |row| look(&row.report));
            }
        }
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
        let target = |number: usize| {
            rows.look_at(number, |row| {
                let report = &row.report;
                condition(report, self.state_read(number))
                    .then(|| CommandTarget::new(report.device.clone(), report.id.clone()).ok())
            })
        };
        let targets = self.results.numbers().filter_map(target);
        targets.flatten().flatten().collect()
    }

    /// Takes in what reading a target again after the run showed.
    pub fn was_read_again(&mut self, target: &CommandTarget, found: Result<CommandState, Problem>) {
        if let Some((number, rows)) = self.number(target).zip(self.rows.as_ref()) {
            let read = self.state_read(number);
            let now = found.as_ref().ok().copied().or(read);
            rows.look_at(number, |row| {
                let before = row.report.severity_now(read);
                let after = row.report.severity_now(now);
                if before != after {
                    self.results.change(number, after);
                    let of_kind = row.severity();
                    self.headline.remove(&row.report, row.name, of_kind, before);
                    self.headline.add(&row.report, row.name, of_kind, after);
                }
            });
            let problem = found.err();
            self.read_again.insert(
                number,
                Reading {
                    state: now,
                    problem,
                },
            );
            self.tell();
        }
        self.status.version += 1;
    }

    /// Takes in the state that the table shows after the run. A command that was delivered or executed since counts
    /// as read again.
    pub fn was_listed_again(&mut self, target: &CommandTarget, state: CommandState) {
        let Some((number, row)) = self.number(target).zip(self.row(target)) else {
            return;
        };
        let before = row.report.severity_now(self.state_read(number));
        if self.status.phase == Phase::Over
            && state.reached_device()
            && row.report.severity_now(Some(state)) > before
        {
            self.was_read_again(target, Ok(state));
        }
    }

    /// Returns what reading a target again after the run showed.
    pub fn reading_after(&self, target: &CommandTarget) -> Option<&Reading> {
        self.read_again.get(&self.number(target)?)
    }

    fn state_read(&self, number: usize) -> Option<CommandState> {
        self.read_again.get(&number)?.state
    }
}

impl SettledRow {
    fn of(row: RowView<'_>, group: OutcomeGroup) -> Self {
        let kind = row.report.kind.as_deref().unwrap_or_default();
        Self {
            group,
            title: rows::title_of(kind, row.name),
            severity: row.severity(),
            is_unplanned: row.is_unplanned,
            report: row.report.into_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
