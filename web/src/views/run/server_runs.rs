//! Runs that the page's own server drives: their list, and what is said and done about the one that is shown.

use countermand_console::{
    relative_time::ago,
    server_run::ServerRun,
    text::{approvals, brake, history, run as run_words, server_runs as words},
};
use countermand_relay_api::RunState;
use leptos::prelude::*;

use crate::console::Console;

/// The runs at the server, those that go on first; nothing where there are none.
#[component]
pub(crate) fn ServerRunList() -> impl IntoView {
    let console = Console::shared();
    let runs = console.server_runs;
    let shown = Memo::new(move |_| {
        let followed = runs
            .followed
            .with(|run| run.as_ref().map(|run| run.id.clone()));
        let mut list = runs.list.get();
        console.approvals.waiting.with(|waiting| {
            for some in [&mut list.current, &mut list.earlier] {
                // The one that is shown has a card of its own, and so has what waits for an approval.
                let has_card = |run: &ServerRun| waiting.iter().any(|one| one.id == run.id);
                some.retain(|run| Some(&run.id) != followed.as_ref() && !has_card(run));
            }
        });
        list
    });
    let problem = move || {
        let is_elsewhere = runs.followed.with(Option::is_none);
        let problem = runs.problem.get().filter(|_| is_elsewhere);
        problem.map(|said| view! { <p class="notice" data-tone="bad">{said}</p> })
    };
    let lists = move || {
        let list = shown.get();
        if list.is_empty() {
            return ().into_any();
        }
        let items = |some: Vec<ServerRun>| {
            let items = some
                .into_iter()
                .map(|run| item(console, run))
                .collect_view();
            view! { <ul>{items}</ul> }
        };
        let earlier = (!list.earlier.is_empty()).then(|| {
            view! {
                <details>
                    <summary>{words::earlier(list.earlier.len())}</summary>
                    {items(list.earlier)}
                </details>
            }
        });
        view! {
            <section class="card server-runs" aria-labelledby="server-runs-heading">
                <h2 id="server-runs-heading" tabindex="-1">{words::heading()}</h2>
                {items(list.current)}
                {earlier}
            </section>
        }
        .into_any()
    };
    view! {
        <div role="status">{problem}</div>
        {lists}
    }
}

fn is_own(console: Console, run: &ServerRun) -> bool {
    console.connection.user().as_ref() == Some(&run.by)
}

fn item(console: Console, run: ServerRun) -> AnyView {
    let title = run.title(is_own(console, &run));
    let label = words::show_of(&title);
    let at = run.at;
    let when = move || at.map(|at| ago(at, console.clock.now.get()));
    let notes = run.notes().join(" · ");
    let progress = run.progress();
    let id = format!("server-run-{}", run.id);
    // Nothing happened in a run that was not approved.
    let has_rows = run.state != RunState::NotApproved;
    let show = move |_| console.runner.follow(run.clone());
    let button = has_rows.then(|| {
        view! {
            <button
                type="button"
                class="button"
                id=id
                aria-label=label
                disabled=move || console.run.is_active()
                on:click=show
            >
                {history::show()}
            </button>
        }
    });
    view! {
        <li>
            <div>
                <p class="approval-title">{title}</p>
                <p>{progress}</p>
                <p class="faint">{when}{(!notes.is_empty()).then(|| format!(" · {notes}"))}</p>
            </div>
            {button}
        </li>
    }
    .into_any()
}

/// Who started the run that is shown, when and why, and that it goes on without this page; nothing for a run of this
/// page.
pub(crate) fn followed(console: Console) -> AnyView {
    let runs = console.server_runs;
    let about = move || {
        let run = runs.followed.get()?;
        let when = run.at.map(|at| ago(at, console.clock.now.get()));
        let when = when.unwrap_or_default();
        let started = match is_own(console, &run) {
            _ if run.state == RunState::Waiting => approvals::asked(&run.by, &when),
            true => words::started_own(&when),
            false => words::started(&run.by, &when),
        };
        let notes = run.notes().into_iter();
        let notes = notes
            .map(|note| view! { <p class="run-note">{note}</p> })
            .collect_view();
        let goes_on = !run.state.is_over() && run.state != RunState::Waiting;
        let hint = goes_on.then(|| view! { <p class="hint">{words::goes_on()}</p> });
        let is_joined = goes_on && run.sweep.is_some() && !is_own(console, &run);
        let missed = is_joined.then(|| view! { <p class="hint">{brake::created_since()}</p> });
        let stopped = run
            .stopped_by
            .is_some()
            .then(|| view! { <p>{run.progress()}</p> });
        Some(view! {
            <div class="run-about">
                <p class="faint">{started}</p>
                {notes}
                {stopped}
                {missed}
                {hint}
            </div>
        })
    };
    let trouble = move || {
        let unanswered = runs.is_unanswered.get().then(words::unanswered);
        let unanswered = unanswered.map(str::to_owned);
        let is_followed = runs.followed.with(Option::is_some);
        let problem = runs.problem.get().filter(|_| is_followed);
        unanswered
            .into_iter()
            .chain(problem)
            .map(|said| view! { <p class="notice" data-tone="warning">{said}</p> })
            .collect_view()
    };
    view! {
        {about}
        <div role="status">{trouble}</div>
    }
    .into_any()
}

/// Stops the run that is shown.
pub(crate) fn stop(console: Console) -> AnyView {
    let is_stopping = Memo::new(move |_| {
        let state = console
            .server_runs
            .followed
            .with(|run| run.as_ref().map(|run| run.state));
        state == Some(RunState::Stopping)
    });
    view! {
        <button
            type="button"
            class="button"
            data-icon="stop"
            title=run_words::stop_hint()
            aria-disabled=move || is_stopping.get().to_string()
            on:click=move |_| console.server_runs.stop()
        >
            {move || if is_stopping.get() { run_words::stopping() } else { run_words::stop() }}
        </button>
    }
    .into_any()
}

/// Saves the journal of the run that is shown.
pub(crate) fn save_journal(console: Console) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            title=history::journal_hint()
            on:click=move |_| console.server_runs.save_journal()
        >
            {history::journal()}
        </button>
    }
    .into_any()
}
