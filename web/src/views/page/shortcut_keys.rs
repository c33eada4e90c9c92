//! The keys of a shortcut.

use countermand_console::shortcuts::Action;
use leptos::prelude::*;

use crate::platform::appearance;

/// Each key of the action by itself; nothing where it has none.
pub(crate) fn keys(action: Action) -> AnyView {
    let control = action.with_control().then(|| {
        if appearance::has_command_key() {
            "⌘"
        } else {
            "Ctrl"
        }
    });
    let keys = action.keys().chars().map(|key| {
        view! { <kbd>{key.to_ascii_uppercase().to_string()}</kbd> }
    });
    view! {
        <span class="keys">{control.map(|control| view! { <kbd>{control}</kbd> })} {keys.collect_view()}</span>
    }
    .into_any()
}
