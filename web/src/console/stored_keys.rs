//! Keys that this tab keeps because a person asked for it.

use countermand_console::stored_key::{self, PREFIX, StoredKey, TOUCHED};

use crate::platform::{
    clock,
    storage::{Refused, Store},
    touch,
};

/// What is kept. What is stale, or cannot be read, is wiped.
pub fn kept() -> Vec<StoredKey> {
    let touched = Store::Tab.get(TOUCHED).ok().flatten();
    let names = Store::Tab.names(PREFIX);
    let found: Vec<StoredKey> = names
        .iter()
        .filter_map(|name| {
            let kept = read(name).filter(|kept| !kept.is_stale(touched.as_deref(), clock::now()));
            if kept.is_none() {
                Store::Tab.remove(name);
            }
            kept
        })
        .collect();
    if found.is_empty() {
        Store::Tab.remove(TOUCHED);
    }
    found
}

pub fn read(slot: &str) -> Option<StoredKey> {
    StoredKey::read(slot, &Store::Tab.get(slot).ok()??)
}

/// Keeps a key in its slot.
///
/// # Errors
/// Where the browser keeps nothing.
pub fn keep(key: &StoredKey) -> Result<(), Refused> {
    touch::note();
    note_touch();
    Store::Tab.set(&stored_key::slot_of(&key.connection), &key.write())
}

/// Notes when the tab was touched last: a page that nobody has touched since it was loaded says nothing new.
pub fn note_touch() {
    if let Some(at) = touch::noted() {
        // Where it is refused, nothing was kept either.
        let _ = Store::Tab.set(TOUCHED, &at.as_millis().to_string());
    }
}

/// Wipes one slot.
pub fn wipe(slot: &str) {
    Store::Tab.remove(slot);
}

/// Wipes them all.
pub fn wipe_all() {
    for name in Store::Tab.names(PREFIX) {
        Store::Tab.remove(&name);
    }
    Store::Tab.remove(TOUCHED);
}
