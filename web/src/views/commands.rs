//! The commands' panel: what was read, and what cannot be shown.

use countermand_table::Filter;
use leptos::prelude::*;

use super::{
    action_bar::ActionBar, empty::Empty, filters::Filters, table::CommandTable, unread::Unread,
};
use crate::{console::Console, state::ago::ago, text::table as text};

/// What is to be seen at all.
#[derive(Clone, PartialEq)]
enum Stage {
    NoDevices,
    Loading,
    AllFailed,
    Nothing(Filter),
    Rows,
}

/// Filters, table, and the way to cancel.
#[component]
pub(super) fn Commands() -> impl IntoView {
    let console = Console::shared();
    let stage = Memo::new(move |_| {
        console.fleet.with(|fleet| match fleet.len() {
            0 => Stage::NoDevices,
            _ if console.view.with(|view| !view.rows.is_empty()) => Stage::Rows,
            _ if !fleet.is_read() && fleet.going() > 0 => Stage::Loading,
            _ if !fleet.is_read() => Stage::AllFailed,
            _ => Stage::Nothing(console.filter.get()),
        })
    });
    let some = Memo::new(move |_| console.fleet.with(|fleet| !fleet.is_empty()));
    view! {
        <section class="card commands" aria-labelledby="commands">
            <div class="commands-head">
                <h2 id="commands" tabindex="-1">{text::heading()}</h2>
                {move || some.get().then(|| view! { <Freshness/> }.into_any())}
            </div>
            {move || some.get().then(|| view! { <Filters/> }.into_any())}
            <Unread/>
            {move || match stage.get() {
                Stage::NoDevices => {
                    view! { <Empty icon="devices" title=text::no_devices() hint=text::no_devices_hint()/> }.into_any()
                }
                Stage::Loading => skeleton(),
                Stage::AllFailed => {
                    view! { <Empty icon="unread" title=text::all_failed() hint=text::all_failed_hint()/> }.into_any()
                }
                Stage::Nothing(filter) => nothing(console, filter),
                Stage::Rows => view! { <CommandTable/> <ActionBar/> }.into_any(),
            }}
        </section>
    }
}

/// When it was read, and the way to read it again.
#[component]
fn Freshness() -> impl IntoView {
    let console = Console::shared();
    let words = move || {
        console.fleet.with(|fleet| {
            let (going, total) = (fleet.going(), fleet.len());
            match fleet.read_at() {
                _ if going > 0 => text::reading(total - going, total),
                Some(at) => text::updated(&ago(at, console.now.get())),
                None => String::new(),
            }
        })
    };
    let going = move || console.fleet.with(|fleet| fleet.going() > 0);
    view! {
        <div class="freshness">
            <span class="faint" data-going=move || going().then_some("")>{words}</span>
            <button
                type="button"
                class="button small"
                data-icon="refresh"
                aria-disabled=move || going().to_string()
                on:click=move |_| {
                    if !console.fleet.with_untracked(|fleet| fleet.going() > 0) {
                        console.refresh();
                    }
                }
            >
                {text::refresh()}
            </button>
        </div>
    }
}

fn nothing(console: Console, filter: Filter) -> AnyView {
    let (devices, total, unread) = console
        .fleet
        .with_untracked(|fleet| (fleet.len(), fleet.store().len(), fleet.problems().count()));
    let hint = if unread > 0 {
        text::some_not_read().to_owned()
    } else {
        text::others_than(&filter, total)
    };
    view! {
        <Empty icon="check" title=text::nothing(&filter, devices - unread.min(devices)) hint=hint>
            {(total > 0 && !filter.is_empty())
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=move |_| console.filter_by(|filter| *filter = Filter::default())>
                            {text::show_all()}
                        </button>
                    }
                })}
        </Empty>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let bars = (0..5)
        .map(|at| view! { <div class="bone" data-at=at></div> })
        .collect_view();
    view! { <div class="skeleton" aria-hidden="true">{bars}</div> }.into_any()
}
