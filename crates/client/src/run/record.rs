//! What of a run stands in its journal.

use std::collections::BTreeMap;

use countermand_core_model::{CancelOutcome, DeviceRef, Timestamp, VendorWord};

use crate::{
    JournalError, Plan, Planned, Progress,
    decision::{Came, End, Target},
    each_device::NOT_ASKED,
    in_words,
    journal::{AnswerKind, Entry, Journal},
    plan::Everything,
};

/// Writes down what is meant, as it was asked for at `asked_at`. Nothing is sent before this is durable.
pub(super) async fn plan(
    journal: &Journal,
    plan: &Plan,
    asked_at: Timestamp,
) -> Result<(), JournalError> {
    for (number, planned) in plan.targets().enumerate() {
        journal.note(&target(number, planned));
        // So that a plan of any length does not pile up in memory.
        if number % 4096 == 4095 {
            journal.flush().await?;
        }
    }
    let mut first = plan.commands.len();
    for Everything {
        target,
        waiting,
        newest_seen,
    } in &plan.everything
    {
        if !waiting.is_empty() {
            journal.note(&Entry::Everything {
                device: target.device().clone(),
                first,
                count: waiting.len(),
                newest_seen: *newest_seen,
            });
        }
        first += waiting.len();
    }
    for device in &plan.unlisted {
        journal.note(&Entry::ToList {
            device: device.target.device().clone(),
            asked_at,
            filter: device.filter.as_deref().cloned(),
        });
    }
    first += plan
        .unlisted
        .iter()
        .map(|device| device.known.len())
        .sum::<usize>();
    for (device, error) in &plan.problems {
        journal.note(&Entry::Unlisted {
            device: device.clone(),
            message: in_words(error),
        });
    }
    for device in plan.not_asked() {
        journal.note(&Entry::Unlisted {
            device: device.clone(),
            message: NOT_ASKED.to_owned(),
        });
    }
    for device in plan.partly_listed() {
        journal.note(&Entry::Incomplete {
            device: device.clone(),
        });
    }
    journal.commit(&Entry::Planned { targets: first }).await
}

/// A target of the plan.
pub(crate) fn target(number: usize, planned: &Planned) -> Entry {
    let report = planned.report();
    let kind = planned.kind();
    Entry::Target {
        target: number,
        device: report.device,
        id: report.id,
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        name: planned.name().map(str::to_owned),
        created_at: planned.created_at(),
        // What a list showed some time ago is no reading of this run.
        before: report
            .before
            .filter(|_| planned.listed().is_none() || !planned.would_be_sent()),
        outcome: (!planned.would_be_sent()).then_some(report.outcome),
        vendor_code: report.vendor_code,
        message: report.message,
        request_id: report.request_id,
    }
}

/// What came back for a cancel.
pub(crate) fn answered(target: usize, came: &Came) -> Entry {
    let (answer, outcome) = kind(came);
    let VendorWord {
        code,
        message,
        request_id,
    } = came.word.clone();
    Entry::Answered {
        target,
        answer,
        outcome,
        attempts: came.attempts,
        vendor_code: code,
        message,
        request_id,
    }
}

/// What came back for the one call for a device.
pub(crate) fn answered_everything(
    device: &DeviceRef,
    first: usize,
    count: usize,
    came: &Came,
) -> Entry {
    let (answer, outcome) = kind(came);
    let VendorWord {
        code,
        message,
        request_id,
    } = came.word.clone();
    Entry::AnsweredEverything {
        device: device.clone(),
        first,
        count,
        answer,
        outcome,
        attempts: came.attempts,
        vendor_code: code,
        message,
        request_id,
    }
}

/// A command that was cancelled though the plan does not have it.
pub(crate) fn beyond(target: &Target, with: usize) -> Entry {
    Entry::Beyond {
        target: target.number,
        device: target.device().clone(),
        id: target.id().clone(),
        created_at: target.created_at,
        with,
        attempts: target.report.attempts,
    }
}

/// What a resumed run saw of a target before any cancel of its own.
pub(crate) fn seen(target: &Target) -> Entry {
    let report = &target.report;
    Entry::Seen {
        target: target.number,
        before: report.before,
        outcome: (target.is_decided() && !target.left_for_later).then_some(report.outcome),
        vendor_code: report.vendor_code.clone(),
        message: report.message.clone(),
        request_id: report.request_id.clone(),
    }
}

/// The last line of a finished run.
pub(super) fn seal(progress: &Progress) -> Entry {
    Entry::Sealed {
        targets: progress.done,
        outcomes: progress.counts().collect::<BTreeMap<_, _>>(),
    }
}

/// A refusal of the whole connection says nothing about the target: whoever resumes with another key sends it.
fn kind(came: &Came) -> (AnswerKind, Option<CancelOutcome>) {
    match came.end {
        End::Taken => (AnswerKind::Taken, None),
        End::Lost => (AnswerKind::Lost, None),
        End::Refused(outcome) if !came.refuses_connection => (AnswerKind::Refused, Some(outcome)),
        End::NotSent | End::Refused(_) => (AnswerKind::NotSent, None),
    }
}
