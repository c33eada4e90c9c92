//! Commands that were cancelled here, and where they were seen to stand since.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use countermand_core_model::{CommandId, CommandState};

use crate::calls::Sighting;

/// More commands than this are not watched at once at a connection.
const MOST: usize = 50_000;

/// By connection, then by command: the cancel's number, and the state seen last.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<String, Watched>>);

type Watched = HashMap<CommandId, (u64, Option<CommandState>)>;

impl Seen {
    /// From now on, what is read of this command is news.
    pub(super) fn watch(&self, connection: &str, command: &CommandId, cancel: u64) {
        let mut all = self.lock();
        let watched = all.entry(connection.to_owned()).or_default();
        if watched.len() < MOST || watched.contains_key(command) {
            watched.insert(command.clone(), (cancel, None));
        }
    }

    pub(super) fn watches(&self, connection: &str) -> bool {
        self.lock()
            .get(connection)
            .is_some_and(|watched| !watched.is_empty())
    }

    /// Those that stand otherwise than they were seen last. One that has ended is not watched any more.
    pub(super) fn news<'s>(
        &self,
        connection: &str,
        sightings: &'s [Sighting],
    ) -> Vec<(u64, &'s Sighting)> {
        let mut all = self.lock();
        let Some(watched) = all.get_mut(connection) else {
            return Vec::new();
        };
        let mut news = Vec::new();
        for sighting in sightings {
            if let Some((cancel, last)) = watched.get_mut(&sighting.command)
                && *last != Some(sighting.state)
            {
                news.push((*cancel, sighting));
                *last = Some(sighting.state);
                if has_ended(sighting.state) {
                    watched.remove(&sighting.command);
                }
            }
        }
        news
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Watched>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_ended(state: CommandState) -> bool {
    !matches!(
        state,
        CommandState::Pending | CommandState::Sent | CommandState::Unknown
    )
}
