//! A plan of what a list showed some time ago. Nothing is read to make it: each command is read just before its
//! own cancel, so that nothing waits until everything has been read.

use countermand_core_model::{CommandState, CommandTarget, Timestamp};

use super::{
    one_target::KnownIds,
    plan::Plan,
    planned::{ObservedCommand, ObservedState, Planned},
};

/// A command as a list showed it.
#[derive(Clone, Debug)]
pub struct ListedCommand {
    /// Which it is.
    pub target: CommandTarget,
    /// What it does, in the provider's word.
    pub kind: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The state that the list showed.
    pub state: CommandState,
    /// When it was given, where that is known.
    pub created_at: Option<Timestamp>,
    /// Until when it may wait, where that is known.
    pub expires_at: Option<Timestamp>,
    /// When the list was read, where it was.
    pub read_at: Option<Timestamp>,
}

impl ListedCommand {
    /// A command of which nothing is known but that it is to be cancelled if it waits.
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
    /// A plan for these commands, of which nothing is read now. A run writes them into its journal first; then it
    /// reads each, unless the list is only seconds old, and sends its cancel, one device beside the other. A
    /// command that is named twice is one target.
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
