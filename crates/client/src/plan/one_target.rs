//! One command of a connection is one target, by whatever name its device was called.

use std::collections::{HashMap, HashSet};

use countermand_core_model::{CommandId, CommandTarget, DeviceRef};
use countermand_transport::ApiErrorKind;

use super::{
    devices::CancelAll,
    planned::{ObservedState, Planned},
};

/// An id in the one form in which equal ones are equal: Applivery's are the same in either case.
pub(crate) fn key(id: &CommandId) -> Box<str> {
    id.as_str().to_ascii_lowercase().into()
}

/// `devices` without those that have the same name as one before.
pub(super) fn distinct<T>(devices: Vec<T>, name: impl Fn(&T) -> &DeviceRef) -> Vec<T> {
    let mut known = HashSet::new();
    let mut is_new = |device: &T| known.insert(name(device).clone());
    devices
        .into_iter()
        .filter(|device| is_new(device))
        .collect()
}

/// The commands that were met before.
#[derive(Debug, Default)]
pub(super) struct KnownIds(HashSet<Box<str>>);

impl KnownIds {
    /// Is it met for the first time?
    pub(super) fn is_new(&mut self, id: &CommandId) -> bool {
        self.0.insert(key(id))
    }
}

/// `commands` with each id once. The first name that the provider knows it by is kept. A device that has no such
/// command is another one: its target has a row of its own, which says so.
pub(super) fn each_once(commands: Vec<Planned>) -> Vec<Planned> {
    let mut kept: Vec<Planned> = Vec::with_capacity(commands.len());
    let mut place: HashMap<Box<str>, usize> = HashMap::with_capacity(commands.len());
    for planned in commands {
        if matches!(&planned.seen, ObservedState::Error(error) if error.kind() == ApiErrorKind::NotFound)
        {
            kept.push(planned);
            continue;
        }
        match place.get(&key(planned.id())).copied() {
            None => {
                place.insert(key(planned.id()), kept.len());
                kept.push(planned);
            }
            Some(at) => {
                if let Some(first) = kept.get_mut(at)
                    && !first.was_read()
                    && planned.was_read()
                {
                    *first = planned;
                }
            }
        }
    }
    kept
}

/// Devices whose commands are all meant, each once: two with a command in common are one device.
#[derive(Debug, Default)]
pub(super) struct Devices {
    devices: Vec<CancelAll>,
    /// By the id of a command the place of its device.
    place: HashMap<Box<str>, usize>,
}

impl Devices {
    /// Takes in a device with all of its commands that are known, whether they wait or not. Is it another one than
    /// those before?
    pub(super) fn add<'a>(
        &mut self,
        device: CancelAll,
        known: impl Iterator<Item = &'a CommandId>,
    ) -> bool {
        let known: Vec<Box<str>> = known.map(key).collect();
        let same = known.iter().find_map(|id| self.place.get(id)).copied();
        let at = same.unwrap_or(self.devices.len());
        match self.devices.get_mut(at) {
            Some(first) => merge(first, device),
            None => self.devices.push(device),
        }
        for id in known {
            self.place.entry(id).or_insert(at);
        }
        same.is_none()
    }

    pub(super) fn into_vec(self) -> Vec<CancelAll> {
        self.devices
    }
}

/// What came to wait between the two lists is a command of the first name, too.
fn merge(first: &mut CancelAll, other: CancelAll) {
    let mut met = KnownIds::default();
    for planned in &first.waiting {
        met.is_new(planned.id());
    }
    for planned in other.waiting {
        let Planned { target, seen } = planned;
        if met.is_new(target.id())
            && let Ok(target) =
                CommandTarget::new(first.target.device().clone(), target.id().clone())
        {
            first.waiting.push(Planned { target, seen });
        }
    }
    first.newest_seen = first.newest_seen.max(other.newest_seen);
}

#[cfg(test)]
mod tests;
