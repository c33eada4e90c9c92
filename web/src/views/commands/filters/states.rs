//! The filter by state.

use countermand_console::{outcome, text::table as words};
use countermand_core_model::{CommandState, Filter, StateSet};
use leptos::prelude::*;

use crate::{console::Console, platform::focus};

/// A button with a count for each state that occurs, for pending and for all. With a command key or Shift, a state is
/// chosen beside the others.
pub(crate) fn states(console: Console) -> AnyView {
    let shown = Memo::new(move |_| {
        let chosen = console.table.filter.with(|filter| filter.commands.states);
        CommandState::ALL
            .into_iter()
            .filter(|state| {
                count_of(console, Some(*state)) > 0
                    || chosen.has(*state)
                    || *state == CommandState::Pending
            })
            .map(Some)
            .chain([None])
            .collect::<Vec<_>>()
    });
    view! {
        <div class="states" role="group" aria-label=words::filters()>
            <For each=move || shown.get() key=|state| state.map(|state| state as u8) children=move |state| button(console, state)/>
        </div>
    }
    .into_any()
}

fn button(console: Console, state: Option<CommandState>) -> AnyView {
    let name = state.map_or("all", CommandState::as_str);
    let is_chosen = move || {
        console.table.filter.with(|filter| match state {
            Some(state) => filter.commands.states.has(state),
            None => filter.commands.states.is_empty(),
        })
    };
    view! {
            <button
                type="button"
                class="filter"
                id=format!("filter-{name}")
                data-tone=state.map(|state| outcome::state_tone(state).name())
                title=words::filter_hint()
                aria-pressed=move || is_chosen().to_string()
                on:click=move |event| {
                    let beside = event.shift_key() || event.ctrl_key() || event.meta_key();
                    focus::kept_over("commands", || console.table.filter_by(|filter| choose(&mut filter.commands, state, beside)));
                }
            >
                {words::filter(state)}
                " "
                <span class="count">{move || count_of(console, state)}</span>
            </button>
        }
    .into_any()
}

/// Returns how many commands the choice of a state, or of all, would show.
fn count_of(console: Console, state: Option<CommandState>) -> usize {
    console.table.view.with(|view| match state {
        Some(state) => view.facets.state(state),
        None => view.facets.all_states(),
    })
}

fn choose(filter: &mut Filter, state: Option<CommandState>, beside: bool) {
    match state {
        None => filter.states = StateSet::default(),
        Some(state) if beside => filter.states.set(state, !filter.states.has(state)),
        Some(state) => filter.states = StateSet::of([state]),
    }
}
