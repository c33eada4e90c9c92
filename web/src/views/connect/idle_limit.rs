//! The choice of the idle limit.

use countermand_console::{idle::IdleLimit, text::profiles as text};
use leptos::prelude::*;

/// A field with the limits that can be chosen.
pub(crate) fn idle_limit(id: &'static str, idle: RwSignal<IdleLimit>) -> AnyView {
    let limits = IdleLimit::ALL
        .map(|limit| {
            view! {
                <option value=limit.minutes().to_string() prop:selected=move || idle.get() == limit>
                    {text::minutes(limit.minutes().into())}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id>{text::idle()}</label>
            <select
                id=id
                on:change=move |event| {
                    let minutes = event_target_value(&event).parse().ok();
                    idle.set(minutes.and_then(IdleLimit::of_minutes).unwrap_or_default());
                }
            >
                {limits}
            </select>
        </div>
    }
    .into_any()
}
