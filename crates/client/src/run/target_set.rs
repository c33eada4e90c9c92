//! The targets of a run, as small as a million of them have to be.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use countermand_core_model::CommandId;

use crate::plan::key;

/// Every target there is a row for or will be, of all lanes: an answer may name another queue's. Kept as
/// hashes of 128 bits under keys of this process: a million names themselves would weigh too much.
pub(super) struct TargetSet {
    keys: [RandomState; 2],
    hashes: HashSet<u128>,
}

impl TargetSet {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            hashes: HashSet::with_capacity(capacity),
        }
    }

    /// False where it was there before, whatever its device was called then.
    pub(super) fn insert(&mut self, id: &CommandId) -> bool {
        let id = key(id);
        let [high, low] = self
            .keys
            .each_ref()
            .map(|key| u128::from(key.hash_one(&id)));
        self.hashes.insert(high << 64 | low)
    }
}
