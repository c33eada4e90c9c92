//! The devices' panel: name some, see which are chosen.

use countermand_console::text::devices as text;
use leptos::prelude::*;

use super::{chosen_devices::ChosenDevices, device_box::DeviceBox, org_scan::everywhere};
use crate::console::Console;

/// Choose devices.
#[component]
pub(super) fn Devices() -> impl IntoView {
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
                aria-disabled=move || console.devices.is_choosing_all().get().to_string()
                on:click=move |_| console.devices.choose_all()
            >
                {move || if console.devices.is_choosing_all().get() { text::loading() } else { text::all() }}
            </button>
            {move || {
                console.devices.all_failed().get().map(|why| view! { <p class="notice" data-tone="warning" role="alert">{why}</p> }.into_any())
            }}
            <ChosenDevices/>
            {everywhere(console)}
        </section>
    }
}
