//! What a sweep cancels, and where.

use std::collections::HashMap;

use countermand_core_model::{Device, DeviceRef, Filter, InvalidValue, Timestamp};
use serde::{Deserialize, Serialize};

use super::order::SweepOrder;

/// What a sweep cancels, and where. Its plan has no target yet: the run finds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    filter: Filter,
    /// Where.
    pub scope: SweepScope,
    /// How many commands are cancelled at most.
    pub at_most: Option<usize>,
}

/// The devices of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepScope {
    /// All devices of the organization.
    #[default]
    Organization,
    /// Those of the organization in whose displayed texts this occurs, without case.
    Search(String),
    /// These.
    Devices(Vec<DeviceRef>),
}

impl Sweep {
    /// Returns a sweep over the organization for the pending commands that match `filter`.
    ///
    /// # Errors
    /// When the filter narrows nothing but the time: it would mean everything that waits in the organization.
    pub fn new(mut filter: Filter) -> Result<Self, InvalidValue> {
        let names_what =
            !filter.kinds.is_empty() || filter.text.is_some() || filter.severity.is_some();
        if !names_what {
            let rule = "must name a kind, a severity or a text: without, it would mean everything that is pending in the organization";
            return Err(InvalidValue::new("filter", rule, ""));
        }
        filter.states = Default::default();
        Ok(Self {
            filter,
            scope: SweepScope::default(),
            at_most: None,
        })
    }

    /// Returns this sweep over other devices.
    #[must_use]
    pub fn over(mut self, scope: SweepScope) -> Self {
        self.scope = scope;
        self
    }

    /// Returns this sweep with a limit of the commands that it cancels.
    #[must_use]
    pub fn at_most(mut self, commands: Option<usize>) -> Self {
        self.at_most = commands;
        self
    }

    /// Returns these devices in the order in which a sweep that begins `now` looks at them, as long as it has found nothing.
    pub fn in_order(devices: Vec<Device>, now: Timestamp) -> Vec<Device> {
        let mut order = SweepOrder::beginning(now);
        for device in &devices {
            order.add(device);
        }
        let mut devices: HashMap<DeviceRef, Device> = devices
            .into_iter()
            .map(|device| (device.device.clone(), device))
            .collect();
        let order = std::iter::from_fn(|| order.next_likeliest());
        order.filter_map(|name| devices.remove(&name)).collect()
    }

    /// Returns what is cancelled.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }
}
