//! What is entered into the connection form, and what is done with it.

use countermand_client::Connection;
use countermand_console::{
    connection_form::{self, Entered, Field, FieldError},
    problem::Problem,
    profiles::Profile,
    saved_connections::SavedConnection,
    stored_key::StoredKey,
    text::connect as text,
};
use countermand_core_model::{KeyField, Provider, Secret};
use leptos::{html, prelude::*};

use crate::{
    console::{
        connecting, connection_session::ConnectionSession, connectivity::Connectivity, stored_keys,
    },
    platform::focus,
    views::connect::{field::FieldValue, remember::Remember},
};

/// What the form is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// Check the connection.
    Check,
    /// Check it and open it.
    Connect,
}

/// The form's parts. Copies are the same form.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) provider: RwSignal<Provider>,
    base_url: RwSignal<String>,
    org: RwSignal<String>,
    /// The controls of every provider's keys.
    keys: StoredValue<Vec<(&'static KeyField, NodeRef<html::Input>)>>,
    pub(crate) errors: RwSignal<Vec<FieldError>>,
    pub(crate) busy: RwSignal<bool>,
    pub(crate) found: RwSignal<Option<Result<String, Problem>>>,
    pub(crate) remember: Remember,
    pub(crate) connectivity: Connectivity,
}

impl Form {
    pub(crate) fn new() -> Self {
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
            remember: Remember::new(),
            connectivity: Connectivity::shared(),
        }
    }

    pub(crate) fn kept(self, field: Field) -> FieldValue {
        match field {
            Field::BaseUrl => FieldValue::Plain(self.base_url),
            Field::Org => FieldValue::Plain(self.org),
            Field::Key(key) => FieldValue::Secret(self.control(key)),
        }
    }

    fn control(self, key: &KeyField) -> NodeRef<html::Input> {
        self.keys.with_value(|keys| {
            let found = keys.iter().find(|(field, _)| *field == key);
            found.map(|(_, node)| *node).unwrap_or_default()
        })
    }

    pub(crate) fn choose(self, provider: Provider) {
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

    pub(crate) fn wipe(self) {
        self.keys.with_value(|keys| {
            for (_, node) in keys {
                if let Some(Some(input)) = node.try_get_untracked() {
                    input.set_value("");
                }
            }
        });
    }

    pub(crate) fn request(self, session: ConnectionSession, request: Request) {
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
        match request {
            Request::Check => self.check(connection),
            Request::Connect => self.connect(session, connection, None),
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
        let idle = self.remember.idle.get_untracked();
        leptos::task::spawn_local(async move {
            let opened = connecting::open(connection.clone(), name, Vec::new(), idle).await;
            self.busy.try_set(false);
            match opened {
                Ok(mut open) => {
                    open.is_key_typed = !self.remember.keep.get_untracked();
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
        let idle = self.remember.idle.get_untracked();
        let mut refused = false;
        if self.remember.save.get_untracked() {
            let profile = Profile {
                name: match self.remember.name.get_untracked() {
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
        if self.remember.keep.get_untracked() {
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
    pub(crate) fn begin_with(self, session: ConnectionSession, entrance: SavedConnection) {
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
            self.remember.name.set(profile.name.clone());
            self.remember.idle.set(profile.idle);
        }
        self.remember.save.set(entrance.profile.is_some());
        let kept = entrance.slot.as_deref().and_then(stored_keys::read);
        self.remember.keep.set(kept.is_some());
        match kept {
            Some(kept) if !self.connectivity.is_offline_now() => {
                self.remember.idle.set(kept.idle);
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
