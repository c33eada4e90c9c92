//! What fires next.

use countermand_console::timeline::{self, Picture, Wanted};
use countermand_core_model::{CommandId, CommandTarget, DeviceRef};
use leptos::prelude::*;

use super::Console;
use crate::platform::clock;

impl Console {
    /// The picture of what waits now.
    pub fn firing(self, wanted: &Wanted) -> Picture {
        timeline::picture(&|look| self.each_command(look), wanted, clock::now())
    }

    /// Opens the details of a command, if it was read.
    pub fn open_details_of(self, device: &DeviceRef, id: &CommandId) {
        let target = CommandTarget::new(device.clone(), id.clone()).ok();
        let row = target.and_then(|target| {
            self.fleet
                .with_untracked(|fleet| fleet.store().find_row(&target))
        });
        if let Some(row) = row {
            self.open_details(row);
        }
    }
}
