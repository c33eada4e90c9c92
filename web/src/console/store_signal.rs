//! A signal that only its store changes.

use std::ops::Deref;

use leptos::prelude::*;

/// A signal that its store changes, and that it hands out to be read. Copies are the same signal.
///
/// `RwSignal::read_only` makes a new handle with every call, which lives only as long as whatever called it. This
/// one is made once, with the store.
pub(super) struct StoreSignal<T: 'static> {
    write: RwSignal<T>,
    read: ReadSignal<T>,
}

impl<T: Send + Sync + 'static> StoreSignal<T> {
    pub(super) fn new(value: T) -> Self {
        let write = RwSignal::new(value);
        Self {
            write,
            read: write.read_only(),
        }
    }

    /// Returns the handle that can only be read.
    pub(super) fn read_only(self) -> ReadSignal<T> {
        self.read
    }
}

impl<T> Clone for StoreSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoreSignal<T> {}

impl<T> Deref for StoreSignal<T> {
    type Target = RwSignal<T>;

    fn deref(&self) -> &RwSignal<T> {
        &self.write
    }
}
