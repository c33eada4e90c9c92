//! Which commands are shown: each choice with what it would show.

mod choice;
pub(crate) mod kinds;
mod severity;
pub(crate) mod states;
pub(crate) mod times;

use countermand_console::{
    device_name::briefly,
    rows::default_filter,
    text::{self, table as words},
};
use countermand_core_model::{SearchText, is_blank};
use leptos::prelude::*;

use self::{kinds::kinds, severity::severity, times::times};
use crate::{console::Console, platform::focus};

/// Severity, kinds, times, devices and a text, each beside the others.
#[component]
pub(crate) fn Filters() -> impl IntoView {
    let console = Console::shared();
    view! {
        <div class="filters" role="search">
            {search(console)}
            {severity(console)}
            {kinds(console)}
            {times(console)}
            {devices(console)}
            {reset(console)}
        </div>
    }
}

fn search(console: Console) -> AnyView {
    view! {
        <input
            type="search"
            id="filter-text"
            class="search"
            aria-label=words::search()
            placeholder=words::search_hint()
            autocomplete="off"
            spellcheck="false"
            prop:value=move || {
                console.table.filter.with(|filter| filter.commands.text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default())
            }
            on:keydown=move |event| {
                if event.key() == "ArrowDown" && !event.is_composing() {
                    event.prevent_default();
                    focus::first_row();
                }
            }
            on:input=move |event| {
                let text = event_target_value(&event);
                // What cannot be seen is not searched for.
                let text = if is_blank(&text) { None } else { SearchText::typed(&text) };
                console.table.filter_by(|filter| filter.commands.text = text);
            }
        />
    }
    .into_any()
}

/// The devices that the table is narrowed down to.
fn devices(console: Console) -> AnyView {
    let chosen = Memo::new(move |_| console.table.filter.with(|filter| filter.devices.clone()));
    (move || {
        let chosen = chosen.get();
        let (called, label) = match chosen.as_slice() {
            [] => return ().into_any(),
            [one] => {
                let name = console.table.device_name(one);
                (
                    console.table.device_called(one),
                    briefly(name.as_deref(), one),
                )
            }
            several => (text::devices(several.len()), text::devices(several.len())),
        };
        view! {
            <button
                type="button"
                class="filter"
                aria-pressed="true"
                aria-label=words::not_only(&called)
                title=called
                on:click=move |_| {
                    console.table.filter_by(|filter| filter.devices.clear());
                    focus::by_id("filter-text");
                }
            >
                {words::of_devices()}
                ": "
                {label}
                " ×"
            </button>
        }
        .into_any()
    })
    .into_any()
}

fn reset(console: Console) -> AnyView {
    let waits = default_filter();
    let more = Memo::new(move |_| {
        console
            .table
            .filter
            .with(|filter| !filter.is_only_of_states())
    });
    (move || {
        let waits = waits.clone();
        more.get()
            .then(|| {
                view! {
                    <button
                        type="button"
                        class="button quiet small"
                        on:click=move |_| {
                            console.table.filter_by(|filter| *filter = waits.clone());
                            focus::by_id("filter-text");
                        }
                    >
                        {words::reset()}
                    </button>
                }
            })
            .into_any()
    })
    .into_any()
}
