//! What became of each target: of the run at hand, or of one that is past.

pub(crate) mod groups;
mod source;

use countermand_client::{CancelOutcome, CancelReport};
use countermand_console::{
    kind_severity,
    outcome::{self, Tone},
    problem::vendor_says,
    results::ResultFilter,
    run::SettledRow,
    text::{self, run as words},
};
use countermand_core_model::{CommandTarget, DeviceRef, OutcomeGroup, SeverityLevel};
use leptos::prelude::*;

pub(crate) use self::source::Source;
use self::{
    groups::{groups, narrowing},
    source::Chosen,
};
use crate::{console::Console, platform::printing, views::elements::Badge};

/// So many rows are in the page at once.
const A_PAGE: usize = 50;

/// What came of the targets by group, with what to do about it, and the rows of those that need attention. The others
/// are in the table of commands, and here on demand.
#[component]
pub(crate) fn Results(
    /// Where they come from.
    source: Source,
) -> impl IntoView {
    // A past run has no table beside it.
    let at_first = match source.console {
        Some(_) => ResultFilter::default(),
        None => ResultFilter::ALL,
    };
    let chosen = Chosen {
        filter: RwSignal::new(at_first),
        first: RwSignal::new(0),
    };
    // On paper no page can be turned: there, all rows stand.
    let printing = printing::watch();
    let of = Memo::new(move |_| {
        let filter = chosen.filter.get();
        source.rows.look(|run| run.results().count(filter))
    });
    // Fewer rows than before: another run, or what was read again.
    let from = Memo::new(move |_| {
        let last = of.get().saturating_sub(1) / A_PAGE * A_PAGE;
        chosen.first.get().min(last)
    });
    let rows = move || {
        let (filter, from, most) = if printing.get() {
            (ResultFilter::ALL, 0, usize::MAX)
        } else {
            (chosen.filter.get(), from.get(), A_PAGE)
        };
        source.rows.look(|run| run.rows(filter, from, most))
    };
    let any = Memo::new(move |_| source.rows.status.look(|run| run.progress.done > 0));
    // The table stays one and the same from its first row to its last: were it built anew with every row,
    // rows that come while that happens could be lost.
    let is_empty = Memo::new(move |_| of.get() == 0 && !printing.get());
    let table = move || {
        if is_empty.get() {
            return ().into_any();
        }
        view! {
            <div class="results" tabindex="0" role="group" aria-label=words::caption()>
            <table class="result-table" role="table">
                <caption class="unseen">{words::caption()}</caption>
                {head()}
                <tbody role="rowgroup">
                    <For each=rows key=key children=move |row| result_row(source, row)/>
                </tbody>
            </table>
            </div>
            {pages(of, from, chosen.first)}
        }
        .into_any()
    };
    move || {
        any.get().then(|| {
            view! {
                <div class="run-filters" role="group" aria-label=words::filters()>
                    {groups(source, chosen)}
                    {narrowing(source, chosen)}
                </div>
                {table}
            }
            .into_any()
        })
    }
}

fn head() -> AnyView {
    let columns = [
        words::column_device(),
        words::column_command(),
        words::column_outcome(),
        words::column_why(),
    ];
    let columns =
        columns.map(|word| view! { <th scope="col" role="columnheader">{word}</th> }.into_any());
    view! {
        <thead role="rowgroup">
            <tr role="row">{columns.into_iter().collect_view()}</tr>
        </thead>
    }
    .into_any()
}

fn key(row: &SettledRow) -> (String, String, CancelOutcome, OutcomeGroup) {
    let report = &row.report;
    (
        report.device.to_string(),
        report.id.to_string(),
        report.outcome,
        row.group,
    )
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
        group,
        title,
        severity,
        is_unplanned,
    } = row;
    let recheck = source
        .console
        .map(|console| recheck(source, console, &report, &title));
    let is_destructive = severity.level() == SeverityLevel::Destructive;
    let badge = is_destructive.then(|| {
        let word = kind_severity::level_name(SeverityLevel::Destructive);
        view! { <Badge tone=Tone::Bad word=word/> }
    });
    view! {
        <tr role="row">
            {device(source, &report.device)}
            <td role="cell">
                <span class="kind">{title}</span>
                {badge}
                <span class="mono faint id">{report.id.to_string()}</span>
            </td>
            <td role="cell"><Badge tone=outcome::tone(group) word=outcome::label(&report)/></td>
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

/// The device by its name, where that is known, and by its reference.
fn device(source: Source, device: &DeviceRef) -> AnyView {
    let names = source.names;
    let named = |name: String| view! { <span class="name">{name}</span> };
    let name = match names.and_then(|console| console.table.device_name(device)) {
        Some(name) => named(name).into_any(),
        // It may be learned while the row is in the page.
        None => {
            let device = device.clone();
            (move || {
                let fleet = names?.table.fleet;
                let name = fleet.with(|fleet| fleet.name(&device).map(str::to_owned));
                name.map(named)
            })
            .into_any()
        }
    };
    view! {
        <td role="cell" title=device.to_string()>
            {name}
            <span class="mono">{text::short(device)}</span>
        </td>
    }
    .into_any()
}

/// What reading the target again showed, and the way to do that.
fn recheck(source: Source, console: Console, report: &CancelReport, title: &str) -> AnyView {
    let target = CommandTarget::new(report.device.clone(), report.id.clone()).ok();
    let label = words::read_again_of(title, &console.table.device_called(&report.device));
    let can_read_again = Memo::new({
        let (report, target) = (report.clone(), target.clone());
        move |_| {
            let read = source
                .rows
                .look(|run| run.reading_after(target.as_ref()?)?.state);
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
            match &found.problem {
                Some(problem) => Some(words::still_unread(text::again(&problem.title))),
                None => Some(words::now(text::state_within(found.state?))),
            }
        });
        found.map(|said| view! { <span class="why">{said}</span> })
    };
    view! {
        {found}
        {button}
    }
    .into_any()
}
