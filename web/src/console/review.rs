//! The review before a cancel: what it holds, and opening it.

use std::collections::HashSet;

use countermand_console::{
    kind_severity,
    problem::Problem,
    review::{Gathering, OrgScan, Review, Scope, Whole},
    run::Run,
};
use countermand_core_model::{AllPending, CommandState, DeviceRef, KindName};
use leptos::prelude::*;

use super::{
    connection::ConnectionHandle, reader::Reader, run::RunStore, store_signal::StoreSignal,
    table::TableStore,
};

/// The review. Copies are the same review.
#[derive(Clone, Copy)]
pub struct ReviewStore {
    pub(super) connection: ConnectionHandle,
    table: TableStore,
    run: RunStore,
    reader: Reader,
    /// What is to be confirmed.
    pub current: StoreSignal<Option<Review>>,
    /// How far listing the organization's devices is, while it is under way or failed.
    pub org_scan: StoreSignal<Option<OrgScan>>,
}

impl ReviewStore {
    pub(super) fn new(
        connection: ConnectionHandle,
        table: TableStore,
        run: RunStore,
        reader: Reader,
    ) -> Self {
        Self {
            connection,
            table,
            run,
            reader,
            current: StoreSignal::new(None),
            org_scan: StoreSignal::new(None),
        }
    }

    /// Opens a review of the selected commands.
    pub fn open_selected(self) {
        self.open(self.selected());
    }

    /// Opens a review of everything that waits on these devices.
    pub fn open_devices(self, devices: Vec<DeviceRef>) {
        self.open(self.everything_on(devices, None, None));
    }

    /// Opens a review of everything that waits on the chosen devices.
    pub fn open_all_devices(self) {
        self.open_devices(self.table.devices());
    }

    /// Opens a review of what the last run left undone and can be sent again: exactly these commands.
    pub fn open_retry(self) {
        self.table
            .select_targets(&self.run.rows.peek(Run::to_try_again));
        self.open_selected();
    }

    pub(super) fn open(self, review: Review) {
        let is_something = review.total > 0 || review.unread > 0;
        if is_something && self.may_open() {
            self.current.set(Some(review));
        }
    }

    /// Returns whether this person may cancel, and no run is active.
    pub(super) fn may_open(self) -> bool {
        self.connection.may_cancel() && !self.run.is_active_now()
    }

    /// Closes the review and hands out what it held. It is not copied: there may be a hundred thousand targets.
    pub fn take(self) -> Option<Review> {
        self.current.try_update(Option::take).flatten()
    }

    pub fn close(self) {
        self.current.set(None);
    }

    /// Reads the reviewed devices again. Those of a whole organization are not: whatever waits is read before
    /// anything is sent in any case.
    pub fn reread(self) {
        let devices = self.current.with_untracked(|review| match review {
            Some(Review { whole: Some(_), .. }) | None => Vec::new(),
            Some(review) => match review.scope.devices() {
                None => review.devices.clone(),
                Some(devices) => devices_of(devices),
            },
        });
        self.reader.read(devices);
    }

    /// Makes the open review anew of what is known now.
    pub fn renew(self) {
        let kind = self
            .current
            .with_untracked(|review| review.as_ref()?.scope.kind().cloned());
        self.renew_of(kind);
    }

    /// Reviews only commands of this kind of what is reviewed; of all kinds if it is empty.
    pub fn limit(self, kind: &str) {
        self.renew_of((!kind.is_empty()).then(|| KindName::exact(kind)));
    }

    fn renew_of(self, kind: Option<KindName>) {
        let Some((devices, whole)) = self.current.with_untracked(|review| {
            let review = review.as_ref()?;
            let devices = review.scope.devices().map(devices_of);
            Some((devices, review.whole.clone()))
        }) else {
            return;
        };
        self.current.set(Some(match devices {
            Some(devices) => self.everything_on(devices, whole, kind),
            None => self.selected(),
        }));
    }

    /// Returns the kinds to which a review can be limited: those of the provider, and those that are listed.
    pub fn kinds(self) -> Vec<String> {
        let known = kind_severity::kinds(self.connection.provider());
        let mut kinds: Vec<String> = known.map(str::to_owned).collect();
        let mut last = 0;
        self.table.each_command(&mut |one| {
            if kinds.get(last).is_none_or(|kind| kind != one.kind) && !one.kind.is_empty() {
                let is_known = kinds.iter().position(|kind| kind == one.kind);
                last = is_known.unwrap_or(kinds.len());
                if is_known.is_none() {
                    kinds.push(one.kind.to_owned());
                }
            }
        });
        kinds
    }

    fn selected(self) -> Review {
        let provider = self.connection.provider();
        let mut gathering = Gathering::new(provider);
        let mut targets = Vec::new();
        self.table.selection.with_untracked(|selection| {
            self.table.each_row(&mut |row| {
                if selection.has(row.row())
                    && let Some(target) = row.target()
                {
                    gathering.add(row.into());
                    targets.push(target);
                }
            });
            // Only there does a cancel bring others forward.
            if provider.descriptor().has_device_queue() {
                self.table.each_row(&mut |row| {
                    if row.state() == CommandState::Pending && !selection.has(row.row()) {
                        gathering.keep(row.into());
                    }
                });
            }
        });
        gathering.finish(Scope::Commands(targets), None, 0)
    }

    pub(super) fn everything_on(
        self,
        devices: Vec<DeviceRef>,
        whole: Option<Whole>,
        kind: Option<KindName>,
    ) -> Review {
        let mut gathering = Gathering::new(self.connection.provider());
        let reviewed: HashSet<&DeviceRef> = devices.iter().collect();
        self.table.each_command(&mut |one| {
            if one.state == CommandState::Pending
                && reviewed.contains(one.device)
                && kind.as_ref().is_none_or(|kind| kind.is(one.kind))
            {
                gathering.add(one);
            }
        });
        let read = self.table.count_devices(|device, status| {
            status.read_at.is_some() && reviewed.contains(device.device())
        });
        let unread = reviewed.len() - read;
        let devices = devices.into_iter().map(AllPending::on).collect();
        let scope = match kind {
            Some(kind) => Scope::OfKind(kind, devices),
            None => Scope::Everything(devices),
        };
        gathering.finish(scope, whole, unread)
    }
}

fn devices_of(targets: &[AllPending]) -> Vec<DeviceRef> {
    let devices = targets.iter().map(AllPending::device);
    devices.cloned().collect()
}

impl ReviewStore {
    /// Closes the listing of the organization's devices.
    pub fn close_org_scan(self) {
        self.org_scan.set(None);
    }

    /// Lists the organization's devices, and opens a review of everything that waits on them.
    pub fn open_organization(self) {
        if !self.may_open() {
            return;
        }
        self.org_scan.set(Some(OrgScan::Listing));
        let client = self.connection.client();
        self.connection.spawn(async move {
            let listed = client.devices(None).await;
            // Closed meanwhile, it stays closed.
            if self.org_scan.with_untracked(Option::is_none) {
                return;
            }
            match listed {
                Ok(listing) if listing.items.is_empty() => {
                    self.org_scan.set(Some(OrgScan::NoDevices));
                }
                Ok(listing) => {
                    let whole = Whole {
                        organization: client.org().clone(),
                        listed_to_the_end: listing.is_whole(),
                    };
                    // Few of them are chosen, and all of them are told.
                    self.table
                        .update_fleet(|fleet| fleet.remember(&listing.items));
                    let devices: Vec<DeviceRef> =
                        listing.items.into_iter().map(|item| item.device).collect();
                    self.org_scan.set(None);
                    self.open(self.everything_on(devices, Some(whole), None));
                }
                Err(error) => {
                    let failed = OrgScan::Failed(Problem::of(&error));
                    self.org_scan.set(Some(failed));
                }
            }
        });
    }
}
