//! Waits for the end of a run, and reads its journal.

use countermand_client::{CancelOutcome, CancelReport, Progress, SweepStatus};
use countermand_relay_api::{ApprovalState, Run, RunState};

use super::{
    hints::Hints,
    patience::{Left, patiently, pause},
    record,
};
use crate::{
    args::OutputArgs,
    commands::running::{NewJournal, Watched},
    exit::{Doubt, Exit},
    failure::{Failure, in_words},
    output::{print_rows, say},
    progress::ProgressLine,
    server::ServerClient,
    settings::Session,
    signals::Signals,
};

/// What is asked of a run that is followed.
#[derive(Debug, Default)]
pub(in crate::commands) struct Wanted {
    /// The targets that its journal must have, if they are known.
    pub(in crate::commands) expected: Vec<CancelReport>,
    /// Where its journal is kept.
    pub(in crate::commands) journal: Option<NewJournal>,
    pub(in crate::commands) output: OutputArgs,
}

/// How following a run ended.
#[derive(Debug)]
pub(in crate::commands) enum Followed {
    /// The run is over, and its journal is whole.
    Over(Box<(Run, Watched, Doubt)>),
    /// Nobody approved it, and nothing was sent. That was said.
    NotApproved,
    /// Nothing more is known of it. That was said.
    Left(Exit),
}

/// Waits until `run` is over, and reads its journal.
pub(in crate::commands) async fn follow(
    session: &Session,
    server: &ServerClient,
    run: Run,
    wanted: Wanted,
    signals: &mut Signals,
) -> Result<Followed, Failure> {
    let hints = Hints {
        id: run.id.clone(),
        given: session.given.clone(),
    };
    let progress = ProgressLine::default();
    let mut last = run;
    let waited = until_over(session, server, &progress, signals, &mut last).await;
    if waited.is_ok() && last.state == RunState::NotApproved {
        progress.clear();
        print_rows(wanted.output, &wanted.expected)?;
        say(&format!("{}; nothing was sent.", not_approved(&last)));
        return Ok(Followed::NotApproved);
    }
    let fetched = match waited {
        Ok(()) => journal_of(session, server, &progress, signals, &last.id).await,
        Err(left) => Err(left),
    };
    progress.clear();
    let bytes = match fetched {
        Ok(bytes) => bytes,
        Err(left) => {
            if !wanted.output.is_table() {
                print_rows::<CancelReport>(wanted.output, &[])?;
            }
            return Ok(Followed::Left(say_left(session, &left, &last, &hints)));
        }
    };
    let record = record::read(&bytes, &last, session.client.org(), wanted.expected);
    if let Some(journal) = wanted.journal {
        // Broken or not: it is what the server gave.
        keep(journal, bytes, &hints).await;
    }
    match record {
        Ok(record) => {
            if let Some(gaps) = record.gaps {
                say(&gaps);
            }
            let over = (last, record.watched, record.doubt);
            Ok(Followed::Over(Box::new(over)))
        }
        Err(broken) => {
            print_rows::<CancelReport>(wanted.output, &[])?;
            let words = session.redactor.of(&broken.words(&hints.id));
            say(&format!(
                "Do not rely on the outcomes of {words}. List the devices to see what is pending."
            ));
            Ok(Followed::Left(Exit::Unknown))
        }
    }
}

/// Asks every second how far the run is, until it is over.
async fn until_over(
    session: &Session,
    server: &ServerClient,
    progress: &ProgressLine,
    signals: &mut Signals,
    last: &mut Run,
) -> Result<(), Left> {
    let id = last.id.clone();
    let mut shown = None;
    let mut said_waiting = false;
    loop {
        if last.state == RunState::Waiting && !std::mem::replace(&mut said_waiting, true) {
            progress.clear();
            let hints = Hints {
                id: id.clone(),
                given: session.given.clone(),
            };
            say(&format!(
                "Waiting for a second operator to approve the run; nothing is sent before. To approve it: {}",
                hints.command("approve")
            ));
        }
        let numbers = (last.done, last.total, last.looked_at);
        if shown.replace(numbers) == Some(numbers) {
            progress.show();
        } else {
            progress.update(&progress_of(last));
            if let Some(sweep) = sweep_of(last) {
                progress.looked_at(sweep);
            }
        }
        if last.state.is_over() {
            return Ok(());
        }
        pause(signals).await?;
        let ask = async || server.run(&id).await;
        *last = patiently(&session.redactor, progress, signals, ask).await?;
    }
}

/// Returns what became of a run that was not approved.
fn not_approved(run: &Run) -> String {
    let approval = run.approval.as_ref();
    let by = approval.and_then(|approval| approval.decided_by.as_deref());
    let by = by.map_or_else(String::new, |by| format!(" by {by}"));
    match approval.map(|approval| approval.state) {
        Some(ApprovalState::Declined) => format!("Run {} was declined{by}", run.id),
        Some(ApprovalState::Withdrawn) => format!("Run {} was withdrawn{by}", run.id),
        _ => format!("Nobody decided about run {} in time", run.id),
    }
}

/// Returns the numbers of a run for the line that shows them.
fn progress_of(run: &Run) -> Progress {
    let outcomes = run.outcomes.iter().filter_map(|(word, count)| {
        let outcome = CancelOutcome::ALL
            .into_iter()
            .find(|one| one.as_str() == word)?;
        Some((outcome, number(*count)))
    });
    let mut progress = Progress::counted(outcomes);
    progress.done = number(run.done);
    progress.total = number(run.total).max(progress.done);
    progress
}

/// Returns how far a run that is a sweep is with its devices.
fn sweep_of(run: &Run) -> Option<SweepStatus> {
    let mut status = SweepStatus::default();
    status.looked_at = number(run.looked_at?);
    status.devices = number(run.devices?).max(status.looked_at);
    // Whether there are more is not told.
    status.all_known = true;
    Some(status)
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Fetches the whole journal of a run, which may come in parts.
async fn journal_of(
    session: &Session,
    server: &ServerClient,
    progress: &ProgressLine,
    signals: &mut Signals,
    id: &str,
) -> Result<Vec<u8>, Left> {
    let (mut bytes, mut next) = (Vec::new(), 1);
    loop {
        let ask = async || server.journal(id, next).await;
        let part = patiently(&session.redactor, progress, signals, ask).await?;
        bytes.extend_from_slice(&part);
        let lines = part.iter().filter(|byte| **byte == b'\n').count();
        // Half a line is no line to go on from.
        if lines == 0 || !part.ends_with(b"\n") {
            return Ok(bytes);
        }
        next += lines as u64;
    }
}

/// Fetches the whole journal of a run, as far as it is.
pub(in crate::commands) async fn fetch_journal(
    session: &Session,
    server: &ServerClient,
    id: &str,
    signals: &mut Signals,
) -> Result<Vec<u8>, Failure> {
    let progress = ProgressLine::default();
    let fetched = journal_of(session, server, &progress, signals, id).await;
    fetched.map_err(|left| match left {
        Left::Interrupted => Failure::before_sending("Interrupted."),
        Left::NoAnswer(error) => Failure::before_sending(session.redactor.of(&in_words(&error))),
    })
}

async fn keep(journal: NewJournal, bytes: Vec<u8>, hints: &Hints) {
    if let Err(error) = journal.keep(bytes).await {
        say(&format!(
            "Cannot keep the journal: {}. The server still has it: {} --journal FILE",
            in_words(&error),
            hints.command("journal")
        ));
    }
}

/// Says why nobody waits for the run any more, and what to do. Returns the exit status.
fn say_left(session: &Session, left: &Left, last: &Run, hints: &Hints) -> Exit {
    let exit = match left {
        Left::Interrupted => {
            say("Interrupted; the run goes on at the server.");
            let unknown = last.outcomes.get(CancelOutcome::Unknown.as_str());
            match unknown {
                Some(count) if *count > 0 => Exit::Unknown,
                _ => Exit::NotCancelled,
            }
        }
        Left::NoAnswer(error) => {
            let why = session.redactor.of(&in_words(error));
            say(&format!(
                "Lost sight of the run, which goes on at the server: {why}"
            ));
            Exit::Unknown
        }
    };
    say(&format!("To watch it: {}", hints.command("watch")));
    say(&format!("To stop it: {}", hints.command("stop")));
    exit
}
