//! The saved connections, and those whose key this tab keeps.

use countermand_console::{
    profiles::Strange, saved_connections::SavedConnection, text::profiles as text,
};
use leptos::prelude::*;

use crate::{
    console::{connection_session::ConnectionSession, stored_keys},
    language,
    views::connect::profile_dialog::ProfileDialog,
};

/// A card of them; nothing where there are none.
#[component]
pub(crate) fn Saved() -> impl IntoView {
    let session = ConnectionSession::shared();
    let editing = RwSignal::new(None::<String>);
    let any = Memo::new(move |_| {
        session.saved.all.with(|all| !all.is_empty())
            || session
                .saved
                .profiles
                .with(|profiles| !profiles.strange().is_empty())
    });
    let list = move || {
        session
            .saved
            .all
            .get()
            .into_iter()
            .enumerate()
            .map(|(at, entrance)| row(session, at, entrance, editing))
            .collect_view()
    };
    let strange = move || {
        let strange = session
            .saved
            .profiles
            .with(countermand_console::profiles::Profiles::strange);
        strange
            .into_iter()
            .map(|one| unreadable(session, one))
            .collect_view()
    };
    view! {
        {move || (session.saved.is_refused.get(), language::current()).0.then(|| view! { <p class="notice" data-tone="quiet">{text::refused()}</p> })}
        {move || {
            language::current();
            any.get()
                .then(|| {
                    view! {
                        <section class="card" aria-labelledby="saved-heading">
                            <h2 id="saved-heading" tabindex="-1">{text::heading()}</h2>
                            <p class="hint">{text::hint()}</p>
                            <ul class="saved">{list}</ul>
                            {strange}
                        </section>
                    }
                        .into_any()
                })
        }}
        {move || editing.get().map(|name| view! { <ProfileDialog name editing/> }.into_any())}
    }
    .into_any()
}

fn row(
    session: ConnectionSession,
    at: usize,
    entrance: SavedConnection,
    editing: RwSignal<Option<String>>,
) -> AnyView {
    let facts_id = format!("saved-facts-{at}");
    let name = entrance.name.clone();
    let forget = entrance.slot.clone().map(|slot| {
        let forget = move |_| {
            stored_keys::wipe(&slot);
            session.saved.reload();
            crate::platform::focus::soon("form-heading");
        };
        view! {
            <button type="button" class="button small quiet" aria-label=text::forget_of(&name) on:click=forget>
                {text::forget()}
            </button>
        }
    });
    let edit = entrance.profile.as_ref().map(|profile| {
        let name = profile.name.clone();
        let label = text::edit_of(&name);
        view! {
            <button type="button" class="button small quiet" aria-label=label on:click=move |_| editing.set(Some(name.clone()))>
                {text::edit()}
            </button>
        }
    });
    let facts = entrance.facts();
    let key = if entrance.slot.is_some() {
        text::key_kept()
    } else {
        text::key_wanted()
    };
    view! {
        <li>
            <div class="choice">
                <button
                    type="button"
                    aria-describedby=facts_id.clone()
                    on:click=move |_| session.want(Some(entrance.clone()))
                >
                    {name.clone()}
                </button>
                <p class="choice-facts" id=facts_id.clone()>{facts} " · " {key}</p>
            </div>
            <div class="actions">{forget} {edit}</div>
        </li>
    }
    .into_any()
}

fn unreadable(session: ConnectionSession, strange: Strange) -> AnyView {
    let said = match &strange.name {
        Some(name) => text::strange_named(name),
        None => text::strange().to_owned(),
    };
    let delete = move |_| {
        let deleted = session
            .saved
            .change(|profiles| profiles.delete_strange(&strange));
        session.saved.set_refused(deleted.is_err());
        crate::platform::focus::soon("form-heading");
    };
    view! {
        <div class="notice" data-tone="warning">
            <p>{said}</p>
            <button type="button" class="button small" on:click=delete>{text::delete_strange()}</button>
        </div>
    }
    .into_any()
}
