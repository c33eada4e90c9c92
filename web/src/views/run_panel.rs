//! A run while it goes on, and its results.

use leptos::prelude::*;

use super::{badge::Badge, results::Results};
use crate::{
    console::Console,
    state::{
        outcome,
        progress::{Phase, Progress},
    },
    text::{self, outcomes, run as words},
};

/// Progress, counts, the stop button; then what became of each target.
#[component]
pub(super) fn RunPanel() -> impl IntoView {
    let console = Console::shared();
    let over = Memo::new(move |_| !console.run_goes_on());
    let stopping = RwSignal::new(false);
    let heading = move || {
        if over.get() {
            words::over()
        } else {
            words::going_on()
        }
    };
    let of =
        move |look: fn(&Progress) -> usize| console.run.with(|run| run.as_ref().map_or(0, look));
    let line = move || console.run.with(|run| run.as_ref().map(Progress::polite));
    let counts = move || {
        console.run.with(|run| {
            run.iter()
                .flat_map(Progress::counts)
                .map(|(found, count)| {
                    view! {
                        <li>
                            <Badge tone=outcome::tone(found) word=outcomes::counted(found, count)/>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    let button = move || {
        if over.get() {
            view! {
                <button type="button" class="button" on:click=move |_| console.close_run()>{words::close()}</button>
            }
            .into_any()
        } else {
            view! {
                <button
                    type="button"
                    class="button"
                    data-icon="stop"
                    title=words::stop_hint()
                    aria-disabled=move || stopping.get().to_string()
                    on:click=move |_| {
                        stopping.set(true);
                        console.stop();
                    }
                >
                    {move || if stopping.get() { words::stopping() } else { words::stop() }}
                </button>
            }
            .into_any()
        }
    };
    // A run that begins anew in the same panel is not stopping.
    Effect::new(move |_| {
        if console
            .run
            .with(|run| run.as_ref().is_some_and(|run| run.phase == Phase::Planning))
        {
            stopping.set(console.is_stopping());
        }
    });
    view! {
        <section class="card run" aria-labelledby="run-heading">
            <div class="run-head">
                <h2 id="run-heading" tabindex="-1">{heading}</h2>
                {button}
            </div>
            <p class="run-line" id="run-done" data-count=move || of(|run| run.done).to_string()>{line}</p>
            {move || {
                (!over.get())
                    .then(|| {
                        view! {
                            <progress
                                aria-label=words::bar()
                                max=move || of(|run| run.total).max(1).to_string()
                                value=move || {
                                    let planning = console.run.with(|run| run.as_ref().is_some_and(|run| run.phase == Phase::Planning));
                                    (!planning).then(|| of(|run| run.done).to_string())
                                }
                            ></progress>
                        }
                    })
            }}
            {move || {
                let alarm = console.run.with(|run| run.as_ref().and_then(Progress::alarm));
                alarm.map(|alarm| view! { <p class="notice" data-tone="bad">{alarm}</p> })
            }}
            <ul class="run-counts">{counts}</ul>
            {move || problems(console)}
            <Results/>
        </section>
    }
}

fn problems(console: Console) -> AnyView {
    console
        .run
        .with(|run| {
            let Some(run) = run else { return Vec::new() };
            let unread = run.problems.iter().map(|(device, problem)| {
                words::unread(
                    &text::short(device),
                    text::again(&problem.title),
                    &problem.detail,
                )
            });
            let partial = run
                .incomplete
                .iter()
                .map(|device| words::incomplete(&text::short(device)));
            unread.chain(partial).collect()
        })
        .into_iter()
        .map(|said| view! { <p class="notice" data-tone="warning">{said}</p> })
        .collect_view()
        .into_any()
}
