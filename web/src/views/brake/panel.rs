//! What a brake comes to: how far the devices are looked at, and what became of the commands by kind.

use countermand_console::{
    results::KindResults,
    run_status::RunStatus,
    text::{brake as words, firing},
};
use countermand_core_model::OutcomeGroup;
use leptos::prelude::*;

use crate::console::Console;

/// How many devices were looked at, of how many.
pub(crate) fn looking(console: Console) -> AnyView {
    let status = console.run.status;
    let said = Memo::new(move |_| status.look(RunStatus::looking));
    (move || {
        said.get()
            .map(|said| view! { <p class="run-pace" id="run-looked">{said}</p> })
    })
    .into_any()
}

/// What became of each kind. Only for a brake: of other runs the table of commands shows it.
pub(crate) fn by_kind(console: Console) -> AnyView {
    let rows = console.run.rows;
    let lines = Memo::new(move |_| {
        let is_brake = rows.status.look(|run| run.sweep.is_some());
        match is_brake {
            true => rows.look(|run| run.results().by_kind()),
            false => Vec::new(),
        }
    });
    let table = move || lines.with(|lines| (!lines.is_empty()).then(|| table(lines)));
    table.into_any()
}

/// A column: its head, and its number of a kind.
type Column = (fn() -> &'static str, fn(&KindResults) -> usize);

static COLUMNS: [Column; 5] = [
    (words::stopped, |line| line.stopped),
    (words::lost, |line| line.ran),
    (words::may_run, |line| line.may_run),
    (words::ended, |line| line.ended),
    (words::open_column, |line| line.open),
];

fn table(lines: &[KindResults]) -> AnyView {
    // What is wanted and what is feared are always said.
    let columns: Vec<&Column> = COLUMNS
        .iter()
        .enumerate()
        .filter(|(at, (_, of))| *at < 2 || lines.iter().any(|line| of(line) > 0))
        .map(|(_, column)| column)
        .collect();
    let heads = columns
        .iter()
        .map(|(head, _)| view! { <th scope="col">{head()}</th> }.into_any())
        .collect_view();
    let lines = lines
        .iter()
        .map(|line| {
            let cells = columns
                .iter()
                .map(|(_, of)| view! { <td>{firing::count(of(line))}</td> }.into_any())
                .collect_view();
            view! { <tr><th scope="row">{line.kind.clone()}</th>{cells}</tr> }.into_any()
        })
        .collect_view();
    view! {
        <table class="brake-kinds-table">
            <thead>
                <tr><th scope="col">{words::by_kind()}</th>{heads}</tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

/// Saves what was lost, to act on.
pub(crate) fn save_lost(console: Console) -> AnyView {
    let status = console.run.status;
    let is_any = Memo::new(move |_| status.look(|run| run.groups.group(OutcomeGroup::Ran)) > 0);
    let button = move || {
        is_any.get().then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| console.run.rows.save_lost()>{words::save_lost()}</button>
            }
        })
    };
    button.into_any()
}
