//! When the commands were read, and the ways to read them again.

use countermand_console::{
    fleet::Fleet,
    relative_time::ago,
    text::{network, table as text},
};
use leptos::prelude::*;

use crate::console::{Console, auto_refresh::INTERVALS, connectivity::Connectivity};

/// From how many devices on a progress bar shows how far reading them is.
const MANY: usize = 10;

/// When the commands were read, auto-refresh, and the refresh button.
#[component]
pub(crate) fn Freshness() -> impl IntoView {
    let console = Console::shared();
    let (fleet, connectivity) = (console.table.fleet, Connectivity::shared());
    let words = move || fleet.with(|fleet| age(console, fleet));
    let going = move || fleet.with(|fleet| fleet.going() > 0);
    let share = move || fleet.with(|fleet| (fleet.len() - fleet.going(), fleet.len()));
    let many = Memo::new(move |_| fleet.with(|fleet| fleet.going() > 0 && fleet.len() > MANY));
    view! {
        <div class="freshness">
            <span class="faint" data-going=move || going().then_some("")>{words}</span>
            {move || {
                many.get()
                    .then(|| {
                        view! {
                            <progress
                                aria-label=words
                                max=move || share().1.to_string()
                                value=move || share().0.to_string()
                            ></progress>
                        }
                        .into_any()
                    })
            }}
            {interval(console)}
            <button
                type="button"
                class="button small"
                data-icon="refresh"
                aria-disabled=move || (going() || connectivity.is_offline()).to_string()
                title=move || connectivity.is_offline().then_some(network::needs_network())
                on:click=move |_| {
                    if !untrack(going) {
                        console.reader.refresh();
                    }
                }
            >
                {text::refresh()}
            </button>
        </div>
    }
}

fn age(console: Console, fleet: &Fleet) -> String {
    let (going, total) = (fleet.going(), fleet.len());
    match fleet.read_at() {
        // One device or two that auto-refresh reads again are no news.
        _ if going > 0
            && (console.auto_refresh.interval.get() == 0 || fleet.read_at().is_none()) =>
        {
            text::reading(total - going, total)
        }
        Some(at) if fleet.problems().next().is_some() => {
            text::stale_since(&ago(at, console.clock.now.get()))
        }
        Some(at) => text::updated(&ago(at, console.clock.now.get())),
        None => String::new(),
    }
}

/// The choice of auto-refresh.
fn interval(console: Console) -> AnyView {
    let interval = console.auto_refresh.interval;
    let choices = INTERVALS
        .into_iter()
        .map(|seconds| {
            let label = match seconds {
                0 => text::live_off().to_owned(),
                seconds => text::live_every(seconds as usize),
            };
            view! {
                <option value=seconds.to_string() prop:selected=move || interval.get() == seconds>{label}</option>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <label class="live">
            <span class="faint">{text::live()}</span>
            <select
                id="live"
                on:change=move |event| {
                    console.auto_refresh.set_interval(event_target_value(&event).parse().unwrap_or_default());
                }
            >
                {choices}
            </select>
        </label>
    }
    .into_any()
}
