//! The options of a run, chosen before it begins.

use countermand_console::{
    run_choices::{RunChoices, VERIFY, WATCH},
    text::{history, run as words, server_runs},
    unfinished::JournalSupport,
};
use leptos::prelude::*;

use crate::console::{Console, server_runs::ServerRunStore, store_signal::StoreSignal};

/// How long to verify and to watch, and for a run at the server why. Where nobody keeps a journal, it says that such a
/// run cannot be resumed.
#[component]
pub(crate) fn RunOptions() -> impl IntoView {
    let console = Console::shared();
    if console.connection.has_server_runs() {
        return view! {
            <p class="hint run-keeping">{server_runs::is_kept()}</p>
            {notes(console)}
            {choices(console)}
        }
        .into_any();
    }
    let keeping = move || match console.journals.support.get() {
        JournalSupport::Checking => ().into_any(),
        JournalSupport::Supported => view! { <p class="hint">{history::is_kept()}</p> }.into_any(),
        JournalSupport::Refused(reason) => {
            view! { <p class="notice" data-tone="warning">{history::not_kept(&reason)}</p> }
                .into_any()
        }
    };
    view! {
        <div class="run-keeping">{keeping}</div>
        {choices(console)}
    }
    .into_any()
}

/// Why it is cancelled, and the ticket that it belongs to.
fn notes(console: Console) -> AnyView {
    let runs = console.server_runs;
    let requires = runs.requires();
    let (reason, ticket) = (
        match requires.reason {
            true => server_runs::reason_required(),
            false => server_runs::reason_label(),
        },
        match requires.ticket {
            true => server_runs::ticket_required(),
            false => server_runs::ticket_label(),
        },
    );
    let field = |id: &'static str,
                 label: &'static str,
                 is_required: bool,
                 value: StoreSignal<String>,
                 set: fn(ServerRunStore, String)| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input
                    id=id
                    type="text"
                    maxlength="500"
                    required=is_required
                    autocomplete="off"
                    aria-describedby="run-notes-hint"
                    prop:value=move || value.get()
                    on:input=move |event| set(runs, event_target_value(&event))
                />
            </div>
        }
    };
    view! {
        <div class="run-notes">
            {field("run-reason", reason, requires.reason, runs.reason, ServerRunStore::set_reason)}
            {field("run-ticket", ticket, requires.ticket, runs.ticket, ServerRunStore::set_ticket)}
            <p class="hint" id="run-notes-hint">{server_runs::notes_hint()}</p>
        </div>
    }
    .into_any()
}

fn choices(console: Console) -> AnyView {
    view! {
        <details class="run-options">
            <summary>
                {words::options()} " "
                <span class="faint">{move || in_short(console.runner.choices.get())}</span>
            </summary>
            <div class="run-options-body">
                {VERIFY_CHOICE.field(console)}
                {WATCH_CHOICE.field(console)}
            </div>
        </details>
    }
    .into_any()
}

/// A choice of seconds.
struct Choice {
    id: &'static str,
    label: fn() -> &'static str,
    hint: fn() -> &'static str,
    offered: [u64; 5],
    get: fn(&RunChoices) -> u64,
    set: fn(&mut RunChoices, u64),
}

static VERIFY_CHOICE: Choice = Choice {
    id: "run-verify",
    label: words::verify,
    hint: words::verify_hint,
    offered: VERIFY,
    get: |chosen| chosen.verify,
    set: |chosen, seconds| chosen.verify = seconds,
};

static WATCH_CHOICE: Choice = Choice {
    id: "run-watch",
    label: words::watch,
    hint: words::watch_hint,
    offered: WATCH,
    get: |chosen| chosen.watch,
    set: |chosen, seconds| chosen.watch = seconds,
};

impl Choice {
    fn field(&'static self, console: Console) -> AnyView {
        let chosen = console.runner.choices.with_untracked(self.get);
        let choices = self
            .offered
            .into_iter()
            .map(|seconds| {
                view! {
                    <option value=seconds.to_string() selected=chosen == seconds>
                        {how_long(seconds)}
                    </option>
                }
            })
            .collect_view();
        let hint_id = format!("{}-hint", self.id);
        view! {
            <div class="field">
                <label for=self.id>{(self.label)()}</label>
                <select
                    id=self.id
                    aria-describedby=hint_id.clone()
                    on:change=move |event| {
                        if let Ok(seconds) = event_target_value(&event).parse() {
                            console.runner.choose(|chosen| (self.set)(chosen, seconds));
                        }
                    }
                >
                    {choices}
                </select>
                <p class="hint" id=hint_id>{(self.hint)()}</p>
            </div>
        }
        .into_any()
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
