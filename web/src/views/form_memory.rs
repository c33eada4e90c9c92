//! The part of the connection form that says what is remembered, and for how long.

use countermand_console::text::profiles as text;
use leptos::prelude::*;

use super::{connection_form::Form, idle_limit::idle_limit};

/// Save it? Keep the key? When to lock?
pub(super) fn memory(form: Form) -> AnyView {
    view! {
        <fieldset class="memory">
            <legend>{text::legend()}</legend>
            {tick("save-connection", form.save, text::save(), text::save_hint())}
            {move || form.save.get().then(|| name(form))}
            {tick("keep-key", form.keep, text::keep(), text::keep_hint())}
            {idle_limit("idle-limit", form.idle)}
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

fn name(form: Form) -> AnyView {
    view! {
        <div class="field">
            <label for="profile-name">{text::name()}</label>
            <input
                id="profile-name"
                type="text"
                autocomplete="off"
                aria-describedby="profile-name-hint"
                prop:value=move || form.name.get()
                on:input=move |event| form.name.set(event_target_value(&event))
            />
            <p class="hint" id="profile-name-hint">{text::name_hint()}</p>
        </div>
    }
    .into_any()
}
