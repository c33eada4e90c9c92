//! A plan of what an earlier list showed. Nothing is read to make it; each command is read just before its cancel, so
//! that none waits until all have been read.

use countermand_core_model::{CommandState, CommandTarget, Timestamp};

use super::{
    one_target::KnownIds,
    plan::Plan,
    planned::{ObservedCommand, ObservedState, Planned},
};

/// A command as a list showed it.
#[derive(Clone, Debug)]
pub struct ListedCommand {
    /// The command.
    pub target: CommandTarget,
    /// Its kind, in the provider's word.
    pub kind: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The state that the list showed.
    pub state: CommandState,
    /// When it was created, if known.
    pub created_at: Option<Timestamp>,
    /// When it expires, if known.
    pub expires_at: Option<Timestamp>,
    /// When the list was read, if it was.
    pub read_at: Option<Timestamp>,
}

impl ListedCommand {
    /// Returns a command of which nothing is known, to be cancelled if it is pending.
    pub fn unread(target: CommandTarget) -> Self {
        Self {
            target,
            kind: String::new(),
            name: None,
            state: CommandState::Pending,
            created_at: None,
            expires_at: None,
            read_at: None,
        }
    }
}

impl From<ListedCommand> for Planned {
    fn from(listed: ListedCommand) -> Self {
        Self {
            seen: ObservedState::Listed {
                command: ObservedCommand {
                    state: listed.state,
                    kind: listed.kind.into(),
                    name: listed.name.map(Into::into),
                    created_at: listed.created_at,
                    expires_at: listed.expires_at,
                },
                read_at: listed.read_at,
            },
            target: listed.target,
        }
    }
}

impl Plan {
    /// Returns a plan for these commands, without reading them. A run records them in its journal, reads each unless
    /// the list is only seconds old, and sends its cancel. A command named twice is one target.
    pub fn listed(commands: impl IntoIterator<Item = ListedCommand>) -> Self {
        let mut met = KnownIds::default();
        let commands = commands
            .into_iter()
            .filter(|listed| met.is_new(listed.target.id()));
        Self {
            commands: commands.map(Planned::from).collect(),
            ..Self::default()
        }
    }
}
