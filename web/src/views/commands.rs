//! The commands' panel: what was read, and what cannot be shown.

pub(crate) mod action_bar;
pub(crate) mod details;
pub(crate) mod filters;
pub(crate) mod freshness;
mod severity_choice;

use countermand_console::{counts::Counts, rows::default_filter, text::table as text};
use countermand_core_model::CommandState;
use countermand_table::RowFilter;
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{
        commands::{
            action_bar::ActionBar,
            filters::{Filters, states::states},
            freshness::Freshness,
        },
        devices::unread_devices::Unread,
        elements::Empty,
        table::{CommandTable, tools},
    },
};

/// What is to be seen at all.
#[derive(Clone, PartialEq)]
enum Stage {
    NoDevices,
    Loading,
    AllFailed,
    Nothing(Box<(RowFilter, Counts)>),
    Rows,
}

/// Filters, the way to cancel, and the table.
#[component]
pub(crate) fn Commands() -> impl IntoView {
    let console = Console::shared();
    let stage = Memo::new(move |_| {
        let counts = console.table.counts();
        if counts.devices == 0 {
            return Stage::NoDevices;
        }
        if console.table.view.with(|view| !view.rows.is_empty()) {
            return Stage::Rows;
        }
        let filter = console.table.filter.get();
        // What may still come is not said to be missing.
        let may_come = counts.coming > 0 && (counts.read == 0 || filter.is_only_of_states());
        match counts.read {
            _ if may_come => Stage::Loading,
            0 => Stage::AllFailed,
            _ => Stage::Nothing(Box::new((filter, counts))),
        }
    });
    let some = Memo::new(move |_| console.table.fleet.with(|fleet| !fleet.is_empty()));
    let unclear = Memo::new(move |_| unclear(console));
    // What is selected can be cancelled, whatever is shown.
    let can_act = Memo::new(move |_| {
        let is_selected = console
            .table
            .selection
            .with(|selection| !selection.is_empty());
        let is_there = is_selected || stage.with(|stage| matches!(stage, Stage::Rows));
        is_there && console.connection.may_cancel()
    });
    let has_rows = Memo::new(move |_| stage.with(|stage| matches!(stage, Stage::Rows)));
    // It is made while the first answer is on its way, so that rows are all that is left to be drawn.
    let has_table =
        Memo::new(move |_| has_rows.get() || stage.with(|stage| matches!(stage, Stage::Loading)));
    view! {
        <section class="card commands" aria-labelledby="commands">
            <div class="toolbar">
                <h2 class="unseen" id="commands" tabindex="-1">{text::heading()}</h2>
                {move || some.get().then(|| view! { {states(console)} <Freshness/> }.into_any())}
            </div>
            <div class="toolbar">
                {move || some.get().then(|| view! { <Filters/> }.into_any())}
                {move || has_rows.get().then(|| tools(console))}
                {move || can_act.get().then(|| view! { <ActionBar/> }.into_any())}
            </div>
            {move || {
                let ignored = console.table.ignored.get();
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
                Stage::Nothing(what) => nothing(console, &what.0, what.1),
                Stage::Rows => ().into_any(),
            }}
            {move || {
                has_table
                    .get()
                    .then(|| view! { <div class="table-place" hidden=move || !has_rows.get()><CommandTable/></div> }.into_any())
            }}
        </section>
    }
}

/// How many commands are left out that may be pending: the provider's word for their state is not known.
fn unclear(console: Console) -> usize {
    let states = console.table.filter.with(|filter| filter.commands.states);
    if states.has(CommandState::Pending) && !states.has(CommandState::Unknown) {
        console
            .table
            .view
            .with(|view| view.facets.state(CommandState::Unknown))
    } else {
        0
    }
}

fn nothing(console: Console, filter: &RowFilter, counts: Counts) -> AnyView {
    if filter.is_unreadable {
        return unreadable(console);
    }
    let (title, mut hint) = counts.nothing(filter);
    let unclear = unclear(console);
    if counts.unread() == 0 && unclear > 0 {
        hint = text::unclear(unclear);
    }
    // Only where nothing waits is nothing to be found good news.
    let icon = if *filter == default_filter() {
        "check"
    } else {
        "search"
    };
    view! {
        <Empty icon=icon title=title hint=hint>
            {(counts.hidden() > 0)
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=move |_| console.table.filter_by(|filter| *filter = RowFilter::default())>
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
