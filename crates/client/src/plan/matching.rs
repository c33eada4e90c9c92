//! A plan for what a filter lets through.

use std::collections::HashSet;

use countermand_core_model::{Command, CommandState, CommandTarget, DeviceRef, Listing};
use countermand_transport::ApiError;
use futures_util::StreamExt;

use super::{Plan, Planned, Seen, one_target::Met};
use crate::{AnswerOrder, Client, Filter, each_device::each};

impl Client {
    /// A plan for the commands of these devices that `filter` lets through, listed now; where it names no
    /// state, for those that wait. Each is named by its id: what comes later, and what the filter does not
    /// let through, is left alone. A device named twice is one, by whatever names.
    pub async fn plan_matching(&self, devices: Vec<DeviceRef>, filter: &Filter) -> Plan {
        let mut known = HashSet::new();
        let devices: Vec<DeviceRef> = devices
            .into_iter()
            .filter(|device| known.insert(device.clone()))
            .collect();
        let only_waiting = filter.states.is_empty();
        let asked_for = match filter.states.as_slice() {
            [state] => Some(*state),
            _ => None,
        };
        let ask = |device: &DeviceRef| {
            let device = device.clone();
            async move {
                match only_waiting {
                    true => self.waiting_or_unclear(&device).await,
                    false => self.list_meant(&device, asked_for).await,
                }
            }
        };
        let mut listed = std::pin::pin!(each(
            &self.shared.timer,
            &self.asking,
            AnswerOrder::OfDevices,
            devices,
            ask
        ));
        let mut plan = Plan::default();
        let mut met = Met::default();
        while let Some((device, listing)) = listed.next().await {
            let listing = match listing {
                Ok(listing) => listing,
                Err(failure) => {
                    plan.not_listed(device, failure);
                    continue;
                }
            };
            plan.any_answered = true;
            if !listing.is_whole() {
                plan.incomplete.push(device.clone());
            }
            let mut unclear = 0;
            for command in listing.items {
                if !met.is_new(&command.id) {
                    continue;
                }
                // Without a time or a kind it may be meant as well as any other.
                if only_waiting
                    && command.state == CommandState::Unknown
                    && filter.may_mean(&command)
                {
                    unclear += 1;
                    continue;
                }
                plan.left_out.add(filter, &command);
                if !filter.matches(&command) {
                    continue;
                }
                if only_waiting && command.state != CommandState::Pending {
                    continue;
                }
                plan.commands.extend(planned(&command));
            }
            if unclear > 0 {
                plan.unclear.push((device, unclear));
            }
        }
        plan
    }

    /// What waits, and what may: at EnOS a search for what waits leaves out what has another word for it.
    async fn waiting_or_unclear(&self, device: &DeviceRef) -> Result<Listing<Command>, ApiError> {
        let calls = &self.shared.calls;
        let mut unclear = calls.newest(device).await?;
        unclear.retain(|command| command.state == CommandState::Unknown);
        let mut listing = calls.waiting(device).await?;
        // One that has come to wait meanwhile is in both, and counts as what was read last.
        listing.items.extend(unclear);
        Ok(listing)
    }

    /// Lists the commands of a device that a filter may let through.
    async fn list_meant(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        // Where every list holds all states, what the filter leaves out is counted too.
        let lists_all = device.provider().descriptor().lists_all_states;
        let asked_for = state.filter(|_| !lists_all);
        self.shared.calls.list(device, asked_for).await
    }
}

fn planned(command: &Command) -> Option<Planned> {
    Some(Planned {
        target: CommandTarget::new(command.device.clone(), command.id.clone()).ok()?,
        seen: Seen::of(command),
    })
}
