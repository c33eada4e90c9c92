//! The form in which a connection is entered.

use countermand_core_model::{Provider, Secret};
use leptos::{ev, html, prelude::*};

use super::{
    app::Door,
    connection_field::{ConnectionField, Kept},
    notice::ProblemNotice,
};
use crate::{
    console::connecting,
    platform::focus,
    state::{
        connection_form::{self, Entered, Field, FieldError},
        problem::Problem,
    },
    text::connect as text,
};

/// What the form is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Check,
    Connect,
}

/// The form's parts. Copies are the same form.
#[derive(Clone, Copy)]
struct Form {
    provider: RwSignal<Provider>,
    base_url: RwSignal<String>,
    org: RwSignal<String>,
    token: NodeRef<html::Input>,
    app_key: NodeRef<html::Input>,
    app_secret: NodeRef<html::Input>,
    errors: RwSignal<Vec<FieldError>>,
    busy: RwSignal<bool>,
    found: RwSignal<Option<Result<String, Problem>>>,
}

impl Form {
    fn new() -> Self {
        Self {
            provider: RwSignal::new(Provider::Applivery),
            base_url: RwSignal::new(
                connection_form::default_base_url(Provider::Applivery).to_owned(),
            ),
            org: RwSignal::new(String::new()),
            token: NodeRef::new(),
            app_key: NodeRef::new(),
            app_secret: NodeRef::new(),
            errors: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            found: RwSignal::new(None),
        }
    }

    fn secrets(self) -> [NodeRef<html::Input>; 3] {
        [self.token, self.app_key, self.app_secret]
    }

    fn kept(self, field: Field) -> Kept {
        match field {
            Field::BaseUrl => Kept::Plain(self.base_url),
            Field::Org => Kept::Plain(self.org),
            Field::Token => Kept::Secret(self.token),
            Field::AppKey => Kept::Secret(self.app_key),
            Field::AppSecret => Kept::Secret(self.app_secret),
        }
    }

    fn choose(self, provider: Provider) {
        let old = self.provider.get_untracked();
        self.base_url
            .update(|url| connection_form::switch_base_url(url, old, provider));
        self.provider.set(provider);
        self.errors.set(Vec::new());
        self.found.set(None);
    }

    fn entered(self) -> Entered {
        let [token, app_key, app_secret] = self.secrets().map(|node| {
            Secret::from(
                node.get_untracked()
                    .map(|input| input.value())
                    .unwrap_or_default(),
            )
        });
        Entered {
            provider: self.provider.get_untracked(),
            base_url: self.base_url.get_untracked(),
            org: self.org.get_untracked(),
            token,
            app_key,
            app_secret,
        }
    }

    fn wipe(self) {
        for node in self.secrets() {
            if let Some(Some(input)) = node.try_get_untracked() {
                input.set_value("");
            }
        }
    }

    fn wish(self, door: Door, wish: Wish) {
        if self.busy.get_untracked() {
            return;
        }
        self.found.set(None);
        let connection = match connection_form::validate(&self.entered()) {
            Ok(connection) => connection,
            Err(errors) => {
                if let Some(first) = errors.first() {
                    focus::by_id(first.field.id());
                }
                self.errors.set(errors);
                return;
            }
        };
        self.errors.set(Vec::new());
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let found = match wish {
                Wish::Check => Some(
                    connecting::check(connection)
                        .await
                        .map(|org| text::works(&org)),
                ),
                Wish::Connect => match connecting::open(connection, None, Vec::new()).await {
                    Ok(session) => {
                        self.wipe();
                        door.open(session);
                        None
                    }
                    Err(problem) => Some(Err(problem)),
                },
            };
            self.found.try_set(found);
            self.busy.try_set(false);
        });
    }
}

/// Enter a connection, check it, open it.
#[component]
pub(super) fn ConnectionForm() -> impl IntoView {
    let door = expect_context::<Door>();
    let form = Form::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.wish(door, Wish::Connect);
    };
    let vendors = Provider::ALL
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
        .collect_view();
    view! {
        <section class="card" aria-labelledby="form-heading">
            <h2 id="form-heading">{text::form_heading()}</h2>
            <form novalidate on:submit=submit>
                <fieldset class="radios">
                    <legend>{text::vendor()}</legend>
                    {vendors}
                </fieldset>
                {move || {
                    let provider = form.provider.get();
                    Field::of(provider)
                        .iter()
                        .map(|field| {
                            view! {
                                <ConnectionField field=*field provider kept=form.kept(*field) errors=form.errors/>
                            }
                        })
                        .collect_view()
                }}
                <p class="hint" data-icon="shield">{text::keys_hint()}</p>
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
                <div class="actions">
                    <button type="submit" class="button primary" aria-disabled=move || form.busy.get().to_string()>
                        {text::connect()}
                    </button>
                    <button
                        type="button"
                        class="button"
                        aria-disabled=move || form.busy.get().to_string()
                        on:click=move |_| form.wish(door, Wish::Check)
                    >
                        {text::check()}
                    </button>
                </div>
            </form>
        </section>
    }
}
