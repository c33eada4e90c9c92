//! The form in which a connection is entered.

use countermand_console::{
    connection_form::Field,
    language::Language,
    text::{connect as text, network as network_text},
};
use countermand_core_model::Provider;
use leptos::{ev, prelude::*};

use crate::{
    console::connection_session::ConnectionSession,
    language,
    views::{
        connect::{
            field::ConnectionField,
            form_state::{Form, Request},
            remember,
        },
        elements::ProblemNotice,
        page::language::in_language,
    },
};

/// Enter a connection, check it, open it.
#[component]
pub(crate) fn ConnectionForm() -> impl IntoView {
    let session = ConnectionSession::shared();
    let form = Form::new();
    Effect::new(move |_| {
        if let Some(entrance) = session.wanted.get() {
            session.want(None);
            form.begin_with(session, entrance);
        }
    });
    Effect::new(move |spoken: Option<Language>| {
        let current = language::current();
        // What is wrong was said in another language: it is found again where it still is.
        if spoken.is_some_and(|spoken| spoken != current) {
            form.errors.set(Vec::new());
            form.found.set(None);
        }
        current
    });
    in_language(move || drawn(session, form))
}

fn drawn(session: ConnectionSession, form: Form) -> AnyView {
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.request(session, Request::Connect);
    };
    let off = move || (form.busy.get() || form.connectivity.is_offline()).to_string();
    view! {
        <section class="card" aria-labelledby="form-heading">
            <h2 id="form-heading" tabindex="-1">{text::form_heading()}</h2>
            <form novalidate on:submit=submit>
                <fieldset class="radios">
                    <legend>{text::vendor()}</legend>
                    {providers(form)}
                </fieldset>
                {move || {
                    let provider = form.provider.get();
                    Field::of(provider)
                        .into_iter()
                        .map(|field| {
                            view! {
                                <ConnectionField field provider kept=form.kept(field) errors=form.errors/>
                            }
                        })
                        .collect_view()
                }}
                {remember::fields(form.remember)}
                <p class="hint" data-icon="shield">
                    {move || {
                        let minutes = form.remember.idle.get().minutes().into();
                        if form.remember.keep.get() { text::kept_keys_hint(minutes) } else { text::keys_hint(minutes) }
                    }}
                </p>
                {messages(form)}
                <div class="actions">
                    <button type="submit" class="button primary" aria-disabled=off aria-describedby="needs-network">
                        {text::connect()}
                    </button>
                    <button
                        type="button"
                        class="button"
                        aria-disabled=off
                        aria-describedby="needs-network"
                        on:click=move |_| form.request(session, Request::Check)
                    >
                        {text::check()}
                    </button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn providers(form: Form) -> AnyView {
    Provider::ALL
        .map(|provider| {
            view! {
                <label class="radio">
                    <input
                        type="radio"
                        name="vendor"
                        value=provider.as_str()
                        prop:checked=move || form.provider.get() == provider
                        on:change=move |_| form.choose(provider)
                    />
                    {provider.display_name()}
                </label>
            }
        })
        .collect_view()
        .into_any()
}

/// What is wrong with the form, what the check found, and that there is no network.
fn messages(form: Form) -> AnyView {
    view! {
        {move || {
            form.errors
                .with(|errors| !errors.is_empty())
                .then(|| view! { <p class="notice" data-tone="bad" role="alert">{text::form_wrong()}</p> })
        }}
        {move || match form.found.get() {
            Some(Err(problem)) => view! { <ProblemNotice problem/> }.into_any(),
            _ => ().into_any(),
        }}
        <div role="status" class="status">
            {move || match (form.busy.get(), form.found.get()) {
                (true, _) => view! { <p class="busy">{text::checking()}</p> }.into_any(),
                (false, Some(Ok(works))) => {
                    view! { <p class="notice" data-tone="good">{works}</p> }.into_any()
                }
                _ => ().into_any(),
            }}
        </div>
        <p class="hint" id="needs-network">{move || form.connectivity.is_offline().then(network_text::needs_network)}</p>
    }
    .into_any()
}
