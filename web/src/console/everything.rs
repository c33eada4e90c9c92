//! Everything that waits in the whole organisation.

use countermand_console::{org_scan::OrgScan, problem::Problem, review::Whole};
use countermand_core_model::DeviceRef;
use leptos::prelude::*;

use super::Console;

impl Console {
    /// Asks the vendor which devices the organisation has, and opens a review of everything that waits
    /// on them.
    pub fn review_organization(self) {
        if self.is_running_now() || !self.may_cancel() {
            return;
        }
        self.everywhere.set(Some(OrgScan::Listing));
        let client = self.client();
        self.spawn(async move {
            let listed = client.devices(None).await;
            // Closed meanwhile, it stays closed.
            if self.everywhere.with_untracked(Option::is_none) {
                return;
            }
            match listed {
                Ok(listing) if listing.items.is_empty() => {
                    self.everywhere.set(Some(OrgScan::NoDevices));
                }
                Ok(listing) => {
                    let whole = Whole {
                        organization: client.org().clone(),
                        listed_to_the_end: listing.is_whole(),
                    };
                    let devices: Vec<DeviceRef> =
                        listing.items.into_iter().map(|item| item.device).collect();
                    self.everywhere.set(None);
                    self.open_review(self.everything(devices, Some(whole)));
                }
                Err(error) => {
                    let failed = OrgScan::Failed(Problem::of(&error));
                    self.everywhere.set(Some(failed));
                }
            }
        });
    }
}
