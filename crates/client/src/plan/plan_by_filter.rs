//! A plan for what a filter lets through.

use countermand_core_model::{Command, CommandState, DeviceRef, Listing};
use countermand_transport::ApiError;
use futures_util::StreamExt;

use super::{
    one_target::{KnownIds, distinct},
    plan::Plan,
    planned::Planned,
};
use crate::{AnswerOrder, Client, Filter};

impl Client {
    /// A plan for the commands of these devices that `filter` lets through, listed now; where it names no
    /// state, for those that wait. Each is named by its id: what comes later, and what the filter does not
    /// let through, is left alone. A device named twice is one, by whatever names.
    pub async fn plan_matching(&self, devices: Vec<DeviceRef>, filter: &Filter) -> Plan {
        let only_waiting = filter.states.is_empty();
        let asked_for = filter.states.only();
        let ask = |device: &DeviceRef| {
            let device = device.clone();
            async move {
                match only_waiting {
                    true => self.waiting_or_unclear(&device).await,
                    false => self.list_meant(&device, asked_for).await,
                }
            }
        };
        let devices = distinct(devices, |device| device);
        let mut listed = std::pin::pin!(self.ask_each(AnswerOrder::OfDevices, devices, ask));
        let mut plan = Plan::default();
        let mut known = KnownIds::default();
        while let Some((device, listing)) = listed.next().await {
            match listing {
                Ok(listing) => plan.take_listing(device, listing, filter, &mut known),
                Err(failure) => plan.not_listed(device, failure),
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

impl Plan {
    /// Takes in what a device's list has of what `filter` lets through.
    fn take_listing(
        &mut self,
        device: DeviceRef,
        listing: Listing<Command>,
        filter: &Filter,
        known: &mut KnownIds,
    ) {
        let only_waiting = filter.states.is_empty();
        self.any_answered = true;
        if !listing.is_whole() {
            self.gaps.incomplete.push(device.clone());
        }
        let mut unclear = 0;
        for command in listing.items {
            if !known.is_new(&command.id) {
                continue;
            }
            // Without a time or a kind it may be meant as well as any other.
            if only_waiting && command.state == CommandState::Unknown && filter.may_match(&command)
            {
                unclear += 1;
                continue;
            }
            self.gaps.left_out.add(filter, &command);
            let is_meant = !only_waiting || command.state == CommandState::Pending;
            if is_meant && filter.matches(&command) {
                self.commands.extend(Planned::of(&command));
            }
        }
        if unclear > 0 {
            self.gaps.unclear.push((device, unclear));
        }
    }
}
