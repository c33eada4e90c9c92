//! Cancels without asking: devices are listed while others are already being cancelled, so that the first cancel does
//! not wait for the last list.

use countermand_client::{CancelReport, Plan, StopReason};

use super::args::CancelArgs;
use crate::{
    commands::{
        filtered_out::{self, MatchCounts},
        running::{self, NewJournal, Work},
        unlisted,
    },
    exit::{Ended, Exit},
    failure::Failure,
    output::{print_rows, say},
    settings::Session,
    signals::Signals,
};

/// Runs a plan whose devices are still to be listed.
pub(super) async fn run(
    session: &Session,
    args: &CancelArgs,
    plan: Plan,
    journal: Option<NewJournal>,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let recording = match journal {
        Some(journal) => Some(journal.begin(session).await?),
        None => None,
    };
    let work = Work::Plan(plan, recording.as_ref().map(|recording| &recording.journal));
    let options = args.run.options();
    let mut ended = running::run(&session.client, work, options, signals).await;
    unlisted::report(&session.redactor, &ended.gaps);
    let counts = MatchCounts {
        matched: ended.reports.len(),
        unclear: ended.gaps.unclear.iter().map(|(_, count)| count).sum(),
    };
    let (left_out, filter) = (&ended.gaps.left_out, &args.filter);
    let excludes = filtered_out::report(&session.redactor, filter, left_out, counts);
    let mut doubt = unlisted::doubt(&ended.gaps, ended.gaps.listed > 0);
    doubt.partly += usize::from(excludes);
    if !ended.reports.is_empty() {
        return Ok(running::tell(
            &session.redactor,
            args.output,
            &mut ended,
            doubt,
            recording.as_ref(),
        ));
    }
    // No command is known: there is nothing to resume.
    if let Some(recording) = recording {
        recording.discard();
    }
    print_rows::<CancelReport>(args.output, &[])?;
    if ended.stopped == Some(StopReason::Asked) {
        return Err(Failure::before_sending("interrupted: nothing was sent"));
    }
    if !ended.gaps.left_out.is_empty() {
        say("nothing was sent");
    } else if doubt.is_none() {
        say("nothing is pending; nothing was sent");
    } else if ended.gaps.problems.is_empty() {
        say("nothing is known to be pending; nothing was sent");
    }
    Ok(Ended {
        reports: &[],
        doubt,
    }
    .exit())
}
