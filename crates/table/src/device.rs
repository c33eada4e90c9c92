//! A chosen device, as far as the table knows it.

use countermand_core_model::DeviceRef;

use crate::RowId;

/// A chosen device.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) device: DeviceRef,
    pub(crate) name: Option<Box<str>>,
    /// Its name and what names it at the provider, without case, to be searched.
    pub(crate) searchable: Box<str>,
    /// Its rows, in the vendor's order.
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
        // A line break is in no search: what is searched for never begins in the one and ends in the other.
        let text = match name {
            Some(name) => format!("{}\n{device}", name.to_lowercase()),
            None => device,
        };
        self.searchable = text.into();
    }

    /// By what it is sorted: its name, then what names it at the provider.
    pub(crate) fn order_text(&self) -> &str {
        self.searchable.trim_start_matches(char::is_control)
    }

    /// The device.
    pub fn device(&self) -> &DeviceRef {
        &self.device
    }

    /// Its name, where it is known.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its rows, in the vendor's order.
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// How many of its commands wait.
    pub fn waiting(&self) -> usize {
        self.waiting as usize
    }
}
