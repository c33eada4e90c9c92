//! A saved plan read as a whole, so that it can be shown to somebody before it runs.

use std::time::Duration;

use countermand_core_model::{CommandTarget, DeviceRef, Filter, Timestamp};

use super::{
    file::SavedPlan, one_target::each_once, plan::Plan, planned::Planned, saved::not_whole,
};
use crate::{Client, Gaps, cancel::refusal, reading::may_succeed_later};

/// How often what cannot be read is read, where that may pass.
const ROUNDS: u32 = 5;

/// The time between two of them.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

impl Client {
    /// Reads the targets of a saved plan and lists the devices on which everything is to be cancelled, and returns a plan
    /// of exact targets: everything that the saved plan means now, each by its id. Commands that were created on a listed
    /// device after `asked_at` are left out. Check it with [`Self::check_plan`] first.
    ///
    /// A sweep stays as it is: its targets are not known before its run. What cannot be read is tried again for a while. [`Plan::is_unread`] tells whether something is left.
    pub async fn pin(&self, kept: SavedPlan, asked_at: Timestamp) -> Plan {
        let targets = kept.targets.into_iter().map(|kept| kept.target);
        let mut plan = self.read_patiently(targets.collect()).await;
        plan.gaps.incomplete = not_whole(kept.incomplete, kept.unlisted);
        let mut by_filter: Vec<(Filter, Vec<DeviceRef>)> = Vec::new();
        for saved in kept.everything {
            let filter = saved.filter.unwrap_or_default();
            match by_filter.iter_mut().find(|(known, _)| *known == filter) {
                Some((_, devices)) => devices.push(saved.device),
                None => by_filter.push((filter, vec![saved.device])),
            }
        }
        for (filter, devices) in by_filter {
            let mut listed = self.list_patiently(devices, &filter).await;
            let was_there = |at: Option<Timestamp>| at.is_none_or(|at| at <= asked_at);
            listed
                .commands
                .retain(|planned| was_there(planned.created_at()));
            plan.append(listed);
        }
        plan.commands = each_once(plan.commands);
        plan.sweep = kept.sweep;
        plan
    }

    async fn read_patiently(&self, targets: Vec<CommandTarget>) -> Plan {
        let mut plan = self.plan_commands(targets).await;
        for _ in 1..ROUNDS {
            let (open, read): (Vec<Planned>, Vec<Planned>) = std::mem::take(&mut plan.commands)
                .into_iter()
                .partition(Planned::may_be_deferred);
            plan.commands = read;
            if open.is_empty() {
                break;
            }
            self.timer().sleep(AGAIN_AFTER).await;
            let open = open.into_iter().map(|planned| planned.target);
            plan.append(self.plan_commands(open.collect()).await);
        }
        plan
    }

    async fn list_patiently(&self, devices: Vec<DeviceRef>, filter: &Filter) -> Plan {
        let mut plan = self.plan_matching(devices, filter).await;
        for _ in 1..ROUNDS {
            let again = plan.gaps.take_unlisted();
            if again.is_empty() {
                break;
            }
            self.timer().sleep(AGAIN_AFTER).await;
            plan.append(self.plan_matching(again, filter).await);
        }
        plan
    }
}

impl Plan {
    /// Returns whether something of it was not read, and the provider did not refuse just that.
    pub fn is_unread(&self) -> bool {
        let mut targets = self.targets();
        let mut problems = self.gaps.problems.iter();
        targets.any(Planned::may_be_deferred)
            || !self.gaps.not_asked.is_empty()
            || problems.any(|(_, error)| refusal(error).is_none())
    }

    fn append(&mut self, mut more: Self) {
        self.commands.append(&mut more.commands);
        self.any_answered |= more.any_answered;
        self.gaps.append(more.gaps);
    }
}

impl Gaps {
    fn append(&mut self, mut more: Self) {
        self.problems.append(&mut more.problems);
        self.not_asked.append(&mut more.not_asked);
        self.incomplete.append(&mut more.incomplete);
        self.unclear.append(&mut more.unclear);
    }

    /// Returns the devices that were not listed for a reason that may pass.
    fn may_be_listed_later(&self) -> impl Iterator<Item = &DeviceRef> {
        let failed = self.problems.iter();
        let failed = failed.filter(|(_, error)| may_succeed_later(error));
        failed.map(|(device, _)| device).chain(&self.not_asked)
    }

    fn take_unlisted(&mut self) -> Vec<DeviceRef> {
        let devices = self.may_be_listed_later().cloned().collect();
        self.problems.retain(|(_, error)| !may_succeed_later(error));
        self.not_asked.clear();
        devices
    }
}
