//! Which commands are shown.

use leptos::prelude::*;

use crate::{
    console::Console,
    platform::focus,
    state::rows::{AT_A_TIME, Filter, counts},
    text::table as text,
};

/// A button for each state that occurs, with its count; and for what waits and all, always.
#[component]
pub(super) fn Filters() -> impl IntoView {
    let console = Console::shared();
    let counts = Memo::new(move |_| console.fleet.with(counts));
    let shown = Memo::new(move |_| {
        let filter = console.filter.get();
        counts.with(|counts| {
            counts
                .iter()
                .filter(|(one, count)| *count > 0 || *one == filter || is_always_shown(*one))
                .map(|(one, _)| *one)
                .collect::<Vec<_>>()
        })
    });
    let count_of = move |filter| {
        counts.with(|counts| {
            counts
                .iter()
                .find(|(one, _)| *one == filter)
                .map_or(0, |(_, count)| *count)
        })
    };
    let button = move |filter: Filter| {
        view! {
            <button
                type="button"
                class="filter"
                id=format!("filter-{filter:?}")
                aria-pressed=move || (console.filter.get() == filter).to_string()
                on:click=move |_| {
                    focus::kept_over(
                        "commands",
                        || {
                            console.limit.set(AT_A_TIME);
                            console.filter.set(filter);
                        },
                    );
                }
            >
                {text::filter(filter)}
                " "
                <span class="count">{move || count_of(filter)}</span>
            </button>
        }
    };
    view! {
        <div class="filters" role="group" aria-label=text::filters()>
            <For each=move || shown.get() key=|filter| format!("{filter:?}") children=button/>
        </div>
    }
}

fn is_always_shown(filter: Filter) -> bool {
    matches!(filter, Filter::All)
        || filter == Filter::State(countermand_core_model::CommandState::Pending)
}
