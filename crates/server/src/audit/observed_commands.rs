//! Commands that were cancelled here, and the states that later readings showed.

use std::{collections::HashMap, sync::Mutex};

use countermand_core_model::{CommandId, CommandState};

use crate::{lock::lock, provider::ObservedState};

/// How many commands of a connection are watched at most.
const MOST: usize = 50_000;

/// By connection and command: the cancel's number, and the last state.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<String, Watched>>);

type Watched = HashMap<CommandId, (u64, Option<CommandState>)>;

impl Seen {
    /// Begins to watch a command.
    pub(super) fn watch(&self, connection: &str, command: &CommandId, cancel: u64) {
        let mut all = lock(&self.0);
        let watched = all.entry(connection.to_owned()).or_default();
        if watched.len() < MOST || watched.contains_key(command) {
            watched.insert(command.clone(), (cancel, None));
        }
    }

    pub(super) fn watches(&self, connection: &str) -> bool {
        lock(&self.0)
            .get(connection)
            .is_some_and(|watched| !watched.is_empty())
    }

    /// Returns the watched commands whose state changed. A command that has ended is not watched any more.
    pub(super) fn news<'s>(
        &self,
        connection: &str,
        observed_states: &'s [ObservedState],
    ) -> Vec<(u64, &'s ObservedState)> {
        let mut all = lock(&self.0);
        let Some(watched) = all.get_mut(connection) else {
            return Vec::new();
        };
        let mut news = Vec::new();
        for observed in observed_states {
            if let Some((cancel, last)) = watched.get_mut(&observed.command)
                && *last != Some(observed.state)
            {
                news.push((*cancel, observed));
                *last = Some(observed.state);
                if observed.state.has_ended() {
                    watched.remove(&observed.command);
                }
            }
        }
        news
    }
}
