//! The rows of a run: one for each target, from its plan to its outcome.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use countermand_core_model::{CancelOutcome, CancelReport, Command, DeviceRef};

use super::target_set::TargetSet;
use crate::{
    Planned, Progress, StopReason,
    cancel::{Place, Target},
};

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStage {
    /// No cancel of this run was sent for it.
    Queued,
    /// Its cancel is being sent.
    Sending,
    /// It is being read again.
    Verifying,
    /// The provider did not report it cancelled in time: it is watched.
    Watching,
    /// Its report is final in this run.
    Settled,
}

/// A target of a run while the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunRow {
    /// What is known of it. While its cancel is under way its outcome is `unknown`.
    pub report: CancelReport,
    /// How far it is.
    pub stage: RowStage,
}

/// A run at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunSnapshot {
    /// Every target, in the order of the result.
    pub rows: Vec<RunRow>,
    /// How far the run is.
    pub progress: Progress,
    /// Why nothing more is sent, where that is so.
    pub stopped: Option<StopReason>,
}

/// The rows. A target's number is its place in the table.
pub(super) struct Rows(Mutex<Table>);

struct Table {
    rows: Vec<Row>,
    ids: TargetSet,
    progress: Progress,
}

struct Row {
    place: Place,
    stage: RowStage,
    content: Content,
}

/// What a row knows. A plan may hold a million targets: nothing of it is copied before the target's turn.
enum Content {
    Planned(Planned),
    Report(CancelReport),
}

/// The targets of a plan that have not settled yet.
pub(super) struct PlannedRows<'t>(&'t [Row]);

impl<'t> PlannedRows<'t> {
    pub(super) fn get(&self, number: usize) -> Option<&'t Planned> {
        match &self.0.get(number)?.content {
            Content::Planned(planned) => Some(planned),
            Content::Report(_) => None,
        }
    }
}

impl Rows {
    /// The rows of a new plan, numbered in its order.
    pub(super) fn planned(targets: Vec<Planned>) -> Self {
        let mut ids = TargetSet::with_capacity(targets.len());
        for target in &targets {
            ids.insert(target.id());
        }
        let rows: Vec<Row> = targets
            .into_iter()
            .enumerate()
            .map(|(number, planned)| Row {
                place: (number, 0, 0),
                stage: RowStage::Queued,
                content: Content::Planned(planned),
            })
            .collect();
        Self::with(rows, ids)
    }

    /// No rows yet: those of a resumed run follow.
    pub(super) fn resumed(total: usize) -> Self {
        Self::with(Vec::with_capacity(total), TargetSet::with_capacity(total))
    }

    fn with(rows: Vec<Row>, ids: TargetSet) -> Self {
        Self(Mutex::new(Table {
            progress: Progress::of(rows.len()),
            rows,
            ids,
        }))
    }

    /// Adds a target of a resumed run; with `is_settled` an earlier process settled it.
    pub(super) fn push(&self, place: Place, report: CancelReport, is_settled: bool) {
        let mut table = self.table();
        table.ids.insert(&report.id);
        table.progress.total += 1;
        if is_settled {
            table.progress.was_settled(report.outcome);
        }
        table.rows.push(Row {
            place,
            stage: match is_settled {
                true => RowStage::Settled,
                false => RowStage::Queued,
            },
            content: Content::Report(report),
        });
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.table().rows.len()
    }

    /// How far the run is.
    pub(super) fn progress(&self) -> Progress {
        self.table().progress
    }

    /// Shows `look` the targets of the plan.
    pub(super) fn inspect<T>(&self, look: impl FnOnce(PlannedRows<'_>) -> T) -> T {
        look(PlannedRows(&self.table().rows))
    }

    /// Shows `look` the device of each row.
    pub(super) fn each_device(&self, mut look: impl FnMut(&DeviceRef)) {
        for row in &self.table().rows {
            look(match &row.content {
                Content::Planned(planned) => planned.device(),
                Content::Report(report) => &report.device,
            });
        }
    }

    /// The targets of these numbers, for their run.
    pub(super) fn targets(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Target> {
        self.inspect(|planned| {
            let numbers = numbers.into_iter();
            numbers
                .filter_map(|number| Some(planned.get(number)?.target(number)))
                .collect()
        })
    }

    /// Adds a command that the provider named, behind target `place.0` and its device `place.1`. None where it has a
    /// row already.
    pub(super) fn add(
        &self,
        command: &Command,
        place: (usize, usize),
        stage: RowStage,
    ) -> Option<usize> {
        let mut table = self.table();
        if !table.ids.insert(&command.id) {
            return None;
        }
        let number = table.rows.len();
        table.progress.total += 1;
        let mut report = CancelReport::new(command.device.clone(), command.id.clone());
        report.before = (stage == RowStage::Queued).then_some(command.state);
        table.rows.push(Row {
            place: (place.0, place.1, number),
            stage,
            content: Content::Report(report),
        });
        Some(number)
    }

    /// After which target and device of the plan the row of this number comes.
    pub(super) fn place(&self, number: usize) -> (usize, usize) {
        let table = self.table();
        let place = table.rows.get(number).map(|row| row.place);
        place.map_or((number, 0), |(after, device, _)| (after, device))
    }

    /// The target of this number is so far now.
    pub(super) fn mark(&self, number: usize, stage: RowStage) {
        if let Some(row) = self.table().rows.get_mut(number) {
            row.stage = stage;
        }
    }

    /// The end of a target. `by_budget` says how long the rest takes at least. Returns how far the run is then.
    pub(super) fn settle(
        &self,
        number: usize,
        place: Place,
        report: CancelReport,
        elapsed: Duration,
        by_budget: impl FnOnce(&Progress) -> Option<Duration>,
    ) -> Progress {
        let mut table = self.table();
        let by_budget = by_budget(&table.progress);
        table.progress.settled(report.outcome, elapsed, by_budget);
        if let Some(row) = table.rows.get_mut(number) {
            *row = Row {
                place,
                stage: RowStage::Settled,
                content: Content::Report(report),
            };
        }
        table.progress
    }

    /// A copy of every row, in the order of the result.
    pub(super) fn snapshot(&self) -> Vec<RunRow> {
        let table = self.table();
        let mut rows: Vec<(Place, RunRow)> = table
            .rows
            .iter()
            .map(|row| (row.place, row.copy()))
            .collect();
        drop(table);
        rows.sort_unstable_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Takes out the rows, in the order of the plan.
    pub(super) fn take_reports(&self) -> Vec<CancelReport> {
        let mut rows = std::mem::take(&mut self.table().rows);
        rows.sort_unstable_by_key(|row| row.place);
        let reports = rows.into_iter().map(|row| match row.content {
            Content::Report(report) => report,
            Content::Planned(planned) => as_yet(&planned),
        });
        reports.collect()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Row {
    fn copy(&self) -> RunRow {
        let mut report = match &self.content {
            Content::Planned(planned) => as_yet(planned),
            Content::Report(report) => report.clone(),
        };
        match self.stage {
            RowStage::Queued | RowStage::Settled => {}
            RowStage::Sending | RowStage::Verifying => {
                report.outcome = CancelOutcome::Unknown;
                report.attempts = report.attempts.max(1);
            }
            RowStage::Watching => {
                report.outcome = CancelOutcome::Accepted;
                report.attempts = report.attempts.max(1);
                report.message = None;
            }
        }
        RunRow {
            report,
            stage: self.stage,
        }
    }
}

/// The row of a target of which nothing was sent.
fn as_yet(planned: &Planned) -> CancelReport {
    let mut report = CancelReport::new(planned.device().clone(), planned.id().clone());
    report.kind = Some(planned.kind().to_owned()).filter(|kind| !kind.is_empty());
    report.before = planned.before();
    report
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{CommandId, CommandState, CommandTarget, Organization, Provider};

    use super::*;
    use crate::plan::{ObservedCommand, ObservedState};

    fn command(id: &str) -> Command {
        let org = Organization::parse(Provider::Enos, "o1").unwrap();
        let id = CommandId::parse(Provider::Enos, id).unwrap();
        let mut command = Command::new(org, "enos:asset:a".parse().unwrap(), id);
        command.state = CommandState::Pending;
        command
    }

    fn planned(id: &str) -> Planned {
        let command = command(id);
        let seen = ObservedState::Command(ObservedCommand {
            state: command.state,
            kind: "LOCK".into(),
            name: None,
            created_at: None,
            expires_at: None,
        });
        let target = CommandTarget::new(command.device, command.id).unwrap();
        Planned { target, seen }
    }

    #[test]
    fn a_run_that_was_ended_at_once_loses_no_target() {
        let rows = Rows::planned(["1", "2", "3"].map(planned).into());
        rows.mark(0, RowStage::Sending);
        rows.mark(1, RowStage::Sending);
        let place = rows.place(2);
        assert_eq!(rows.add(&command("9"), place, RowStage::Verifying), Some(3));
        assert_eq!(rows.add(&command("2"), place, RowStage::Verifying), None);
        let mut settled = CancelReport::new(command("2").device, command("2").id);
        settled.outcome = CancelOutcome::Cancelled;
        let progress = rows.settle(1, (1, 0, 0), settled, Duration::ZERO, |_| None);
        assert_eq!((progress.done, progress.total), (1, 4));
        let snapshot = rows.snapshot();
        let found: Vec<_> = snapshot
            .iter()
            .map(|row| (row.report.id.as_str(), row.report.outcome, row.stage))
            .collect();
        assert_eq!(
            found,
            [
                ("1", CancelOutcome::Unknown, RowStage::Sending),
                ("2", CancelOutcome::Cancelled, RowStage::Settled),
                ("3", CancelOutcome::NotSent, RowStage::Queued),
                ("9", CancelOutcome::Unknown, RowStage::Verifying),
            ]
        );
        assert!(snapshot.iter().any(|row| row.report.attempts > 0));
    }
}
