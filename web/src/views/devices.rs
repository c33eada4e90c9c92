//! The devices' panel: name some, see which are chosen.

pub(crate) mod chosen_devices;
pub(crate) mod device_box;
pub(crate) mod picker;
pub(crate) mod picker_table;
pub(crate) mod unread_devices;

use countermand_console::{
    fleet::Fleet,
    text::{self as table, devices as text},
};
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{
        devices::chosen_devices::ChosenDevices, devices::device_box::DeviceBox,
        review::org_scan::everywhere,
    },
};

/// Choose devices: a form as long as there are none, and then a button with a drawer.
#[component]
pub(crate) fn Devices() -> impl IntoView {
    let console = Console::shared();
    let count = Memo::new(move |_| console.table.fleet.with(Fleet::len));
    let some = Memo::new(move |_| count.get() > 0);
    let failed = move || {
        let why = console.devices.all_failed.get()?;
        Some(view! { <p class="notice" data-tone="warning" role="alert">{why}</p> }.into_any())
    };
    view! {
        <section class="devices" aria-labelledby="devices-heading">
            {move || some.get().then(|| opener(count))}
            {failed}
            <div class="card drawer" id="devices-panel" popover=move || some.get().then_some("auto")>
                {panel(console)}
            </div>
        </section>
    }
}

/// Says how many there are, and opens the drawer.
fn opener(count: Memo<usize>) -> AnyView {
    view! {
        <button type="button" class="button" popovertarget="devices-panel" data-icon="devices" title=text::change()>
            {move || table::devices(count.get())}
        </button>
    }
    .into_any()
}

fn panel(console: Console) -> AnyView {
    view! {
        <div class="drawer-head">
            <h2 id="devices-heading" tabindex="-1">{text::heading()}</h2>
            <button
                type="button"
                class="button quiet small icon"
                data-icon="cross"
                popovertarget="devices-panel"
                popovertargetaction="hide"
                aria-label=text::keep()
            ></button>
        </div>
        <ChosenDevices/>
        <DeviceBox/>
        <div class="device-ways">
            <button type="button" class="button" id="pick" data-icon="list" on:click=move |_| console.devices.open_picker()>
                {text::pick()}
            </button>
            <button
                type="button"
                class="button quiet"
                id="choose-all"
                aria-disabled=move || console.devices.is_choosing_all.get().to_string()
                on:click=move |_| console.devices.choose_all()
            >
                {move || if console.devices.is_choosing_all.get() { text::loading() } else { text::all() }}
            </button>
        </div>
        {everywhere(console)}
    }
    .into_any()
}
