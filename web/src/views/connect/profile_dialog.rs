//! Renaming and deleting a saved connection, and its idle limit.

use countermand_console::{
    profiles::NameRule,
    text::{self as texts, profiles as text},
};
use leptos::{ev, prelude::*};

use crate::{
    console::connection_session::ConnectionSession,
    platform::focus,
    views::{connect::remember::idle_limit, elements::modal::Modal},
};

/// The dialog for the saved connection `name`.
#[component]
pub(crate) fn ProfileDialog(name: String, editing: RwSignal<Option<String>>) -> impl IntoView {
    let session = ConnectionSession::shared();
    let old = StoredValue::new(name.clone());
    let new = RwSignal::new(name.clone());
    let idle = RwSignal::new(
        session
            .saved
            .profiles
            .with_untracked(|profiles| profiles.get(&name).map(|profile| profile.idle))
            .unwrap_or_default(),
    );
    let wrong = RwSignal::new(None::<NameRule>);
    let close = move || editing.set(None);
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (old, new, idle) = (old.get_value(), new.get_untracked(), idle.get_untracked());
        match session
            .saved
            .change(|profiles| profiles.change(&old, &new, idle))
        {
            Ok(Ok(())) => close(),
            Ok(Err(rule)) => {
                wrong.set(Some(rule));
                focus::by_id("new-name");
            }
            Err(_) => {
                session.saved.set_refused(true);
                close();
            }
        }
    };
    let delete = move |_| {
        let deleted = session
            .saved
            .change(|profiles| profiles.delete(&old.get_value()));
        session.saved.set_refused(deleted.is_err());
        close();
    };
    view! {
        <Modal id="profile-title" title=text::dialog_title().to_owned() class="dialog" fallback="form-heading" on_close=close>
            <form novalidate class="dialog-body" on:submit=save>
                {name_field(new, wrong)}
                {idle_limit("new-idle", idle)}
                <div class="actions">
                    <button type="submit" class="button primary">{text::apply()}</button>
                    <button type="button" class="button" on:click=move |_| close()>{texts::close()}</button>
                    <button type="button" class="button danger-quiet" on:click=delete>{text::delete()}</button>
                </div>
            </form>
        </Modal>
    }
    .into_any()
}

fn name_field(new: RwSignal<String>, wrong: RwSignal<Option<NameRule>>) -> AnyView {
    view! {
        <div class="field">
            <label for="new-name">{text::name()}</label>
            <input
                id="new-name"
                type="text"
                autocomplete="off"
                autofocus
                aria-describedby="new-name-error"
                aria-invalid=move || wrong.get().map(|_| "true")
                prop:value=move || new.get()
                on:input=move |event| new.set(event_target_value(&event))
            />
            <p class="field-error" id="new-name-error" role="alert">{move || wrong.get().map(NameRule::text)}</p>
        </div>
    }
    .into_any()
}
