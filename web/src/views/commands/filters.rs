//! Which commands are shown: each choice with what it would show.

use countermand_console::{
    outcome,
    text::{self, table as words},
};
use countermand_core_model::{CommandState, Timestamp, is_blank};
use countermand_table::{Filter, StateSet};
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use crate::{
    console::Console,
    platform::{clock, focus, intl},
    views::run::outcome_bar,
};

/// States, kinds, times, devices and a text, each beside the others.
#[component]
pub(crate) fn Filters() -> impl IntoView {
    let console = Console::shared();
    view! {
        <div class="filters">
            {states(console)}
            <div class="filter-line" role="search">
                {search(console)}
                {kinds(console)}
                {times(console)}
                {devices(console)}
                {reset(console)}
            </div>
        </div>
    }
}

/// A button for each state that occurs, with its count; and for what waits and all, always. With a command key or
/// Shift a state is taken beside the others.
fn states(console: Console) -> AnyView {
    let count_of = move |state: Option<CommandState>| {
        console.table.view().with(|view| match state {
            Some(state) => view.facets.state(state),
            None => view.facets.all_states(),
        })
    };
    let shown = Memo::new(move |_| {
        let chosen = console.table.filter().with(|filter| filter.states);
        CommandState::ALL
            .into_iter()
            .filter(|state| {
                count_of(Some(*state)) > 0 || chosen.has(*state) || *state == CommandState::Pending
            })
            .map(Some)
            .chain([None])
            .collect::<Vec<_>>()
    });
    let button = move |state: Option<CommandState>| {
        let name = state.map_or("all", CommandState::as_str);
        let is_chosen = move || {
            console.table.filter().with(|filter| match state {
                Some(state) => filter.states.has(state),
                None => filter.states.is_empty(),
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
                    focus::kept_over("commands", || console.table.filter_by(|filter| choose(filter, state, beside)));
                }
            >
                {words::filter(state)}
                " "
                <span class="count">{move || count_of(state)}</span>
            </button>
        }
    };
    // The buttons say it in words.
    let shares = move || {
        console.table.view().with(|view| {
            let states = CommandState::ALL.into_iter();
            outcome_bar::shares(
                states.map(|state| (outcome::state_tone(state), view.facets.state(state))),
            )
        })
    };
    view! {
        <div class="outcome-bar slim" aria-hidden="true">{shares}</div>
        <div class="filter-line" role="group" aria-label=words::filters()>
            <For each=move || shown.get() key=|state| state.map(|state| state as u8) children=button/>
        </div>
    }
    .into_any()
}

fn choose(filter: &mut Filter, state: Option<CommandState>, beside: bool) {
    match state {
        None => filter.states = StateSet::default(),
        Some(state) if beside => filter.states.set(state, !filter.states.has(state)),
        Some(state) => filter.states = StateSet::of([state]),
    }
}

fn search(console: Console) -> AnyView {
    view! {
        <input
            type="search"
            id="filter-text"
            class="search"
            aria-label=words::search()
            placeholder=words::search_hint()
            autocomplete="off"
            spellcheck="false"
            prop:value=move || console.table.filter().with(|filter| filter.text.clone())
            on:input=move |event| {
                let text = event_target_value(&event);
                // What cannot be seen is not searched for.
                let text = if is_blank(&text) { String::new() } else { text };
                console.table.filter_by(|filter| filter.text = text);
            }
        />
    }
    .into_any()
}

/// What the summary of a choice says: what is chosen, or that nothing is.
fn summary(label: &'static str, chosen: impl Fn() -> Option<String> + Send + 'static) -> AnyView {
    view! {
        <summary class="button small">
            {label}
            {move || chosen().map(|chosen| view! { <strong class="chosen-value">{chosen}</strong> })}
        </summary>
    }
    .into_any()
}

fn kinds(console: Console) -> AnyView {
    let kinds = Memo::new(move |_| {
        console.table.view().with(|view| {
            console.table.fleet().with_untracked(|fleet| {
                let kinds = view.facets.kinds(fleet.store());
                kinds
                    .into_iter()
                    .map(|(kind, count)| (kind.to_owned(), count))
                    .collect::<Vec<_>>()
            })
        })
    });
    let chosen = move || {
        console
            .table
            .filter()
            .with(|filter| match filter.kinds.as_slice() {
                [] => None,
                [one] => Some(one.clone()),
                several => Some(several.len().to_string()),
            })
    };
    let choice = move |kind: String| {
        let (is_chosen, put, counted) = (kind.clone(), kind.clone(), kind.clone());
        let count = move || {
            kinds.with(|kinds| {
                kinds
                    .iter()
                    .find(|(one, _)| *one == counted)
                    .map_or(0, |(_, count)| *count)
            })
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || console.table.filter().with(|filter| filter.kinds.contains(&is_chosen))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        console.table.filter_by(|filter| {
                            filter.kinds.retain(|one| *one != put);
                            if on {
                                filter.kinds.push(put.clone());
                            }
                        });
                    }
                />
                <span>{countermand_console::rows::kind(&kind).to_owned()}</span>
                <span class="count faint">{count}</span>
            </label>
        }
    };
    let names = Memo::new(move |_| {
        let mut names: Vec<String> =
            kinds.with(|kinds| kinds.iter().map(|(kind, _)| kind.clone()).collect());
        names.sort_unstable();
        names
    });
    view! {
        <details class="menu" id="filter-kind">
            {summary(words::kinds(), chosen)}
            <fieldset class="menu-body">
                <legend class="unseen">{words::kinds()}</legend>
                <For each=move || names.get() key=Clone::clone children=choice/>
            </fieldset>
        </details>
    }
    .into_any()
}

fn times(console: Console) -> AnyView {
    let field = move |id: &'static str,
                      label: &'static str,
                      of: fn(&mut Filter) -> &mut Option<Timestamp>| {
        let value = move || {
            let mut filter = console.table.filter().get();
            of(&mut filter).map(clock::for_input).unwrap_or_default()
        };
        view! {
            <label class="menu-field" for=id>
                {label}
                <input
                    type="datetime-local"
                    id=id
                    step="1"
                    prop:value=value
                    on:change=move |event| {
                        let field: HtmlInputElement = event_target(&event);
                        // Half a time is no wish for all times.
                        if field.report_validity() {
                            let at = clock::from_input(&field.value());
                            console.table.filter_by(|filter| *of(filter) = at);
                        }
                    }
                />
            </label>
        }
        .into_any()
    };
    let chosen = move || {
        console.table.filter().with(|filter| {
            let after = filter
                .created_after
                .map(|at| format!("≥ {}", intl::local_short(at)));
            let before = filter
                .created_before
                .map(|at| format!("< {}", intl::local_short(at)));
            let parts: Vec<String> = after.into_iter().chain(before).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        })
    };
    let within = move |minutes: i64, label: &'static str| {
        view! {
            <button
                type="button"
                class="button small"
                on:click=move |_| {
                    let from = clock::now().plus_millis(-minutes * 60_000);
                    console.table.filter_by(|filter| {
                        filter.created_after = from;
                        filter.created_before = None;
                    });
                }
            >
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <details class="menu" id="filter-created">
            {summary(words::created(), chosen)}
            <fieldset class="menu-body">
                <legend class="unseen">{words::created()}</legend>
                <div class="menu-buttons">
                    {within(15, words::last_quarter())} {within(60, words::last_hour())} {within(24 * 60, words::last_day())}
                </div>
                {field("created-after", words::created_after(), |filter| &mut filter.created_after)}
                {field("created-before", words::created_before(), |filter| &mut filter.created_before)}
            </fieldset>
        </details>
    }
    .into_any()
}

/// The devices that the table is narrowed down to.
fn devices(console: Console) -> AnyView {
    let chosen = Memo::new(move |_| console.table.filter().with(|filter| filter.devices.clone()));
    (move || {
        let chosen = chosen.get();
        let label = match chosen.as_slice() {
            [] => return ().into_any(),
            [one] => text::short(one),
            several => text::devices(several.len()),
        };
        view! {
            <button
                type="button"
                class="filter"
                aria-pressed="true"
                aria-label=words::not_only(&label)
                on:click=move |_| {
                    console.table.filter_by(|filter| filter.devices.clear());
                    focus::by_id("filter-text");
                }
            >
                {words::of_devices()}
                ": "
                {label.clone()}
                " ×"
            </button>
        }
        .into_any()
    })
    .into_any()
}

fn reset(console: Console) -> AnyView {
    let waits = countermand_console::rows::default_filter();
    let more = Memo::new(move |_| {
        console.table.filter().with(|filter| {
            Filter {
                states: filter.states,
                ..Filter::default()
            } != *filter
        })
    });
    (move || {
        let waits = waits.clone();
        more.get()
            .then(|| {
                view! {
                    <button
                        type="button"
                        class="button quiet small"
                        on:click=move |_| {
                            console.table.filter_by(|filter| *filter = waits.clone());
                            focus::by_id("filter-text");
                        }
                    >
                        {words::reset()}
                    </button>
                }
            })
            .into_any()
    })
    .into_any()
}
