//! What every run has in common: the question before it, its journal, its progress, and its result.

mod confirm;
mod headline;
mod journalling;
mod recorded;
mod summary;
mod watch;

use countermand_client::CancelReport;

pub(super) use confirm::{ask, ask_for};
pub(super) use journalling::{MANY, NewJournal, Recording, say_without_a_journal};
pub(super) use recorded::{doubt, gaps};
pub(super) use summary::why_stopped;
pub(super) use watch::{Watched, Work, run};

use crate::{
    args::OutputArgs,
    exit::{Doubt, Ended, Exit},
    output::{print_rows, say},
    settings::Redactor,
    shell::quoted_path,
};

/// Prints every row, then the summary. Returns the exit status.
pub(super) fn tell(
    redactor: &Redactor,
    output: OutputArgs,
    mut ended: Watched,
    doubt: Doubt,
) -> Exit {
    for report in &mut ended.reports {
        redactor.of_report(report);
        if let Some(caveat) = report.caveat() {
            let message = report.message.take();
            report.message = Some(match message {
                Some(message) => format!("{message}. {caveat}"),
                None => caveat.to_owned(),
            });
        }
    }
    let at_worst = if ended.any_sent {
        Exit::Unknown
    } else {
        Exit::NothingSent
    };
    let exit = if ended.broken_off {
        at_worst
    } else {
        Ended {
            reports: &ended.reports,
            doubt,
        }
        .exit()
    };
    if output.is_table() {
        // What went wrong comes last, next to the prompt.
        ended.reports.sort_by_key(gravity);
    }
    let printed = print_rows(output, &ended.reports);
    let (stopped, after) = (ended.stopped.as_ref(), ended.stopped_after);
    for line in summary::lines(&ended.reports, stopped, after) {
        say(&line);
    }
    if let Some(recording) = &ended.recording {
        tell_of(recording, &ended);
    }
    match printed {
        Ok(()) => exit,
        Err(error) => {
            say(&error.to_string());
            // The reader of the result has no outcomes.
            at_worst
        }
    }
}

fn tell_of(recording: &Recording, ended: &Watched) {
    let failure = recording.journal.failure();
    if let (Some(failure), false) = (&failure, ended.broken_off) {
        say(&crate::failure::in_words(failure));
    }
    let is_left = ended.stopped.is_some() || ended.broken_off || ended.left_open > 0;
    if failure.is_some() || is_left {
        say(&recording.hint());
    } else if recording.by_default {
        say(&format!("Journal: {}", quoted_path(&recording.path)));
    }
}

/// Returns how much attention a row needs. The rows that need most come last.
fn gravity(report: &CancelReport) -> u8 {
    if report.is_cancelled_now() {
        return 0;
    }
    report.outcome.attention()
}

#[cfg(test)]
mod tests {
    use countermand_client::CancelOutcome;
    use countermand_core_model::{CommandId, Provider};

    use super::*;

    #[test]
    fn what_went_wrong_comes_last() {
        let row = |outcome| {
            let id = CommandId::parse(Provider::Enos, "1").unwrap();
            let mut report = CancelReport::new("enos:asset:a".parse().unwrap(), id);
            report.outcome = outcome;
            report
        };
        let mut rows: Vec<CancelReport> = CancelOutcome::ALL.into_iter().rev().map(row).collect();
        rows.sort_by_key(gravity);
        let outcomes: Vec<CancelOutcome> = rows.iter().map(|row| row.outcome).collect();
        let place = |outcome| outcomes.iter().position(|one| *one == outcome).unwrap();
        assert!(place(CancelOutcome::Cancelled) <= 1);
        assert!(place(CancelOutcome::Accepted) < place(CancelOutcome::Denied));
        assert!(place(CancelOutcome::Rejected) < place(CancelOutcome::LostRace));
        assert_eq!(outcomes.last(), Some(&CancelOutcome::Unknown));
    }
}
