//! `countermand brake`: stops a wrong command on all devices of the organization, on those first that are likely to act
//! soonest.

mod args;
mod confirm;
mod only_one;
mod preview;
mod served;

use std::io::{self, IsTerminal};

use countermand_client::{CancelReport, Plan, StopReason, SweepScope};
use countermand_core_model::SearchText;

pub(super) use args::BrakeArgs;

use super::{
    filtered_out::{self, MatchCounts},
    running::{self, NewJournal, Recording, Watched, Work},
    unlisted,
};
use crate::{
    args::GlobalOptions,
    exit::{Doubt, Ended, Exit},
    failure::Failure,
    output::{count, print_rows, say},
    settings::{Session, Settings, Targets, no_provider},
    signals::Signals,
};
use only_one::OnlyOne;

/// Asks once, then looks at the devices and cancels what matches as soon as it is found.
pub(super) async fn run(global: &GlobalOptions, args: &BrakeArgs) -> Result<Exit, Failure> {
    served::check_options(global.server.is_some(), args)?;
    let settings = Settings::gather(global).await?;
    let targets = match args.named.is_empty() {
        true => None,
        false => Some(args.named.gather(settings.provider())?),
    };
    let provider = targets.as_ref().map(|targets| targets.provider);
    let provider = provider.or(settings.provider()).ok_or_else(no_provider)?;
    let sweep = args.what.sweep()?;
    let may_ask = io::stdin().is_terminal() && !args.named.takes_stdin();
    if !may_ask && !args.yes && !args.dry_run {
        return Err(Failure::usage(
            "Cannot ask for confirmation: not a terminal. Use --yes or --dry-run.",
        ));
    }
    let session = settings.open(provider, args.rate_for(provider))?;
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    let sweep = sweep.over(scope(args, targets, &session).await?);
    if args.dry_run {
        return preview::dry_run(&session, args, &sweep, &mut signals).await;
    }
    let only_one = match session.server {
        Some(_) => None,
        None => Some(OnlyOne::on(&session, args.beside)?),
    };
    if !args.yes {
        confirm::confirm(&session, args, &sweep, &mut signals).await?;
    }
    if let Some(server) = &session.server {
        return served::run(&session, server, args, sweep, &mut signals).await;
    }
    let recording = match NewJournal::of_run(&session, args.journal.as_deref(), args.no_journal)? {
        Some(journal) => Some(journal.begin(&session).await?),
        None => None,
    };
    let work = Work::Plan(Plan::sweeping(sweep), recording);
    let ended = running::run(&session, work, args.options(), None, &mut signals).await;
    drop(only_one);
    tell(&session, args, ended)
}

/// Returns the devices to look at.
async fn scope(
    args: &BrakeArgs,
    targets: Option<Targets>,
    session: &Session,
) -> Result<SweepScope, Failure> {
    if let Some(search) = args.named.search.as_ref().map(SearchText::as_str) {
        return Ok(SweepScope::Search(search.to_owned()));
    }
    match targets {
        Some(targets) if !args.named.all_devices => {
            Ok(SweepScope::Devices(targets.find(session).await?.devices))
        }
        _ => Ok(SweepScope::Organization),
    }
}

/// Prints the result.
fn tell(session: &Session, args: &BrakeArgs, ended: Watched) -> Result<Exit, Failure> {
    let gaps = &ended.gaps;
    unlisted::report(&session.redactor, gaps);
    let counts = MatchCounts {
        matched: ended.reports.len(),
        unclear: gaps.unclear.iter().map(|(_, count)| count).sum(),
    };
    let excludes = filtered_out::report(
        &session.redactor,
        &args.what.describe(),
        &gaps.left_out,
        counts,
    );
    let mut doubt = unlisted::doubt(gaps, gaps.listed > 0);
    doubt.partly += usize::from(excludes);
    if !ended.reports.is_empty() {
        return Ok(running::tell(&session.redactor, args.output, ended, doubt));
    }
    found_nothing(args, ended, doubt)
}

/// Nothing was found to cancel. The journal stays only where devices are left to look at.
fn found_nothing(args: &BrakeArgs, ended: Watched, doubt: Doubt) -> Result<Exit, Failure> {
    print_rows::<CancelReport>(args.output, &[])?;
    let looked_at = count(ended.gaps.listed, "device");
    let is_whole = doubt.is_none() && ended.gaps.left_out.is_empty();
    match is_whole {
        true => say(&format!(
            "Looked at {looked_at}: nothing that matches is pending; nothing was sent."
        )),
        false => say(&format!("Looked at {looked_at}; nothing was sent.")),
    }
    if ended.left_open > 0 || ended.stopped.is_some() {
        let unfinished = ended.recording.as_ref().map(Recording::hint);
        unfinished.iter().for_each(|hint| say(hint));
    } else if let Some(recording) = ended.recording {
        recording.discard();
    }
    if let Some(reason) = &ended.stopped {
        let message = match reason {
            StopReason::Requested => "Interrupted; nothing was sent.".to_owned(),
            reason => format!("Stopped: {}.", running::why_stopped(reason)),
        };
        return Err(Failure::before_sending(message));
    }
    Ok(Ended {
        reports: &[],
        doubt,
    }
    .exit())
}
