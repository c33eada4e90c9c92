//! How many ran, may still run, and will not: what to do about them, and what narrows down the rows.

use countermand_client::CancelOutcome;
use countermand_console::{
    outcome,
    results::{ResultFilter, Shown},
    text::{history, run as words},
};
use countermand_core_model::OutcomeGroup;
use leptos::prelude::*;

use super::source::{Chosen, Source};
use crate::console::{run::RunRows, run_files::Format};

/// A block for each group that has rows, the gravest first: its outcomes, and what to do about each.
pub(super) fn groups(source: Source, chosen: Chosen) -> AnyView {
    let all = Memo::new(move |_| {
        source.rows.status.look(|run| {
            let groups = OutcomeGroup::ALL.into_iter();
            groups
                .map(|group| (group, run.groups.outcomes(group)))
                .filter(|(_, outcomes)| !outcomes.is_empty())
                .collect::<Vec<_>>()
        })
    });
    let blocks = move || {
        let groups = all.get().into_iter();
        groups
            .map(|(group, outcomes)| block(source, chosen, group, outcomes))
            .collect_view()
    };
    view! { <div class="run-groups">{blocks}</div> }.into_any()
}

fn block(
    source: Source,
    chosen: Chosen,
    group: OutcomeGroup,
    outcomes: Vec<CancelOutcome>,
) -> AnyView {
    let tone = outcome::tone(group).name();
    let outcomes = outcomes
        .into_iter()
        .map(|one| {
            let shown = Shown::Outcome(group, one);
            view! {
                <li>
                    {chip(source, chosen, shown, outcome::name(one), None)}
                    <span class="hint">{outcome::next_step(group, one)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="run-group" data-tone=tone>
            {chip(source, chosen, Shown::Group(group), outcome::group_name(group), Some(tone))}
            <ul>{outcomes}</ul>
        </div>
    }
    .into_any()
}

/// A button that shows some of the rows, and says how many they are.
fn chip(
    source: Source,
    chosen: Chosen,
    shown: Shown,
    label: &'static str,
    tone: Option<&'static str>,
) -> AnyView {
    let count = move || source.rows.status.look(|run| run.groups.shown(shown));
    view! {
        <button
            type="button"
            class="filter"
            data-tone=tone
            aria-pressed=move || (chosen.filter.get().shown == shown).to_string()
            on:click=move |_| narrow(chosen, &|filter| filter.shown = shown)
        >
            {label}
            " "
            <span class="count">{count}</span>
        </button>
    }
    .into_any()
}

fn narrow(chosen: Chosen, change: &dyn Fn(&mut ResultFilter)) {
    chosen.first.set(0);
    chosen.filter.update(change);
}

/// What needs attention or all, of one kind or any.
pub(super) fn narrowing(source: Source, chosen: Chosen) -> AnyView {
    let kinds = Memo::new(move |_| source.rows.look(|run| run.results().kinds().to_vec()));
    let choice = move || {
        kinds.with(|kinds| {
            (kinds.len() > 1).then(|| {
                let kinds = kinds.iter().enumerate().map(|(at, kind)| {
                    view! { <option value=at.to_string()>{kind.clone()}</option> }.into_any()
                });
                view! {
                    <select
                        aria-label=words::kind()
                        on:change=move |event| {
                            let kind = event_target_value(&event).parse().ok();
                            narrow(chosen, &|filter| filter.kind = kind);
                        }
                    >
                        <option value="">{words::all_kinds()}</option>
                        {kinds.collect_view()}
                    </select>
                }
                .into_any()
            })
        })
    };
    view! {
        <div class="run-shown">
            {chip(source, chosen, Shown::Attention, words::attention(), None)}
            {chip(source, chosen, Shown::All, words::all(), None)}
            {choice}
        </div>
    }
    .into_any()
}

/// Saves all rows as they are now.
pub(crate) fn saves(rows: RunRows) -> AnyView {
    let save = |format: Format, word: &'static str| {
        view! {
            <button type="button" class="button small" on:click=move |_| rows.save(format)>{word}</button>
        }
        .into_any()
    };
    view! {
        <span class="saves" role="group" aria-label=history::export()>
            {save(Format::Csv, history::csv())} {save(Format::Json, history::json())}
        </span>
    }
    .into_any()
}
