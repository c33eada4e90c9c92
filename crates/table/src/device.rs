//! A chosen device in the table.

use countermand_core_model::DeviceRef;

use crate::RowId;

/// A chosen device.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) device: DeviceRef,
    pub(crate) name: Option<Box<str>>,
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
            searchable: Box::default(),
            rows: Vec::new(),
            waiting: 0,
        };
        this.call(name);
        this
    }

    pub(crate) fn call(&mut self, name: Option<&str>) {
        self.name = name.map(Into::into);
        let device = self.device.searchable();
        // No search contains a line break, so none matches across the two.
        let text = match name {
            Some(name) => format!("{}\n{device}", name.to_lowercase()),
            None => device,
        };
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
