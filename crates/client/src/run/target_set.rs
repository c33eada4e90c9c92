//! The targets of a run, stored compactly.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

use countermand_core_model::CommandId;

use crate::plan::key;

/// Every target of a run, in all queues, since a response may name a target of another queue. Stored as 128-bit
/// hashes under keys of this process, because a million ids would take too much memory.
pub(super) struct TargetSet {
    keys: [RandomState; 2],
    /// The numbers of the targets by hash. Halves, because a `u128` would be padded to twice its size.
    numbers: HashMap<[u64; 2], u32>,
}

impl TargetSet {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            numbers: HashMap::with_capacity(capacity),
        }
    }

    /// Gives a target the next number. Returns false if it has one, under whatever device name.
    pub(super) fn insert(&mut self, id: &CommandId) -> bool {
        // A run has fewer than four thousand million targets.
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        match self.numbers.entry(self.hash(id)) {
            Entry::Vacant(entry) => {
                entry.insert(next);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// Returns the number of a target.
    pub(super) fn number(&self, id: &CommandId) -> Option<usize> {
        let number = self.numbers.get(&self.hash(id))?;
        usize::try_from(*number).ok()
    }

    fn hash(&self, id: &CommandId) -> [u64; 2] {
        let id = key(id);
        self.keys.each_ref().map(|key| key.hash_one(&id))
    }
}
