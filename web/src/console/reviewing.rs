//! Opening a review of a cancel.

use std::collections::HashSet;

use countermand_console::{
    command_view::CommandView,
    review::{Gathering, Review, Scope, Whole},
};
use countermand_core_model::{CommandState, DeviceRef, EverythingWaiting, Provider};
use countermand_table::Row;
use leptos::prelude::*;

use super::Console;

impl Console {
    /// Shows every command that was read to `look`, device by device.
    pub fn each_command(self, look: &mut dyn FnMut(CommandView<'_>)) {
        self.each_row(&mut |row| look(row.into()));
    }

    fn each_row(self, look: &mut dyn FnMut(Row<'_>)) {
        self.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            for (_, device) in store.devices() {
                device.rows().iter().for_each(|row| look(store.row(*row)));
            }
        });
    }

    /// Opens a review of the selected commands.
    pub fn review_selected(self) {
        self.open_review(self.selected());
    }

    /// Opens a review of everything that waits on a device.
    pub fn review_everything(self, device: &DeviceRef) {
        self.review_everything_on(vec![device.clone()]);
    }

    /// Opens a review of everything that waits on these devices.
    pub fn review_everything_on(self, devices: Vec<DeviceRef>) {
        self.open_review(self.everything(devices, None));
    }

    /// Opens a review of everything that waits on every chosen device.
    pub fn review_all_chosen(self) {
        self.review_everything_on(
            self.fleet
                .with_untracked(countermand_console::fleet::Fleet::refs),
        );
    }

    pub(super) fn open_review(self, review: Review) {
        let something = review.total > 0 || review.unread > 0;
        if something && self.may_cancel() && !self.is_running_now() {
            self.review.set(Some(review));
        }
    }

    /// What is reviewed is read again, and then looked at again. The whole organisation is not: whatever
    /// waits is read before anything is sent in any case.
    pub fn read_review_again(self) {
        let devices = self.review.with_untracked(|review| match review {
            Some(Review { whole: Some(_), .. }) | None => Vec::new(),
            Some(review) => match &review.scope {
                Scope::Commands(_) => review.devices.clone(),
                Scope::Everything(devices) => {
                    devices.iter().map(|one| one.device().clone()).collect()
                }
            },
        });
        self.read(devices);
    }

    /// Makes the open review anew of what is known now.
    pub fn renew_review(self) {
        let Some((scope, whole)) = self.review.with_untracked(|review| {
            let review = review.as_ref()?;
            let everything = match &review.scope {
                Scope::Commands(_) => None,
                Scope::Everything(devices) => {
                    Some(devices.iter().map(|one| one.device().clone()).collect())
                }
            };
            Some((everything, review.whole.clone()))
        }) else {
            return;
        };
        self.review.set(Some(match scope {
            Some(devices) => self.everything(devices, whole),
            None => self.selected(),
        }));
    }

    fn selected(self) -> Review {
        let mut gathering = Gathering::new(self.provider());
        let mut targets = Vec::new();
        self.selection.with_untracked(|selection| {
            self.each_row(&mut |row| {
                if selection.has(row.row())
                    && let Some(target) = row.target()
                {
                    gathering.add(row.into());
                    targets.push(target);
                }
            });
            // Only there does a cancel bring others forward.
            if self.provider() == Provider::Enos {
                self.each_row(&mut |row| {
                    if row.state() == CommandState::Pending && !selection.has(row.row()) {
                        gathering.keep(row.into());
                    }
                });
            }
        });
        gathering.finish(Scope::Commands(targets), None, 0)
    }

    pub(super) fn everything(self, devices: Vec<DeviceRef>, whole: Option<Whole>) -> Review {
        let mut gathering = Gathering::new(self.provider());
        let meant: HashSet<&DeviceRef> = devices.iter().collect();
        self.each_command(&mut |one| {
            if one.state == CommandState::Pending && meant.contains(one.device) {
                gathering.add(one);
            }
        });
        let read = self.fleet.with_untracked(|fleet| {
            let devices = fleet.devices();
            let read = devices.filter(|(device, status)| {
                status.read_at.is_some() && meant.contains(device.device())
            });
            read.count()
        });
        let unread = meant.len() - read;
        let devices = devices.into_iter().map(EverythingWaiting::on).collect();
        gathering.finish(Scope::Everything(devices), whole, unread)
    }
}
