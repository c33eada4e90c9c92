//! The devices of an organization, page after page.

use std::collections::HashSet;

use countermand_core_model::{Device, DeviceRef, Listing, PageEnd};
use countermand_transport::{ApiError, Pages};

use crate::{
    Applivery,
    endpoints::{AnyDevice, ListAllDevices, ListDevices},
};

/// Hands each device on once.
struct Receiver<'s, F> {
    search: Option<&'s str>,
    known: HashSet<DeviceRef>,
    receive: F,
}

impl<F: FnMut(Vec<Device>)> Receiver<'_, F> {
    fn take(&mut self, devices: Vec<Device>) {
        let fresh = devices.into_iter().filter(|device| {
            self.known.insert(device.device.clone())
                && self.search.is_none_or(|text| device.matches(text))
        });
        let fresh: Vec<Device> = fresh.collect();
        if !fresh.is_empty() {
            (self.receive)(fresh);
        }
    }
}

impl Applivery {
    /// As [`Self::devices`], each page handed to `receive` as it comes. The listing has no items, and says how
    /// the list ended. On an error, the pages before it have been received.
    ///
    /// # Errors
    /// When a page does not come, or cannot be read.
    pub async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        receive: impl FnMut(Vec<Device>),
    ) -> Result<Listing<Device>, ApiError> {
        let mut receiver = Receiver {
            search: search.map(str::trim).filter(|text| !text.is_empty()),
            known: HashSet::new(),
            receive,
        };
        let endpoint = |page| ListDevices {
            organization: &self.organization,
            page,
        };
        let key = |device: &Device| device.device.clone();
        let size = ListDevices::PAGE_SIZE;
        let mut pages = Pages::new(&self.transport, &self.base, size, endpoint, key);
        let mut is_first = true;
        while let Some(devices) = pages.next().await? {
            let known = devices.iter().map(|one| one.device.clone());
            let known: HashSet<DeviceRef> = known.filter(|_| is_first).collect();
            receiver.take(devices);
            let is_split = is_first && !pages.is_at_end();
            if is_split && self.devices_at_once(known, &mut receiver).await {
                return Ok(Listing::new(Vec::new(), PageEnd::Complete));
            }
            is_first = false;
        }
        Ok(pages.listing(Vec::new()))
    }

    /// Hands on the devices by the list over all platforms, once it has shown all the `known` by the same ids: it then
    /// names devices as the list of Android's does. Returns whether these were all devices. They are not where the
    /// provider does not have this list for this token, or it is not whole: the other list then says what is wrong.
    async fn devices_at_once<F: FnMut(Vec<Device>)>(
        &self,
        mut known: HashSet<DeviceRef>,
        receiver: &mut Receiver<'_, F>,
    ) -> bool {
        if known.is_empty() {
            return false;
        }
        let endpoint = |page| ListAllDevices {
            organization: &self.organization,
            page,
        };
        let key = |device: &AnyDevice| match device {
            AnyDevice::Android(device) => (true, device.device.clone()),
            AnyDevice::Other(id) => (false, DeviceRef::Applivery(id.clone())),
        };
        let size = ListAllDevices::PAGE_SIZE;
        let mut pages = Pages::new(&self.transport, &self.base, size, endpoint, key);
        let mut held_back = Vec::new();
        loop {
            let devices = match pages.next().await {
                Ok(Some(devices)) => devices,
                Ok(None) => {
                    return known.is_empty() && pages.listing::<Device>(Vec::new()).is_whole();
                }
                Err(_) => return false,
            };
            for device in devices {
                if let AnyDevice::Android(device) = device {
                    known.remove(&device.device);
                    held_back.push(*device);
                }
            }
            if known.is_empty() {
                receiver.take(std::mem::take(&mut held_back));
            }
        }
    }
}
