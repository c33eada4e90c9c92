//! Past runs of this browser.

use countermand_console::{
    journal_check::JournalStatus,
    outcome::Tone,
    past_run::PastRun,
    run_status::RunStatus,
    text::{self, history as words},
};
use leptos::prelude::*;

use crate::{
    console::{
        connection_session::ConnectionSession,
        history::{Format, History, Known},
    },
    platform::{intl, printing},
    views::{
        elements::Badge,
        elements::modal::Modal,
        run::outcome_bar,
        run::panel::headline,
        run::results::{Results, Source},
        run::unfinished::connection,
    },
};

/// All runs that are kept, or the rows of one. It needs no connection.
#[component]
pub(crate) fn HistoryDialog(on_close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let history = History::open();
    let title = Signal::derive(move || {
        history.shown.with(|shown| match shown {
            Some(past) => intl::local(past.started),
            None => words::heading().to_owned(),
        })
    });
    let body = move || match history.shown.get() {
        Some(past) => one(history, past),
        None => all(history),
    };
    let asking = Memo::new(move |_| history.deleting.with(|runs| !runs.is_empty()));
    view! {
        <Modal id="history-title" title=title class="wide history" fallback="content" on_close=on_close>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="history-title">
                {body}
            </div>
            <div class="unseen" aria-live="polite">{move || history.polite.get()}</div>
            {move || if asking.get() { confirm(history) } else { buttons(history, on_close) }}
        </Modal>
    }
}

fn buttons(history: History, on_close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let some = move || history.runs.look(|runs| !runs.is_empty());
    let first = move || {
        match history.shown.get() {
        Some(_) => view! {
            <button type="button" class="button" on:click=move |_| history.back()>{words::back()}</button>
        }
        .into_any(),
        None if some() => view! {
            <button
                type="button"
                class="button danger-quiet"
                on:click=move |_| history.ask_to_delete_all()
            >
                {words::delete_all()}
            </button>
        }
        .into_any(),
        None => ().into_any(),
    }
    };
    view! {
        <div class="actions">
            {first}
            <button type="button" class="button" autofocus on:click=move |_| on_close()>{text::close()}</button>
        </div>
    }
    .into_any()
}

/// Asked in place: a dialog over a dialog would be one too many. The focus is on the harmless button.
fn confirm(history: History) -> AnyView {
    let (count, unfinished) = history.deleting.with_untracked(|runs| {
        let unfinished = runs.iter().any(|past| !past.sealed);
        (runs.len(), unfinished)
    });
    crate::platform::focus::soon("history-keep");
    view! {
        <div class="confirm" role="alertdialog" aria-labelledby="history-delete" aria-describedby="history-delete-why">
            <div>
                <p id="history-delete" class="notice-title">{words::delete_title(count)}</p>
                <p id="history-delete-why">
                    {words::delete_body()} " " {unfinished.then(words::delete_unfinished)}
                </p>
            </div>
            <div class="actions">
                <button
                    type="button"
                    class="button"
                    id="history-keep"
                    on:click=move |_| {
                        history.keep_all();
                        crate::platform::focus::soon("history-title");
                    }
                >
                    {words::keep(count)}
                </button>
                <button type="button" class="button danger" on:click=move |_| history.delete()>
                    {words::delete_go(count)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn all(history: History) -> AnyView {
    if let Some(reason) = history.refused.get() {
        return view! { <p class="notice" data-tone="warning">{words::unavailable(&reason)}</p> }
            .into_any();
    }
    let runs = Memo::new(move |_| history.runs.get());
    (move || match runs.get() {
        None => view! { <p class="busy">{words::loading()}</p> }.into_any(),
        Some(runs) if runs.is_empty() => view! {
            <div class="empty">
                <p class="empty-title">{words::empty()}</p>
                <p class="hint">{words::empty_hint()}</p>
            </div>
        }
        .into_any(),
        Some(runs) => view! {
            <p class="hint">{words::hint()}</p>
            <ul class="past-runs">
                {runs.into_iter().map(|past| item(history, past)).collect_view()}
            </ul>
        }
        .into_any(),
    })
    .into_any()
}

fn item(history: History, past: PastRun) -> AnyView {
    let when = intl::local(past.started);
    let status = RunStatus::past(past.targets, &past.outcomes);
    let (shown, deleted) = (past.clone(), past.clone());
    view! {
        <li>
            <div class="past-head">
                <h3><time datetime=past.started.to_string() title=intl::utc(past.started)>{when.clone()}</time></h3>
                {verdict(history, past.run.clone())}
            </div>
            <p class="faint">{connection(&past)}</p>
            <div class="outcome-bar" aria-hidden="true">{outcome_bar::segments(&status)}</div>
            <p>{if status.progress.done > 0 { status.summary() } else { words::commands(past.targets) }}</p>
            <div class="actions">
                <button type="button" class="button small" aria-label=words::show_of(&when) on:click=move |_| history.show(shown.clone())>
                    {words::show()}
                </button>
                {saves(history, &past)}
                <button
                    type="button"
                    class="button small danger-quiet"
                    aria-label=words::delete_of(&when)
                    on:click=move |_| history.ask_to_delete(vec![deleted.clone()])
                >
                    {words::delete()}
                </button>
            </div>
        </li>
    }
    .into_any()
}

fn saves(history: History, past: &PastRun) -> AnyView {
    let save = |format: Format, word: &'static str| {
        let past = past.clone();
        view! {
            <button type="button" class="button small" on:click=move |_| history.save(past.clone(), format)>{word}</button>
        }
    };
    view! {
        <span class="saves" role="group" aria-label=words::export() title=words::journal_hint()>
            {save(Format::Csv, words::csv())} {save(Format::Json, words::json())}
            {save(Format::Journal, words::journal())}
        </span>
    }
    .into_any()
}

fn verdict(history: History, run: String) -> AnyView {
    (move || {
        let known = history.known.with(|known| known.get(&run).cloned());
        let (tone, word) = match known {
            None => return view! { <span class="busy">{words::checking()}</span> }.into_any(),
            Some(Known::Running) => (Tone::Waiting, words::running().to_owned()),
            Some(Known::Unreadable) => (Tone::Bad, words::unreadable().to_owned()),
            Some(Known::Judged(JournalStatus::Sealed)) => (Tone::Good, words::sealed().to_owned()),
            Some(Known::Judged(JournalStatus::Unfinished(_))) => {
                (Tone::Warning, words::unfinished().to_owned())
            }
            Some(Known::Judged(JournalStatus::NotBegun)) => {
                (Tone::Quiet, words::unplanned().to_owned())
            }
            Some(Known::Judged(JournalStatus::Broken { line: Some(line) })) => (
                Tone::Bad,
                words::broken_at(usize::try_from(line).unwrap_or(usize::MAX)),
            ),
            Some(Known::Judged(JournalStatus::Broken { line: None })) => {
                (Tone::Bad, words::broken().to_owned())
            }
        };
        view! { <Badge tone=tone word=word/> }.into_any()
    })
    .into_any()
}

/// A run's rows.
fn one(history: History, past: PastRun) -> AnyView {
    // A journal has no names: those of the open connection, if the run was made over it.
    let open = ConnectionSession::shared().console.get_untracked();
    let names = open.filter(|console| console.connection.made(&past));
    let counted = move || {
        history.rows.status.with(|run| {
            run.as_ref().map(|run| {
                view! {
                    {headline(run.alarms())}
                    <div class="outcome-bar" aria-hidden="true">{outcome_bar::segments(run)}</div>
                    <p class="run-line">{run.summary()}</p>
                }
            })
        })
    };
    let loading = move || {
        history
            .rows
            .status
            .with(Option::is_none)
            .then(|| view! { <p class="busy">{words::checking()}</p> })
    };
    view! {
        <div class="past-head">
            <p class="faint">{connection(&past)}</p>
            {verdict(history, past.run.clone())}
        </div>
        {counted}
        {loading}
        <div class="actions">
            {saves(history, &past)}
            <button type="button" class="button small" on:click=move |_| printing::print()>{words::print()}</button>
        </div>
        <Results source=Source { rows: history.rows, console: None, names }/>
    }
    .into_any()
}
