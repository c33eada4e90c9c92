//! A choice in a filter's menu.

use leptos::prelude::*;

/// A box or a button of a group, its label, and how many commands the choice would show.
pub(super) fn choice(
    kind: &'static str,
    label: String,
    is_chosen: Box<dyn Fn() -> bool + Send>,
    count: Box<dyn Fn() -> usize + Send>,
    choose: Box<dyn Fn(bool)>,
) -> AnyView {
    view! {
        <label class="check">
            <input type=kind name="choice" prop:checked=is_chosen on:change=move |event| choose(event_target_checked(&event))/>
            <span>{label}</span>
            <span class="count faint">{count}</span>
        </label>
    }
    .into_any()
}
