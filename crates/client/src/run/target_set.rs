//! The targets of a run, as small as a million of them have to be.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

use countermand_core_model::CommandId;

use crate::plan::key;

/// Every target there is a row for or will be, of all lanes: an answer may name another queue's. Kept as
/// hashes of 128 bits under keys of this process: a million names themselves would weigh too much.
pub(super) struct TargetSet {
    keys: [RandomState; 2],
    /// Each with the number of its target. Halves, because a `u128` would be padded to twice its size.
    numbers: HashMap<[u64; 2], u32>,
}

impl TargetSet {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            numbers: HashMap::with_capacity(capacity),
        }
    }

    /// Gives a target the next number. False where it was there before, whatever its device was called then.
    pub(super) fn insert(&mut self, id: &CommandId) -> bool {
        // A run has fewer targets than four thousand million.
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        match self.numbers.entry(self.hash(id)) {
            Entry::Vacant(entry) => {
                entry.insert(next);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// The number of a target.
    pub(super) fn number(&self, id: &CommandId) -> Option<usize> {
        let number = self.numbers.get(&self.hash(id))?;
        usize::try_from(*number).ok()
    }

    fn hash(&self, id: &CommandId) -> [u64; 2] {
        let id = key(id);
        self.keys.each_ref().map(|key| key.hash_one(&id))
    }
}
