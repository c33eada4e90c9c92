//! What is told of runs.

use countermand_client::Progress;
use countermand_core_model::{CancelOutcome, Timestamp};
use countermand_store::{NewNotice, RunRecord, RunState};
use serde_json::Value;

use super::progress;
use crate::notices::{Notice, Notices, RunFacts};

/// Returns the notices that somebody has to approve a run of so many targets, or one that looks for them.
pub(super) fn approval_wanted(
    notices: &Notices,
    record: &RunRecord,
    targets: usize,
    sweep: Option<Value>,
    now: Timestamp,
) -> Vec<NewNotice> {
    let notice = Notice::ApprovalWanted {
        connection: record.connection.clone(),
        run: record.id.clone(),
        by: record.by.clone(),
        reason: record.reason.clone(),
        ticket: record.ticket.clone(),
        targets: targets as u64,
        sweep,
    };
    notices.rows(&record.id, now, &notice)
}

/// Returns the notices of a run that ended at `now`: that it finished, or stopped `by_itself` for that reason, and that
/// commands went out in spite of their cancels. A run that is resumed tells anew where there is something new.
pub(super) fn notices(
    notices: &Notices,
    record: &RunRecord,
    state: RunState,
    by_itself: Option<&str>,
    counted: &Progress,
    now: Timestamp,
) -> Vec<NewNotice> {
    let run = RunFacts {
        connection: record.connection.clone(),
        run: record.id.clone(),
        by: record.by.clone(),
        reason: record.reason.clone(),
        ticket: record.ticket.clone(),
        done: counted.done as u64,
        total: counted.total as u64,
        outcomes: progress::outcomes(counted),
    };
    let mut told = Vec::new();
    let lost = counted.count(CancelOutcome::LostRace) as u64;
    if lost > 0 {
        let key = format!("{} {lost}", record.id);
        let notice = Notice::LostRace {
            run: run.clone(),
            count: lost,
        };
        told.extend(notices.rows(&key, now, &notice));
    }
    if state == RunState::Finished {
        told.extend(notices.rows(&record.id, now, &Notice::RunFinished { run }));
    } else if let Some(reason) = by_itself {
        let key = format!("{} {}", record.id, record.epoch);
        let why = reason.to_owned();
        told.extend(notices.rows(&key, now, &Notice::RunStopped { run, why }));
    }
    told
}
