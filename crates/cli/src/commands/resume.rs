//! `countermand resume`: continues an interrupted run from its journal.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
};

use clap::Args;
use countermand_client::{FileJournal, Journal, UnfinishedRun, read_journal};
use countermand_transport::{Delivery, TransportError};

use super::{
    file_kind::{FileKind, refused},
    running::{self, Recording, Work, ask, doubt, gaps},
    unlisted,
};
use crate::{
    args::{GlobalOptions, OutputArgs, RunArgs},
    exit::{Ended, Exit},
    failure::{Failure, in_words},
    output::{count, print_rows, say},
    run_folder::journal_named,
    settings::{Session, Settings},
    shell::quoted_path,
    signals::Signals,
};

/// Continue an interrupted run from its journal.
///
/// What may have been sent is checked first; then the rest is sent. Everything is appended to the same journal. The
/// provider and the organization come from the journal unless they are given. The base URL does not: keys are only sent
/// where you say.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The journal of the run, or its ID (`runs list`)
    journal: PathBuf,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Resumes the run.
pub(super) async fn run(global: &GlobalOptions, args: &ResumeArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global).await?;
    let path = journal_named(&args.journal);
    let (file, bytes) = FileJournal::open(&path)?;
    let mut reader = read_journal(bytes);
    let name = quoted_path(&path);
    let unfinished = UnfinishedRun::replay(reader.by_ref())
        .map_err(|error| refused(&path, FileKind::Journal, &error))?;
    let end = reader.end();
    if end.torn {
        say(&format!(
            "Ignoring the last line of the journal {name}: it is incomplete, because writing it was interrupted."
        ));
    }
    if unfinished.is_finished() {
        return nothing_left(args, &unfinished);
    }
    if !unfinished.is_planned() {
        return Err(Failure::before_sending(format!(
            "Nothing to resume: the journal {name} ends before its plan was complete, so nothing was sent. Run the cancel again."
        )));
    }
    let header = unfinished.header();
    let settings = settings.or_of_file(header.provider, &header.org);
    let session = settings.open(settings.of_provider(header.provider)?, args.run.pace.rate)?;
    session.client.check_header(header).map_err(|error| {
        Failure::usage(format!("The journal is for another connection: {error}"))
    })?;
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    let numbers = numbers(&unfinished);
    say(&format!("Journal {name}: {numbers}."));
    if let Some(gaps) = gaps(&unfinished) {
        say(&gaps);
    }
    if !args.run.yes {
        confirm(&session, &numbers, &mut signals).await?;
    }
    // A target that cannot be read now can be read later, as long as the journal says nothing about it.
    tokio::select! {
        reached = check_connection(&session) => reached?,
        () = signals.next() => return Err(Failure::before_sending("Interrupted; nothing was sent.")),
    }
    file.drop_torn(&end)?;
    let recording = Recording {
        journal: Journal::go_on(file, session.timer.clone(), end),
        path,
        given: session.given.clone(),
        by_default: false,
    };
    let doubt = doubt(&unfinished);
    let work = Work::Rest(unfinished, recording);
    let options = args.run.options();
    let max_errors = args.run.errors.limit();
    let ended = running::run(&session, work, options, max_errors, &mut signals).await;
    unlisted::report(&session.redactor, &ended.gaps);
    let doubt = doubt.and(unlisted::doubt(&ended.gaps, ended.gaps.listed > 0));
    Ok(running::tell(&session.redactor, args.output, ended, doubt))
}

/// Asks whether to resume. Anything but a yes is a failure.
async fn confirm(session: &Session, numbers: &str, signals: &mut Signals) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(
            "Cannot ask for confirmation: not a terminal. Use --yes.",
        ));
    }
    let question = format!("Resume this run ({numbers}) on {}?", session.place());
    match ask(&question, signals).await? {
        true => Ok(()),
        false => Err(Failure::before_sending("Nothing was sent.")),
    }
}

/// Refuses to resume over a connection that the provider refuses as a whole, or that leads nowhere.
async fn check_connection(session: &Session) -> Result<(), Failure> {
    let Err(error) = session.client.check().await else {
        return Ok(());
    };
    let leads_nowhere = error.transport().map(TransportError::delivery) == Some(Delivery::NotSent);
    if error.refuses_connection() || leads_nowhere {
        let message = format!(
            "Cannot resume: {}. Nothing was sent; the journal is unchanged.",
            in_words(&error)
        );
        return Err(Failure::before_sending(session.redactor.of(&message)));
    }
    // The key may not be allowed to check, and still be allowed to cancel.
    Ok(())
}

/// Describes what is left to do.
fn numbers(run: &UnfinishedRun) -> String {
    let (in_doubt, to_send) = (run.in_doubt(), run.to_send());
    let numbers = format!("{in_doubt} in doubt to check, {to_send} still to send");
    let further = match run.has_unknown_devices() {
        true => ", and devices that are not known yet",
        false => "",
    };
    match run.devices_to_list() {
        0 => format!("{numbers}{further}"),
        number => {
            let devices = count(number, "device");
            format!("{numbers}, {devices} still to be listed{further}")
        }
    }
}

fn nothing_left(args: &ResumeArgs, finished: &UnfinishedRun) -> Result<Exit, Failure> {
    let reports = finished.reports();
    print_rows(args.output, &reports)?;
    say("Nothing to resume: the run is finished.");
    if let Some(gaps) = gaps(finished) {
        say(&gaps);
    }
    Ok(Ended {
        reports: &reports,
        doubt: doubt(finished),
    }
    .exit())
}
