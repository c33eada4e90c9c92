//! The devices' panel: name some, see which are chosen.

use leptos::prelude::*;

use super::{chosen_devices::ChosenDevices, device_box::DeviceBox};
use crate::{console::Console, text::devices as text};

/// Choose devices.
#[component]
pub(super) fn Devices() -> impl IntoView {
    let console = Console::shared();
    view! {
        <section class="card devices" aria-labelledby="devices-heading">
            <h2 id="devices-heading" tabindex="-1">{text::heading()}</h2>
            <DeviceBox/>
            <button type="button" class="button wide" id="pick" data-icon="list" on:click=move |_| console.open_picker()>
                {text::pick()}
            </button>
            <ChosenDevices/>
        </section>
    }
}
