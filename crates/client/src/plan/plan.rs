//! The plan itself.

use countermand_core_model::{CancelReport, DeviceRef};
use countermand_transport::ApiError;

use super::{
    devices::{CancelAll, UnlistedDevice},
    planned::Planned,
};
use crate::{LeftOut, ListFailure, gaps::Gaps};

/// Exact targets with the state seen of each. Made by [`crate::Client::plan_commands`] and
/// [`crate::Client::plan_everything`], or without asking by [`Plan::listed`] and [`Plan::everything_on`]; run by
/// [`crate::Client::run`].
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) commands: Vec<Planned>,
    pub(crate) cancel_all: Vec<CancelAll>,
    pub(crate) unlisted: Vec<UnlistedDevice>,
    pub(crate) gaps: Gaps,
    pub(crate) any_answered: bool,
}

impl Plan {
    /// Every target, in the order of the devices as they were asked for.
    pub fn targets(&self) -> impl Iterator<Item = &Planned> {
        self.commands
            .iter()
            .chain(self.cancel_all.iter().flat_map(|device| &device.waiting))
            .chain(self.unlisted.iter().flat_map(|device| &device.known))
    }

    /// The devices that the run itself will list: more may wait there than the plan holds.
    pub fn to_list(&self) -> impl Iterator<Item = &DeviceRef> {
        self.unlisted.iter().map(|device| device.target.device())
    }

    /// The devices that one call is sent for, which cancels whatever waits there when it arrives.
    pub fn everything_in_one_call(&self) -> impl Iterator<Item = &DeviceRef> {
        let devices = self.cancel_all.iter().filter(|one| !one.waiting.is_empty());
        let unlisted = self.unlisted.iter().filter(|one| one.filter.is_none());
        let devices = devices
            .map(|one| one.target.device())
            .chain(unlisted.map(|one| one.target.device()));
        devices.filter(|device| device.provider().descriptor().has_cancel_all)
    }

    /// How many cancels a run would send (on EnOS one may serve a whole device).
    pub fn to_send(&self) -> usize {
        self.targets()
            .filter(|target| target.would_be_sent())
            .count()
    }

    /// Devices of which could not be listed what waits: nothing of theirs is in the plan.
    pub fn problems(&self) -> &[(DeviceRef, ApiError)] {
        &self.gaps.problems
    }

    /// Devices that were not asked about, because the connection is refused or nobody answered for the devices
    /// before them: nothing of theirs is in the plan.
    pub fn not_asked(&self) -> &[DeviceRef] {
        &self.gaps.not_asked
    }

    /// Did the provider answer about any device, or command, that the plan was made for?
    pub fn any_answered(&self) -> bool {
        self.any_answered
    }

    pub(crate) fn not_listed(&mut self, device: DeviceRef, failure: ListFailure) {
        match failure {
            ListFailure::Failed(error) => self.gaps.problems.push((device, error)),
            ListFailure::NotAsked => self.gaps.not_asked.push(device),
        }
    }

    /// What waits on the devices and is not in the plan, because the filter leaves it out.
    pub fn left_out(&self) -> &LeftOut {
        &self.gaps.left_out
    }

    /// Devices whose list may not be whole: more may wait than the plan holds.
    pub fn incomplete(&self) -> &[DeviceRef] {
        &self.gaps.incomplete
    }

    /// Devices with commands whose state is unknown, and how many: they are left out of everything that
    /// waits, and can be named by their ids. A vendor that is asked for what waits may not show all of them.
    pub fn unclear(&self) -> &[(DeviceRef, usize)] {
        &self.gaps.unclear
    }

    /// Devices where more may wait than the plan holds: their list may not be whole, or commands were left
    /// out of it because their state is unknown. Each once.
    pub fn partly_listed(&self) -> impl Iterator<Item = &DeviceRef> {
        self.gaps.partly_listed()
    }

    /// The rows of a dry run: `planned` where a cancel would be sent, or why none would be.
    pub fn dry_run(&self) -> Vec<CancelReport> {
        self.targets().map(Planned::report).collect()
    }
}
