//! A run that somebody else drives, followed by the lines of its journal.

use std::time::Duration;

use countermand_chain::{ChainError, ChainFollower};
use countermand_core_model::{CommandState, SeverityRules};

use super::{
    events::Events,
    handle::RunWatch,
    rows::Rows,
    snapshot::{RowStage, RunResult},
    state::RunState,
    stop::StopState,
};
use crate::{
    RunEvent, StopReason, UnfinishedRun,
    journal::{Entry, Header, JournalFormat},
};

/// A run that somebody else drives. Its rows are what its journal says, line by line, and each line is checked against
/// those before it.
#[derive(Debug)]
pub struct FollowedRun {
    lines: ChainFollower<JournalFormat>,
    run: Option<UnfinishedRun>,
    watch: RunWatch,
    stopped: Option<StopReason>,
}

/// What a line changes of the rows.
enum Change {
    Nothing,
    /// A row is added.
    Added,
    /// These rows, the first and how many.
    Some(usize, usize),
    Settled(usize),
    /// Any row.
    All,
}

impl Change {
    fn by(entry: &Entry) -> Self {
        match *entry {
            Entry::Target { .. } | Entry::Beyond { .. } => Self::Added,
            Entry::Sending { target }
            | Entry::Answered { target, .. }
            | Entry::Read { target, .. }
            | Entry::Seen { target, .. } => Self::Some(target, 1),
            Entry::SendingEverything { first, count, .. }
            | Entry::AnsweredEverything { first, count, .. } => Self::Some(first, count),
            Entry::Settled { target, .. } => Self::Settled(target),
            Entry::Resumed { .. } => Self::All,
            _ => Self::Nothing,
        }
    }
}

impl FollowedRun {
    /// Follows a run from its first line on. Its commands are as grave as these rules say.
    pub fn new(severity_rules: SeverityRules) -> Self {
        let rows = Rows::replayed(&[], severity_rules);
        let state = RunState::new(rows, Events::default(), StopState::default());
        Self {
            lines: ChainFollower::new(JournalFormat::default()),
            run: None,
            watch: RunWatch::new(state),
            stopped: None,
        }
    }

    /// Returns its rows. Stopping the watch stops nothing: somebody else drives the run.
    pub fn watch(&self) -> RunWatch {
        self.watch.clone()
    }

    /// Returns which run over which connection it is, once its first line was taken in.
    pub fn header(&self) -> Option<&Header> {
        self.run.as_ref().map(UnfinishedRun::header)
    }

    /// Returns how many lines were taken in.
    pub fn lines(&self) -> u64 {
        self.lines.end().lines
    }

    /// Returns whether its journal is sealed: every target is settled.
    pub fn is_finished(&self) -> bool {
        self.lines.end().sealed
    }

    /// Returns whether its whole plan is known.
    pub fn is_planned(&self) -> bool {
        self.run.as_ref().is_some_and(UnfinishedRun::is_planned)
    }

    /// Takes in the next line of its journal, without its line feed, and returns what happened. `elapsed` is how long it
    /// has been followed as it happens; `None` for what happened before that.
    ///
    /// # Errors
    /// When the line does not follow from those before it. Nothing that the journal says is to be believed then.
    pub fn take(
        &mut self,
        line: &[u8],
        elapsed: Option<Duration>,
    ) -> Result<Option<RunEvent>, ChainError> {
        let (number, entry) = self.lines.take(line)?;
        let Some(run) = &mut self.run else {
            self.run = Some(UnfinishedRun::begin(entry)?);
            return Ok(None);
        };
        let change = Change::by(&entry);
        let stopped = match &entry {
            Entry::Stopped { reason } => Some(reason.clone()),
            _ => None,
        };
        let was_planned = run.is_planned();
        run.take(entry, number)?;
        if let Some(reason) = stopped {
            self.stopped = Some(reason.clone());
            return Ok(Some(RunEvent::Stopped(reason)));
        }
        Ok(self.show(change, was_planned, elapsed))
    }

    fn show(
        &mut self,
        change: Change,
        was_planned: bool,
        elapsed: Option<Duration>,
    ) -> Option<RunEvent> {
        let run = self.run.as_ref()?;
        let rows = self.watch.rows();
        match change {
            Change::Nothing => None,
            Change::Added => {
                let added = run.targets.last()?;
                rows.add_replayed(added);
                let report = &added.target.report;
                was_planned.then(|| RunEvent::Found {
                    device: report.device.clone(),
                    id: report.id.clone(),
                    kind: report.kind.clone().unwrap_or_default(),
                    name: added.name.as_deref().map(str::to_owned),
                    before: report.before.unwrap_or(CommandState::Pending),
                    total: run.targets.len(),
                })
            }
            Change::Some(first, count) => {
                let targets = run.targets.get(first..first.checked_add(count)?)?;
                for one in targets.iter().filter(|one| !one.is_settled) {
                    rows.show_replayed(one);
                }
                let report = &targets.first()?.target.report;
                let (device, id) = (report.device.clone(), report.id.clone());
                match targets.first()?.stage() {
                    RowStage::Sending => Some(RunEvent::Sending { device, id }),
                    RowStage::Verifying => Some(RunEvent::Verifying { device, id }),
                    _ => None,
                }
            }
            Change::Settled(number) => {
                let settled = run.targets.get(number)?;
                let progress = rows.settle_replayed(settled, elapsed);
                Some(RunEvent::Settled {
                    report: Box::new(settled.target.report.clone()),
                    progress,
                })
            }
            Change::All => {
                rows.replay(&run.targets);
                self.stopped = None;
                Some(RunEvent::Resumed)
            }
        }
    }

    /// Nobody drives the run any more: what was in flight is in doubt. The rows stay with those who watch, and the
    /// result has no reports.
    pub fn finish(&mut self) -> RunResult {
        let mut result = RunResult::default();
        if let Some(run) = &mut self.run {
            run.settle_what_is_open();
            self.watch.rows().replay(&run.targets);
            result.gaps.not_asked = run.to_list().cloned().collect();
            result.left_open = run.in_doubt()
                + run.to_send()
                + run.devices_to_list()
                + usize::from(run.has_unknown_devices());
        }
        result.stopped = self.stopped.clone().filter(|_| !self.is_finished());
        result
    }
}
