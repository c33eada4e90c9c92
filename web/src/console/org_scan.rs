//! A review of everything that waits in the whole organization.

use countermand_console::{org_scan::OrgScan, problem::Problem, review::Whole};
use countermand_core_model::DeviceRef;
use leptos::prelude::*;

use super::review::ReviewStore;

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
                    let devices: Vec<DeviceRef> =
                        listing.items.into_iter().map(|item| item.device).collect();
                    self.org_scan.set(None);
                    self.open(self.everything_on(devices, Some(whole)));
                }
                Err(error) => {
                    let failed = OrgScan::Failed(Problem::of(&error));
                    self.org_scan.set(Some(failed));
                }
            }
        });
    }
}
