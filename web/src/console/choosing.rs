//! Choosing devices.

use countermand_core_model::DeviceRef;
use countermand_table::{Bits, Selection};
use leptos::prelude::*;

use super::Console;
use crate::{
    state::{device_box::Pasted, fleet::Fleet, picker::Listed, problem::Problem},
    text,
};

impl Console {
    /// Takes over what was pasted, and reads what is new. What is no device comes back.
    pub fn paste(self, pasted_text: &str) -> Pasted {
        let before = self.fleet.with_untracked(|fleet| fleet.refs());
        let pasted = Pasted::read(self.provider(), pasted_text, &before);
        self.choose(
            pasted
                .good
                .iter()
                .cloned()
                .map(|device| (device, None))
                .collect(),
        );
        self.say(text::devices::added(
            pasted.good.len(),
            pasted.known,
            pasted.bad.len(),
        ));
        pasted
    }

    /// Adds devices, and reads those that are new.
    pub fn choose(self, devices: Vec<(DeviceRef, Option<String>)>) {
        if devices.is_empty() {
            return;
        }
        let mut added = Vec::new();
        self.fleet.update(|fleet| added = fleet.add(devices));
        self.read(added);
    }

    /// Takes a device out.
    pub fn remove(self, device: &DeviceRef) {
        let mut gone = Vec::new();
        self.fleet
            .update(|fleet| gone = fleet.remove(device).removed);
        self.forget(&gone);
    }

    /// Takes all devices out.
    pub fn remove_all(self) {
        self.fleet.update(Fleet::clear);
        self.selection.update(Selection::clear);
        self.kept.set(Bits::default());
        self.recent.set(Bits::default());
    }

    pub(super) fn prune(self) {
        let mut selection = self.selection.get_untracked();
        let stale = self
            .fleet
            .with_untracked(|fleet| selection.prune(fleet.store()));
        if stale > 0 {
            self.selection.set(selection);
        }
    }

    /// Opens the vendor's list and reads it.
    pub fn open_picker(self) {
        self.picker.set(Some(Listed::Loading));
        let client = self.client();
        self.spawn(async move {
            let listed = match client.devices(None).await {
                Ok(listing) => Listed::ready(listing),
                Err(error) => Listed::Failed(Problem::of(&error)),
            };
            // Closed meanwhile, it stays closed.
            self.picker.update(|picker| {
                if picker.is_some() {
                    *picker = Some(listed);
                }
            });
        });
    }
}
