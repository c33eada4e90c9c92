//! The page's address: it names what is shown, and the demo or connection of which.

use crate::platform::{address, storage::Store};

/// Begins the part that names a demo.
const DEMO: &str = "demo=";
/// Begins the part that names a connection of the page's server. Its name needs no encoding.
const CONNECTION: &str = "connection=";

/// The name under which the tab keeps what was shown while a person signs in elsewhere.
const LEFT: &str = "countermand-shown-before-sign-in";

/// Keeps what is shown until the page comes back: the site that a person is sent to drops it.
pub fn leave_to_sign_in() {
    let shown = address::read();
    if !shown.is_empty() {
        // Where nothing can be kept, the page begins anew.
        let _ = Store::Tab.set(LEFT, &shown);
    }
}

/// Puts back into the address what was shown before a person left to sign in, unless it says what to show. To be
/// called before anything reads it.
pub fn come_back() {
    let Ok(Some(shown)) = Store::Tab.get(LEFT) else {
        return;
    };
    Store::Tab.remove(LEFT);
    if address::read().is_empty() {
        address::write(shown.trim_start_matches('#'));
    }
}

/// Takes out of the address what was shown: a device of one connection means nothing to another. The demo that it
/// names stays named.
pub(super) fn forget() {
    address::write(&part(&[DEMO]).unwrap_or_default());
}

/// Names a connection of the page's server, so that reloading comes back to it. What is shown stays.
pub(super) fn name_connection(name: &str) {
    let named = [CONNECTION, name].concat();
    let before = address::read();
    let shown = before.trim_start_matches('#').split('&');
    let shown = shown.filter(|part| {
        !part.is_empty() && !part.starts_with(DEMO) && !part.starts_with(CONNECTION)
    });
    let parts: Vec<&str> = [named.as_str()].into_iter().chain(shown).collect();
    address::write(&parts.join("&"));
}

/// Returns the part of the address that begins with one of these.
fn part(names: &[&str]) -> Option<String> {
    address::read()
        .trim_start_matches('#')
        .split('&')
        .find(|part| names.iter().any(|name| part.starts_with(name)))
        .map(str::to_owned)
}

/// Returns what the address says is shown.
pub(crate) fn read_shown() -> String {
    address::read()
}

/// Writes what is shown. The demo or the connection that the address names stays named.
pub(super) fn write_shown(shown: &str) {
    let named = part(&[DEMO, CONNECTION]);
    let shown = Some(shown.to_owned()).filter(|shown| !shown.is_empty());
    let parts: Vec<String> = named.into_iter().chain(shown).collect();
    address::write(&parts.join("&"));
}
