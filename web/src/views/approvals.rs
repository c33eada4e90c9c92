//! Approvals that wait for an operator: what others ask for, and what was asked for from elsewhere.

pub(crate) mod asked_list;
pub(crate) mod dialog;

use countermand_console::{approval::Approval, relative_time::ago, text::approvals as text};
use countermand_relay_api::Decision;
use leptos::prelude::*;

use crate::console::Console;

/// A card of them; nothing where there are none.
#[component]
pub(crate) fn Approvals() -> impl IntoView {
    let console = Console::shared();
    let failed = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        // A run that is shown says by itself that it waits.
        let here = console
            .server_runs
            .followed
            .with(|run| run.as_ref().map(|run| run.id.clone()));
        let mut all = console.approvals.waiting.get();
        all.retain(|one| Some(&one.id) != here.as_ref());
        all
    });
    move || {
        let all = shown.get();
        if all.is_empty() {
            return ().into_any();
        }
        view! {
            <section class="card approvals" aria-labelledby="approvals-heading">
                <h2 id="approvals-heading" tabindex="-1">{text::heading()}</h2>
                <ul>{all.into_iter().map(|one| item(console, one, failed)).collect_view()}</ul>
                <div role="status">
                    {move || failed.get().or_else(|| console.approvals.problem.get()).map(|why| view! { <p class="notice" data-tone="warning">{why}</p> })}
                </div>
            </section>
        }
        .into_any()
    }
}

fn item(console: Console, one: Approval, failed: RwSignal<Option<String>>) -> AnyView {
    let is_own = console.connection.user().as_ref() == Some(&one.by);
    let at = one.at;
    let notes = one.notes().join(" · ");
    let when = move || at.map(|at| ago(at, console.clock.now.get()));
    let title = one.title(is_own);
    let hint = is_own.then(text::own_hint);
    let label = one.button(is_own);
    let id = format!("approval-{}", one.id);
    let button = if !is_own {
        view! {
            <button
                type="button"
                class="button primary"
                id=id
                aria-label=label
                on:click=move |_| console.approvals.open(&one.id)
            >
                {text::look()}
            </button>
        }
        .into_any()
    } else {
        let withdraw = move |_| {
            let one = one.clone();
            failed.set(None);
            leptos::task::spawn_local(async move {
                match console.approvals.decide(&one, Decision::Withdraw).await {
                    Ok(said) => console.announcer.say(said),
                    Err(why) => drop(failed.try_set(Some(why))),
                }
            });
        };
        view! {
            <button type="button" class="button" id=id aria-label=label on:click=withdraw>{text::withdraw()}</button>
        }
        .into_any()
    };
    view! {
        <li>
            <div>
                <p class="approval-title">{title}</p>
                <p class="faint">{when}{(!notes.is_empty()).then(|| format!(" · {notes}"))}</p>
                {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            </div>
            {button}
        </li>
    }
    .into_any()
}
