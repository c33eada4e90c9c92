//! Everything that waits, without a question: each device is listed beside the others' cancels, so that the first
//! cancel does not wait for the last list.

use countermand_client::{CancelReport, Plan, StopReason};

use crate::{
    args::CancelArgs,
    commands::{
        left_out::{self, Through},
        running::{self, NewJournal, Work},
    },
    exit::{Ended, Exit},
    failure::Failure,
    output::{print_rows, say},
    settings::Session,
    signals::Signals,
};

/// Runs this plan, which names devices that are still to be listed.
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
    ended.gaps.tell(&session.keep_out);
    let through = Through {
        meant: ended.reports.len(),
        unclear: ended.gaps.unclear.iter().map(|(_, count)| count).sum(),
    };
    let (left_out, filter) = (&ended.gaps.left_out, &args.filter);
    let leaves_open = left_out::tell(&session.keep_out, filter, left_out, through);
    let mut doubt = ended.gaps.doubt(ended.listed > 0);
    doubt.partly += usize::from(leaves_open);
    if !ended.reports.is_empty() {
        return Ok(running::tell(
            &session.keep_out,
            args.output,
            &mut ended,
            doubt,
            recording.as_ref(),
        ));
    }
    // Nothing is known of any command: whoever wants it asks for the same again.
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
        say("nothing is waiting; nothing was sent");
    } else if ended.gaps.problems.is_empty() {
        say("nothing is known to wait; nothing was sent");
    }
    Ok(Ended {
        reports: &[],
        doubt,
    }
    .exit())
}
