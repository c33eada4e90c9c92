//! One command of a connection is one target, under whatever name of its device.

use std::collections::{HashMap, HashSet};

use countermand_core_model::{CommandId, CommandTarget, DeviceRef};
use countermand_transport::ApiErrorKind;

use super::{
    devices::CancelAll,
    planned::{ObservedState, Planned},
};

/// Returns an id in one form for equal ids: Applivery's are equal in either case.
pub(crate) fn key(id: &CommandId) -> Box<str> {
    id.as_str().to_ascii_lowercase().into()
}

/// Returns `devices`, each name once.
pub(super) fn distinct<T>(devices: Vec<T>, name: impl Fn(&T) -> &DeviceRef) -> Vec<T> {
    let mut known = HashSet::new();
    let mut is_new = |device: &T| known.insert(name(device).clone());
    devices
        .into_iter()
        .filter(|device| is_new(device))
        .collect()
}

/// Ids that were seen before.
#[derive(Debug, Default)]
pub(super) struct KnownIds(HashSet<Box<str>>);

impl KnownIds {
    /// Returns whether an id is seen for the first time.
    pub(super) fn is_new(&mut self, id: &CommandId) -> bool {
        self.0.insert(key(id))
    }
}

/// Returns `commands`, each id once, under the first device that the provider knows it by. A target on a device
/// without such a command keeps a row of its own, which says so.
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

/// Devices on which everything is to be cancelled, each once: two with a command in common are one.
#[derive(Debug, Default)]
pub(super) struct Devices {
    devices: Vec<CancelAll>,
    /// The place of a device by the ids of its commands.
    place: HashMap<Box<str>, usize>,
}

impl Devices {
    /// Adds a device with all its known commands, pending or not. Returns whether it is a new one.
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

/// Commands added between the two lists belong to the device under its first name.
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
