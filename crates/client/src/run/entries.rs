//! The journal entries of a run.

use std::collections::BTreeMap;

use crate::{
    Planned, Progress,
    cancel::{CancelResponse, ResponseKind, Target},
    journal::{AnswerKind, Entry, RecordedAnswer},
};

/// Returns the entry of a planned target.
pub(crate) fn target(number: usize, planned: &Planned) -> Entry {
    let report = planned.report();
    let kind = planned.kind();
    Entry::Target {
        target: number,
        detail: report.detail(),
        device: report.device,
        id: report.id,
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        name: planned.name().map(str::to_owned),
        created_at: planned.created_at(),
        // An older list is not a reading of this run.
        before: report
            .before
            .filter(|_| planned.listed().is_none() || !planned.would_be_sent()),
        outcome: (!planned.would_be_sent()).then_some(report.outcome),
    }
}

/// Returns the entry of a command that was cancelled beyond the plan.
pub(crate) fn unplanned(target: &Target, with: usize) -> Entry {
    Entry::Beyond {
        target: target.number,
        device: target.device().clone(),
        id: target.id().clone(),
        created_at: target.created_at,
        with,
        attempts: target.report.attempts,
    }
}

/// Returns the entry of a target that a resumed run read before its cancel.
pub(crate) fn seen(target: &Target) -> Entry {
    let report = &target.report;
    Entry::Seen {
        target: target.number,
        before: report.before,
        outcome: (target.is_decided() && !target.is_deferred).then_some(report.outcome),
        detail: report.detail(),
    }
}

/// Returns the last entry of a finished run.
pub(super) fn seal(progress: &Progress) -> Entry {
    Entry::Sealed {
        targets: progress.done,
        outcomes: progress.counts().collect::<BTreeMap<_, _>>(),
    }
}

/// Returns a response as a journal records it. A refusal of the whole connection says nothing about the target, which is
/// sent again if the run is resumed with another key.
pub(crate) fn answer(response: &CancelResponse) -> RecordedAnswer {
    let (kind, outcome) = match response.kind {
        ResponseKind::Taken => (AnswerKind::Taken, None),
        ResponseKind::Lost => (AnswerKind::Lost, None),
        ResponseKind::Refused(outcome) if !response.refuses_connection => {
            (AnswerKind::Refused, Some(outcome))
        }
        ResponseKind::NotSent | ResponseKind::Refused(_) => (AnswerKind::NotSent, None),
    };
    RecordedAnswer {
        kind,
        outcome,
        attempts: response.attempts,
        detail: response.detail.clone(),
    }
}
