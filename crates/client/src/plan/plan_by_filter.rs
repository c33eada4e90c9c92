//! A plan for what a filter matches.

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
    /// Returns a plan for the commands of these devices that match `filter`, or the pending ones if it names no
    /// state. The devices are listed now, and each command is cancelled by its id. A device under two names is one.
    pub async fn plan_matching(&self, devices: Vec<DeviceRef>, filter: &Filter) -> Plan {
        let only_waiting = filter.states.is_empty();
        let asked_for = filter.states.only();
        let ask = |device: &DeviceRef| {
            let device = device.clone();
            async move {
                match only_waiting {
                    true => self.waiting_or_unclear(&device).await,
                    false => self.list_matching(&device, asked_for).await,
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

    /// Lists what is pending, and what may be: an EnOS search for pending commands leaves out those in an unknown
    /// state.
    async fn waiting_or_unclear(&self, device: &DeviceRef) -> Result<Listing<Command>, ApiError> {
        let calls = &self.shared.calls;
        let mut unclear = calls.newest_commands(device).await?;
        unclear.retain(|command| command.state == CommandState::Unknown);
        let mut listing = calls.waiting(device).await?;
        // One that is in both counts as it was read last.
        listing.items.extend(unclear);
        Ok(listing)
    }

    /// Lists the commands of a device that may match.
    async fn list_matching(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        // A list with all states also counts what the filter leaves out.
        let lists_all = device.provider().descriptor().lists_all_states;
        let asked_for = state.filter(|_| !lists_all);
        self.shared.calls.list(device, asked_for).await
    }
}

impl Plan {
    /// Takes in the matching commands of a device's list.
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
            // Without a time or a kind, it may match.
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
