//! A lane: targets whose cancels go out one after the other, and are then read again together.

use countermand_core_model::{CancelAnswer, DeviceRef, Timestamp};
use countermand_transport::Answer;

use super::{
    everything,
    ledger::{Context, Rows, Target},
    verify::{self, Round},
};

/// What is done one after the other.
pub(super) enum Lane {
    /// These commands, in this order.
    Commands(Vec<Target>),
    /// Everything that waits on an EnOS device, by one call.
    Everything {
        device: DeviceRef,
        waiting: Vec<Target>,
        newest_seen: Option<Timestamp>,
    },
}

impl Lane {
    pub(super) fn commands(targets: Vec<Target>) -> Self {
        Self::Commands(targets)
    }

    pub(super) fn everything(
        device: DeviceRef,
        waiting: Vec<Target>,
        newest_seen: Option<Timestamp>,
    ) -> Self {
        Self::Everything {
            device,
            waiting,
            newest_seen,
        }
    }

    pub(super) async fn run(self, context: &Context<'_>) -> Rows {
        let mut rows = Rows::new();
        match self {
            Self::Commands(targets) => {
                let sent = send_each(context, targets, &mut rows).await;
                verify::settle_all(context, Round::Named, sent, &mut rows).await;
            }
            Self::Everything {
                device,
                waiting,
                newest_seen,
            } => {
                everything::run(context, device, waiting, newest_seen, &mut rows).await;
            }
        }
        rows
    }
}

/// Sends each target its cancel. What needs no reading settles at once; the rest comes back.
pub(super) async fn send_each(
    context: &Context<'_>,
    targets: Vec<Target>,
    rows: &mut Rows,
) -> Vec<Target> {
    let mut sent: Vec<Target> = Vec::new();
    let mut beyond: Vec<Target> = Vec::new();
    for mut target in targets {
        if target.decided {
            context.settle(rows, target);
            continue;
        }
        let Sent::Left(answer) = send(context, &mut target).await else {
            context.settle(rows, target);
            continue;
        };
        if target.trial.is_in_doubt() {
            // Before an older command of the queue is touched, it must be known whether this one still
            // waits: otherwise it would go out next.
            if let Some(still_open) = verify::clear_doubt(context, target, rows).await {
                sent.push(still_open);
            }
            continue;
        }
        for command in answer
            .map(|answer| answer.value.commands)
            .unwrap_or_default()
        {
            if context.is_beyond_plan(&command.device, &command.id) {
                beyond.push(Target::beyond_plan(
                    target.position(),
                    &command,
                    target.trial.clone(),
                    1,
                ));
            }
        }
        if target.trial.needs_reading() {
            context.tell_verifying(&target);
            sent.push(target);
        } else {
            context.settle(rows, target);
        }
    }
    sent.extend(beyond);
    sent
}

/// Whether a cancel was begun.
pub(super) enum Sent {
    /// It was, with the vendor's answer where it took it.
    Left(Option<Answer<CancelAnswer>>),
    /// It was not: the run is stopped.
    HeldBack,
}

/// Sends one cancel, unless the run is stopped. What became of it is written into the target.
pub(super) async fn send(context: &Context<'_>, target: &mut Target) -> Sent {
    let place = match context.may_send().await {
        Ok(place) => place,
        Err(reason) => {
            target.held_back(&reason);
            return Sent::HeldBack;
        }
    };
    context.tell_sending(target);
    target.trial.sending();
    let answer = context.vendor.cancel(target.device(), target.id()).await;
    drop(place);
    match answer {
        Ok(answer) => {
            context.note_success();
            target.accepted(answer.attempts, answer.value.word.request_id.clone());
            Sent::Left(Some(answer))
        }
        Err(error) => {
            context.note_failure(&error);
            target.failed(&error, context.monotonic());
            target.report.outcome = target.trial.without_reading();
            Sent::Left(None)
        }
    }
}
