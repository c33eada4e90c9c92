//! A target of a run that was read again, as a row.

use countermand_relay_api::ReadTarget;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::output::{Cell, Column, Record};

/// A target with its outcome in the journal, and its state now.
#[derive(Clone, Debug)]
pub(crate) struct ReadRow(pub(crate) ReadTarget);

impl Serialize for ReadRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let target = &self.0;
        let mut map = serializer.serialize_map(Some(Self::FIELDS.len()))?;
        map.serialize_entry("device", &target.device)?;
        map.serialize_entry("id", &target.command)?;
        map.serialize_entry("outcome", &target.outcome)?;
        map.serialize_entry("state", &target.state)?;
        map.serialize_entry("message", &target.message)?;
        map.end()
    }
}

impl Record for ReadRow {
    const FIELDS: &'static [&'static str] = &["device", "id", "outcome", "state", "message"];
    const COLUMNS: &'static [Column] = &[
        Column::whole("DEVICE"),
        Column::whole("ID"),
        Column::whole("OUTCOME"),
        Column::whole("STATE NOW").of("state"),
        Column::at_least("MESSAGE", 12).dispensable(1),
    ];

    fn cells(&self) -> Vec<Cell> {
        let target = &self.0;
        vec![
            target.device.clone().into(),
            target.command.clone().into(),
            target.outcome.clone().into(),
            target.state.as_deref().unwrap_or("not read").into(),
            target.message.clone().unwrap_or_default().into(),
        ]
    }
}
