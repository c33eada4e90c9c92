//! Choosing devices.

use countermand_console::{
    device_file::DeviceFile, fleet::Fleet, pasted_devices::PastedDevices, picker::Listed,
    problem::Problem, text,
};
use countermand_core_model::DeviceRef;
use countermand_table::{Bits, Selection};
use leptos::prelude::*;

use super::Console;
use crate::platform::files;

impl Console {
    /// Takes over what was pasted, and reads what is new. What is no device comes back.
    pub fn paste(self, pasted_text: &str) -> PastedDevices {
        let provider = self.provider();
        let pasted = self.fleet.with_untracked(|fleet| {
            PastedDevices::read(provider, pasted_text, |device| fleet.has(device))
        });
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

    /// Takes over the devices of a file. What is no device comes back, and whether the file could be read at all.
    pub async fn read_file(self, file: web_sys::File) -> Option<DeviceFile> {
        let mut devices = DeviceFile::new(self.provider());
        let is_chosen = |device: &DeviceRef| self.fleet.with_untracked(|fleet| fleet.has(device));
        let read = files::read(&file, |piece| devices.feed(piece, is_chosen)).await;
        read.ok()?;
        devices.end(is_chosen);
        let good = std::mem::take(&mut devices.found.good);
        let bad = devices.found.bad.len() + devices.more_bad;
        self.say(text::devices::added(good.len(), devices.found.known, bad));
        self.choose(good.into_iter().map(|device| (device, None)).collect());
        Some(devices)
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

    /// Chooses every device of the organisation.
    pub fn choose_all(self) {
        if self.choosing_all.get_untracked() {
            return;
        }
        self.choosing_all.set(true);
        self.all_failed.set(None);
        let client = self.client();
        self.spawn(async move {
            match client.devices(None).await {
                Ok(listing) => {
                    let is_whole = listing.is_whole();
                    let devices = listing.items.into_iter();
                    let devices: Vec<_> = devices.map(|one| (one.device, one.name)).collect();
                    let count = devices.len();
                    self.choose(devices);
                    self.say(text::devices::added(count, 0, 0));
                    if !is_whole {
                        self.all_failed
                            .set(Some(text::devices::not_whole().to_owned()));
                    }
                }
                Err(error) => {
                    let problem = Problem::of(&error);
                    let why = text::table::problem(&problem.title, &problem.advice);
                    self.all_failed.set(Some(why));
                }
            }
            self.choosing_all.set(false);
        });
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
