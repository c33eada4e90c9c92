//! The form in which a connection is entered.

use countermand_client::Connection;
use countermand_console::{
    connection_form::{self, Entered, Field, FieldError},
    idle::IdleLimit,
    language::Language,
    problem::Problem,
    profiles::Profile,
    saved_connections::SavedConnection,
    stored_key::StoredKey,
    text::{connect as text, network as network_text},
};
use countermand_core_model::{KeyField, Provider, Secret};
use leptos::{ev, html, prelude::*};

use super::{
    connection_field::{ConnectionField, Kept},
    form_memory::memory,
    language::in_language,
    notice::ProblemNotice,
};
use crate::{
    console::{
        connecting, connection_session::ConnectionSession, connectivity::Connectivity, stored_keys,
    },
    language,
    platform::focus,
};

/// What the form is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Check,
    Connect,
}

/// The form's parts. Copies are the same form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    provider: RwSignal<Provider>,
    base_url: RwSignal<String>,
    org: RwSignal<String>,
    /// The controls of every provider's keys.
    keys: StoredValue<Vec<(&'static KeyField, NodeRef<html::Input>)>>,
    errors: RwSignal<Vec<FieldError>>,
    busy: RwSignal<bool>,
    found: RwSignal<Option<Result<String, Problem>>>,
    /// Is it to be saved?
    pub(super) save: RwSignal<bool>,
    /// ... under this name.
    pub(super) name: RwSignal<String>,
    /// Is the key to be kept until the tab closes?
    pub(super) keep: RwSignal<bool>,
    pub(super) idle: RwSignal<IdleLimit>,
    connectivity: Connectivity,
}

impl Form {
    fn new() -> Self {
        let providers = Provider::ALL.iter();
        let keys = providers.flat_map(|provider| provider.descriptor().keys);
        Self {
            provider: RwSignal::new(Provider::Applivery),
            base_url: RwSignal::new(
                connection_form::default_base_url(Provider::Applivery).to_owned(),
            ),
            org: RwSignal::new(String::new()),
            keys: StoredValue::new(keys.map(|key| (key, NodeRef::new())).collect()),
            errors: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            found: RwSignal::new(None),
            save: RwSignal::new(false),
            name: RwSignal::new(String::new()),
            keep: RwSignal::new(false),
            idle: RwSignal::new(IdleLimit::default()),
            connectivity: Connectivity::shared(),
        }
    }

    fn kept(self, field: Field) -> Kept {
        match field {
            Field::BaseUrl => Kept::Plain(self.base_url),
            Field::Org => Kept::Plain(self.org),
            Field::Key(key) => Kept::Secret(self.control(key)),
        }
    }

    /// Returns the control of a key.
    fn control(self, key: &KeyField) -> NodeRef<html::Input> {
        self.keys.with_value(|keys| {
            let found = keys.iter().find(|(field, _)| *field == key);
            found.map(|(_, node)| *node).unwrap_or_default()
        })
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
        let entered = |node: NodeRef<html::Input>| {
            let text = node.get_untracked().map(|input| input.value());
            Secret::from(text.unwrap_or_default())
        };
        let keys = self.keys.with_value(|keys| {
            let keys = keys.iter();
            keys.map(|(key, node)| (key.name, entered(*node))).collect()
        });
        Entered {
            provider: self.provider.get_untracked(),
            base_url: self.base_url.get_untracked(),
            org: self.org.get_untracked(),
            keys,
        }
    }

    fn wipe(self) {
        self.keys.with_value(|keys| {
            for (_, node) in keys {
                if let Some(Some(input)) = node.try_get_untracked() {
                    input.set_value("");
                }
            }
        });
    }

    fn wish(self, session: ConnectionSession, wish: Wish) {
        if self.busy.get_untracked() || self.connectivity.is_offline_now() {
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
        match wish {
            Wish::Check => self.check(connection),
            Wish::Connect => self.connect(session, connection, None),
        }
    }

    fn check(self, connection: Connection) {
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let found = connecting::check(connection).await;
            self.found.try_set(Some(found.map(|org| text::works(&org))));
            self.busy.try_set(false);
        });
    }

    /// Opens the connection, with what is to be remembered of it.
    fn connect(self, session: ConnectionSession, connection: Connection, name: Option<String>) {
        self.busy.set(true);
        let idle = self.idle.get_untracked();
        leptos::task::spawn_local(async move {
            let opened = connecting::open(connection.clone(), name, Vec::new(), idle).await;
            self.busy.try_set(false);
            match opened {
                Ok(open) => {
                    self.remember(session, connection, &open.name);
                    self.wipe();
                    session.start(open);
                }
                Err(problem) => {
                    self.found.try_set(Some(Err(problem)));
                }
            }
        });
    }

    fn remember(self, session: ConnectionSession, connection: Connection, name: &str) {
        let idle = self.idle.get_untracked();
        let mut refused = false;
        if self.save.get_untracked() {
            let profile = Profile {
                name: match self.name.get_untracked() {
                    own if own.trim().is_empty() => name.to_owned(),
                    own => own,
                },
                provider: connection.org.provider(),
                base_url: connection.base.to_string(),
                org: connection.org.to_string(),
                idle,
            };
            refused |= session
                .saved
                .change(|profiles| profiles.save(profile))
                .is_err();
        }
        if self.keep.get_untracked() {
            let key = StoredKey {
                name: name.to_owned(),
                connection,
                idle,
            };
            refused |= stored_keys::keep(&key).is_err();
        }
        session.saved.set_refused(refused);
    }

    /// Begins with a known connection: opens it where its key is kept, else asks for the key.
    fn begin_with(self, session: ConnectionSession, entrance: SavedConnection) {
        if self.busy.get_untracked() {
            return;
        }
        self.wipe();
        self.errors.set(Vec::new());
        self.found.set(None);
        if let Some(profile) = &entrance.profile {
            self.provider.set(profile.provider);
            self.base_url.set(profile.base_url.clone());
            self.org.set(profile.org.clone());
            self.name.set(profile.name.clone());
            self.idle.set(profile.idle);
        }
        self.save.set(entrance.profile.is_some());
        let kept = entrance.slot.as_deref().and_then(stored_keys::read);
        self.keep.set(kept.is_some());
        match kept {
            Some(kept) if !self.connectivity.is_offline_now() => {
                self.idle.set(kept.idle);
                self.connect(session, kept.connection, Some(entrance.name));
            }
            _ => {
                if entrance.slot.is_some() {
                    session.saved.reload();
                }
                if let Some(first) = Field::first_key(entrance.provider) {
                    focus::soon(first.id());
                }
            }
        }
    }
}

/// Enter a connection, check it, open it.
#[component]
pub(super) fn ConnectionForm() -> impl IntoView {
    let session = ConnectionSession::shared();
    let form = Form::new();
    Effect::new(move |_| {
        if let Some(entrance) = session.wanted().get() {
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
        form.wish(session, Wish::Connect);
    };
    let off = move || (form.busy.get() || form.connectivity.is_offline()).to_string();
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
            <h2 id="form-heading" tabindex="-1">{text::form_heading()}</h2>
            <form novalidate on:submit=submit>
                <fieldset class="radios">
                    <legend>{text::vendor()}</legend>
                    {vendors}
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
                {memory(form)}
                <p class="hint" data-icon="shield">
                    {move || {
                        let minutes = form.idle.get().minutes().into();
                        if form.keep.get() { text::kept_keys_hint(minutes) } else { text::keys_hint(minutes) }
                    }}
                </p>
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
                <div class="actions">
                    <button type="submit" class="button primary" aria-disabled=off aria-describedby="needs-network">
                        {text::connect()}
                    </button>
                    <button
                        type="button"
                        class="button"
                        aria-disabled=off
                        aria-describedby="needs-network"
                        on:click=move |_| form.wish(session, Wish::Check)
                    >
                        {text::check()}
                    </button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
