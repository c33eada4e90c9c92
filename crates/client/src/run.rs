//! A run: sends what a plan holds, lane by lane, and gives each target exactly one outcome.

mod everything;
mod lane;
mod ledger;
mod verify;

use countermand_core_model::{CancelReport, DeviceRef, Provider};
use countermand_transport::ApiError;
use futures_util::{StreamExt, stream::FuturesUnordered};

use crate::{Observer, Plan, RunOptions, StopHandle, StopReason, client::Shared, plan::Everything};
use lane::Lane;
use ledger::{Context, Target};

/// What became of everything in a plan.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunResult {
    /// One row per target, in the order of the plan; rows beyond the plan follow their device's.
    pub reports: Vec<CancelReport>,
    /// Why the run stopped before all was sent, where it did.
    pub stopped: Option<StopReason>,
    /// Devices of which could not be listed what waits.
    pub problems: Vec<(DeviceRef, ApiError)>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
}

impl RunResult {
    /// Did any cancel leave, or may it have?
    pub fn any_sent(&self) -> bool {
        self.reports.iter().any(|report| report.attempts > 0)
    }
}

pub(crate) async fn run(
    shared: &Shared,
    plan: Plan,
    options: RunOptions,
    stop: &StopHandle,
    observe: Option<Observer>,
) -> RunResult {
    let context = Context::new(shared, options, stop, observe, plan.targets());
    let Plan {
        commands,
        everything,
        problems,
        incomplete,
        unclear: _,
    } = plan;
    let mut position = 0;
    let mut lanes = Vec::new();
    let mut targets = Vec::new();
    for planned in commands {
        targets.push(Target::new(position, planned));
        position += 1;
    }
    for device in everything {
        let Everything {
            target,
            waiting,
            newest_seen,
        } = device;
        let waiting: Vec<Target> = waiting
            .into_iter()
            .map(|planned| {
                position += 1;
                Target::new(position - 1, planned)
            })
            .collect();
        match shared.vendor.provider() {
            // One call cancels all; where nothing waited there is nothing to call for.
            Provider::Enos if !waiting.is_empty() => {
                lanes.push(Lane::everything(
                    target.device().clone(),
                    waiting,
                    newest_seen,
                ));
            }
            _ => targets.extend(waiting),
        }
    }
    lanes.extend(into_lanes(shared.vendor.provider(), targets));

    let mut running: FuturesUnordered<_> =
        lanes.into_iter().map(|lane| lane.run(&context)).collect();
    let mut rows = Vec::with_capacity(position);
    while let Some(settled) = running.next().await {
        rows.extend(settled);
    }
    drop(running);
    rows.sort_by_key(|(position, _)| *position);
    RunResult {
        reports: rows.into_iter().map(|(_, report)| report).collect(),
        stopped: context.stopped(),
        problems,
        incomplete,
    }
}

/// What must happen one after the other is one lane. On EnOS the commands of a device are a queue:
/// cancelling its head sends the next one out, so they are cancelled newest first. On Applivery each
/// command stands for itself.
fn into_lanes(provider: Provider, targets: Vec<Target>) -> Vec<Lane> {
    match provider {
        Provider::Applivery => targets
            .into_iter()
            .map(|target| Lane::commands(vec![target]))
            .collect(),
        Provider::Enos => {
            let mut queues: Vec<(DeviceRef, Vec<Target>)> = Vec::new();
            let mut place = std::collections::HashMap::new();
            for target in targets {
                let at = *place.entry(target.device().clone()).or_insert_with(|| {
                    queues.push((target.device().clone(), Vec::new()));
                    queues.len() - 1
                });
                if let Some((_, queue)) = queues.get_mut(at) {
                    queue.push(target);
                }
            }
            queues
                .into_iter()
                .map(|(_, mut queue)| {
                    queue.sort_by_key(ledger::newest_first);
                    Lane::commands(queue)
                })
                .collect()
        }
    }
}
