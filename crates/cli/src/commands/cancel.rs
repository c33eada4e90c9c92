//! `countermand cancel`: plan, ask, run, and report the outcome of each target.

mod args;
mod at_once;
mod preview;
mod saved_plan;
mod selection;
mod source;

use std::{
    io::{self, IsTerminal},
    path::Path,
};

use countermand_client::{CancelOutcome, CancelReport, Plan};

pub(super) use args::CancelArgs;

use super::{
    filtered_out::{self, MatchCounts},
    running::{self, MANY, NewJournal, Work, ask},
    unlisted,
};
use crate::{
    args::GlobalOptions,
    exit::{Doubt, Ended, Exit},
    failure::Failure,
    output::{print_rows, say, text::visible},
    progress::Waiting,
    settings::{Session, Settings},
    signals::Signals,
};
use source::Source;

/// Cancels.
pub(super) async fn run(global: &GlobalOptions, args: &CancelArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let source = Source::read(args, &settings)?;
    require_consent(args)?;
    refuse_to_overwrite(args.plan_out.as_deref())?;
    let mut session = source.open_session(settings, args)?;
    let journal = match &args.journal {
        Some(path) if !args.sends_nothing() => Some(NewJournal::create(path)?),
        _ => None,
    };
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("cannot catch signals: {error}")))?;
    if args.sends_unasked()
        && let Some(plan) = source.unlisted_plan()
    {
        return at_once::run(&session, args, plan, journal, &mut signals).await;
    }
    let plan = make_plan(source, &mut session, args, &mut signals).await?;
    let doubt = report_gaps(&session, args, &plan);
    if args.sends_nothing() {
        return show_only(&session, args, &plan, doubt);
    }
    let to_send = plan.to_send();
    if to_send >= MANY && journal.is_none() {
        running::say_without_a_journal(to_send);
    }
    if to_send > 0 && !args.run.yes {
        confirm(&session, args, &plan, &mut signals).await?;
    }
    if plan.targets().next().is_none() {
        return nothing_pending(args, &plan, doubt);
    }
    let recording = match journal {
        Some(journal) => Some(journal.begin(&session).await?),
        None => None,
    };
    let work = Work::Plan(plan, recording.as_ref().map(|recording| &recording.journal));
    let options = args.run.options();
    let mut ended = running::run(&session.client, work, options, &mut signals).await;
    Ok(running::tell(
        &session.redactor,
        args.output,
        &mut ended,
        doubt,
        recording.as_ref(),
    ))
}

/// Refuses to run if nobody can be asked and `--yes` was not given.
fn require_consent(args: &CancelArgs) -> Result<(), Failure> {
    let may_ask = io::stdin().is_terminal() && !args.named.takes_stdin();
    if may_ask || args.run.yes || args.sends_nothing() {
        return Ok(());
    }
    Err(Failure::usage(
        "no terminal to confirm on: give --yes to cancel without asking, or --dry-run to send nothing",
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
    source: Source,
    session: &mut Session,
    args: &CancelArgs,
    signals: &mut Signals,
) -> Result<Plan, Failure> {
    let known = source.known_targets();
    let progress = Waiting::start("planning");
    let asking = progress.told(args.run.pace.asking());
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
            Err(Failure::before_sending("interrupted: nothing was sent"))
        }
        Some((plan, Some(refusal))) => {
            print_not_sent(session, args, &plan)?;
            Err(refusal)
        }
        Some((plan, None)) => Ok(plan),
    }
}

/// Reports where more commands may be pending than the plan has.
fn report_gaps(session: &Session, args: &CancelArgs, plan: &Plan) -> Doubt {
    let gaps = plan.gaps();
    unlisted::report(&session.redactor, gaps);
    let counts = MatchCounts {
        matched: plan.targets().count(),
        unclear: gaps.unclear.iter().map(|(_, count)| count).sum(),
    };
    let excludes = filtered_out::report(&session.redactor, &args.filter, &gaps.left_out, counts);
    let mut doubt = unlisted::doubt(gaps, plan.any_answered());
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
    let question = preview::question(plan, &session.place());
    let agreed = tokio::select! {
        agreed = ask(&question) => agreed,
        () = signals.next() => false,
    };
    if agreed {
        return Ok(());
    }
    // Scripts get a row for each target; people have just seen them.
    if !args.output.is_table() {
        print_not_sent(session, args, plan)?;
    }
    Err(Failure::before_sending("nothing was sent"))
}

fn nothing_pending(args: &CancelArgs, plan: &Plan, doubt: Doubt) -> Result<Exit, Failure> {
    print_rows::<CancelReport>(args.output, &[])?;
    if !plan.gaps().left_out.is_empty() {
        say("nothing was sent");
    } else if doubt.unlisted == 0 && plan.gaps().incomplete.is_empty() {
        say(if plan.gaps().unclear.is_empty() {
            "nothing is pending; nothing was sent"
        } else {
            "nothing is known to be pending; nothing was sent"
        });
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
    let what = if args.dry_run { "dry run" } else { "plan" };
    let cancels = match plan.to_send() {
        0 => "0 cancels".to_owned(),
        1 => format!("1 cancel ({})", preview::kinds(plan)),
        count => format!("{count} cancels ({})", preview::kinds(plan)),
    };
    say(&visible(&format!(
        "{what}: {cancels} would be sent; nothing was sent"
    )));
    Ok(Ended {
        reports: &reports,
        doubt,
    }
    .exit_dry())
}
