//! A plan.

use countermand_core_model::{CancelReport, DeviceRef, Timestamp};

use super::{
    devices::{CancelAll, UnlistedDevice},
    planned::Planned,
};
use crate::{Gaps, ListFailure, sweep::Sweep};

/// Exact targets with the state seen of each. Made by [`crate::Client::plan_commands`] and
/// [`crate::Client::plan_everything`], or without reading by [`Plan::listed`] and [`Plan::everything_on`], and run by
/// [`crate::Client::run`].
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) commands: Vec<Planned>,
    pub(crate) cancel_all: Vec<CancelAll>,
    pub(crate) unlisted: Vec<UnlistedDevice>,
    pub(crate) gaps: Gaps,
    pub(crate) any_answered: bool,
    /// What the run is to look for on many devices.
    pub(crate) sweep: Option<Sweep>,
    /// When it was asked for, if not when its run begins.
    pub(crate) asked_at: Option<Timestamp>,
}

impl Plan {
    /// Returns the plan of a sweep. It has no target yet: its run finds them.
    pub fn sweeping(sweep: Sweep) -> Self {
        Self {
            sweep: Some(sweep),
            ..Self::default()
        }
    }

    /// Returns every target, in the order of the devices.
    pub fn targets(&self) -> impl Iterator<Item = &Planned> {
        self.commands
            .iter()
            .chain(self.cancel_all.iter().flat_map(|device| &device.waiting))
            .chain(self.unlisted.iter().flat_map(|device| &device.known))
    }

    /// Returns the devices that the run will list, which may have more targets.
    pub fn to_list(&self) -> impl Iterator<Item = &DeviceRef> {
        self.unlisted.iter().map(|device| device.target.device())
    }

    /// Returns the devices for which one call is sent that cancels whatever is pending when it arrives.
    pub fn everything_in_one_call(&self) -> impl Iterator<Item = &DeviceRef> {
        let devices = self.cancel_all.iter().filter(|one| one.is_called());
        let devices = devices.map(|one| one.target.device());
        let unlisted = self.unlisted.iter().filter(|one| one.filter.is_none());
        // The call would also cancel what was created after the plan was asked for.
        let unlisted = unlisted.filter(|_| self.asked_at.is_none());
        let unlisted = unlisted.map(|one| one.target.device());
        let has_call = |device: &&DeviceRef| device.provider().descriptor().has_cancel_all;
        devices.chain(unlisted.filter(has_call))
    }

    /// Returns this plan as asked for at that time, not when its run begins. On devices that the run lists, commands
    /// created later are left alone.
    #[must_use]
    pub fn asked_for_at(mut self, at: Timestamp) -> Self {
        self.asked_at = Some(at);
        self
    }

    /// Returns how many targets would be sent a cancel. On EnOS one call may serve a whole device.
    pub fn to_send(&self) -> usize {
        self.targets()
            .filter(|target| target.would_be_sent())
            .count()
    }

    /// Returns what the run is to look for on many devices, if it is.
    pub fn sweep(&self) -> Option<&Sweep> {
        self.sweep.as_ref()
    }

    /// Returns where more may be pending than the plan holds.
    pub fn gaps(&self) -> &Gaps {
        &self.gaps
    }

    /// Returns whether the provider answered about any device or command of the plan.
    pub fn any_answered(&self) -> bool {
        self.any_answered
    }

    pub(crate) fn not_listed(&mut self, device: DeviceRef, failure: ListFailure) {
        match failure {
            ListFailure::Failed(error) => self.gaps.problems.push((device, error)),
            ListFailure::NotAsked => self.gaps.not_asked.push(device),
        }
    }

    /// Returns the rows of a dry run: `planned` where a cancel would be sent, or why not.
    pub fn dry_run(&self) -> Vec<CancelReport> {
        self.targets().map(Planned::report).collect()
    }
}
