//! Devices that could not be read, or whose list may not be complete.

use countermand_console::{
    device_name::called,
    relative_time::ago,
    text::{self, devices as words, table},
    unread::{Cause, StruckDevice, causes, struck},
};
use leptos::prelude::*;

use crate::console::{Console, connectivity::Connectivity};

/// So many devices are named without being asked for.
const FEW: usize = 3;

/// Each cause with the devices that it struck, and the way to try again.
#[component]
pub(crate) fn Unread() -> impl IntoView {
    let console = Console::shared();
    let connectivity = Connectivity::shared();
    let told = Memo::new(move |_| {
        let mut causes = console.table.fleet.with(causes);
        // The page's banner says it already.
        let is_offline = connectivity.is_offline();
        causes.retain(|cause| !(is_offline && cause.problem.is_offline()));
        causes
    });
    let incomplete = Memo::new(move |_| {
        console.table.fleet.with(|fleet| {
            fleet
                .devices()
                .filter_map(|(device, status)| {
                    // Mostly none is, and a name takes time.
                    let incomplete = status.incomplete?;
                    Some(incomplete.text(&called(device.name(), device.device())))
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        {move || {
            let causes = told.get();
            if causes.is_empty() {
                return ().into_any();
            }
            let causes = causes.into_iter().map(|cause| notice(console, cause)).collect_view();
            view! { <div class="unread" role="alert">{causes}</div> }.into_any()
        }}
        {move || {
            incomplete
                .get()
                .into_iter()
                .map(|why| view! { <p class="notice" data-tone="warning">{why}</p> })
                .collect_view()
        }}
    }
}

fn notice(console: Console, cause: Cause) -> AnyView {
    let (count, left) = (cause.count, cause.count - cause.named.len());
    let label = match cause.named.as_slice() {
        [one] => words::try_again(&one.called),
        _ => table::try_all().to_owned(),
    };
    let stale = cause.read_at;
    let stale = stale.map(|at| move || table::stale(&ago(at, console.clock.now.get())));
    // A few are named at once.
    let few = cause.named.iter().map(|one| one.called.clone());
    let few = (count <= FEW).then(|| text::list(few));
    let named = cause.named.into_iter().map(item).collect_view();
    let problem = cause.problem;
    let said = table::problem(text::again(&problem.title), text::again(&problem.advice));
    let retry = move |_| {
        let devices = console
            .table
            .fleet
            .with_untracked(|fleet| struck(fleet, &problem));
        console.reader.read(devices);
    };
    view! {
        <div class="notice" data-tone="bad">
            <p class="notice-title">{table::failed_devices(count)} " " <span class="mono">{few}</span></p>
            <p>{said} {stale.map(|stale| view! { " " <strong>{stale}</strong> })}</p>
            <details>
                <summary>{text::detail()}</summary>
                <ul>{named}</ul>
                {(left > 0).then(|| view! { <p>{table::more_unread(left)}</p> })}
            </details>
            <button type="button" class="button small" aria-label=label on:click=retry>{text::try_again()}</button>
        </div>
    }
    .into_any()
}

fn item(struck: StruckDevice) -> AnyView {
    view! { <li><span class="mono">{struck.called}</span> " " {struck.detail}</li> }.into_any()
}
