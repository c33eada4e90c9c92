//! A run while it goes on, and its results.

use countermand_console::{
    run::Run,
    run_status::{JournalState, Phase, RunStatus},
    text::{self, approvals, brake, run as words},
};
use countermand_core_model::DeviceRef;
use leptos::prelude::*;

use crate::{
    console::Console,
    platform::{intl, printing},
    views::{
        brake::panel,
        run::results::{Results, Source, groups::saves},
        run::{outcome_bar, server_runs},
    },
};

/// Progress, the stop button; then what became of each target, and what can be done about it.
#[component]
pub(crate) fn RunPanel() -> impl IntoView {
    let console = Console::shared();
    let status = console.run.status;
    let over = Memo::new(move |_| !console.run.status.look(RunStatus::goes_on));
    let asks = Memo::new(move |_| status.look(|run| run.phase == Phase::Asking));
    let alarms = Memo::new(move |_| status.look(RunStatus::alarms));
    let is_brake = Memo::new(move |_| status.look(|run| run.sweep.is_some()));
    let heading = move || match (asks.get(), over.get(), is_brake.get()) {
        (true, _, _) => approvals::waiting(),
        (false, true, false) => words::over(),
        (false, false, false) => words::going_on(),
        (false, true, true) => brake::over(),
        (false, false, true) => brake::going_on(),
    };
    view! {
        <section class="card run" aria-labelledby="run-heading">
            <div class="run-head">
                <h2 id="run-heading" tabindex="-1">{heading}</h2>
                {move || match (asks.get(), over.get()) {
                    (true, _) => waiting(console),
                    (false, true) => close(console),
                    (false, false) => going(console),
                }}
            </div>
            {server_runs::followed(console)}
            {move || headline(alarms.get())}
            {lines(console)}
            {move || asks.get().then(|| view! { <p class="hint">{approvals::starts()}</p> })}
            {panel::looking(console)}
            {move || bar(console, over.get())}
            {panel::by_kind(console)}
            {move || not_kept(console)}
            {move || problems(console)}
            {move || over.get().then(|| after(console))}
            <Results source=Source { rows: console.run.rows, console: Some(console), names: Some(console) }/>
        </section>
    }
}

/// How far the run is and how fast, and that the provider asks to wait.
fn lines(console: Console) -> AnyView {
    let status = console.run.status;
    let paused = Memo::new(move |_| {
        let until = status.look(|run| run.paused_until);
        until.map(|until| words::paused(&intl::local_short(until)))
    });
    view! {
        <div class="run-lines">
            <p class="run-line" id="run-done" data-count=move || status.look(|run| run.progress.done).to_string()>
                {move || status.look(RunStatus::polite)}
            </p>
            <p class="run-pace faint">{move || status.look(RunStatus::pace)}</p>
        </div>
        <div role="status">{move || paused.get().map(|said| view! { <p class="notice" data-tone="warning">{said}</p> })}</div>
    }
    .into_any()
}

/// What people must see first: what ran all the same, and why the run stopped.
pub(crate) fn headline(alarms: Vec<String>) -> AnyView {
    if alarms.is_empty() {
        return ().into_any();
    }
    let lines = alarms
        .into_iter()
        .map(|alarm| view! { <p>{alarm}</p> })
        .collect_view();
    view! { <div class="notice loud headline" data-tone="bad">{lines}</div> }.into_any()
}

/// Its segments are decoration: what they show is said by the value's text and by the counts below.
fn bar(console: Console, over: bool) -> AnyView {
    let status = console.run.status;
    let done = move || status.look(|run| run.progress.done);
    let total = move || status.look(|run| run.progress.total);
    let segments = move || status.look(|run| Some(outcome_bar::segments(run)));
    if over {
        return view! { <div class="outcome-bar" aria-hidden="true">{segments}</div> }.into_any();
    }
    let planning = move || status.look(|run| matches!(run.phase, Phase::Planning | Phase::Asking));
    view! {
        <div
            class="outcome-bar"
            role="progressbar"
            aria-label=words::bar()
            aria-valuemin="0"
            aria-valuemax=move || total().max(1).to_string()
            aria-valuenow=move || (!planning()).then(|| done().to_string())
            aria-valuetext=move || (!planning()).then(|| words::bar_text(done(), total()))
            data-planning=move || planning().then_some("")
        >
            {segments}
        </div>
    }
    .into_any()
}

fn close(console: Console) -> AnyView {
    view! {
        <button type="button" class="button" on:click=move |_| console.runner.close()>{words::close()}</button>
    }
    .into_any()
}

/// The buttons of a run that goes on. One at the server is stopped by whoever may cancel, and left by anybody.
fn going(console: Console) -> AnyView {
    if console.run.is_active() {
        return stop(console);
    }
    view! {
        <div class="actions">
            {console.connection.may_cancel().then(|| server_runs::stop(console))}
            {close(console)}
        </div>
    }
    .into_any()
}

fn stop(console: Console) -> AnyView {
    let stopping = RwSignal::new(console.run.is_stopping());
    view! {
        <button
            type="button"
            class="button"
            data-icon="stop"
            title=words::stop_hint()
            aria-disabled=move || stopping.get().to_string()
            on:click=move |_| {
                stopping.set(true);
                console.run.stop();
            }
        >
            {move || if stopping.get() { words::stopping() } else { words::stop() }}
        </button>
    }
    .into_any()
}

/// The buttons of a run that waits for an approval: whoever may cancel can take it back, and anybody can leave it.
fn waiting(console: Console) -> AnyView {
    let withdraw = console.connection.may_cancel().then(|| {
        view! {
            <button
                type="button"
                class="button"
                data-icon="stop"
                title=approvals::withdraw_hint()
                on:click=move |_| console.server_runs.stop()
            >
                {approvals::withdraw()}
            </button>
        }
    });
    view! { <div class="actions">{withdraw} {close(console)}</div> }.into_any()
}

/// What can be done after a run.
fn after(console: Console) -> AnyView {
    let counts = move || {
        let of = |look: fn(&Run) -> usize| console.run.rows.look(look);
        (
            of(|run| run.to_read_again().len()),
            of(|run| run.to_try_again().len()),
        )
    };
    let counts = Memo::new(move |_| counts());
    let buttons = move || {
        let (read, again) = counts.get();
        let read = (read > 0).then(|| {
            view! {
                <button type="button" class="button" data-icon="refresh" on:click=move |_| console.reader.recheck_doubtful()>
                    {words::read_all_again(read)}
                </button>
            }
        });
        let again = (again > 0).then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| console.review.open_retry()>{words::try_again(again)}</button>
            }
        });
        let is_at_server = console.server_runs.followed.with(Option::is_some);
        let can_resume = console.run.status.look(RunStatus::can_resume);
        let resume = (can_resume && console.connection.may_cancel()).then(|| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    title=text::history::resume_hint()
                    aria-disabled=move || console.runner.is_resuming.get().to_string()
                    on:click=move |_| match is_at_server {
                        true => console.server_runs.resume(),
                        false => console.runner.resume_stopped(),
                    }
                >
                    {text::history::resume()}
                </button>
            }
        });
        view! {
            {resume} {read} {again}
            <button type="button" class="button" on:click=move |_| printing::print()>{text::history::print()}</button>
            {panel::save_lost(console)}
            {is_at_server.then(|| server_runs::save_journal(console))}
            {saves(console.run.rows)}
        }
    };
    view! { <div class="actions">{buttons}</div> }.into_any()
}

/// A run without a journal says so as long as it goes on.
fn not_kept(console: Console) -> AnyView {
    let status = console.run.status;
    status
        .look(|run| run.phase == Phase::Going && run.journal == JournalState::None)
        .then(|| view! { <p class="hint">{text::history::not_kept_now()}</p> })
        .into_any()
}

fn problems(console: Console) -> AnyView {
    if !console.run.status.look(|run| !run.goes_on()) {
        return ().into_any();
    }
    let called = |device: &DeviceRef| console.table.device_called(device);
    let said = console.run.rows.look(|run| {
        let unread = run.problems.iter().map(|(device, problem)| {
            words::unread(
                &called(device),
                text::again(&problem.title),
                &problem.detail,
            )
        });
        let partial = run
            .incomplete
            .iter()
            .map(|device| words::incomplete(&called(device)));
        let unclear = run
            .unclear
            .iter()
            .map(|(device, count)| words::unclear(&called(device), *count));
        let unknown = run
            .devices_unknown
            .as_ref()
            .map(|why| brake::devices_unknown(why));
        let beyond = (run.beyond_limit > 0).then(|| brake::beyond_limit(run.beyond_limit));
        let not_asked = (run.not_asked > 0).then(|| words::not_asked(run.not_asked));
        unread
            .chain(unknown)
            .chain(beyond)
            .chain(not_asked)
            .chain(partial)
            .chain(unclear)
            .collect::<Vec<_>>()
    });
    said.into_iter()
        .map(|said| view! { <p class="notice" data-tone="warning">{said}</p> })
        .collect_view()
        .into_any()
}
