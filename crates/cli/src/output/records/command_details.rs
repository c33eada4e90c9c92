//! A command with all that is known of it, as a row.

use countermand_core_model::{Command, RawJson};
use serde::{Serialize, Serializer};

use crate::output::{Cell, Column, Record};

/// A command with its request and the vendor's JSON.
#[derive(Clone, Debug)]
pub(crate) struct CommandDetails(pub(crate) Command);

impl Serialize for CommandDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            command: &'a Command,
            request: &'a Option<RawJson>,
            raw: &'a Option<RawJson>,
        }
        let Self(command) = self;
        Whole {
            command,
            request: &command.request,
            raw: &command.raw,
        }
        .serialize(serializer)
    }
}

impl Record for CommandDetails {
    const FIELDS: &'static [&'static str] = &[
        "provider",
        "org",
        "device",
        "id",
        "kind",
        "name",
        "state",
        "vendor_state",
        "created_at",
        "expires_at",
        "request",
        "raw",
    ];
    const COLUMNS: &'static [Column] = Command::COLUMNS;

    fn values(&self) -> Vec<String> {
        let json = |raw: &Option<RawJson>| {
            raw.as_ref()
                .map(|raw| raw.as_str().to_owned())
                .unwrap_or_default()
        };
        let mut values = self.0.values();
        values.extend([json(&self.0.request), json(&self.0.raw)]);
        values
    }

    fn cells(&self) -> Vec<Cell> {
        self.0.cells()
    }
}
