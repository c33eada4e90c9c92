//! A saved plan read as a whole, so that it can be shown to somebody before it runs.

use countermand_core_model::{DeviceRef, Filter, Timestamp};

use super::{file::SavedPlan, one_target::each_once, plan::Plan, saved::not_whole};
use crate::{Client, Gaps};

impl Client {
    /// Reads the targets of a saved plan and lists the devices on which everything is to be cancelled, and returns a plan
    /// of exact targets: everything that the saved plan means now, each by its id. Commands that were created on a listed
    /// device after `asked_at` are left out. Check it with [`Self::check_plan`] first.
    ///
    /// What could not be read may be so for now only: [`Plan::is_unread`] tells.
    pub async fn pin(&self, kept: SavedPlan, asked_at: Timestamp) -> Plan {
        let targets = kept.targets.into_iter().map(|kept| kept.target);
        let mut plan = self.plan_commands(targets.collect()).await;
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
            let mut listed = self.plan_matching(devices, &filter).await;
            let was_there = |at: Option<Timestamp>| at.is_none_or(|at| at <= asked_at);
            listed
                .commands
                .retain(|planned| was_there(planned.created_at()));
            plan.commands.append(&mut listed.commands);
            plan.any_answered |= listed.any_answered;
            plan.gaps.append(listed.gaps);
        }
        plan.commands = each_once(plan.commands);
        plan
    }
}

impl Plan {
    /// Returns whether something of it was not read for a reason that may pass.
    pub fn is_unread(&self) -> bool {
        let mut targets = self.targets();
        targets.any(super::Planned::may_be_deferred) || !self.gaps.not_asked.is_empty()
    }
}

impl Gaps {
    fn append(&mut self, mut more: Self) {
        self.problems.append(&mut more.problems);
        self.not_asked.append(&mut more.not_asked);
        self.incomplete.append(&mut more.incomplete);
        self.unclear.append(&mut more.unclear);
    }
}
