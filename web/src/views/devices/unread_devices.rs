//! Devices that could not be read, or whose list may not be complete.

use countermand_console::{
    problem::Problem,
    relative_time::ago,
    text::{self, devices as words, table},
};
use countermand_core_model::{DeviceRef, Timestamp};
use leptos::prelude::*;

use crate::console::Console;

const LISTED: usize = 20;

/// A device that could not be read, when it was read last, and why it could not be.
type Failure = (DeviceRef, Option<Timestamp>, Problem);

/// Each device with its reason, and the way to try again.
#[component]
pub(crate) fn Unread() -> impl IntoView {
    let console = Console::shared();
    let failures = Memo::new(move |_| {
        console.table.fleet.with(|fleet| {
            fleet
                .problems()
                .map(|(device, status, problem)| {
                    (device.device().clone(), status.read_at, problem.clone())
                })
                .collect::<Vec<Failure>>()
        })
    });
    let incomplete = Memo::new(move |_| {
        console.table.fleet.with(|fleet| {
            fleet
                .devices()
                .filter_map(|(device, status)| {
                    let name = text::short(device.device());
                    Some(status.incomplete?.text(&name))
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        {move || if failures.with(Vec::is_empty) { ().into_any() } else { failed(console, failures.get()) }}
        {move || {
            incomplete
                .get()
                .into_iter()
                .map(|why| view! { <p class="notice" data-tone="warning">{why}</p> })
                .collect_view()
        }}
    }
}

fn failed(console: Console, failures: Vec<Failure>) -> AnyView {
    let many = failures.len() > 1;
    let left = failures.len().saturating_sub(LISTED);
    let items = failures
        .into_iter()
        .take(LISTED)
        .map(|failure| item(console, failure))
        .collect_view();
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="notice-title">{table::failed_heading()}</p>
            <ul class="unread">{items}</ul>
            {(left > 0).then(|| view! { <p>{table::more_unread(left)}</p> })}
            {many
                .then(|| {
                    view! {
                        <button type="button" class="button small" on:click=move |_| console.reader.retry_failed()>
                            {table::try_all()}
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

fn item(console: Console, (device, read_at, problem): Failure) -> AnyView {
    let stale = read_at.map(|at| move || table::stale(&ago(at, console.clock.now.get())));
    let full = device.to_string();
    view! {
        <li>
            <div>
                <strong class="mono">{text::short(&device)}</strong>
                " " {table::problem(text::again(&problem.title), text::again(&problem.advice))}
                {stale.map(|stale| view! { " " <strong>{stale}</strong> })}
                <details>
                    <summary>{text::detail()}</summary>
                    <span class="mono">{problem.detail}</span>
                </details>
            </div>
            <button
                type="button"
                class="button small"
                aria-label=words::try_again(&full)
                on:click=move |_| console.reader.read(vec![device.clone()])
            >
                {text::try_again()}
            </button>
        </li>
    }
    .into_any()
}
