//! How a run goes about it, to be chosen before it begins.

use countermand_console::{
    run_choices::{RunChoices, VERIFY, WATCH},
    text::{history, run as words},
    unfinished::JournalSupport,
};
use leptos::prelude::*;

use crate::console::Console;

/// How long to read again and to watch; and, where this browser keeps no journal, that such a run cannot be
/// gone on with. To stand in the review, before the buttons.
#[component]
pub(crate) fn RunOptions() -> impl IntoView {
    let console = Console::shared();
    let chosen = console.runner.choices();
    let choice = move |id: &'static str,
                       label: &'static str,
                       hint: &'static str,
                       offered: [u64; 5],
                       get: fn(&RunChoices) -> u64,
                       set: fn(&mut RunChoices, u64)| {
        let choices = offered
            .into_iter()
            .map(|seconds| {
                view! {
                    <option value=seconds.to_string() selected=chosen.with_untracked(get) == seconds>
                        {how_long(seconds)}
                    </option>
                }
            })
            .collect_view();
        let hint_id = format!("{id}-hint");
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <select
                    id=id
                    aria-describedby=hint_id.clone()
                    on:change=move |event| {
                        if let Ok(seconds) = event_target_value(&event).parse() {
                            console.runner.choose(|chosen| set(chosen, seconds));
                        }
                    }
                >
                    {choices}
                </select>
                <p class="hint" id=hint_id>{hint}</p>
            </div>
        }
        .into_any()
    };
    let keeping = move || match console.journals.support().get() {
        JournalSupport::Checking => ().into_any(),
        JournalSupport::Supported => view! { <p class="hint">{history::is_kept()}</p> }.into_any(),
        JournalSupport::Refused(reason) => {
            view! { <p class="notice" data-tone="warning">{history::not_kept(&reason)}</p> }
                .into_any()
        }
    };
    view! {
        <div class="run-keeping">{keeping}</div>
        <details class="run-options">
            <summary>
                {words::options()} " "
                <span class="faint">{move || in_short(chosen.get())}</span>
            </summary>
            <div class="run-options-body">
                {choice(
                    "run-verify",
                    words::verify(),
                    words::verify_hint(),
                    VERIFY,
                    |chosen| chosen.verify,
                    |chosen, seconds| chosen.verify = seconds,
                )}
                {choice(
                    "run-watch",
                    words::watch(),
                    words::watch_hint(),
                    WATCH,
                    |chosen| chosen.watch,
                    |chosen, seconds| chosen.watch = seconds,
                )}
            </div>
        </details>
    }
}

fn how_long(seconds: u64) -> String {
    let count = |seconds: u64| usize::try_from(seconds).unwrap_or(usize::MAX);
    match seconds {
        0 => words::not_at_all().to_owned(),
        1..60 => words::seconds(count(seconds)),
        60..3_600 => words::minutes(count(seconds / 60)),
        _ => words::hours(count(seconds / 3_600)),
    }
}

fn in_short(chosen: RunChoices) -> String {
    match chosen.watch {
        0 => words::chosen(&how_long(chosen.verify)),
        watch => words::chosen_watching(&how_long(chosen.verify), &how_long(watch)),
    }
}
