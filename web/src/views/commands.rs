//! The commands' panel: what was read, and what cannot be shown.

pub(crate) mod action_bar;
pub(crate) mod details;
pub(crate) mod filters;

use countermand_console::{relative_time::ago, rows::default_filter, text::table as text};
use countermand_core_model::CommandState;
use countermand_table::Filter;
use leptos::prelude::*;

use crate::{
    console::{Console, auto_refresh::INTERVALS},
    views::{
        commands::action_bar::ActionBar, commands::filters::Filters,
        devices::unread_devices::Unread, elements::empty::Empty, table::CommandTable,
    },
};

/// From so many devices on, how far reading them is is drawn, too.
const MANY: usize = 10;

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
pub(crate) fn Commands() -> impl IntoView {
    let console = Console::shared();
    let stage = Memo::new(move |_| {
        console.table.fleet().with(|fleet| match fleet.len() {
            0 => Stage::NoDevices,
            _ if console.table.view().with(|view| !view.rows.is_empty()) => Stage::Rows,
            _ if !fleet.is_read() && fleet.going() > 0 => Stage::Loading,
            _ if !fleet.is_read() => Stage::AllFailed,
            _ => Stage::Nothing(console.table.filter().get()),
        })
    });
    let some = Memo::new(move |_| console.table.fleet().with(|fleet| !fleet.is_empty()));
    let unclear = Memo::new(move |_| unclear(console));
    // What is selected can be cancelled, whatever is shown.
    let can_act = Memo::new(move |_| {
        let is_selected = console
            .table
            .selection()
            .with(|selection| !selection.is_empty());
        let is_there = is_selected || stage.with(|stage| matches!(stage, Stage::Rows));
        is_there && console.connection.may_cancel()
    });
    view! {
        <section class="card commands" aria-labelledby="commands">
            <div class="commands-head">
                <h2 id="commands" tabindex="-1">{text::heading()}</h2>
                {move || some.get().then(|| view! { <Freshness/> }.into_any())}
            </div>
            {move || some.get().then(|| view! { <Filters/> }.into_any())}
            {move || {
                let ignored = console.table.ignored().get();
                (!ignored.is_empty())
                    .then(|| {
                        let said = text::ignored(&ignored.join(" · "));
                        view! { <p class="notice" data-tone="warning" role="status">{said}</p> }.into_any()
                    })
            }}
            <Unread/>
            {move || {
                let unclear = unclear.get();
                let is_said = unclear > 0 && stage.with(|stage| matches!(stage, Stage::Rows));
                is_said.then(|| view! { <p class="notice" data-tone="warning">{text::unclear(unclear)}</p> }.into_any())
            }}
            {move || match stage.get() {
                Stage::NoDevices => {
                    view! { <Empty icon="devices" title=text::no_devices() hint=text::no_devices_hint()/> }.into_any()
                }
                Stage::Loading => skeleton(),
                Stage::AllFailed => {
                    view! { <Empty icon="unread" title=text::all_failed() hint=text::all_failed_hint()/> }.into_any()
                }
                Stage::Nothing(filter) => nothing(console, filter),
                Stage::Rows => view! { <CommandTable/> }.into_any(),
            }}
            {move || can_act.get().then(|| view! { <ActionBar/> }.into_any())}
        </section>
    }
}

/// When it was read, and the ways to read it again.
#[component]
fn Freshness() -> impl IntoView {
    let console = Console::shared();
    let words = move || {
        console.table.fleet().with(|fleet| {
            let (going, total) = (fleet.going(), fleet.len());
            match fleet.read_at() {
                // One device or two that are read again by themselves are no news.
                _ if going > 0
                    && (console.auto_refresh.interval().get() == 0
                        || fleet.read_at().is_none()) =>
                {
                    text::reading(total - going, total)
                }
                Some(at) if fleet.problems().next().is_some() => {
                    text::stale_since(&ago(at, console.clock.now().get()))
                }
                Some(at) => text::updated(&ago(at, console.clock.now().get())),
                None => String::new(),
            }
        })
    };
    let going = move || console.table.fleet().with(|fleet| fleet.going() > 0);
    let share = move || {
        console
            .table
            .fleet()
            .with(|fleet| (fleet.len() - fleet.going(), fleet.len()))
    };
    let many = Memo::new(move |_| {
        console
            .table
            .fleet()
            .with(|fleet| fleet.going() > 0 && fleet.len() > MANY)
    });
    let choices = INTERVALS
        .into_iter()
        .map(|seconds| {
            let label = match seconds {
                0 => text::live_off().to_owned(),
                seconds => text::live_every(seconds as usize),
            };
            view! {
                <option value=seconds.to_string() prop:selected=move || console.auto_refresh.interval().get() == seconds>{label}</option>
            }
            .into_any()
        })
        .collect_view();
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
            <button
                type="button"
                class="button small"
                data-icon="refresh"
                aria-disabled=move || going().to_string()
                on:click=move |_| {
                    if !console.table.fleet().with_untracked(|fleet| fleet.going() > 0) {
                        console.reader.refresh();
                    }
                }
            >
                {text::refresh()}
            </button>
        </div>
    }
}

/// How many commands are left out that may well wait: the vendor's word for where they stand is not known.
fn unclear(console: Console) -> usize {
    let states = console.table.filter().with(|filter| filter.states);
    if states.has(CommandState::Pending) && !states.has(CommandState::Unknown) {
        console
            .table
            .view()
            .with(|view| view.facets.state(CommandState::Unknown))
    } else {
        0
    }
}

fn nothing(console: Console, filter: Filter) -> AnyView {
    if filter.is_unreadable {
        return unreadable(console);
    }
    let (devices, total, unread) = console
        .table
        .fleet()
        .with_untracked(|fleet| (fleet.len(), fleet.store().len(), fleet.problems().count()));
    let unclear = untrack(|| unclear(console));
    let hint = if unread > 0 {
        text::some_not_read().to_owned()
    } else if unclear > 0 {
        text::unclear(unclear)
    } else {
        text::others_than(&filter, total)
    };
    view! {
        <Empty icon="check" title=text::nothing(&filter, devices - unread.min(devices)) hint=hint>
            {(total > 0 && !filter.is_empty())
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=move |_| console.table.filter_by(|filter| *filter = Filter::default())>
                            {text::show_all()}
                        </button>
                    }
                })}
        </Empty>
    }
    .into_any()
}

/// It is not known what the address was to show.
fn unreadable(console: Console) -> AnyView {
    view! {
        <Empty icon="unread" title=text::unreadable() hint=text::unreadable_hint()>
            <button type="button" class="button" on:click=move |_| console.table.filter_by(|filter| *filter = default_filter())>
                {text::reset()}
            </button>
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
