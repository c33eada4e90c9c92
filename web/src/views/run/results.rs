//! What became of each target: of the run at hand, or of one that is past.

use countermand_client::{CancelOutcome, CancelReport};
use countermand_console::{
    outcome,
    problem::vendor_says,
    run::SettledRow,
    run_status::RunStatus,
    text::{self, run as words},
};
use countermand_core_model::CommandTarget;
use leptos::prelude::*;

use crate::{
    console::{Console, run::RunRows},
    platform::printing,
    views::elements::Badge,
};

/// So many rows are in the page at once.
const A_PAGE: usize = 50;

/// Where the rows come from.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) rows: RunRows,
    /// The open connection, where something can be done about them.
    pub(crate) console: Option<Console>,
}

/// A row for every target, none ever missing; filters by outcome with their counts.
#[component]
pub(crate) fn Results(
    /// Where they come from.
    source: Source,
) -> impl IntoView {
    let filter = RwSignal::new(None::<CancelOutcome>);
    let first = RwSignal::new(0_usize);
    // On paper no page can be turned: there, all rows stand.
    let printing = printing::watch();
    let of = Memo::new(move |_| {
        source.rows.status.look(|run| match filter.get() {
            Some(outcome) => run.progress.count(outcome),
            None => run.progress.done,
        })
    });
    // Fewer rows than before: another run, or what was read again.
    let from = Memo::new(move |_| {
        let last = of.get().saturating_sub(1) / A_PAGE * A_PAGE;
        first.get().min(last)
    });
    let rows = move || {
        source.rows.look(|run| {
            let (from, most) = if printing.get() {
                (0, usize::MAX)
            } else {
                (from.get(), A_PAGE)
            };
            run.rows(filter.get(), from, most)
        })
    };
    // The table stays one and the same from its first row to its last: were it built anew with every row,
    // rows that come while that happens could be lost.
    let any = Memo::new(move |_| source.rows.status.look(|run| run.progress.done > 0));
    move || {
        if !any.get() {
            return ().into_any();
        }
        view! {
            {filters(source, filter, first)}
            <div class="results" tabindex="0" role="group" aria-label=words::caption()>
            <table class="result-table" role="table">
                <caption class="unseen">{words::caption()}</caption>
                {head()}
                <tbody role="rowgroup">
                    <For each=rows key=key children=move |row| result_row(source, row)/>
                </tbody>
            </table>
            </div>
            {pages(of, from, first)}
        }
        .into_any()
    }
}

fn head() -> AnyView {
    view! {
        <thead role="rowgroup">
            <tr role="row">
                <th scope="col" role="columnheader">{words::column_command()}</th>
                <th scope="col" role="columnheader">{words::column_device()}</th>
                <th scope="col" role="columnheader">{words::column_outcome()}</th>
                <th scope="col" role="columnheader">{words::column_why()}</th>
            </tr>
        </thead>
    }
    .into_any()
}

fn key(row: &SettledRow) -> (String, String, CancelOutcome) {
    let report = &row.report;
    (
        report.device.to_string(),
        report.id.to_string(),
        report.outcome,
    )
}

fn filters(
    source: Source,
    filter: RwSignal<Option<CancelOutcome>>,
    first: RwSignal<usize>,
) -> AnyView {
    let shown = Memo::new(move |_| {
        source.rows.status.with(|run| {
            let outcomes = run.iter().flat_map(RunStatus::counts);
            outcomes.map(|(outcome, _)| outcome).collect::<Vec<_>>()
        })
    });
    let button = move |one: Option<CancelOutcome>| {
        let count = move || {
            source
                .rows
                .status
                .look(|run| one.map_or(run.progress.done, |one| run.progress.count(one)))
        };
        view! {
            <button
                type="button"
                class="filter"
                data-tone=one.map(|one| outcome::tone(one).name())
                aria-pressed=move || (filter.get() == one).to_string()
                on:click=move |_| {
                    first.set(0);
                    filter.set(one);
                }
            >
                {one.map_or_else(words::all, outcome::name)}
                " "
                <span class="count">{count}</span>
            </button>
        }
        .into_any()
    };
    view! {
        <div class="filter-line run-counts" role="group" aria-label=words::filters()>
            {button(None)}
            <For each=move || shown.get() key=|outcome| *outcome children=move |one| button(Some(one))/>
        </div>
    }
    .into_any()
}

fn pages(of: Memo<usize>, from: Memo<usize>, first: RwSignal<usize>) -> AnyView {
    let turn =
        move |label: &'static str, by: fn(usize) -> usize, ends: fn(usize, usize) -> bool| {
            view! {
                <button
                    type="button"
                    class="button small"
                    aria-disabled=move || ends(from.get(), of.get()).to_string()
                    on:click=move |_| {
                        if !ends(from.get_untracked(), of.get_untracked()) {
                            first.set(by(from.get_untracked()));
                        }
                    }
                >
                    {label}
                </button>
            }
        };
    let several = Memo::new(move |_| of.get() > A_PAGE);
    (move || {
        several.get().then(|| {
            view! {
                <nav class="pages" aria-label=words::pages()>
                    {turn(words::earlier(), |from| from.saturating_sub(A_PAGE), |from, _| from == 0)}
                    <span class="count">
                        {move || words::range(from.get() + 1, (from.get() + A_PAGE).min(of.get()), of.get())}
                    </span>
                    {turn(words::later(), |from| from + A_PAGE, |from, of| from + A_PAGE >= of)}
                </nav>
            }
        })
    })
    .into_any()
}

fn result_row(source: Source, row: SettledRow) -> AnyView {
    let SettledRow {
        report,
        title,
        is_unplanned,
    } = row;
    let device = report.device.to_string();
    let recheck = source
        .console
        .map(|console| recheck(source, console, &report, &title));
    view! {
        <tr role="row">
            <td role="cell">
                <span class="kind">{title}</span>
                <span class="mono faint id">{report.id.to_string()}</span>
            </td>
            <td role="cell" class="mono" title=device>{text::short(&report.device)}</td>
            <td role="cell"><Badge tone=outcome::tone(report.outcome) word=outcome::label(&report)/></td>
            <td role="cell">
                <span>{outcome::explanation(&report)}</span>
                {vendor_says(&report).map(|said| view! { <span class="why mono">{said}</span> })}
                {is_unplanned.then(|| view! { <span class="why">{words::beyond()}</span> })}
                {recheck}
            </td>
        </tr>
    }
    .into_any()
}

/// What reading the target again showed, and the way to do that.
fn recheck(source: Source, console: Console, report: &CancelReport, title: &str) -> AnyView {
    let target = CommandTarget::new(report.device.clone(), report.id.clone()).ok();
    let label = words::read_again_of(title, &report.device.to_string());
    let can_read_again = Memo::new({
        let (report, target) = (report.clone(), target.clone());
        move |_| {
            let read = source
                .rows
                .look(|run| run.reading_after(target.as_ref()?)?.as_ref().ok().copied());
            outcome::can_read_again(&report, read)
        }
    });
    let again = target.clone();
    let button = move || {
        let (label, target) = (label.clone(), again.clone());
        can_read_again.get().then(|| {
            view! {
                <button
                    type="button"
                    class="button small"
                    aria-label=label
                    on:click=move |_| {
                        if let Some(target) = target.clone() {
                            console.reader.recheck(target);
                        }
                    }
                >
                    {words::read_again()}
                </button>
            }
        })
    };
    let found = move || {
        let found = source.rows.look(|run| {
            let found = run.reading_after(target.as_ref()?)?;
            Some(match found {
                Ok(state) => words::now(text::state_within(*state)),
                Err(problem) => words::still_unread(text::again(&problem.title)),
            })
        });
        found.map(|said| view! { <span class="why">{said}</span> })
    };
    view! {
        {found}
        {button}
    }
    .into_any()
}
