//! A field of the connection form, with its hint and what is wrong with it.

use countermand_console::connection_form::{Field, FieldError};
use countermand_core_model::Provider;
use leptos::{html, prelude::*};

/// Where a field's text is: a key's only in its control.
#[derive(Clone, Copy)]
pub(crate) enum FieldValue {
    Plain(RwSignal<String>),
    /// In the control alone.
    Secret(NodeRef<html::Input>),
}

#[component]
pub(crate) fn ConnectionField(
    field: Field,
    /// Of which provider.
    provider: Provider,
    /// Where its text is.
    kept: FieldValue,
    /// What is wrong with the form.
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    let id = field.id();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let wrong = move || {
        errors.with(|errors| {
            errors
                .iter()
                .find(|error| error.field == field)
                .map(|error| error.text.clone())
        })
    };
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            if wrong().is_some() {
                format!("{error_id} {hint_id}")
            } else {
                hint_id.clone()
            }
        }
    };
    let invalid = move || wrong().map(|_| "true");
    view! {
        <div class="field">
            <label for=id>{field.label()}</label>
            {control(field, provider, kept, described, invalid)}
            <p class="field-error" id=error_id>{wrong}</p>
            <p class="hint" id=hint_id>{field.hint(provider)}</p>
        </div>
    }
}

fn control(
    field: Field,
    provider: Provider,
    value: FieldValue,
    described: impl Fn() -> String + Send + 'static,
    invalid: impl Fn() -> Option<&'static str> + Send + 'static,
) -> AnyView {
    let id = field.id();
    match value {
        FieldValue::Plain(value) => view! {
            <input
                id=id
                type=if field == Field::BaseUrl { "url" } else { "text" }
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                required
                pattern=field.pattern(provider)
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        }
        .into_any(),
        FieldValue::Secret(node) => view! {
            <input
                id=id
                type="password"
                autocomplete="off"
                required
                node_ref=node
                aria-describedby=described
                aria-invalid=invalid
            />
        }
        .into_any(),
    }
}
