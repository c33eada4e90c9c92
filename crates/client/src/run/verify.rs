//! Reading again until each target settles or the time is up.

use std::time::Duration;

use countermand_core_model::{CancelOutcome, Command, CommandState, DeviceRef, Timestamp};

use super::{
    lane::{self, Sent},
    ledger::{Context, Rows, Target, ids, newest_first, oldest},
};
use crate::{
    decision::Verdict,
    in_words,
    reading::{self, Readings},
};

/// The wait before the second reading; it doubles from reading to reading.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait between two readings.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// What a round of reading looks at.
pub(super) enum Round {
    /// The targets and nothing else.
    Named,
    /// The whole device, after one call for everything that waits on it: what it shows beyond the plan counts.
    Device {
        /// The device.
        device: DeviceRef,
        /// Commands given later were not seen by the plan.
        newest_seen: Option<Timestamp>,
        /// The result's place of what is found beyond the plan.
        position: usize,
    },
}

/// Reads `open` targets (all of one device) again until none is left or the time is up. Each ends as a row.
pub(super) async fn settle_all(
    context: &Context<'_>,
    round: Round,
    mut open: Vec<Target>,
    rows: &mut Rows,
) {
    let mut deadline = context.monotonic() + context.options.verify_for;
    let mut wait = FIRST_WAIT;
    while !open.is_empty() {
        let began = context.monotonic();
        let readings = read(context, &round, &mut open).await;
        let mut again = Vec::new();
        // What the reading found beyond the plan is newer than the rest.
        open.sort_by_key(newest_first);
        // While it is not known whether a newer one still waits, no older one of the queue is touched.
        let mut newer_in_doubt = false;
        for mut target in std::mem::take(&mut open) {
            let had_time = !newer_in_doubt && context.had_time(&target, began);
            match take_in(&mut target, &readings, had_time) {
                Some(Verdict::Settled(outcome)) => {
                    target.report.outcome = outcome;
                    context.settle(rows, target);
                }
                Some(Verdict::SendAgain) => {
                    let time = match lane::send(context, &mut target).await {
                        Sent::HeldBack => Duration::ZERO,
                        Sent::Left(Some(_)) => context.options.verify_for,
                        // Lost again: at least one reading follows, when there was time to show it.
                        Sent::Left(None) => context.time_to_show(),
                    };
                    deadline = deadline.max(context.monotonic() + time);
                    wait = FIRST_WAIT;
                    newer_in_doubt |= target.trial.is_in_doubt();
                    again.push(target);
                }
                Some(Verdict::ReadAgain) | None => {
                    newer_in_doubt |= target.trial.is_in_doubt() && !had_time;
                    again.push(target);
                }
            }
        }
        let now = context.monotonic();
        if now >= deadline {
            for mut target in again {
                target.time_is_up();
                context.settle(rows, target);
            }
            return;
        }
        open = again;
        if !open.is_empty() {
            // The last reading is made at the deadline, not some time before it.
            context.timer.sleep(wait.min(deadline - now)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

/// The answer to this target's cancel was lost: reads it, and sends it another where it still waits after
/// the vendor had time to show the first. Gives it back where it is to be read again with the others.
pub(super) async fn clear_doubt(
    context: &Context<'_>,
    mut target: Target,
    rows: &mut Rows,
) -> Option<Target> {
    context.tell_verifying(&target);
    let mut wait = FIRST_WAIT;
    loop {
        let had_time = context.had_time(&target, context.monotonic());
        let readings = {
            let _place = context.may_read().await;
            reading::read(
                context.vendor,
                target.device(),
                std::slice::from_ref(target.id()),
                target.created_at(),
            )
            .await
        };
        match take_in(&mut target, &readings, had_time) {
            Some(Verdict::Settled(outcome)) => {
                target.report.outcome = outcome;
                context.settle(rows, target);
                return None;
            }
            Some(Verdict::SendAgain) => {
                let held_back = matches!(lane::send(context, &mut target).await, Sent::HeldBack);
                if held_back || !target.trial.is_in_doubt() {
                    return Some(target);
                }
            }
            Some(Verdict::ReadAgain) | None if had_time => return Some(target),
            Some(Verdict::ReadAgain) | None => {}
        }
        context.timer.sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

async fn read(context: &Context<'_>, round: &Round, open: &mut Vec<Target>) -> Readings {
    let _place = context.may_read().await;
    let Round::Device {
        device,
        newest_seen,
        position,
    } = round
    else {
        let Some(device) = open.first().map(|target| target.device().clone()) else {
            return Readings::new();
        };
        return reading::read(context.vendor, &device, &ids(open), oldest(open)).await;
    };
    // What came after the plan looked is newer than what it saw, so that this shows both.
    let oldest = oldest(open);
    let Ok(items) = context.vendor.list_back_to(device, oldest).await else {
        return reading::read(context.vendor, device, &ids(open), oldest).await;
    };
    for command in &items {
        if was_meant(command, *newest_seen) && context.is_beyond_plan(device, &command.id) {
            let trial = open
                .first()
                .map(|target| target.trial.clone())
                .unwrap_or_default();
            open.push(Target::beyond_plan(*position, command, trial, 1));
        }
    }
    let wanted = ids(open);
    let mut readings = Readings::new();
    reading::pick(items, &wanted, &mut readings);
    let missing: Vec<_> = wanted
        .into_iter()
        .filter(|id| !readings.contains_key(id))
        .collect();
    readings.extend(reading::read(context.vendor, device, &missing, oldest).await);
    readings
}

/// Was a command that the plan did not hold among "everything that waits" when the one call arrived? It still
/// waits, or it was given after the plan looked and is cancelled.
fn was_meant(command: &Command, newest_seen: Option<Timestamp>) -> bool {
    match command.state {
        CommandState::Pending => true,
        CommandState::Cancelled => command.created_at > newest_seen,
        _ => false,
    }
}

/// Writes a reading into the target, and says what follows; none where it could not be read.
fn take_in(target: &mut Target, readings: &Readings, had_time: bool) -> Option<Verdict> {
    match readings.get(target.id())? {
        Ok(command) => {
            target.report.after = Some(command.state);
            target.unread = None;
            let verdict = target.trial.reading(command.state, had_time);
            if verdict == Verdict::Settled(CancelOutcome::Cancelled) {
                // What went wrong on the way was overtaken by what the vendor now reports.
                target.report.vendor_code = None;
                target.report.message = None;
            }
            Some(verdict)
        }
        Err(error) => {
            if target.report.message.is_none() {
                target.report.message =
                    Some(format!("reading it again failed: {}", in_words(error)));
            }
            // A refused cancel that cannot be read again stays refused.
            (!target.trial.waits_for_a_reading())
                .then(|| Verdict::Settled(target.trial.without_reading()))
        }
    }
}
