//! A borrowed command, as reviews and timelines read it from wherever it is stored.

#[cfg(test)]
use countermand_core_model::Command;
use countermand_core_model::{CommandId, CommandState, DeviceRef, KindSeverity, Timestamp};
use countermand_table::Row;

use super::rows;

/// A borrowed command.
#[derive(Clone, Copy, Debug)]
pub struct CommandView<'a> {
    /// The device.
    pub device: &'a DeviceRef,
    /// The command's id.
    pub id: &'a CommandId,
    /// Its kind, in the provider's word; may be empty.
    pub kind: &'a str,
    /// Its name, where it has one.
    pub name: Option<&'a str>,
    /// How grave it is if it runs.
    pub severity: KindSeverity,
    /// Its state.
    pub state: CommandState,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
impl<'a> From<&'a Command> for CommandView<'a> {
    fn from(command: &'a Command) -> Self {
        Self {
            device: &command.device,
            id: &command.id,
            kind: &command.kind,
            name: command.name.as_deref(),
            severity: KindSeverity::of_command(&command.kind, command.name.as_deref()),
            state: command.state,
            created_at: command.created_at,
            expires_at: command.expires_at,
        }
    }
}

impl<'a> From<Row<'a>> for CommandView<'a> {
    fn from(row: Row<'a>) -> Self {
        Self {
            device: row.device().device(),
            id: row.id(),
            kind: row.kind(),
            name: row.name(),
            severity: row.severity(),
            state: row.state(),
            created_at: row.created_at(),
            expires_at: row.expires_at(),
        }
    }
}

impl<'a> CommandView<'a> {
    /// Returns the name by which people know it. A provider's path is no name.
    pub fn known_name(&self) -> Option<&'a str> {
        rows::known_by(self.name)
    }

    /// Returns its name, or its kind where it has none.
    pub fn called(&self) -> &'a str {
        self.known_name().unwrap_or_else(|| rows::kind(self.kind))
    }

    /// Returns its place in a queue that sends the oldest first. Without a time it comes last.
    pub fn place(&self) -> (i64, &'a str) {
        let at = self.created_at.map_or(i64::MAX, Timestamp::as_millis);
        (at, self.id.as_str())
    }
}
