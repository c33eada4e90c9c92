//! How far a run is, as the store keeps it and as the contract tells it.

use std::collections::BTreeMap;

use countermand_client::{Progress, RunWatch, SweepStatus};
use countermand_relay_api as api;
use countermand_store::{RunRecord, RunState};
use serde::{Deserialize, Serialize};

use crate::approvals::standing;

/// How far a run is.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Counts {
    done: u64,
    total: u64,
    outcomes: BTreeMap<String, u64>,
    /// How many devices a sweep has looked at; none for any other run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    looked_at: Option<u64>,
    /// How many devices it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    devices: Option<u64>,
}

/// Returns the words for the store of a run that is driven, as far as it was begun.
pub(super) fn words(watch: Option<&RunWatch>, is_sweep: bool) -> String {
    let progress = watch.map(RunWatch::progress).unwrap_or_default();
    let sweep = watch.and_then(RunWatch::sweep);
    let not_begun = is_sweep.then(SweepStatus::default);
    words_of(&progress, sweep.or(not_begun))
}

fn words_of(progress: &Progress, sweep: Option<SweepStatus>) -> String {
    let counts = Counts {
        done: progress.done as u64,
        total: progress.total as u64,
        outcomes: outcomes(progress),
        looked_at: sweep.map(|sweep| sweep.looked_at as u64),
        devices: sweep.map(|sweep| sweep.devices as u64),
    };
    serde_json::to_string(&counts).unwrap_or_default()
}

/// Returns the words for the store of a run that has not begun, with so many targets.
pub(super) fn not_begun(total: usize, is_sweep: bool) -> String {
    words_of(&Progress::of(total), is_sweep.then(SweepStatus::default))
}

/// Returns whether a run is a sweep, by its words in the store.
pub(super) fn is_of_sweep(words: &str) -> bool {
    let counts: Option<Counts> = serde_json::from_str(words).ok();
    counts.is_some_and(|counts| counts.devices.is_some())
}

/// Returns how many targets have each outcome.
pub(super) fn outcomes(progress: &Progress) -> BTreeMap<String, u64> {
    let counts = progress.counts();
    counts
        .map(|(outcome, count)| (outcome.as_str().to_owned(), count as u64))
        .collect()
}

/// Returns a run as the contract tells it.
pub(crate) fn described(run: RunRecord) -> api::Run {
    let counts: Counts = serde_json::from_str(&run.progress).unwrap_or_default();
    let approval = standing(&run);
    let stage = run.approval.as_ref().map(|approval| approval.stage);
    api::Run {
        state: match (run.state, &run.stop_by) {
            (RunState::Running, None) => api::RunState::Running,
            (RunState::Running, Some(_)) => api::RunState::Stopping,
            (RunState::Stopped, _) => match stage {
                Some(stage) if stage.is_open() => api::RunState::Waiting,
                Some(stage) if !stage.is_granted() => api::RunState::NotApproved,
                _ => api::RunState::Stopped,
            },
            (RunState::Finished, _) => api::RunState::Finished,
        },
        approval,
        rule: run.rule,
        id: run.id,
        by: run.by,
        at: run.at.to_string(),
        reason: run.reason,
        ticket: run.ticket,
        plan_sha256: run.plan_sha256,
        stopped_by: run.stop_by,
        done: counts.done,
        total: counts.total,
        outcomes: counts.outcomes,
        looked_at: counts.looked_at,
        devices: counts.devices,
        lines: run.lines,
        ended_at: run.ended_at.map(|at| at.to_string()),
    }
}
