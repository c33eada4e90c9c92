//! `countermand cancel`: plan, ask, run, and tell what became of each target.

mod confirm;
mod planned;
mod summary;
mod watch;

use std::io::{self, IsTerminal};

use countermand_client::{CancelOutcome, CancelReport, Plan, RunOptions};
use countermand_core_model::{CommandTarget, EverythingWaiting};

use crate::{
    args::{CancelArgs, GlobalOptions},
    exit::{Ended, Exit},
    failure::Failure,
    output::{Format, print_rows, say},
    settings::{Session, Settings, Targets, command_ids},
    signals::Signals,
};

/// What is to be cancelled: two things that nothing turns into each other.
enum Wanted {
    These(Vec<CommandTarget>),
    Everything(Vec<EverythingWaiting>),
}

/// Cancels.
pub(crate) async fn run(global: &GlobalOptions, args: &CancelArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let targets = Targets::parse(settings.provider(), &args.devices)?;
    let provider = targets.provider;
    let wanted = wanted(args, targets)?;
    let may_ask = io::stdin().is_terminal();
    if !may_ask && !args.yes && !args.dry_run {
        return Err(Failure::usage(
            "there is no terminal to ask on: --yes cancels without asking, --dry-run only looks",
        ));
    }
    let session = settings.open(provider, args.rate)?;
    let mut signals = Signals::catch().map_err(|error| {
        Failure::before_sending(format!("signals cannot be waited for: {error}"))
    })?;
    let plan = tokio::select! {
        plan = plan(&session, wanted) => plan,
        () = signals.next() => {
            print_rows::<CancelReport>(args.output, &[])?;
            return Err(Failure::before_sending("interrupted: nothing was sent"));
        }
    };
    tell_problems(&session, &plan);
    if args.dry_run {
        return dry_run(&session, args, &plan);
    }
    let to_send = plan.to_send();
    if to_send > 0 && !args.yes {
        planned::show(&session.keep_out, session.client.org(), &plan);
        let agreed = tokio::select! {
            agreed = confirm::ask(to_send) => agreed,
            () = signals.next() => false,
        };
        if !agreed {
            return not_agreed(&session, args, &plan);
        }
    }
    let devices_in_doubt = devices_in_doubt(&plan);
    if plan.targets().next().is_none() {
        print_rows::<CancelReport>(args.output, &[])?;
        if devices_in_doubt == 0 {
            say(if plan.unclear().is_empty() {
                "nothing is waiting; nothing was sent"
            } else {
                "nothing is known to wait; nothing was sent"
            });
        }
        return Ok(Ended {
            reports: &[],
            devices_in_doubt,
        }
        .exit());
    }
    let options = RunOptions {
        concurrency: usize::from(args.concurrency),
        verify_for: args.verify_for,
        ..RunOptions::default()
    };
    let mut ended = watch::run(&session.client, plan, options, &mut signals).await;
    tell(&session, args, &mut ended, devices_in_doubt)
}

fn wanted(args: &CancelArgs, targets: Targets) -> Result<Wanted, Failure> {
    let Targets { provider, devices } = targets;
    if args.all_pending {
        let everything = devices.into_iter().map(EverythingWaiting::on);
        return Ok(Wanted::Everything(everything.collect()));
    }
    let [device] = devices.as_slice() else {
        return Err(Failure::usage(
            "a command id belongs to one device: give one DEVICE with --command",
        ));
    };
    let ids = command_ids(provider, &args.command)?;
    if ids.is_empty() {
        return Err(Failure::usage("--command names no command"));
    }
    let these = ids
        .into_iter()
        .map(|id| CommandTarget::new(device.clone(), id))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Wanted::These(these))
}

async fn plan(session: &Session, wanted: Wanted) -> Plan {
    match wanted {
        Wanted::These(targets) => session.client.plan_commands(targets).await,
        Wanted::Everything(devices) => session.client.plan_everything(devices).await,
    }
}

/// Scripts get a row for each target all the same; a person has just seen them.
fn not_agreed(session: &Session, args: &CancelArgs, plan: &Plan) -> Result<Exit, Failure> {
    if args.output != Format::Table {
        let mut reports = plan.dry_run();
        for report in &mut reports {
            session.keep_out.of_report(report);
            if report.outcome == CancelOutcome::Planned {
                report.outcome = CancelOutcome::NotSent;
            }
        }
        print_rows(args.output, &reports)?;
    }
    Err(Failure::before_sending("nothing was sent"))
}

fn devices_in_doubt(plan: &Plan) -> usize {
    plan.problems().len() + plan.incomplete().len()
}

fn tell_problems(session: &Session, plan: &Plan) {
    for (device, error) in plan.problems() {
        let words = crate::failure::in_words(error);
        say(&session
            .keep_out
            .of(&format!("{device}: could not be listed: {words}")));
    }
    for device in plan.incomplete() {
        say(&format!(
            "{device}: the list may not be whole: more may wait than was seen"
        ));
    }
    for (device, count) in plan.unclear() {
        let commands = if *count == 1 { "command" } else { "commands" };
        say(&format!(
            "{device}: {count} {commands} left out: the vendor does not say clearly whether this waits; --command ID cancels one by name"
        ));
    }
}

fn dry_run(session: &Session, args: &CancelArgs, plan: &Plan) -> Result<Exit, Failure> {
    let mut reports = plan.dry_run();
    for report in &mut reports {
        session.keep_out.of_report(report);
    }
    print_rows(args.output, &reports)?;
    say(&match plan.to_send() {
        1 => "dry run: 1 cancel would be sent; nothing was sent".to_owned(),
        count => format!("dry run: {count} cancels would be sent; nothing was sent"),
    });
    Ok(Ended {
        reports: &reports,
        devices_in_doubt: devices_in_doubt(plan),
    }
    .exit_dry())
}

/// Prints every row, and what they come to.
fn tell(
    session: &Session,
    args: &CancelArgs,
    ended: &mut watch::Watched,
    devices_in_doubt: usize,
) -> Result<Exit, Failure> {
    for report in &mut ended.reports {
        session.keep_out.of_report(report);
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
            devices_in_doubt,
        }
        .exit()
    };
    let printed = print_rows(args.output, &ended.reports);
    for line in summary::lines(&ended.reports, ended.stopped.as_ref()) {
        say(&line);
    }
    if let Err(error) = printed {
        say(&error.to_string());
        // Whoever reads the result knows of no outcome.
        return Ok(at_worst);
    }
    Ok(exit)
}
