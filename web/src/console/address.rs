//! The page's address: it names what is shown, and the demo or connection of which.

use countermand_core_model::CommandTarget;

use crate::platform::{
    address::{self, Entry},
    storage::Store,
};

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
        address::write(shown.trim_start_matches('#'), Entry::Same);
    }
}

/// Takes out of the address what was shown: a device of one connection means nothing to another. The demo that it
/// names stays named.
pub(super) fn forget() {
    address::closed();
    address::write(&part(&[DEMO]).unwrap_or_default(), Entry::Same);
}

/// A connection is open from now on. What the address named already is where it was; else this is a step, and Back
/// leads to where connections are chosen.
pub(super) fn enter(relayed: Option<&str>) {
    let was_named = part(&[DEMO, CONNECTION]).is_some();
    if !was_named {
        address::write(address::read().trim_start_matches('#'), Entry::Same);
    }
    address::opened();
    let entry = if was_named { Entry::Same } else { Entry::Next };
    match relayed {
        Some(name) => name_connection(name, entry),
        None => address::write(address::read().trim_start_matches('#'), entry),
    }
}

/// Comes back to what is open, after a step led away from it.
pub(super) fn enter_again(shown: &str, relayed: Option<&str>) {
    address::write(shown, Entry::Next);
    if let Some(name) = relayed {
        name_connection(name, Entry::Same);
    }
}

/// Names a connection of the page's server, so that reloading comes back to it. What is shown stays.
fn name_connection(name: &str, entry: Entry) {
    let named = [CONNECTION, name].concat();
    let before = address::read();
    let shown = before.trim_start_matches('#').split('&');
    let shown = shown.filter(|part| {
        !part.is_empty() && !part.starts_with(DEMO) && !part.starts_with(CONNECTION)
    });
    let parts: Vec<&str> = [named.as_str()].into_iter().chain(shown).collect();
    address::write(&parts.join("&"), entry);
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

/// Writes what is shown, unless the address says it already, which it returns. The demo or the connection that the
/// address names stays named.
pub(super) fn write_shown(shown: &str, entry: Entry) -> bool {
    let named = with_name(shown);
    let is_other = named != address::read().trim_start_matches('#');
    if is_other {
        address::write(&named, entry);
    }
    is_other
}

/// The name of what is open, and what is shown of it.
fn with_name(shown: &str) -> String {
    let named = part(&[DEMO, CONNECTION]);
    let shown = Some(shown.to_owned()).filter(|shown| !shown.is_empty());
    let parts: Vec<String> = named.into_iter().chain(shown).collect();
    parts.join("&")
}

/// What the address said when it was written or followed last.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Written {
    /// Without the text that is searched for.
    pub(super) filter: String,
    pub(super) open: Option<CommandTarget>,
    /// The last entry is one of typing: the next letter goes into it, too.
    pub(super) is_typing: bool,
    /// The last entry was made for the details that are open: Back closes them.
    pub(super) is_of_open: bool,
    /// The address was followed: what changes by that is no step.
    pub(super) is_followed: bool,
}
