//! `countermand cancel`: plan, ask, run, and tell what became of each target.

mod at_once;
mod kept;
mod planned;
mod wanted;

use std::io::{self, IsTerminal};

use countermand_client::{CancelOutcome, CancelReport, ListedDevice, Plan};
use countermand_core_model::CommandTarget;

use super::{
    left_out::{self, Through},
    running::{self, MANY, NewJournal, Work, ask},
    unlisted,
};
use crate::{
    args::{CancelArgs, GlobalOptions},
    exit::{Doubt, Ended, Exit},
    failure::Failure,
    output::{print_rows, say, text::visible},
    progress::Waiting,
    settings::{Session, Settings},
    signals::Signals,
};
use wanted::Wanted;

/// Cancels.
pub(crate) async fn run(global: &GlobalOptions, args: &CancelArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let source = Source::of(args, &settings)?;
    let may_ask = io::stdin().is_terminal() && !args.named.takes_stdin();
    if !may_ask && !args.run.yes && !args.only_looks() {
        return Err(Failure::usage(
            "there is no terminal to ask on: --yes cancels without asking, --dry-run only looks",
        ));
    }
    refuse_to_write_over(args.plan_out.as_deref())?;
    let (mut session, source) = source.open(settings, args)?;
    let journal = match &args.journal {
        Some(path) if !args.only_looks() => Some(NewJournal::create(path)?),
        _ => None,
    };
    let mut signals = Signals::catch().map_err(|error| {
        Failure::before_sending(format!("signals cannot be waited for: {error}"))
    })?;
    if args.run.yes
        && !args.only_looks()
        && let Some(plan) = source.at_once()
    {
        return at_once::run(&session, args, plan, journal, &mut signals).await;
    }
    let unread = source.unread();
    let progress = Waiting::start("planning");
    session.client = session.client.asking(progress.told(args.run.pace.asking()));
    let planned = tokio::select! {
        planned = source.plan(&session, args) => Some(planned),
        () = signals.next() => None,
        never = progress.tick() => match never {},
    };
    progress.clear();
    let Some(planned) = planned else {
        print_rows(args.output, &unread)?;
        return Err(Failure::before_sending("interrupted: nothing was sent"));
    };
    let (plan, refusal) = planned;
    if let Some(refusal) = refusal {
        rows_of_what_was_not_sent(&session, args, &plan)?;
        return Err(refusal);
    }
    unlisted::tell(
        &session.keep_out,
        plan.problems(),
        plan.not_asked().len(),
        plan.incomplete(),
        plan.unclear(),
    );
    let through = Through {
        meant: plan.targets().count(),
        unclear: plan.unclear().iter().map(|(_, count)| count).sum(),
    };
    let leaves_open = left_out::tell(&session.keep_out, &args.filter, plan.left_out(), through);
    let doubt = doubt(&plan, leaves_open);
    if args.only_looks() {
        return only_look(&session, args, &plan, doubt);
    }
    let to_send = plan.to_send();
    if to_send >= MANY && journal.is_none() {
        running::say_without_a_journal(to_send);
    }
    if to_send > 0 && !args.run.yes {
        planned::show(&session.keep_out, session.client.org(), &plan);
        let question = planned::question(&plan, &session.place());
        let agreed = tokio::select! {
            agreed = ask(&question) => agreed,
            () = signals.next() => false,
        };
        if !agreed {
            // Scripts get a row for each target all the same; a person has just seen them.
            if !args.output.is_table() {
                rows_of_what_was_not_sent(&session, args, &plan)?;
            }
            return Err(Failure::before_sending("nothing was sent"));
        }
    }
    if plan.targets().next().is_none() {
        return nothing_waits(args, &plan, doubt);
    }
    let recording = match journal {
        Some(journal) => Some(journal.begin(&session).await?),
        None => None,
    };
    let work = Work::Plan(plan, recording.as_ref().map(|recording| &recording.journal));
    let options = args.run.options();
    let mut ended = running::run(&session.client, work, options, &mut signals).await;
    Ok(running::tell(
        &session.keep_out,
        args.output,
        &mut ended,
        doubt,
        recording.as_ref(),
    ))
}

/// Where the plan comes from.
enum Source {
    Wanted(countermand_core_model::Provider, Wanted),
    Kept(Box<countermand_client::KeptPlan>),
}

impl Source {
    fn of(args: &CancelArgs, settings: &Settings) -> Result<Self, Failure> {
        if let Some(path) = &args.plan {
            return Ok(Self::Kept(Box::new(kept::read(path)?)));
        }
        let targets = args.named.gather(settings.provider())?;
        Ok(Self::Wanted(targets.provider, Wanted::of(args, targets)?))
    }

    /// A plan for it that needs no answer first, where there is one.
    fn at_once(&self) -> Option<Plan> {
        match self {
            Self::Wanted(_, Wanted::Everything(devices)) => {
                let devices = devices.iter().cloned();
                Some(Plan::everything_on(devices.map(ListedDevice::unread)))
            }
            Self::Wanted(_, Wanted::Matching(devices, filter)) => {
                let devices = devices.iter().cloned();
                Some(Plan::matching_on(devices, filter.clone()))
            }
            Self::Wanted(_, Wanted::These(_)) | Self::Kept(_) => None,
        }
    }

    /// The session for it; nothing is sent yet.
    fn open(self, settings: Settings, args: &CancelArgs) -> Result<(Session, Self), Failure> {
        let session = match &self {
            Self::Wanted(provider, _) => settings.open(*provider, args.run.pace.rate)?,
            Self::Kept(kept) => kept::session(settings, kept, args.run.pace.rate)?,
        };
        Ok((session, self))
    }

    /// A row for each target that is known before anything is asked.
    fn unread(&self) -> Vec<CancelReport> {
        let row = |target: &CommandTarget| {
            CancelReport::new(target.device().clone(), target.id().clone())
        };
        match self {
            Self::Wanted(_, wanted) => wanted.named().iter().map(row).collect(),
            Self::Kept(kept) => kept.targets.iter().map(|kept| row(&kept.target)).collect(),
        }
    }

    /// The plan, and why it must not be run, where that is so.
    async fn plan(self, session: &Session, args: &CancelArgs) -> (Plan, Option<Failure>) {
        match self {
            Self::Wanted(_, wanted) => (wanted.plan(session).await, None),
            Self::Kept(kept) => {
                let applied = session.client.apply(*kept).await;
                let refusal = kept::refusal(&session.keep_out, &applied.drift, args.allow_drift);
                (applied.plan, refusal)
            }
        }
    }
}

/// Said before everything is listed in vain.
fn refuse_to_write_over(plan_out: Option<&std::path::Path>) -> Result<(), Failure> {
    match plan_out {
        Some(path) if path.exists() => Err(Failure::usage(format!(
            "{} exists, and is not written over",
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn nothing_waits(args: &CancelArgs, plan: &Plan, doubt: Doubt) -> Result<Exit, Failure> {
    print_rows::<CancelReport>(args.output, &[])?;
    if !plan.left_out().is_empty() {
        say("nothing was sent");
    } else if doubt.unlisted == 0 && plan.incomplete().is_empty() {
        say(if plan.unclear().is_empty() {
            "nothing is waiting; nothing was sent"
        } else {
            "nothing is known to wait; nothing was sent"
        });
    }
    Ok(Ended {
        reports: &[],
        doubt,
    }
    .exit())
}

fn rows_of_what_was_not_sent(
    session: &Session,
    args: &CancelArgs,
    plan: &Plan,
) -> Result<(), Failure> {
    let mut reports = plan.dry_run();
    for report in &mut reports {
        session.keep_out.of_report(report);
        if report.outcome == CancelOutcome::Planned {
            report.outcome = CancelOutcome::NotSent;
        }
    }
    Ok(print_rows(args.output, &reports)?)
}

/// Where more may wait than the plan holds. `leaves_open`: because of what the filter leaves out.
fn doubt(plan: &Plan, leaves_open: bool) -> Doubt {
    Doubt {
        unlisted: plan.problems().len() + plan.not_asked().len(),
        partly: plan.partly_listed().count() + usize::from(leaves_open),
        any_answered: plan.any_answered(),
    }
}

fn only_look(
    session: &Session,
    args: &CancelArgs,
    plan: &Plan,
    doubt: Doubt,
) -> Result<Exit, Failure> {
    if let Some(path) = &args.plan_out {
        kept::keep(session, plan, path)?;
    }
    let mut reports = plan.dry_run();
    for report in &mut reports {
        session.keep_out.of_report(report);
    }
    print_rows(args.output, &reports)?;
    let what = if args.dry_run { "dry run" } else { "plan" };
    let cancels = match plan.to_send() {
        0 => "0 cancels".to_owned(),
        1 => format!("1 cancel ({})", planned::kinds(plan)),
        count => format!("{count} cancels ({})", planned::kinds(plan)),
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
