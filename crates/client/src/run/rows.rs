//! The rows of a run: one per target, from its plan to its outcome.

use std::{
    borrow::Cow,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandId, DeviceRef, Filter, KindSeverity, SeverityRules,
};

use super::{
    snapshot::{RowStage, RowView, RunRow},
    target_set::TargetSet,
};
use crate::{
    Planned, Progress,
    cancel::{Place, Target},
    journal::Replayed,
};

/// The rows by the numbers of their targets.
pub(crate) struct Rows {
    table: Mutex<Table>,
    severity_rules: SeverityRules,
}

struct Table {
    rows: Vec<Row>,
    ids: TargetSet,
    progress: Progress,
}

struct Row {
    place: Place,
    stage: RowStage,
    is_unplanned: bool,
    content: Content,
}

/// What a row knows. A plan may hold a million targets, so nothing of it is copied in advance.
enum Content {
    Planned(Planned),
    /// The report, and the name of the command.
    Report(CancelReport, Option<Box<str>>),
}

/// The planned targets that have not settled.
pub(super) struct PlannedRows<'t>(&'t [Row], &'t SeverityRules);

impl<'t> PlannedRows<'t> {
    pub(super) fn get(&self, number: usize) -> Option<&'t Planned> {
        match &self.0.get(number)?.content {
            Content::Planned(planned) => Some(planned),
            Content::Report(..) => None,
        }
    }

    pub(super) fn severity_of(&self, planned: &Planned) -> KindSeverity {
        self.1.of_command(planned.kind(), planned.name())
    }
}

impl Rows {
    /// Returns the rows of a new plan, numbered in its order.
    pub(super) fn planned(targets: Vec<Planned>, severity_rules: SeverityRules) -> Self {
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
                is_unplanned: false,
                content: Content::Planned(planned),
            })
            .collect();
        Self {
            table: Mutex::new(Table {
                progress: Progress::of(rows.len()),
                rows,
                ids,
            }),
            severity_rules,
        }
    }

    /// Returns the rows of a run in a journal.
    pub(super) fn replayed(targets: &[Replayed], severity_rules: SeverityRules) -> Self {
        Self {
            table: Mutex::new(Table::replayed(targets)),
            severity_rules,
        }
    }

    /// Puts the rows of a run in a journal in place of these.
    pub(super) fn replay(&self, targets: &[Replayed]) {
        let rows = Table::replayed(targets);
        *self.table() = rows;
    }

    /// Adds the row of a target that a journal names next.
    pub(super) fn add_replayed(&self, replayed: &Replayed) {
        let mut table = self.table();
        table.ids.insert(&replayed.target.report.id);
        table.progress.total += 1;
        table.rows.push(Row::replayed(replayed));
    }

    /// Shows how far an unsettled target is by its journal.
    pub(super) fn show_replayed(&self, replayed: &Replayed) {
        if let Some(row) = self.table().rows.get_mut(replayed.target.number) {
            *row = Row {
                stage: replayed.stage(),
                ..Row::replayed(replayed)
            };
        }
    }

    /// Makes the row of a target final that its journal says is settled, and returns how far the run is. `elapsed` is
    /// `None` where it was settled before anybody counted.
    pub(super) fn settle_replayed(
        &self,
        replayed: &Replayed,
        elapsed: Option<Duration>,
    ) -> Progress {
        let mut table = self.table();
        let outcome = replayed.target.report.outcome;
        match elapsed {
            None => table.progress.was_settled(outcome),
            Some(elapsed) => table.progress.settled(outcome, elapsed, None),
        }
        if let Some(row) = table.rows.get_mut(replayed.target.number) {
            *row = Row::replayed(replayed);
        }
        table.progress
    }

    /// Returns a filter that goes by the rules of the run.
    pub(super) fn with_rules(&self, filter: Filter) -> Filter {
        let severity_rules = self.severity_rules.clone();
        Filter {
            severity_rules,
            ..filter
        }
    }

    /// Returns how many rows there are.
    pub(super) fn count(&self) -> usize {
        self.table().rows.len()
    }

    /// Returns how far the run is.
    pub(super) fn progress(&self) -> Progress {
        self.table().progress
    }

    /// Calls `look` with the targets of the plan.
    pub(super) fn inspect<T>(&self, look: impl FnOnce(PlannedRows<'_>) -> T) -> T {
        look(PlannedRows(&self.table().rows, &self.severity_rules))
    }

    /// Calls `look` with the device of each row.
    pub(super) fn each_device(&self, mut look: impl FnMut(&DeviceRef)) {
        for row in &self.table().rows {
            look(row.device());
        }
    }

    /// Returns the number of a target, if there is such a target.
    pub(super) fn number(&self, device: &DeviceRef, id: &CommandId) -> Option<usize> {
        let table = self.table();
        let number = table.ids.number(id)?;
        let row = table.rows.get(number)?;
        (row.device() == device).then_some(number)
    }

    /// Calls `look` with the row of this number.
    pub(super) fn look_at<T>(
        &self,
        number: usize,
        look: impl FnOnce(RowView<'_>) -> T,
    ) -> Option<T> {
        let table = self.table();
        let row = table.rows.get(number)?;
        Some(look(row.view(&self.severity_rules)))
    }

    /// Returns the targets of these numbers.
    pub(super) fn targets(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Target> {
        self.inspect(|planned| {
            let numbers = numbers.into_iter();
            numbers
                .filter_map(|number| Some(self.target(planned.get(number)?, number)))
                .collect()
        })
    }

    /// Returns the target of a planned row.
    pub(super) fn target(&self, planned: &Planned, number: usize) -> Target {
        planned.target(number, &self.severity_rules)
    }

    /// Adds a command that the provider named, behind target `place.0` and its device `place.1`. Returns `None` if it
    /// has a row.
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
        // A command that a list found is a target like any other.
        let is_unplanned = stage != RowStage::Queued;
        let name = command.name.as_deref().filter(|_| !is_unplanned);
        let mut report = CancelReport::new(command.device.clone(), command.id.clone());
        report.before = (stage == RowStage::Queued).then_some(command.state);
        table.rows.push(Row {
            place: (place.0, place.1, number),
            stage,
            is_unplanned,
            content: Content::Report(report, name.map(Box::from)),
        });
        Some(number)
    }

    /// Returns the target and the device of the plan that the row of this number follows.
    pub(super) fn place(&self, number: usize) -> (usize, usize) {
        let table = self.table();
        let place = table.rows.get(number).map(|row| row.place);
        place.map_or((number, 0), |(after, device, _)| (after, device))
    }

    /// Marks how far the target of this number is.
    pub(super) fn mark(&self, number: usize, stage: RowStage) {
        if let Some(row) = self.table().rows.get_mut(number) {
            row.stage = stage;
        }
    }

    /// Makes a row final, and returns how far the run is. `by_budget` returns how long the rest takes at least.
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
            (row.place, row.stage) = (place, RowStage::Settled);
            let name = row.content.take_name();
            row.content = Content::Report(report, name);
        }
        table.progress
    }

    /// Returns a copy of every row, in the order of the result.
    pub(super) fn snapshot(&self) -> Vec<RunRow> {
        let table = self.table();
        let mut rows: Vec<(Place, RunRow)> = table
            .rows
            .iter()
            .map(|row| (row.place, row.view(&self.severity_rules).into()))
            .collect();
        drop(table);
        rows.sort_unstable_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Removes and returns the reports, in the order of the result.
    pub(super) fn take_reports(&self) -> Vec<CancelReport> {
        let mut rows = std::mem::take(&mut self.table().rows);
        rows.sort_unstable_by_key(|row| row.place);
        let reports = rows.into_iter().map(|row| match row.content {
            Content::Report(report, _) => report,
            Content::Planned(planned) => planned.unsent_report(),
        });
        reports.collect()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn replayed(targets: &[Replayed]) -> Self {
        let mut ids = TargetSet::with_capacity(targets.len());
        let mut progress = Progress::of(targets.len());
        let rows = targets.iter().map(|replayed| {
            let report = &replayed.target.report;
            ids.insert(&report.id);
            if replayed.is_settled {
                progress.was_settled(report.outcome);
            }
            Row::replayed(replayed)
        });
        Self {
            rows: rows.collect(),
            ids,
            progress,
        }
    }
}

impl Content {
    fn take_name(&mut self) -> Option<Box<str>> {
        match self {
            Self::Planned(planned) => planned.name().map(Box::from),
            Self::Report(_, name) => name.take(),
        }
    }
}

impl Row {
    fn replayed(replayed: &Replayed) -> Self {
        Self {
            place: replayed.target.place,
            stage: match replayed.is_settled {
                true => RowStage::Settled,
                false => RowStage::Queued,
            },
            is_unplanned: replayed.is_unplanned,
            content: Content::Report(replayed.target.report.clone(), replayed.name.clone()),
        }
    }

    fn device(&self) -> &DeviceRef {
        match &self.content {
            Content::Planned(planned) => planned.device(),
            Content::Report(report, _) => &report.device,
        }
    }

    fn view<'r>(&'r self, severity_rules: &'r SeverityRules) -> RowView<'r> {
        let (mut report, name) = match &self.content {
            Content::Planned(planned) => (Cow::Owned(planned.unsent_report()), planned.name()),
            Content::Report(report, name) => (Cow::Borrowed(report), name.as_deref()),
        };
        match self.stage {
            RowStage::Queued | RowStage::Settled => {}
            RowStage::Sending | RowStage::Verifying => {
                let report = report.to_mut();
                report.outcome = CancelOutcome::Unknown;
                report.attempts = report.attempts.max(1);
            }
            RowStage::Watching => {
                let report = report.to_mut();
                report.outcome = CancelOutcome::Accepted;
                report.attempts = report.attempts.max(1);
                report.message = None;
            }
        }
        RowView {
            report,
            stage: self.stage,
            name,
            is_unplanned: self.is_unplanned,
            severity_rules,
        }
    }
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
        let rows = Rows::planned(
            ["1", "2", "3"].map(planned).into(),
            SeverityRules::default(),
        );
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
    #[test]
    fn a_row_goes_from_queued_to_its_outcome() {
        let rows = Rows::planned(["1", "2"].map(planned).into(), SeverityRules::default());
        let number = |id: &str| rows.number(&command(id).device, &command(id).id);
        assert_eq!((number("2"), number("9")), (Some(1), None));
        let stage = || rows.look_at(1, |row| row.stage);
        assert_eq!(stage(), Some(RowStage::Queued));
        for one in [RowStage::Sending, RowStage::Verifying, RowStage::Watching] {
            rows.mark(1, one);
            assert_eq!(stage(), Some(one));
        }
        let settled = CancelReport::new(command("2").device, command("2").id);
        rows.settle(1, (1, 0, 0), settled, Duration::ZERO, |_| None);
        assert_eq!(stage(), Some(RowStage::Settled));
    }
}
