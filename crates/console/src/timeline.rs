//! What runs next: how much is pending, and the first few commands by name.
//!
//! What destroys something comes first; what is past its validity comes last.

use countermand_core_model::{CommandId, CommandState, DeviceRef, Timestamp};
use countermand_table::{Row, RowId, Store};

use crate::{
    command_view::CommandView, device_name::briefly, relative_time, text::firing as words,
};

/// So many commands are named.
pub const NAMED: usize = 10;

/// A command that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The device.
    pub device: DeviceRef,
    /// The device's name, or its reference where it has none.
    pub device_name: String,
    /// Its id.
    pub id: CommandId,
    /// What it is called.
    pub called: String,
    /// Until when it may wait.
    pub expires_at: Option<Timestamp>,
    /// Its place in its device's queue, and how many wait there.
    pub place: (usize, usize),
    /// Whether it destroys something.
    pub is_destructive: bool,
}

impl Entry {
    fn of(row: Row<'_>, place: (usize, usize)) -> Self {
        Self {
            device: row.device().device().clone(),
            device_name: device_name(row),
            id: row.id().clone(),
            called: called(row).to_owned(),
            expires_at: row.expires_at(),
            place,
            is_destructive: row.severity().is_destructive(),
        }
    }

    /// Returns what it is, on which device, and until when it may wait.
    pub fn text(&self, now: Timestamp) -> String {
        let when = relative_time::expires(self.expires_at, now);
        words::mark_one(&self.called, &self.device_name, &when)
    }
}

/// What runs next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Next {
    /// How many commands are pending.
    pub total: usize,
    /// How many of them destroy something.
    pub destructive: usize,
    /// The first of them.
    pub first: Vec<Entry>,
}

impl Next {
    /// Returns the first one in a line, or that there is none.
    pub fn text(&self, now: Timestamp) -> String {
        match self.first.first() {
            Some(first) => first.text(now),
            None => words::empty().to_owned(),
        }
    }

    /// Returns whether the validity of the first one has passed since: then something else is first.
    pub fn is_outdated(&self, now: Timestamp) -> bool {
        let first = self.first.first();
        first.is_some_and(|first| is_past(first.expires_at, now))
    }
}

/// What a command is ordered by: the first has the least.
type Key = (bool, bool, usize, i64, usize);

/// Returns what runs next. `has_queue` says whether devices run their commands one after the other.
pub fn next(store: &Store, has_queue: bool, now: Timestamp) -> Next {
    let mut next = Next::default();
    let mut first: Vec<(Key, RowId, (usize, usize))> = Vec::new();
    each_pending(store, has_queue, &mut |row, place| {
        let is_destructive = row.severity().is_destructive();
        next.destructive += usize::from(is_destructive);
        let expires = row.expires_at();
        let key = (
            is_past(expires, now),
            !is_destructive,
            if has_queue { place.0 } else { 0 },
            expires.map_or(i64::MAX, Timestamp::as_millis),
            next.total,
        );
        next.total += 1;
        let at = first.partition_point(|(known, ..)| *known < key);
        if at < NAMED {
            first.truncate(NAMED - 1);
            first.insert(at, (key, row.row(), place));
        }
    });
    next.first = first
        .into_iter()
        .map(|(_, row, place)| Entry::of(store.row(row), place))
        .collect();
    next
}

/// Shows every pending command with its place in its device's queue and how many wait there, device by device.
pub(crate) fn each_pending(
    store: &Store,
    has_queue: bool,
    look: &mut dyn FnMut(Row<'_>, (usize, usize)),
) {
    let mut queue: Vec<(i64, u64, RowId)> = Vec::new();
    for (_, device) in store.devices() {
        if device.waiting() == 0 {
            continue;
        }
        for id in device.rows() {
            let row = store.row(*id);
            if row.state() == CommandState::Pending {
                let (mut at, mut number) = (0, 0);
                if has_queue {
                    at = row.created_at().map_or(i64::MAX, Timestamp::as_millis);
                    number = row.id().as_str().parse().unwrap_or(u64::MAX);
                }
                queue.push((at, number, *id));
            }
        }
        if has_queue {
            queue.sort_unstable();
        }
        let of = queue.len();
        for (at, (.., id)) in queue.drain(..).enumerate() {
            look(store.row(id), (at + 1, of));
        }
    }
}

pub(crate) fn called(row: Row<'_>) -> &str {
    CommandView::from(row).called()
}

pub(crate) fn device_name(row: Row<'_>) -> String {
    let device = row.device();
    briefly(device.name(), device.device())
}

pub(crate) fn is_past(expires: Option<Timestamp>, now: Timestamp) -> bool {
    expires.is_some_and(|at| at < now)
}

#[cfg(test)]
pub(crate) mod tests;
