//! The table of the provider's devices.

use std::collections::HashSet;

use countermand_console::{device_name::called, picker::matching, text::devices as words};
use countermand_core_model::{Device, DeviceRef};
use leptos::prelude::*;

/// The devices in which the search occurs, to be picked.
#[component]
pub(crate) fn PickerTable(
    devices: StoredValue<Vec<Device>>,
    /// What is looked for.
    search: RwSignal<String>,
    /// Which are picked.
    chosen: RwSignal<HashSet<DeviceRef>>,
) -> impl IntoView {
    move || {
        let search = search.get();
        let (rows, shown, total) = devices.with_value(|devices| {
            let (shown, total) = matching(devices, &search);
            let refs: Vec<DeviceRef> = shown.iter().map(|device| device.device.clone()).collect();
            (
                shown
                    .into_iter()
                    .map(|device| row(device, chosen))
                    .collect_view(),
                refs,
                total,
            )
        });
        if total == 0 {
            return view! { <p class="hint" role="status">{words::nothing_found()}</p> }.into_any();
        }
        let count = shown.len();
        view! {
            <div class="table-scroll" tabindex="0" role="group" aria-labelledby="picker-found">
                <table class="plain">
                    <caption id="picker-found">{words::found(count, total)}</caption>
                    {head(shown, chosen)}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    }
}

/// The head, with a box for all devices that are shown.
fn head(shown: Vec<DeviceRef>, chosen: RwSignal<HashSet<DeviceRef>>) -> AnyView {
    let count = shown.len();
    let all = StoredValue::new(shown);
    let all_chosen = move || {
        all.with_value(|all| chosen.with(|chosen| all.iter().all(|device| chosen.contains(device))))
    };
    let toggle_all = move |event| {
        let on = event_target_checked(&event);
        all.with_value(|all| {
            chosen.update(|chosen| {
                for device in all {
                    if on {
                        chosen.insert(device.clone());
                    } else {
                        chosen.remove(device);
                    }
                }
            });
        });
    };
    view! {
        <thead>
            <tr>
                <th scope="col">
                    <input
                        type="checkbox"
                        aria-label=words::pick_all(count)
                        prop:checked=all_chosen
                        on:change=toggle_all
                    />
                </th>
                <th scope="col">{words::column_name()}</th>
                <th scope="col">{words::column_device()}</th>
                <th scope="col">{words::column_status()}</th>
                <th scope="col">{words::column_details()}</th>
            </tr>
        </thead>
    }
    .into_any()
}

fn row(device: &Device, chosen: RwSignal<HashSet<DeviceRef>>) -> AnyView {
    let reference = device.device.clone();
    let short = reference.short();
    let label = words::pick_one(&called(device.name.as_deref(), &reference));
    let details: Vec<String> = device
        .details
        .iter()
        .map(|(label, value)| format!("{label} {value}"))
        .collect();
    let is_chosen = {
        let reference = reference.clone();
        move || chosen.with(|chosen| chosen.contains(&reference))
    };
    let toggle = move |event| {
        let on = event_target_checked(&event);
        chosen.update(|chosen| {
            if on {
                chosen.insert(reference.clone());
            } else {
                chosen.remove(&reference);
            }
        });
    };
    view! {
        <tr>
            <td>
                <input type="checkbox" aria-label=label prop:checked=is_chosen on:change=toggle/>
            </td>
            <td>{device.name.clone()}</td>
            <td class="mono">{short}</td>
            <td>{device.status.clone()}</td>
            <td class="faint">{details.join(" · ")}</td>
        </tr>
    }
    .into_any()
}
