//! The palette: every command of the console, the devices and the connections, found by a few letters.

use std::sync::Arc;

use countermand_console::{
    device_name::called,
    palette::{best, moved},
    rows::title_of_row,
    saved_connections::SavedConnection,
    shortcuts::Action,
    text::{self as texts, shortcuts as text},
};
use countermand_core_model::{DeviceRef, SearchText};
use countermand_table::RowId;
use leptos::{ev, prelude::*};

use crate::{
    console::{
        actions::{Actions, COMMANDS, FIND},
        connection_session::{ConnectionSession, Leaving},
    },
    platform::{focus, keyboard},
    views::{elements::modal::Modal, page::help_sheet::keys},
};

/// What can be chosen.
#[derive(Clone)]
enum Entry {
    Do(Action),
    /// A device, and what it is called.
    Device(DeviceRef, String),
    /// A command, and what it is called.
    Command(RowId, String),
    Switch(Box<SavedConnection>),
}

impl Entry {
    fn label(&self) -> String {
        match self {
            Self::Do(action) => action.label().to_owned(),
            Self::Device(_, name) => text::to_device(name),
            Self::Command(_, name) => text::to_command(name),
            Self::Switch(to) => text::to_connection(&to.name),
        }
    }

    fn choose(self, actions: Actions, session: ConnectionSession) {
        match self {
            Self::Do(action) => {
                actions.run(action);
            }
            Self::Command(row, _) => {
                if let Some(console) = session.console.get_untracked() {
                    console.details.open(row);
                }
            }
            Self::Device(device, _) => {
                keyboard::fill(FIND, &texts::short(&device));
                focus::soon(COMMANDS);
            }
            Self::Switch(to) => session.leave(Leaving::Switch(Some(to))),
        }
    }
}

/// From so many letters on commands are searched, and at most so many are shown.
const SEARCHED_FROM: usize = 2;
const COMMANDS_FOUND: usize = 10;

fn id(at: usize) -> String {
    format!("palette-{at}")
}

/// A dialog with a field and the list of what fits.
#[component]
pub(crate) fn Palette() -> impl IntoView {
    let (actions, session) = (Actions::shared(), ConnectionSession::shared());
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let known = StoredValue::new(known(actions, session));
    let found = Memo::new_with_compare(
        move |_| {
            at.set(0);
            typed.with(|typed| {
                let commands = commands(session, typed);
                known.with_value(|known| {
                    let mut found = best(known.iter().cloned(), Entry::label, typed);
                    found.extend(commands);
                    Arc::new(found)
                })
            })
        },
        |_, _| true,
    );
    let close = move || actions.palette.close();
    let choose = move |entry: Entry| {
        close();
        // Once the dialog is gone and the focus is back where it was.
        request_animation_frame(move || entry.choose(actions, session));
    };
    let pressed = move |event: ev::KeyboardEvent| {
        if let Some(entry) = pressed(&event, found, at) {
            choose(entry);
        }
    };
    let options = move || {
        found
            .get()
            .iter()
            .enumerate()
            .map(|(place, entry)| option(place, entry.clone(), at, choose))
            .collect_view()
    };
    let nothing = move || {
        found
            .with(|found| found.is_empty())
            .then(|| view! { <p class="hint">{text::nothing()}</p> })
    };
    view! {
        <Modal id="palette-title" title=text::palette_title().to_owned() class="dialog palette" fallback="content" on_close=close>
            <input
                type="text"
                role="combobox"
                autofocus
                autocomplete="off"
                spellcheck="false"
                aria-labelledby="palette-title"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-autocomplete="list"
                aria-activedescendant=move || found.with(|found| !found.is_empty()).then(|| id(at.get()))
                placeholder=text::palette_hint()
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=pressed
            />
            <div id="palette-list" role="listbox" aria-labelledby="palette-title">{options}</div>
            <div role="status">{nothing}</div>
        </Modal>
    }
    .into_any()
}

/// Moves among the entries by the arrow keys; returns the entry that Enter chooses.
fn pressed(
    event: &ev::KeyboardEvent,
    found: Memo<Arc<Vec<Entry>>>,
    at: RwSignal<usize>,
) -> Option<Entry> {
    if event.is_composing() {
        return None;
    }
    let key = event.key();
    let count = found.with(|found| found.len());
    if let Some(to) = moved(at.get_untracked(), count, &key) {
        event.prevent_default();
        at.set(to);
        focus::into_view(&id(to));
    } else if key == "Enter" {
        event.prevent_default();
        return found.with(|found| found.get(at.get_untracked()).cloned());
    }
    None
}

/// What can be chosen now: the commands, the connections, the chosen devices.
fn known(actions: Actions, session: ConnectionSession) -> Vec<Entry> {
    let commands = Action::ALL
        .into_iter()
        .filter(|action| *action != Action::Palette && actions.is_available(*action))
        .map(Entry::Do);
    let connections = session.saved.all.get_untracked();
    let connections = connections
        .into_iter()
        .map(|to| Entry::Switch(Box::new(to)));
    let devices = session
        .console
        .get_untracked()
        .filter(|_| keyboard::can_click(FIND))
        .map(|console| {
            console.table.fleet.with_untracked(|fleet| {
                let devices = fleet.devices().map(|(device, _)| {
                    let reference = device.device();
                    Entry::Device(reference.clone(), called(device.name(), reference))
                });
                devices.collect::<Vec<_>>()
            })
        })
        .unwrap_or_default();
    commands.chain(connections).chain(devices).collect()
}

/// The first commands in which what was typed is found: by id, kind, name and device.
fn commands(session: ConnectionSession, typed: &str) -> Vec<Entry> {
    let text = SearchText::typed(typed).filter(|_| typed.trim().len() >= SEARCHED_FROM);
    let (Some(text), Some(console)) = (text, session.console.get_untracked()) else {
        return Vec::new();
    };
    console.table.fleet.with_untracked(|fleet| {
        let store = fleet.store();
        let found = store.search(&text, COMMANDS_FOUND).into_iter();
        let entries = found.map(|id| {
            let row = store.row(id);
            let device = row.device();
            let device = called(device.name(), device.device());
            let command = [title_of_row(row), device, row.id().to_string()];
            Entry::Command(id, command.join(" · "))
        });
        entries.collect()
    })
}

fn option(
    place: usize,
    entry: Entry,
    at: RwSignal<usize>,
    choose: impl Fn(Entry) + Copy + 'static,
) -> AnyView {
    let keys = match &entry {
        Entry::Do(action) => Some(keys(*action)),
        _ => None,
    };
    let label = entry.label();
    view! {
        <div
            id=id(place)
            role="option"
            aria-selected=move || (at.get() == place).to_string()
            // The focus stays in the field.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| choose(entry.clone())
        >
            <span>{label}</span>
            {keys}
        </div>
    }
    .into_any()
}
