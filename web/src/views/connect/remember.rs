//! The part of the connection form that says what is remembered, and for how long.

use countermand_console::{idle::IdleLimit, text::profiles as text};
use leptos::prelude::*;

/// What is remembered of a connection. Copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Remember {
    /// Whether the connection is saved.
    pub(crate) save: RwSignal<bool>,
    /// The name under which it is saved.
    pub(crate) name: RwSignal<String>,
    /// Whether the key is kept until the tab closes.
    pub(crate) keep: RwSignal<bool>,
    /// After how long without a touch the connection is locked.
    pub(crate) idle: RwSignal<IdleLimit>,
}

impl Remember {
    pub(crate) fn new() -> Self {
        Self {
            save: RwSignal::new(false),
            name: RwSignal::new(String::new()),
            keep: RwSignal::new(false),
            idle: RwSignal::new(IdleLimit::default()),
        }
    }
}

/// The fields that ask for it.
pub(crate) fn fields(remember: Remember) -> AnyView {
    view! {
        <fieldset class="memory">
            <legend>{text::legend()}</legend>
            {tick("save-connection", remember.save, text::save(), text::save_hint())}
            {move || remember.save.get().then(|| name(remember))}
            {tick("keep-key", remember.keep, text::keep(), text::keep_hint())}
            {idle_limit("idle-limit", remember.idle)}
        </fieldset>
    }
    .into_any()
}

fn tick(id: &'static str, on: RwSignal<bool>, label: &'static str, hint: &'static str) -> AnyView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="tick">
            <input
                type="checkbox"
                id=id
                aria-describedby=hint_id.clone()
                prop:checked=move || on.get()
                on:change=move |event| on.set(event_target_checked(&event))
            />
            <label for=id>{label}</label>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

fn name(remember: Remember) -> AnyView {
    view! {
        <div class="field">
            <label for="profile-name">{text::name()}</label>
            <input
                id="profile-name"
                type="text"
                autocomplete="off"
                aria-describedby="profile-name-hint"
                prop:value=move || remember.name.get()
                on:input=move |event| remember.name.set(event_target_value(&event))
            />
            <p class="hint" id="profile-name-hint">{text::name_hint()}</p>
        </div>
    }
    .into_any()
}

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
