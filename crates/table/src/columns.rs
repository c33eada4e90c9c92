//! The columns of the table.

use countermand_core_model::{Command, CommandId, CommandState, KindSeverity, Timestamp};

use crate::{
    DeviceIx,
    interner::{Interner, Symbol},
};

/// What is known of each row. All columns have the same length. A free row keeps its old values.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) id: Vec<CommandId>,
    pub(crate) device: Vec<DeviceIx>,
    pub(crate) kind: Vec<Symbol>,
    pub(crate) name: Vec<Symbol>,
    pub(crate) vendor_state: Vec<Symbol>,
    pub(crate) state: Vec<CommandState>,
    pub(crate) severity: Vec<KindSeverity>,
    pub(crate) created: Vec<i64>,
    pub(crate) expires: Vec<i64>,
}

impl Columns {
    /// Adds a row without contents, and returns its number.
    pub(crate) fn push(&mut self, device: DeviceIx, id: &CommandId) -> u32 {
        let row = self.id.len() as u32;
        self.id.push(id.clone());
        self.device.push(device);
        self.kind.push(0);
        self.name.push(0);
        self.vendor_state.push(0);
        self.state.push(CommandState::Unknown);
        self.severity.push(KindSeverity::UNKNOWN);
        self.created.push(0);
        self.expires.push(0);
        row
    }

    /// Writes everything but the id and the device, and returns whether anything changed.
    pub(crate) fn write(&mut self, at: usize, command: &Command, words: &mut Interner) -> bool {
        // Kinds and states are few, and often those of the row before.
        let before = at.saturating_sub(1);
        let kind = words.intern_like(&command.kind, self.kind[before]);
        let name = words.intern(command.name.as_deref().unwrap_or_default());
        let vendor_state = command.vendor_state.as_deref().unwrap_or_default();
        let vendor_state = words.intern_like(vendor_state, self.vendor_state[before]);
        let (created, expires) = (millis(command.created_at), millis(command.expires_at));
        let mut differs = false;
        let is_called_otherwise = put(&mut self.kind[at], kind) | put(&mut self.name[at], name);
        if is_called_otherwise {
            self.severity[at] = words.severity_of_command(kind, name);
        }
        differs |= is_called_otherwise;
        differs |= put(&mut self.vendor_state[at], vendor_state);
        differs |= put(&mut self.state[at], command.state);
        differs |= put(&mut self.created[at], created);
        differs |= put(&mut self.expires[at], expires);
        differs
    }

    /// Grades every row anew.
    pub(crate) fn grade(&mut self, words: &mut Interner) {
        let called = self.kind.iter().zip(&self.name);
        for (severity, (kind, name)) in self.severity.iter_mut().zip(called) {
            *severity = words.severity_of_command(*kind, *name);
        }
    }
}

fn put<T: PartialEq>(place: &mut T, value: T) -> bool {
    let differs = *place != value;
    *place = value;
    differs
}

/// An unknown time.
pub(crate) const NO_TIME: i64 = i64::MIN;

pub(crate) fn time(millis: i64) -> Option<Timestamp> {
    if millis == NO_TIME {
        None
    } else {
        Timestamp::from_millis(millis)
    }
}

pub(crate) fn millis(time: Option<Timestamp>) -> i64 {
    time.map_or(NO_TIME, Timestamp::as_millis)
}
