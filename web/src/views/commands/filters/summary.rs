//! The closed form of a filter menu.

use leptos::prelude::*;

/// The summary of a filter menu: its label, and what is chosen.
pub(crate) fn summary(
    label: &'static str,
    chosen: impl Fn() -> Option<String> + Send + 'static,
) -> AnyView {
    view! {
        <summary class="button small">
            {label}
            {move || chosen().map(|chosen| view! { <strong class="chosen-value">{chosen}</strong> })}
        </summary>
    }
    .into_any()
}
