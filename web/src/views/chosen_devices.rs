//! The chosen devices, each with what waits on it.

use countermand_core_model::DeviceRef;
use leptos::prelude::*;

use crate::{
    console::Console,
    platform::focus,
    state::fleet::{Fleet, Reading},
    text::{self, devices as words},
};

/// The list of chosen devices.
#[component]
pub(super) fn ChosenDevices() -> impl IntoView {
    let console = Console::shared();
    let refs = Memo::new(move |_| console.fleet.with(|fleet| fleet.refs()));
    let none = Memo::new(move |_| refs.with(Vec::is_empty));
    move || {
        if none.get() {
            return view! { <p class="hint">{words::none()}</p> }.into_any();
        }
        view! {
            <div class="chosen-head">
                <h3 id="chosen-heading">{move || words::chosen(refs.with(Vec::len))}</h3>
                <button
                    type="button"
                    class="button quiet small"
                    on:click=move |_| {
                        console.remove_all();
                        focus::soon("device-box");
                    }
                >
                    {words::remove_all()}
                </button>
            </div>
            <ul class="chosen" aria-labelledby="chosen-heading">
                <For each=move || refs.get() key=|device| device.clone() let:device>
                    <ChosenDevice device/>
                </For>
            </ul>
        }
        .into_any()
    }
}

/// What is shown of a device beside its name.
#[derive(Clone, PartialEq)]
struct Standing {
    going: bool,
    failed: bool,
    read: bool,
    waiting: usize,
}

impl Standing {
    fn of(fleet: &Fleet, device: &DeviceRef) -> Option<Self> {
        let ix = fleet.store().find(device)?;
        let standing = fleet.standing(ix);
        Some(Self {
            going: standing.reading == Reading::Going,
            failed: matches!(standing.reading, Reading::Failed(_)),
            read: standing.read_at.is_some(),
            waiting: fleet.store().device(ix).waiting(),
        })
    }

    fn words(&self) -> String {
        match self {
            Self { failed: true, .. } => words::failed().to_owned(),
            Self {
                going: true,
                read: false,
                ..
            } => words::reading().to_owned(),
            Self { waiting, .. } => words::waiting(*waiting),
        }
    }
}

#[component]
fn ChosenDevice(device: DeviceRef) -> impl IntoView {
    let console = Console::shared();
    let (full, short) = (device.to_string(), text::short(&device));
    let name = console.fleet.with_untracked(|fleet| {
        let store = fleet.store();
        Some(store.device(store.find(&device)?).name()?.to_owned())
    });
    let standing = Memo::new({
        let device = device.clone();
        move |_| console.fleet.with(|fleet| Standing::of(fleet, &device))
    });
    let of = move |look: fn(&Standing) -> bool| {
        standing.with(|standing| standing.as_ref().is_some_and(look))
    };
    let everything = {
        let device = device.clone();
        move |_| console.review_everything(&device)
    };
    let cancel_label = words::cancel_all_on(&full);
    let cancel_id = format!("everything-{full}");
    let remove = move |_| {
        console.remove(&device);
        focus::soon("devices-heading");
    };
    view! {
        <li class="device" data-going=move || of(|standing| standing.going).then_some("")>
            <div class="device-name">
                {name.map(|name| view! { <span>{name}</span> })}
                <span class="mono" title=full.clone()>{short}</span>
            </div>
            <span class="device-standing" data-tone=move || if of(|standing| standing.failed) { "bad" } else { "quiet" }>
                {move || standing.with(|standing| standing.as_ref().map(Standing::words))}
            </span>
            <div class="device-actions">
                {move || {
                    of(|standing| standing.waiting > 0)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button danger-quiet small"
                                    id=cancel_id.clone()
                                    aria-label=cancel_label.clone()
                                    disabled=move || console.run_goes_on()
                                    on:click=everything.clone()
                                >
                                    {words::cancel_all()}
                                </button>
                            }
                        })
                }}
                <button type="button" class="button quiet small icon" data-icon="cross" aria-label=words::remove(&full) on:click=remove>
                </button>
            </div>
        </li>
    }
}
