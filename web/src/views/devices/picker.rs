//! The provider's list of devices, in a dialog.

use std::collections::HashSet;

use countermand_console::{
    picker::{Listed, picked},
    text::{self, devices as words},
};
use countermand_core_model::{Device, DeviceRef};
use leptos::{ev, prelude::*};

use crate::{
    console::Console,
    platform::focus,
    views::{devices::picker_table::PickerTable, elements::ProblemNotice, elements::modal::Modal},
};

/// Search, pick, add.
#[component]
pub(crate) fn Picker() -> impl IntoView {
    let console = Console::shared();
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(HashSet::<DeviceRef>::new());
    let close = move || console.devices.close_picker();
    let add = move |_| {
        let devices = console
            .devices
            .picker
            .with_untracked(|picker| match picker {
                Some(Listed::Ready { devices, .. }) => {
                    chosen.with_untracked(|chosen| picked(devices, chosen))
                }
                _ => Vec::new(),
            });
        let count = devices.len();
        close();
        console.devices.choose_listed(&devices);
        console.announcer.say(words::added(count, 0, 0));
    };
    let body = move || {
        match console.devices.picker.get() {
        None => ().into_any(),
        Some(Listed::Loading) => {
            view! { <p class="busy" role="status">{words::loading()}</p> }.into_any()
        }
        Some(Listed::Failed(problem)) => view! {
            <ProblemNotice problem/>
            <button type="button" class="button" on:click=move |_| console.devices.open_picker()>{text::try_again()}</button>
        }
        .into_any(),
        Some(Listed::Ready { devices, whole }) => ready(devices, whole, search, chosen),
    }
    };
    view! {
        <Modal id="picker-title" title=words::picker().to_owned() class="dialog wide" fallback="pick" on_close=close>
            <div class="dialog-body">{body}</div>
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    disabled=move || chosen.with(HashSet::is_empty)
                    on:click=add
                >
                    {move || words::add_selected(chosen.with(HashSet::len))}
                </button>
                <button type="button" class="button" on:click=move |_| close()>{words::keep()}</button>
            </div>
        </Modal>
    }
}

fn ready(
    devices: Vec<Device>,
    whole: bool,
    search: RwSignal<String>,
    chosen: RwSignal<HashSet<DeviceRef>>,
) -> AnyView {
    if devices.is_empty() {
        return view! { <p class="hint">{words::empty()}</p> }.into_any();
    }
    // The dialog was opened before there was anything to search in.
    focus::soon("picker-search");
    // Enter in the search must not leave the page.
    let submit = move |event: ev::SubmitEvent| event.prevent_default();
    view! {
        <form class="field" role="search" novalidate on:submit=submit>
            <label for="picker-search">{words::search()}</label>
            <input
                id="picker-search"
                type="search"
                autocomplete="off"
                spellcheck="false"
                aria-describedby="picker-hint"
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
            />
            <p class="hint" id="picker-hint">{words::search_hint()}</p>
        </form>
        {(!whole).then(|| view! { <p class="notice" data-tone="warning">{words::not_whole()}</p> })}
        <PickerTable devices=StoredValue::new(devices) search chosen/>
    }
    .into_any()
}
