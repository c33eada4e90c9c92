//! A signal that only its store changes.

use std::ops::Deref;

use leptos::prelude::*;

/// A signal that everybody reads and that only the stores change. Copies are the same signal.
pub struct StoreSignal<T: 'static> {
    read: ReadSignal<T>,
    write: WriteSignal<T>,
}

impl<T: Send + Sync + 'static> StoreSignal<T> {
    pub(super) fn new(value: T) -> Self {
        let (read, write) = signal(value);
        Self { read, write }
    }

    pub(super) fn set(self, value: T) {
        self.write.set(value);
    }

    pub(super) fn update(self, change: impl FnOnce(&mut T)) {
        self.write.update(change);
    }

    /// Changes the value and returns what `change` returns, or `None` where the signal is gone.
    pub(super) fn try_update<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        self.write.try_update(change)
    }
}

impl<T: Send + Sync + 'static> StoreSignal<Option<T>> {
    /// Looks at the value; returns the default where there is none. Tracked.
    pub fn look<U: Default>(self, look: impl FnOnce(&T) -> U) -> U {
        self.with(|value| value.as_ref().map(look).unwrap_or_default())
    }

    /// Looks at the value; returns the default where there is none. Not tracked.
    pub fn look_untracked<U: Default>(self, look: impl FnOnce(&T) -> U) -> U {
        self.with_untracked(|value| value.as_ref().map(look).unwrap_or_default())
    }
}

impl<T> Clone for StoreSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoreSignal<T> {}

impl<T> Deref for StoreSignal<T> {
    type Target = ReadSignal<T>;

    fn deref(&self) -> &ReadSignal<T> {
        &self.read
    }
}
