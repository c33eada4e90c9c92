//! `countermand cancel`: plan, ask, run, and report the outcome of each target.

mod args;
mod hand_over;
mod preview;
mod saved_plan;
mod selection;
mod source;

use std::{
    io::{self, IsTerminal},
    path::Path,
};

use countermand_client::{CancelOutcome, CancelReport, Gaps, Plan, StopReason};

pub(super) use args::CancelArgs;

use super::{
    filtered_out::{self, MatchCounts},
    handing_over::Handed,
    running::{self, MANY, NewJournal, Watched, Work, ask},
    unlisted,
};
use crate::{
    args::GlobalOptions,
    exit::{Doubt, Ended, Exit},
    failure::Failure,
    output::{self, print_rows, say, text::visible},
    progress::Waiting,
    settings::{Session, Settings},
    signals::Signals,
};
use hand_over::{check_options, hand_over};
use source::{FoundSource, Source};

/// Plans, asks and cancels. Without a question, devices are listed while others are already being cancelled, so that the
/// first cancel does not wait for the last list.
pub(super) async fn run(global: &GlobalOptions, args: &CancelArgs) -> Result<Exit, Failure> {
    check_options(global.server.is_some(), args)?;
    let settings = Settings::gather(global).await?;
    let source = Source::read(args, &settings)?;
    require_consent(args)?;
    refuse_to_overwrite(args.plan_out.as_deref())?;
    let mut session = source.open_session(settings, args)?;
    let (source, is_whole) = source.find(&session, args).await?;
    // Another device may have pending commands as well.
    let beyond = Doubt {
        partly: usize::from(!is_whole),
        any_answered: !is_whole,
        ..Doubt::default()
    };
    if source.is_empty() {
        return nothing_pending(args, &Gaps::default(), beyond);
    }
    let journal = match args.sends_nothing() {
        true => None,
        false => NewJournal::of_run(&session, args.journal.as_deref(), args.no_journal)?,
    };
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    if args.sends_unasked()
        && may_list_later(&session, args)
        && let Some(plan) = source.unlisted_plan()
    {
        return run_plan(&session, args, plan, journal, &mut signals, beyond).await;
    }
    let plan = make_plan(source, &mut session, args, &mut signals).await?;
    let (gaps, count) = (plan.gaps(), plan.targets().count());
    let to_list = plan.to_list().count();
    let gaps_now = report_gaps(&session, args, gaps, count, plan.any_answered());
    let mut doubt = gaps_now.and(beyond);
    if args.sends_nothing() {
        return show_only(&session, args, &plan, doubt);
    }
    refuse_failed(&session, args, &plan)?;
    let to_send = plan.to_send();
    if to_send >= MANY && journal.is_none() && session.server.is_none() {
        running::say_without_a_journal(to_send);
    }
    if to_send + to_list > 0 && !args.run.yes {
        confirm(&session, args, &plan, &mut signals).await?;
    }
    if count + to_list == 0 {
        return nothing_pending(args, gaps, doubt);
    }
    if to_list > 0 {
        // The run reports the gaps with its own.
        doubt = beyond;
    }
    run_plan(&session, args, plan, journal, &mut signals, doubt).await
}

/// Returns whether the run itself may list the devices. A server does not tell what a filter leaves out, which decides the
/// exit status.
fn may_list_later(session: &Session, args: &CancelArgs) -> bool {
    match session.server {
        Some(_) => args.filter.filter().is_none(),
        // A run does not tell of failed lists before it is over.
        None => args.run.errors.limit().is_none(),
    }
}

/// Runs the plan here or at the server, and prints the result.
async fn run_plan(
    session: &Session,
    args: &CancelArgs,
    plan: Plan,
    journal: Option<NewJournal>,
    signals: &mut Signals,
    doubt: Doubt,
) -> Result<Exit, Failure> {
    if let Some(server) = &session.server {
        return match hand_over(session, server, args, &plan, journal, signals).await? {
            Handed::Left(exit) => Ok(exit),
            Handed::Over(over) => {
                let (_, ended, recorded) = *over;
                tell(session, args, ended, doubt.and(recorded))
            }
        };
    }
    let lists = plan.to_list().next().is_some();
    let ended = run_here(session, args, plan, journal, signals).await?;
    let doubt = match lists {
        true => {
            let listed = ended.gaps.listed > 0;
            report_gaps(session, args, &ended.gaps, ended.reports.len(), listed).and(doubt)
        }
        false => doubt,
    };
    tell(session, args, ended, doubt)
}

/// Runs the plan here, with a journal if there is one.
async fn run_here(
    session: &Session,
    args: &CancelArgs,
    plan: Plan,
    journal: Option<NewJournal>,
    signals: &mut Signals,
) -> Result<Watched, Failure> {
    let recording = match journal {
        Some(journal) => Some(journal.begin(session).await?),
        None => None,
    };
    let max_errors = args.run.errors.limit();
    let max_errors = max_errors.map(|most| most.saturating_sub(failed_in_plan(&plan)));
    let work = Work::Plan(plan, recording);
    Ok(running::run(session, work, args.run.options(), max_errors, signals).await)
}

/// Returns the number of devices and commands of the plan that could not be read.
fn failed_in_plan(plan: &Plan) -> usize {
    let reports = plan.dry_run().into_iter();
    let unplanned = reports.filter(|report| report.outcome.is_unplanned());
    plan.gaps().problems.len() + unplanned.count()
}

/// Refuses a plan in which as many failed as `--max-errors` allows.
fn refuse_failed(session: &Session, args: &CancelArgs, plan: &Plan) -> Result<(), Failure> {
    let failed = failed_in_plan(plan);
    if args.run.errors.limit().is_none_or(|most| failed < most) {
        return Ok(());
    }
    print_not_sent(session, args, plan)?;
    let failed = output::count(failed, "failure");
    Err(Failure::before_sending(format!(
        "Stopped after {failed} ({}); nothing was sent.",
        args.run.errors.as_given()
    )))
}

/// Prints the result of a run. Where it found no command, its journal is removed: there is nothing to resume.
fn tell(
    session: &Session,
    args: &CancelArgs,
    ended: Watched,
    doubt: Doubt,
) -> Result<Exit, Failure> {
    if !ended.reports.is_empty() {
        return Ok(running::tell(&session.redactor, args.output, ended, doubt));
    }
    if let Some(recording) = ended.recording {
        recording.discard();
    }
    if ended.stopped == Some(StopReason::Requested) {
        print_rows::<CancelReport>(args.output, &[])?;
        let message = match session.server {
            Some(_) => "The run was stopped; nothing was sent.",
            None => "Interrupted; nothing was sent.",
        };
        return Err(Failure::before_sending(message));
    }
    nothing_pending(args, &ended.gaps, doubt)
}

/// Refuses to run if nobody can be asked and `--yes` was not given.
fn require_consent(args: &CancelArgs) -> Result<(), Failure> {
    let may_ask = io::stdin().is_terminal() && !args.named.takes_stdin();
    if may_ask || args.run.yes || args.sends_nothing() {
        return Ok(());
    }
    Err(Failure::usage(
        "Cannot ask for confirmation: not a terminal. Use --yes or --dry-run.",
    ))
}

/// Refuses an existing file early, before everything is listed in vain.
fn refuse_to_overwrite(plan_out: Option<&Path>) -> Result<(), Failure> {
    match plan_out {
        Some(path) if path.exists() => Err(saved_plan::exists(path)),
        _ => Ok(()),
    }
}

/// Makes the plan. A plan that must not be run is a failure; its targets are printed as not sent.
async fn make_plan(
    source: FoundSource,
    session: &mut Session,
    args: &CancelArgs,
    signals: &mut Signals,
) -> Result<Plan, Failure> {
    let known = source.known_targets();
    let progress = Waiting::start("planning");
    let asking = progress.told(args.run.pace.asking(), args.run.errors.limit());
    session.client = session.client.clone().asking(asking);
    let planned = tokio::select! {
        planned = source.plan(session, args) => Some(planned),
        () = signals.next() => None,
        never = progress.tick() => match never {},
    };
    progress.clear();
    match planned {
        None => {
            print_rows(args.output, &known)?;
            Err(Failure::before_sending("Interrupted; nothing was sent."))
        }
        Some((plan, Some(refusal))) => {
            print_not_sent(session, args, &plan)?;
            Err(refusal)
        }
        Some((plan, None)) => Ok(plan),
    }
}

/// Reports where more commands may be pending than the `matched` ones. `any_answered`: whether any device was listed.
fn report_gaps(
    session: &Session,
    args: &CancelArgs,
    gaps: &Gaps,
    matched: usize,
    any_answered: bool,
) -> Doubt {
    unlisted::report(&session.redactor, gaps);
    let counts = MatchCounts {
        matched,
        unclear: gaps.unclear.iter().map(|(_, count)| count).sum(),
    };
    let excludes = filtered_out::report(
        &session.redactor,
        &args.filter.describe(),
        &gaps.left_out,
        counts,
    );
    let mut doubt = unlisted::doubt(gaps, any_answered);
    doubt.partly += usize::from(excludes);
    doubt
}

/// Shows what would be sent, and asks. Anything but a yes is a failure.
async fn confirm(
    session: &Session,
    args: &CancelArgs,
    plan: &Plan,
    signals: &mut Signals,
) -> Result<(), Failure> {
    preview::show(&session.redactor, session.client.org(), plan);
    let question = preview::question(plan, &session.place(), args.named.search.is_some());
    let refusal = match ask(&question, signals).await {
        Ok(true) => return Ok(()),
        Ok(false) => Failure::before_sending("Nothing was sent."),
        Err(interrupted) => interrupted,
    };
    // Scripts get a row for each target; people have just seen them.
    if !args.output.is_table() {
        print_not_sent(session, args, plan)?;
    }
    Err(refusal)
}

fn nothing_pending(args: &CancelArgs, gaps: &Gaps, doubt: Doubt) -> Result<Exit, Failure> {
    print_rows::<CancelReport>(args.output, &[])?;
    if !gaps.left_out.is_empty() {
        say("Nothing was sent.");
    } else if doubt.is_none() {
        say("Nothing is pending; nothing was sent.");
    } else if gaps.problems.is_empty() {
        say("No pending command is known; nothing was sent.");
    }
    Ok(Ended {
        reports: &[],
        doubt,
    }
    .exit())
}

/// Prints a row for each target of a plan that is not run.
fn print_not_sent(session: &Session, args: &CancelArgs, plan: &Plan) -> Result<(), Failure> {
    let mut reports = plan.dry_run();
    for report in &mut reports {
        session.redactor.of_report(report);
        if report.outcome == CancelOutcome::Planned {
            report.outcome = CancelOutcome::NotSent;
        }
    }
    Ok(print_rows(args.output, &reports)?)
}

/// Shows what would be sent, and saves the plan if asked to.
fn show_only(
    session: &Session,
    args: &CancelArgs,
    plan: &Plan,
    doubt: Doubt,
) -> Result<Exit, Failure> {
    if let Some(path) = &args.plan_out {
        saved_plan::save(session, plan, path)?;
    }
    let mut reports = plan.dry_run();
    for report in &mut reports {
        session.redactor.of_report(report);
    }
    print_rows(args.output, &reports)?;
    let what = if args.dry_run { "Dry run" } else { "Plan" };
    let mut cancels = output::count(plan.to_send(), "cancel");
    if plan.to_send() > 0 {
        cancels.push_str(&format!(" ({})", preview::kinds(plan)));
    }
    let devices = preview::further_devices(plan);
    say(&visible(&format!(
        "{what}: would send {cancels}{devices}; nothing was sent."
    )));
    Ok(Ended {
        reports: &reports,
        doubt,
    }
    .exit_dry())
}
