//! The states of commands in a response.

use countermand_core_model::{Command, CommandId, CommandState, DeviceRef, Timestamp};

/// A command as a response shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObservedState {
    pub(crate) device: DeviceRef,
    pub(crate) command: CommandId,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) state: CommandState,
}

impl ObservedState {
    /// Returns whether it is the command with this id.
    pub(crate) fn is_of(&self, id: &CommandId) -> bool {
        let (found, raw) = (self.command.to_string(), id.to_string());
        found.eq_ignore_ascii_case(&raw)
    }
}

/// The commands of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ObservedPage {
    /// How many commands the response has, including those that cannot be read.
    pub(crate) received: usize,
    pub(crate) commands: Vec<ObservedState>,
}

impl ObservedPage {
    pub(super) fn one(command: Command) -> Self {
        Self {
            received: 1,
            commands: vec![observed_state(command)],
        }
    }
}

pub(super) fn observed_state(command: Command) -> ObservedState {
    ObservedState {
        device: command.device,
        command: command.id,
        kind: command.kind,
        name: command.name,
        created_at: command.created_at,
        state: command.state,
    }
}
