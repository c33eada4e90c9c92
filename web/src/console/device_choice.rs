//! Choosing devices: pasted, from a file, from the provider's list.

use countermand_console::{
    device_file::DeviceFile, fleet::Fleet, pasted_devices::PastedDevices, picker::Listed,
    problem::Problem, text,
};
use countermand_core_model::{Device, DeviceRef};
use leptos::prelude::*;

use super::{
    announcer::Announcer, connection::ConnectionHandle, reader::Reader, store_signal::StoreSignal,
    table::TableStore,
};
use crate::platform::{files, network};

/// The choice of devices. Copies are the same.
#[derive(Clone, Copy)]
pub struct DeviceChoice {
    connection: ConnectionHandle,
    announcer: Announcer,
    table: TableStore,
    reader: Reader,
    /// The provider's list while it is open.
    pub picker: StoreSignal<Option<Listed>>,
    /// Whether every device of the organization is being chosen.
    pub is_choosing_all: StoreSignal<bool>,
    /// Why that did not bring all of them.
    pub all_failed: StoreSignal<Option<String>>,
    /// Up to which device names were asked for.
    named: StoredValue<usize>,
}

impl DeviceChoice {
    pub(super) fn new(
        connection: ConnectionHandle,
        announcer: Announcer,
        table: TableStore,
        reader: Reader,
    ) -> Self {
        Self {
            connection,
            announcer,
            table,
            reader,
            picker: StoreSignal::new(None),
            is_choosing_all: StoreSignal::new(false),
            all_failed: StoreSignal::new(None),
            named: StoredValue::new(0),
        }
    }

    /// Chooses the pasted devices and reads those that are new. Returns what was no device.
    pub fn paste(self, pasted_text: &str) -> PastedDevices {
        let provider = self.connection.provider();
        let pasted = self.table.fleet.with_untracked(|fleet| {
            PastedDevices::read(provider, pasted_text, |device| fleet.has(device))
        });
        self.choose(pasted.good.iter().cloned());
        self.announcer.say(text::devices::added(
            pasted.good.len(),
            pasted.known,
            pasted.bad.len(),
        ));
        pasted
    }

    /// Chooses the devices of a file. Returns what was no device, or `None` where the file could not be read.
    pub async fn read_file(self, file: web_sys::File) -> Option<DeviceFile> {
        let mut devices = DeviceFile::new(self.connection.provider());
        let fleet = self.table.fleet;
        let is_chosen = |device: &DeviceRef| fleet.with_untracked(|fleet| fleet.has(device));
        let read = files::read(&file, |piece| devices.feed(piece, is_chosen)).await;
        read.ok()?;
        devices.end(is_chosen);
        let good = std::mem::take(&mut devices.found.good);
        let bad = devices.found.bad.len() + devices.more_bad;
        self.announcer
            .say(text::devices::added(good.len(), devices.found.known, bad));
        self.choose(good.into_iter());
        Some(devices)
    }

    /// Chooses the devices that the address names. Others stay chosen.
    pub(super) fn choose_named(self, named: Vec<DeviceRef>) {
        self.choose(named.into_iter());
    }

    /// Chooses the devices to begin with, unless the address named some.
    pub fn choose_first(self) {
        if !self.table.fleet.with_untracked(Fleet::is_empty) {
            return;
        }
        self.choose(self.connection.first_devices().into_iter());
    }

    /// Chooses devices, and reads those that are new.
    fn choose(self, devices: impl Iterator<Item = DeviceRef>) {
        let devices: Vec<_> = devices.map(|device| (device, None)).collect();
        if devices.is_empty() {
            return;
        }
        let mut added = Vec::new();
        self.table.update_fleet(|fleet| added = fleet.add(devices));
        self.reader.read(added);
    }

    /// Chooses devices of the provider's list, and reads those that are new.
    pub fn choose_listed(self, devices: &[Device]) {
        let (mut added, mut freed) = (Vec::new(), Vec::new());
        self.table
            .update_fleet(|fleet| (added, freed) = fleet.add_listed(devices));
        self.table.forget(&freed);
        self.reader.read(added);
    }

    /// Asks the provider once for the names of devices that were chosen without, so that they are shown and found by
    /// name, serial number, IMEI and user. Without an answer they are called by their ids.
    pub fn learn_names(self) {
        let (bound, lacks) = self
            .table
            .fleet
            .with_untracked(|fleet| (fleet.store().device_bound(), fleet.has_unnamed()));
        if !lacks || bound <= self.named.get_value() || !network::is_online() {
            return;
        }
        self.named.set_value(bound);
        let client = self.connection.client();
        self.connection.spawn(async move {
            if let Ok(listing) = client.devices(None).await {
                let mut freed = Vec::new();
                self.table
                    .update_fleet(|fleet| freed = fleet.learn(&listing.items));
                self.table.forget(&freed);
            }
        });
    }

    /// Chooses every device of the organization.
    pub fn choose_all(self) {
        if self.is_choosing_all.get_untracked() {
            return;
        }
        self.is_choosing_all.set(true);
        self.all_failed.set(None);
        let client = self.connection.client();
        self.connection.spawn(async move {
            match client.devices(None).await {
                Ok(listing) => {
                    let is_whole = listing.is_whole();
                    self.choose_listed(&listing.items);
                    let count = listing.items.len();
                    self.announcer.say(text::devices::added(count, 0, 0));
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
            self.is_choosing_all.set(false);
        });
    }

    /// Opens the provider's list and reads it.
    pub fn open_picker(self) {
        self.picker.set(Some(Listed::Loading));
        let client = self.connection.client();
        self.connection.spawn(async move {
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

    /// Closes the provider's list.
    pub fn close_picker(self) {
        self.picker.set(None);
    }
}
