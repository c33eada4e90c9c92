//! The devices of an organisation, page after page.

use std::collections::HashSet;

use countermand_core_model::{Device, DeviceRef, Listing, PageEnd, Step};
use countermand_transport::{ApiError, call};

use crate::{
    Applivery,
    endpoints::{AnyDevice, ListAllDevices, ListDevices},
    paging::{PAGE_SIZE, Walk},
};

/// Who is told of each device, once.
struct Telling<'s, F> {
    search: Option<&'s str>,
    known: HashSet<DeviceRef>,
    told: F,
}

impl<F: FnMut(Vec<Device>)> Telling<'_, F> {
    fn tell(&mut self, devices: Vec<Device>) {
        let fresh = devices.into_iter().filter(|device| {
            self.known.insert(device.device.clone())
                && self.search.is_none_or(|text| device.matches(text))
        });
        let fresh: Vec<Device> = fresh.collect();
        if !fresh.is_empty() {
            (self.told)(fresh);
        }
    }
}

impl Applivery {
    /// As [`Self::devices`], each page told as it comes; what comes back has no items, and says how the list
    /// ended. Where it fails, what was told is there all the same.
    ///
    /// # Errors
    /// When any page cannot be had.
    pub async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        told: impl FnMut(Vec<Device>),
    ) -> Result<Listing<Device>, ApiError> {
        let mut telling = Telling {
            search: search.map(str::trim).filter(|text| !text.is_empty()),
            known: HashSet::new(),
            told,
        };
        let key = |device: &Device| Box::from(device.device.to_string());
        let mut walk = Walk::new(PAGE_SIZE);
        loop {
            let list = ListDevices {
                organization: &self.organization,
                page: walk.request(),
            };
            let is_first = list.page.number == 1;
            let page = call(&self.transport, &self.base, &list).await?;
            let step = walk.take(page.value, &key);
            let devices = walk.take_items();
            let known: HashSet<DeviceRef> = match is_first {
                true => devices.iter().map(|one| one.device.clone()).collect(),
                false => HashSet::new(),
            };
            telling.tell(devices);
            match step {
                Step::End(end) => return Ok(walk.end(end)),
                Step::Next(_) if is_first => {
                    if self.devices_at_once(known, &mut telling).await {
                        return Ok(Listing::new(Vec::new(), PageEnd::Complete));
                    }
                }
                Step::Next(_) => {}
            }
        }
    }

    /// Tells the devices by the list over all platforms, from where it has shown all the `known` by the same ids:
    /// then it names devices as the list of Android's does. Is that all of them? Not where the vendor does not have
    /// it for this token, or it is not whole: then the other way tells by itself what is wrong.
    async fn devices_at_once<F: FnMut(Vec<Device>)>(
        &self,
        mut known: HashSet<DeviceRef>,
        telling: &mut Telling<'_, F>,
    ) -> bool {
        if known.is_empty() {
            return false;
        }
        let key = |device: &AnyDevice| match device {
            AnyDevice::Android(device) => Box::from(device.device.to_string()),
            AnyDevice::Other(id) => Box::from(id.as_str()),
        };
        let mut walk = Walk::new(ListAllDevices::PAGE_SIZE);
        let mut untold = Vec::new();
        loop {
            let list = ListAllDevices {
                organization: &self.organization,
                page: walk.request(),
            };
            let Ok(page) = call(&self.transport, &self.base, &list).await else {
                return false;
            };
            let step = walk.take(page.value, &key);
            for device in walk.take_items() {
                if let AnyDevice::Android(device) = device {
                    known.remove(&device.device);
                    untold.push(*device);
                }
            }
            if known.is_empty() {
                telling.tell(std::mem::take(&mut untold));
            }
            if let Step::End(end) = step {
                return known.is_empty() && walk.end(end).is_whole();
            }
        }
    }
}
