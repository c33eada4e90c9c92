//! The filter by time of creation.

use countermand_console::text::table as words;
use countermand_core_model::{Filter, Timestamp};
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use crate::{
    console::Console,
    platform::{clock, intl},
    views::elements::menu,
};

/// A menu with a time from which on, and one until which, commands were created.
pub(crate) fn times(console: Console) -> AnyView {
    let chosen = move || {
        console.table.filter.with(|filter| {
            let after = filter
                .commands
                .created_after
                .map(|at| format!("≥ {}", intl::local_short(at)));
            let before = filter
                .commands
                .created_before
                .map(|at| format!("< {}", intl::local_short(at)));
            let parts: Vec<String> = after.into_iter().chain(before).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        })
    };
    let body = view! {
                <div class="menu-buttons">
                    {within(console, 15, words::last_quarter())} {within(console, 60, words::last_hour())} {within(console, 24 * 60, words::last_day())}
                </div>
                {field(console, "created-after", words::created_after(), |filter| &mut filter.created_after)}
                {field(console, "created-before", words::created_before(), |filter| &mut filter.created_before)}
    };
    menu(
        "filter-created",
        words::created(),
        Box::new(chosen),
        body.into_any(),
    )
}

fn field(
    console: Console,
    id: &'static str,
    label: &'static str,
    of: fn(&mut Filter) -> &mut Option<Timestamp>,
) -> AnyView {
    let value = move || {
        let mut filter = console.table.filter.get();
        of(&mut filter.commands)
            .map(clock::for_input)
            .unwrap_or_default()
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
                        console.table.filter_by(|filter| *of(&mut filter.commands) = at);
                    }
                }
            />
        </label>
    }
    .into_any()
}

/// A button for commands of the last `minutes`.
fn within(console: Console, minutes: i64, label: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="button small"
            on:click=move |_| {
                let from = clock::now().plus_millis(-minutes * 60_000);
                console.table.filter_by(|filter| {
                    filter.commands.created_after = from;
                    filter.commands.created_before = None;
                });
            }
        >
            {label}
        </button>
    }
    .into_any()
}
