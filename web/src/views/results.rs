//! What became of each target.

use countermand_client::CancelReport;
use countermand_core_model::CommandTarget;
use leptos::prelude::*;

use super::badge::Badge;
use crate::{
    console::Console,
    state::{outcome, problem::vendor_says, progress::Progress},
    text::{self, run as words, table},
};

/// So many rows are shown at first, and so many more at a time.
const AT_A_TIME: usize = 300;

/// A row for every target, none ever missing.
#[component]
pub(super) fn Results() -> impl IntoView {
    let console = Console::shared();
    let limit = RwSignal::new(AT_A_TIME);
    let count = Memo::new(move |_| {
        console
            .run
            .with(|run| run.as_ref().map_or(0, |run| run.reports.len()))
    });
    let reports = move || -> Vec<CancelReport> {
        console.run.with(|run| {
            run.iter()
                .flat_map(|run| run.reports.iter().take(limit.get()).cloned())
                .collect()
        })
    };
    // The table stays one and the same from its first row to its last: were it built anew with every row,
    // rows that come while that happens could be lost.
    let any = Memo::new(move |_| count.get() > 0);
    move || {
        if !any.get() {
            return ().into_any();
        }
        view! {
            <div class="results" tabindex="0" role="group" aria-label=words::caption()>
            <table class="result-table" role="table">
                <caption class="unseen">{words::caption()}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">{words::column_command()}</th>
                        <th scope="col" role="columnheader">{words::column_device()}</th>
                        <th scope="col" role="columnheader">{words::column_outcome()}</th>
                        <th scope="col" role="columnheader">{words::column_why()}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=reports key=|report| format!("{} {} {}", report.device, report.id, report.outcome) let:report>
                        <ResultRow report/>
                    </For>
                </tbody>
            </table>
            </div>
            {move || {
                let left = count.get().saturating_sub(limit.get());
                (left > 0)
                    .then(|| {
                        view! {
                            <button type="button" class="button wide" on:click=move |_| limit.update(|limit| *limit += AT_A_TIME)>
                                {table::more(AT_A_TIME, left)}
                            </button>
                        }
                    })
            }}
        }
        .into_any()
    }
}

#[component]
fn ResultRow(report: CancelReport) -> impl IntoView {
    let console = Console::shared();
    let target = CommandTarget::new(report.device.clone(), report.id.clone()).ok();
    let of_run = {
        let target = target.clone();
        move |look: fn(&Progress, &CommandTarget) -> Option<String>| {
            console
                .run
                .with(|run| look(run.as_ref()?, target.as_ref()?))
        }
    };
    // Neither changes once a target is settled.
    let (title, beyond) = untrack(|| {
        (
            of_run(|run, target| Some(run.title(target).to_owned())).unwrap_or_default(),
            of_run(|run, target| run.is_beyond(target).then(|| words::beyond().to_owned())),
        )
    });
    let read_again = move || {
        of_run(|run, target| {
            run.reading_after(target).map(|found| match found {
                Ok(state) => words::now(text::state_within(*state)),
                Err(problem) => words::still_unread(text::again(&problem.title)),
            })
        })
    };
    let button = outcome::can_read_again(report.outcome).then(|| {
        let label = words::read_again_of(&title, &report.device.to_string());
        view! {
            <button
                type="button"
                class="button small"
                aria-label=label
                on:click=move |_| {
                    if let Some(target) = target.clone() {
                        console.read_again(target);
                    }
                }
            >
                {words::read_again()}
            </button>
        }
    });
    view! {
        <tr role="row">
            <td role="cell">
                <span class="kind">{title}</span>
                <span class="mono faint id">{report.id.to_string()}</span>
            </td>
            <td role="cell" class="mono" title=report.device.to_string()>{text::short(&report.device)}</td>
            <td role="cell"><Badge tone=outcome::tone(report.outcome) word=outcome::label(&report)/></td>
            <td role="cell">
                <span>{outcome::explanation(&report)}</span>
                {vendor_says(&report).map(|said| view! { <span class="why mono">{said}</span> })}
                {beyond.map(|beyond| view! { <span class="why">{beyond}</span> })}
                {move || read_again().map(|said| view! { <span class="why">{said}</span> })}
                {button}
            </td>
        </tr>
    }
}
