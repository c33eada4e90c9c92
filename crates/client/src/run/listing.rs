//! Lists devices in the run to cancel everything pending on them. The cancels of a device follow its own list,
//! without waiting for the other devices.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
};

use countermand_core_model::{Command, CommandState, DeviceRef, KindSeverity};
use countermand_transport::ApiError;
use futures_util::{
    Stream, StreamExt,
    future::{Either, select},
};

use super::{
    context::Context,
    entries,
    job::Job,
    precheck::is_fresh,
    queues::{self, DeviceTargets},
    snapshot::RowStage,
    unlisted::{Unlisted, Wanted},
};
use crate::{
    AnswerOrder, AskOptions, Filter, ListFailure, RunEvent,
    cancel::{Target, refusal},
    each_device::each,
    error_chain,
    journal::Entry,
    plan::{Planned, Waiting, key, waiting},
};

/// Lists these devices, several at once, and returns for each what it was known to have and the queues of what is
/// pending.
pub(super) fn list_each<'c>(
    context: &'c Context,
    devices: Vec<Unlisted>,
) -> impl Stream<Item = (Option<KindSeverity>, Vec<Job>)> + 'c {
    let options = AskOptions {
        concurrency: context.limits.at_once,
        observe: None,
    };
    let ask = move |device: &Unlisted| {
        let was_just_read = device
            .read_at
            .is_some_and(|read_at| is_fresh(read_at, context.timer.now()));
        let device = device.device.clone();
        async move {
            if was_just_read {
                return Ok(Listed::Before);
            }
            list(context, &device).await
        }
    };
    each(
        &context.timer,
        &options,
        AnswerOrder::AsTheyCome,
        devices,
        ask,
    )
    .map(move |(device, listed)| {
        let severity = device.severity();
        (severity, take_in(context, device, listed))
    })
}

/// The result of a list.
pub(super) enum Listed {
    Now(Waiting),
    /// An earlier list is recent enough.
    Before,
    /// The run is stopped.
    Not,
}

/// Lists what is pending on a device.
pub(super) async fn list(context: &Context, device: &DeviceRef) -> Result<Listed, ApiError> {
    if !context.may_list().await {
        return Ok(Listed::Not);
    }
    let listing = pin!(async {
        let _place = context.limits.checking.acquire().await;
        waiting(&context.calls.checker, device).await
    });
    match select(listing, pin!(context.state.stop.handle.stopped())).await {
        Either::Left((Err(error), _)) if error.is_stopped() => Ok(Listed::Not),
        Either::Left((listed, _)) => listed.map(Listed::Now),
        Either::Right(_) => Ok(Listed::Not),
    }
}

/// Returns the queues of what a list shows, or of what was known where there is none.
pub(super) fn take_in(
    context: &Context,
    device: Unlisted,
    listed: Result<Listed, ListFailure>,
) -> Vec<Job> {
    match listed {
        Ok(Listed::Now(waiting)) => listed_now(context, device, waiting),
        Ok(Listed::Before) => {
            let one_call = device.is_for_one_call();
            let unseen = numbers(&device.known);
            let targets = DeviceTargets {
                newest_seen: device.newest_seen,
                one_call,
                ..targets_of(device, unseen)
            };
            is_listed(context, targets)
        }
        Ok(Listed::Not) | Err(ListFailure::NotAsked) => {
            context.gaps(|gaps| gaps.not_asked.push(device.device.clone()));
            context.leave_open();
            one_by_one(context, device)
        }
        Err(ListFailure::Failed(error)) => {
            context.note_reading(&error);
            if refusal(&error).is_some() {
                context.recorder.note(|| Entry::Unlisted {
                    device: device.device.clone(),
                    message: error_chain(&error),
                });
            } else {
                context.leave_open();
            }
            context.gaps(|gaps| gaps.problems.push((device.device.clone(), error)));
            one_by_one(context, device)
        }
    }
}

/// Returns the queues of a device that could not be listed: its known targets are read and cancelled one by one.
fn one_by_one(context: &Context, device: Unlisted) -> Vec<Job> {
    let unseen = numbers(&device.known);
    queues::listed(context.schedule, targets_of(device, unseen))
}

/// Returns the known targets of a device, each to be cancelled by its id.
fn targets_of(device: Unlisted, unseen: HashSet<usize>) -> DeviceTargets {
    DeviceTargets {
        device: device.device,
        newest_seen: None,
        one_call: false,
        unseen,
        targets: device.known,
    }
}

/// Records that the device is listed, so that a resumed run knows its targets.
fn is_listed(context: &Context, device: DeviceTargets) -> Vec<Job> {
    if device.device.provider().descriptor().has_cancel_all && device.one_call {
        for (first, count) in queues::ranges(&device.targets) {
            context.recorder.note(|| Entry::Everything {
                device: device.device.clone(),
                first,
                count,
                newest_seen: device.newest_seen,
            });
        }
    }
    context.gaps(|gaps| gaps.listed += 1);
    context.recorder.note(|| Entry::Listed {
        device: device.device.clone(),
        targets: device.targets.len(),
    });
    queues::listed(context.schedule, device)
}

fn listed_now(context: &Context, mut device: Unlisted, waiting: Waiting) -> Vec<Job> {
    let Waiting {
        listing,
        newest_seen,
        unclear,
        ..
    } = waiting;
    let mut is_whole = listing.is_whole();
    let mut found = by_id(listing.items);
    let unclear = by_id(unclear);
    let unseen = see_known(context, &mut device.known, &mut found, &unclear);
    is_whole &= add_found(context, &mut device, found);
    let unclear = left_out_as_unclear(context, unclear, device.filter.as_deref());
    context.gaps(|gaps| {
        if unclear > 0 {
            gaps.unclear.push((device.device.clone(), unclear));
        }
        if !is_whole {
            gaps.incomplete.push(device.device.clone());
        }
    });
    if !is_whole || unclear > 0 {
        context.recorder.note(|| Entry::Incomplete {
            device: device.device.clone(),
        });
    }
    let one_call = device.is_for_one_call();
    let targets = DeviceTargets {
        newest_seen,
        one_call,
        ..targets_of(device, unseen)
    };
    is_listed(context, targets)
}

/// Takes in what the list shows of the known targets, and removes them from `found`. Returns the numbers of those
/// that are not pending any more or not in the list.
fn see_known(
    context: &Context,
    known: &mut [Target],
    found: &mut HashMap<Box<str>, Command>,
    unclear: &HashMap<Box<str>, Command>,
) -> HashSet<usize> {
    let mut unseen = HashSet::new();
    for target in known {
        let id = key(target.id());
        if found.remove(&id).is_some() {
            target.see(Ok(CommandState::Pending));
        } else if unclear.contains_key(&id) {
            target.leave_out();
        } else {
            unseen.insert(target.number);
            continue;
        }
        context.recorder.note(|| entries::seen(target));
    }
    unseen
}

/// Adds the found commands that are to be cancelled as targets. Returns whether none of them is newer than the
/// request.
fn add_found(context: &Context, device: &mut Unlisted, found: HashMap<Box<str>, Command>) -> bool {
    let (mut is_whole, mut is_beyond_limit) = (true, false);
    // Newest first, as the provider lists them.
    let mut found: Vec<Command> = found.into_values().collect();
    found.sort_by_key(|command| std::cmp::Reverse((command.created_at, command.id.clone())));
    for command in found {
        match device.wants(&command) {
            Wanted::GivenLater => is_whole = false,
            Wanted::LeftOut => context.gaps(|gaps| {
                if let Some(filter) = device.filter.as_deref() {
                    gaps.left_out.add(filter, &command);
                }
            }),
            Wanted::Yes if context.is_at_limit() => is_beyond_limit = true,
            Wanted::Yes => device
                .known
                .extend(new_target(context, &command, device.place)),
        }
    }
    context.gaps(|gaps| gaps.beyond_limit += usize::from(is_beyond_limit));
    is_whole
}

/// Returns how many of these are left out because it is not clear whether they are pending. Those that the filter
/// leaves out are counted there.
fn left_out_as_unclear(
    context: &Context,
    unclear: HashMap<Box<str>, Command>,
    filter: Option<&Filter>,
) -> usize {
    let unclear = unclear.into_values().filter(|command| match filter {
        Some(filter) if !filter.may_match(command) => {
            context.gaps(|gaps| gaps.left_out.add(filter, command));
            false
        }
        _ => true,
    });
    unclear.count()
}

/// Adds a command as a target, unless it is one already under another name of its device.
fn new_target(context: &Context, command: &Command, place: (usize, usize)) -> Option<Target> {
    let planned = Planned::of(command)?;
    let rows = &context.state.rows;
    let number = rows.add(command, place, RowStage::Queued)?;
    context.recorder.note(|| entries::target(number, &planned));
    let mut target = rows.target(&planned, number);
    target.place = (place.0, place.1, number);
    context.state.events.send(RunEvent::Found {
        device: command.device.clone(),
        id: command.id.clone(),
        kind: planned.kind().to_owned(),
        name: planned.name().map(str::to_owned),
        before: command.state,
        total: rows.progress().total,
    });
    Some(target)
}

fn by_id(commands: Vec<Command>) -> HashMap<Box<str>, Command> {
    let commands = commands.into_iter();
    commands
        .map(|command| (key(&command.id), command))
        .collect()
}

fn numbers(targets: &[Target]) -> HashSet<usize> {
    targets.iter().map(|target| target.number).collect()
}
