//! The summary of a run. It says "cancelled" only of what the provider reported so.

use countermand_client::{CancelOutcome, CancelReport, StopReason};

use crate::output::number;

/// Returns the lines below the result. What ran in spite of its cancel comes first.
/// `stopped_after`: after how many failed cancels it stopped, if these were the reason.
pub(super) fn lines(
    reports: &[CancelReport],
    stopped: Option<&StopReason>,
    stopped_after: Option<usize>,
) -> Vec<String> {
    let mut lines = super::headline::lines(reports);
    lines.extend(stopped.map(|reason| {
        let held_back = reports
            .iter()
            .any(|report| report.outcome == CancelOutcome::NotSent);
        let rest = if held_back {
            "; the rest was not sent"
        } else {
            ""
        };
        match (reason, stopped_after) {
            (StopReason::Requested, Some(failed)) => {
                let failed = crate::output::count(failed, "failure");
                format!("Stopped after {failed} (--max-errors){rest}.")
            }
            _ => format!("{}{rest}.", stop_words(reason)),
        }
    }));
    let counts: Vec<String> = CancelOutcome::ALL
        .into_iter()
        .filter_map(|outcome| count(reports, outcome))
        .collect();
    let targets = crate::output::count(reports.len(), "command");
    lines.push(format!("{targets}: {}", counts.join(", ")));
    for outcome in CancelOutcome::ALL {
        if reports.iter().any(|report| report.outcome == outcome) {
            lines.extend(meaning(outcome).map(|meaning| format!("{outcome}: {meaning}")));
        }
    }
    lines
}

fn count(reports: &[CancelReport], outcome: CancelOutcome) -> Option<String> {
    let of_outcome = || reports.iter().filter(|report| report.outcome == outcome);
    let earlier = of_outcome()
        .filter(|report| outcome == CancelOutcome::AlreadyFinished && report.is_cancelled_now())
        .count();
    match (of_outcome().count(), earlier) {
        (0, _) => None,
        (count, 0) => Some(format!("{} {outcome}", number(count))),
        (count, earlier) if count == earlier => {
            Some(format!("{} {outcome} (already cancelled)", number(count)))
        }
        (count, earlier) => Some(format!(
            "{} {outcome} ({} of them already cancelled)",
            number(count),
            number(earlier)
        )),
    }
}

/// Returns the explanation of an outcome that leaves something open.
fn meaning(outcome: CancelOutcome) -> Option<&'static str> {
    match outcome {
        // Not the model's explanations: these two would say "cancelled".
        CancelOutcome::Accepted => Some(
            "The provider accepted the cancel, but did not confirm it in time. The command may still run.",
        ),
        CancelOutcome::Expired => Some("It expired after the cancel was sent: it will not run."),
        CancelOutcome::LostRace | CancelOutcome::Unknown => Some(outcome.explanation()),
        _ => None,
    }
}

fn stop_words(reason: &StopReason) -> String {
    let why = why_stopped(reason);
    match reason {
        StopReason::Requested => format!("Stopped {why}"),
        _ => format!("Stopped: {why}"),
    }
}

/// Returns the reason, to follow "stopped".
pub(in crate::commands) fn why_stopped(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::Requested => "as requested",
        StopReason::ConnectionRefused => "the provider refuses this key or this machine",
        StopReason::TooManyFailures => "too many failures in a row",
        StopReason::TooManyDenials => {
            "too many cancels in a row were denied; this key is clearly not allowed to cancel"
        }
        StopReason::JournalFailed => {
            "the journal cannot be written, and nothing is sent without it"
        }
        _ => "before everything was sent",
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{CommandId, CommandState, DeviceRef, Provider};

    use super::*;

    fn row(outcome: CancelOutcome) -> CancelReport {
        let device: DeviceRef = "enos:asset:a".parse().unwrap();
        let id = CommandId::parse(Provider::Enos, "1").unwrap();
        let mut report = CancelReport::new(device, id);
        report.outcome = outcome;
        report
    }

    #[test]
    fn cancelled_is_said_of_nothing_else() {
        for outcome in CancelOutcome::ALL {
            let said = lines(&[row(outcome)], None, None).join("\n");
            let may = outcome == CancelOutcome::Cancelled;
            assert_eq!(said.contains("cancelled"), may, "{said}");
            assert!(said.contains(outcome.as_str()), "{said}");
        }
        for reason in StopReason::ALL {
            assert!(!stop_words(&reason).contains("cancelled"));
        }
    }

    #[test]
    fn an_earlier_cancel_is_told_apart() {
        let mut before = row(CancelOutcome::AlreadyFinished);
        before.before = Some(CommandState::Cancelled);
        let other = row(CancelOutcome::AlreadyFinished);
        assert_eq!(
            lines(&[before.clone(), row(CancelOutcome::Cancelled)], None, None),
            ["2 commands: 1 cancelled, 1 already_finished (already cancelled)"]
        );
        assert_eq!(
            lines(&[before, other], None, None),
            ["2 commands: 2 already_finished (1 of them already cancelled)"]
        );
    }
}
