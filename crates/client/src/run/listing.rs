//! Listing, in the run, the devices on which everything is meant: each one's cancels follow its own list, and do not
//! wait for the others'.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::Arc,
};

use countermand_core_model::{
    Command, CommandState, CommandTarget, DeviceRef, KindSeverity, Timestamp,
};
use countermand_transport::ApiError;
use futures_util::{
    Stream, StreamExt,
    future::{Either, select},
};

use super::{
    context::Context,
    drive::Job,
    listed::{DeviceTargets, jobs, numbers, ranges},
    look::is_fresh,
    record,
};
use crate::{
    AnswerOrder, AskOptions, Filter, ListFailure, RunEvent,
    decision::{Target, refusal},
    each_device::each,
    in_words,
    journal::{Entry, ToList},
    plan::{Planned, Seen, UnlistedDevice, Waiting, key, waiting},
};

/// A device that the run is to list.
pub(super) struct Unlisted {
    device: DeviceRef,
    /// After which target of the plan its rows come, and which of the devices to list it is, from 1 on.
    place: (usize, usize),
    /// Its targets that are known already.
    known: Vec<Target>,
    newest_seen: Option<Timestamp>,
    read_at: Option<Timestamp>,
    /// Another process was asked for it, at this time: what was given later is not meant.
    asked_at: Option<Timestamp>,
    filter: Option<Arc<Filter>>,
    severity: Option<KindSeverity>,
}

impl Unlisted {
    /// A device of a new plan, whose known targets are numbered from `first` on.
    pub(super) fn planned(planned: UnlistedDevice, first: usize, index: usize) -> Self {
        let known = (first..).zip(&planned.known);
        let known = known.map(|(number, planned)| Target::new(number, planned));
        let known: Vec<Target> = known.collect();
        Self {
            device: planned.target.device().clone(),
            place: ((first + known.len()).saturating_sub(1), index),
            severity: known_severity(&known),
            known,
            newest_seen: planned.newest_seen,
            read_at: planned.read_at,
            asked_at: None,
            filter: planned.filter,
        }
    }

    /// A device that another process left to be listed, with `known` targets of it.
    pub(super) fn left(device: DeviceRef, left: ToList, known: Vec<Target>) -> Self {
        Self {
            device,
            place: (usize::MAX, 0),
            severity: known_severity(&known),
            known,
            newest_seen: None,
            read_at: None,
            asked_at: Some(left.asked_at),
            filter: left.filter.map(Arc::new),
        }
    }

    /// Which it is.
    pub(super) fn device(&self) -> &DeviceRef {
        &self.device
    }

    /// Does EnOS's one call cancel what is meant? It does not part that from what came to wait since, or from what a
    /// filter leaves out.
    fn is_for_one_call(&self) -> bool {
        self.asked_at.is_none() && self.filter.is_none()
    }

    /// How grave the gravest is that is known of it; none where nothing is known.
    pub(super) fn severity(&self) -> Option<KindSeverity> {
        self.severity
    }
}

fn known_severity(known: &[Target]) -> Option<KindSeverity> {
    known.iter().map(|target| target.severity).max()
}

/// Lists these devices, several at once, and gives for each what it was known to have and the lanes of what waits there.
pub(super) fn list_each<'c>(
    context: &'c Context<'_>,
    devices: Vec<Unlisted>,
) -> impl Stream<Item = (Option<KindSeverity>, Vec<Job>)> + 'c {
    let options = AskOptions {
        concurrency: context.at_once(),
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
        context.timer,
        &options,
        AnswerOrder::AsTheyCome,
        devices,
        ask,
    )
    .map(move |(device, listed)| {
        let severity = device.severity;
        (severity, take_in(context, device, listed))
    })
}

/// What was to be listed.
enum Listed {
    Now(Waiting),
    /// So short a time ago that it counts.
    Before,
    /// The run is stopped.
    Not,
}

async fn list(context: &Context<'_>, device: &DeviceRef) -> Result<Listed, ApiError> {
    if !context.may_list().await {
        return Ok(Listed::Not);
    }
    let listing = pin!(async {
        let _place = context.may_look().await;
        waiting(&context.looker, device).await
    });
    match select(listing, pin!(context.stop.stopped())).await {
        Either::Left((Err(error), _)) if error.is_stopped() => Ok(Listed::Not),
        Either::Left((listed, _)) => listed.map(Listed::Now),
        Either::Right(_) => Ok(Listed::Not),
    }
}

fn take_in(
    context: &Context<'_>,
    device: Unlisted,
    listed: Result<Listed, ListFailure>,
) -> Vec<Job> {
    match listed {
        Ok(Listed::Now(waiting)) => listed_now(context, device, waiting),
        Ok(Listed::Before) => {
            let one_call = device.is_for_one_call();
            let (newest_seen, unseen) = (device.newest_seen, device.known);
            targets_are_written(context, &device.device, &unseen, newest_seen, one_call);
            jobs(
                context,
                DeviceTargets {
                    device: device.device,
                    newest_seen,
                    one_call,
                    unseen: numbers(&unseen),
                    targets: unseen,
                },
            )
        }
        Ok(Listed::Not) | Err(ListFailure::NotAsked) => {
            context.list_ended(|gaps| gaps.not_asked.push(device.device.clone()), true);
            one_by_one(context, device)
        }
        Err(ListFailure::Failed(error)) => {
            context.note_reading(&error);
            let is_final = refusal(&error).is_some();
            if is_final {
                context.note(|| Entry::Unlisted {
                    device: device.device.clone(),
                    message: in_words(&error),
                });
            }
            let problem = (device.device.clone(), error);
            context.list_ended(|gaps| gaps.problems.push(problem), !is_final);
            one_by_one(context, device)
        }
    }
}

/// The device could not be listed: what is known of it is read and cancelled by itself.
fn one_by_one(context: &Context<'_>, device: Unlisted) -> Vec<Job> {
    jobs(
        context,
        DeviceTargets {
            device: device.device,
            newest_seen: None,
            one_call: false,
            unseen: numbers(&device.known),
            targets: device.known,
        },
    )
}

fn listed_now(context: &Context<'_>, device: Unlisted, waiting: Waiting) -> Vec<Job> {
    let one_call = device.is_for_one_call();
    let Unlisted {
        device,
        place,
        known: mut targets,
        asked_at,
        filter,
        ..
    } = device;
    let Waiting {
        listing,
        newest_seen,
        unclear,
        ..
    } = waiting;
    let mut is_whole = listing.is_whole();
    let mut found: HashMap<Box<str>, Command> = listing
        .items
        .into_iter()
        .map(|command| (key(&command.id), command))
        .collect();
    let unclear: HashMap<Box<str>, Command> = unclear
        .into_iter()
        .map(|command| (key(&command.id), command))
        .collect();
    let mut unseen = HashSet::new();
    for target in &mut targets {
        let id = key(target.id());
        if found.remove(&id).is_some() {
            target.see(Ok(CommandState::Pending));
        } else if unclear.contains_key(&id) {
            target.leave_out();
        } else {
            // It waits no more, or the list does not show it.
            unseen.insert(target.number);
            continue;
        }
        context.note(|| record::seen(target));
    }
    // The newest first, as the vendor's list has them.
    let mut found: Vec<Command> = found.into_values().collect();
    found.sort_by_key(|command| std::cmp::Reverse((command.created_at, command.id.clone())));
    for command in found {
        let is_meant = asked_at.is_none_or(|asked_at| {
            command
                .created_at
                .is_some_and(|created_at| created_at <= asked_at)
        });
        if !is_meant {
            // Given since, or so by this machine's clock: it waits on.
            is_whole = false;
            continue;
        }
        if let Some(filter) = filter.as_deref()
            && !filter.matches_in_any_state(&command)
        {
            context.list_ended(|gaps| gaps.left_out.add(filter, &command), false);
            continue;
        }
        let Some(target) = new_target(context, &command, place) else {
            continue;
        };
        targets.push(target);
    }
    let unclear = left_out_as_unclear(context, unclear, filter.as_deref());
    if unclear > 0 {
        context.list_ended(|gaps| gaps.unclear.push((device.clone(), unclear)), false);
    }
    if !is_whole {
        context.list_ended(|gaps| gaps.incomplete.push(device.clone()), false);
    }
    if !is_whole || unclear > 0 {
        context.note(|| Entry::Incomplete {
            device: device.clone(),
        });
    }
    targets_are_written(context, &device, &targets, newest_seen, one_call);
    jobs(
        context,
        DeviceTargets {
            device,
            newest_seen,
            one_call,
            unseen,
            targets,
        },
    )
}

/// How many of these are left out because it is not clear whether they wait; what the filter leaves out is counted there.
fn left_out_as_unclear(
    context: &Context<'_>,
    unclear: HashMap<Box<str>, Command>,
    filter: Option<&Filter>,
) -> usize {
    let unclear = unclear.into_values().filter(|command| match filter {
        Some(filter) if !filter.may_mean(command) => {
            context.list_ended(|gaps| gaps.left_out.add(filter, command), false);
            false
        }
        _ => true,
    });
    unclear.count()
}

/// A command that the plan did not have becomes a target, unless it is one by another name of its device.
fn new_target(
    context: &Context<'_>,
    command: &Command,
    (after, device): (usize, usize),
) -> Option<Target> {
    let name = CommandTarget::new(command.device.clone(), command.id.clone()).ok()?;
    let number = context.beyond_plan(&command.id)?;
    let planned = Planned {
        target: name,
        seen: Seen::of(command),
    };
    context.note(|| record::target(number, &planned));
    let mut target = Target::new(number, &planned);
    target.place = (after, device, number);
    context.tell(RunEvent::Found {
        device: command.device.clone(),
        id: command.id.clone(),
        kind: planned.kind().to_owned(),
        name: planned.name().map(str::to_owned),
        before: command.state,
        total: context.progress().total,
    });
    Some(target)
}

/// The device is listed: from here on, whoever resumes knows its targets.
fn targets_are_written(
    context: &Context<'_>,
    device: &DeviceRef,
    targets: &[Target],
    newest_seen: Option<Timestamp>,
    one_call: bool,
) {
    if device.provider().descriptor().has_cancel_all && one_call {
        for (first, count) in ranges(targets) {
            context.note(|| Entry::Everything {
                device: device.clone(),
                first,
                count,
                newest_seen,
            });
        }
    }
    context.list_ended(|gaps| gaps.listed += 1, false);
    context.note(|| Entry::Listed {
        device: device.clone(),
        targets: targets.len(),
    });
}
