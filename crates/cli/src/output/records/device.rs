//! A device as a row.

use countermand_core_model::Device;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use crate::output::{Cell, Column, Record};

/// A device whose details are an object of label and value.
#[derive(Clone, Debug)]
pub(crate) struct DeviceRow(pub(crate) Device);

impl DeviceRow {
    fn details(&self) -> Map<String, Value> {
        let mut details = Map::new();
        for (label, value) in &self.0.details {
            let entry = details.entry(label.as_str());
            let shown = entry.or_insert_with(|| Value::String(String::new()));
            if let Value::String(shown) = shown {
                if !shown.is_empty() {
                    shown.push_str(", ");
                }
                shown.push_str(value);
            }
        }
        details
    }
}

impl Serialize for DeviceRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let device = &self.0;
        let mut map = serializer.serialize_map(Some(Self::FIELDS.len()))?;
        map.serialize_entry("provider", &device.provider)?;
        map.serialize_entry("device", &device.device)?;
        map.serialize_entry("name", &device.name)?;
        map.serialize_entry("status", &device.status)?;
        map.serialize_entry("online", &device.is_online)?;
        map.serialize_entry("last_contact", &device.last_contact)?;
        map.serialize_entry("details", &self.details())?;
        map.end()
    }
}

impl Record for DeviceRow {
    const FIELDS: &'static [&'static str] = &[
        "provider",
        "device",
        "name",
        "status",
        "online",
        "last_contact",
        "details",
    ];
    const ID: &'static str = "device";
    const COLUMNS: &'static [Column] = &[
        Column::whole("DEVICE"),
        Column::whole("NAME"),
        Column::whole("STATUS"),
        Column::whole("LAST CONTACT").dispensable(2),
        Column::at_least("DETAILS", 12).dispensable(1),
    ];

    fn cells(&self) -> Vec<Cell> {
        let details = self.0.details.iter();
        let details: Vec<String> = details
            .map(|(label, value)| format!("{label} {value}"))
            .collect();
        vec![
            self.0.device.to_string().into(),
            self.0.name.clone().unwrap_or_default().into(),
            self.0.status.clone().unwrap_or_default().into(),
            self.0
                .last_contact
                .map(|at| at.to_string())
                .unwrap_or_default()
                .into(),
            details.join(", ").into(),
        ]
    }
}
