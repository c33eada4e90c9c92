//! The devices' panel: name some, see which are chosen.

pub(crate) mod chosen_devices;
pub(crate) mod device_box;
pub(crate) mod picker;
pub(crate) mod picker_table;
pub(crate) mod unread_devices;

use countermand_console::text::devices as text;
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{
        devices::chosen_devices::ChosenDevices, devices::device_box::DeviceBox,
        review::org_scan::everywhere,
    },
};

/// Choose devices.
#[component]
pub(crate) fn Devices() -> impl IntoView {
    let console = Console::shared();
    view! {
        <section class="card devices" aria-labelledby="devices-heading">
            <h2 id="devices-heading" tabindex="-1">{text::heading()}</h2>
            <DeviceBox/>
            <button type="button" class="button wide" id="pick" data-icon="list" on:click=move |_| console.devices.open_picker()>
                {text::pick()}
            </button>
            <button
                type="button"
                class="button quiet wide"
                id="choose-all"
                aria-disabled=move || console.devices.is_choosing_all.get().to_string()
                on:click=move |_| console.devices.choose_all()
            >
                {move || if console.devices.is_choosing_all.get() { text::loading() } else { text::all() }}
            </button>
            {move || {
                console.devices.all_failed.get().map(|why| view! { <p class="notice" data-tone="warning" role="alert">{why}</p> }.into_any())
            }}
            <ChosenDevices/>
            {everywhere(console)}
        </section>
    }
}
