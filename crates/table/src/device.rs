//! A chosen device in the table.

use countermand_core_model::DeviceRef;

use crate::RowId;

/// A chosen device.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) device: DeviceRef,
    pub(crate) name: Option<Box<str>>,
    /// Its other name at the provider.
    pub(crate) also: Option<Box<DeviceRef>>,
    /// What else identifies it, as it is shown: serial number, IMEI, user.
    pub(crate) details: Box<str>,
    /// Its name and its reference without case, for searches.
    pub(crate) searchable: Box<str>,
    /// Its rows, in the provider's order.
    pub(crate) rows: Vec<RowId>,
    pub(crate) waiting: u32,
}

impl Device {
    pub(crate) fn new(device: DeviceRef, name: Option<&str>) -> Self {
        let mut this = Self {
            device,
            name: None,
            also: None,
            details: Box::default(),
            searchable: Box::default(),
            rows: Vec::new(),
            waiting: 0,
        };
        this.call(name);
        this
    }

    pub(crate) fn call(&mut self, name: Option<&str>) {
        self.name = name.map(Into::into);
        self.fold();
    }

    /// Notes what it is searched by.
    pub(crate) fn fold(&mut self) {
        let mut text = String::new();
        // No search contains a line break, so none matches across two parts.
        if let Some(name) = &self.name {
            text = name.to_lowercase() + "\n";
        }
        text += &self.device.searchable();
        if let Some(also) = &self.also {
            text = text + "\n" + &also.searchable();
        }
        if !self.details.is_empty() {
            text = text + "\n" + &self.details.to_lowercase();
        }
        self.searchable = text.into();
    }

    /// Returns its sort key: its name, then its reference.
    pub(crate) fn order_text(&self) -> &str {
        self.searchable.trim_start_matches(char::is_control)
    }

    /// Returns the device.
    pub fn device(&self) -> &DeviceRef {
        &self.device
    }

    /// Returns its other name at the provider, if known.
    pub fn also(&self) -> Option<&DeviceRef> {
        self.also.as_deref()
    }

    /// Returns its name, if known.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns its rows, in the provider's order.
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// Returns how many of its commands are pending.
    pub fn waiting(&self) -> usize {
        self.waiting as usize
    }
}
