//! The filter by kind.

use countermand_console::{rows, text::table as words};
use countermand_core_model::KindName;
use leptos::prelude::*;

use super::choice::choice;
use crate::{console::Console, views::elements::menu};

/// How many commands each kind would show.
type Counts = Vec<(String, usize)>;

/// A menu with a box for each kind, and how many commands each would show.
pub(crate) fn kinds(console: Console) -> AnyView {
    let kinds = Memo::new(move |_| {
        console.table.view.with(|view| {
            console.table.fleet.with_untracked(|fleet| {
                let kinds = view.facets.kinds(fleet.store());
                kinds
                    .into_iter()
                    .map(|(kind, count)| (kind.to_owned(), count))
                    .collect::<Counts>()
            })
        })
    });
    let chosen = move || {
        console
            .table
            .filter
            .with(|filter| match filter.commands.kinds.as_slice() {
                [] => None,
                [one] => Some(one.as_str().to_owned()),
                several => Some(several.len().to_string()),
            })
    };
    let names = Memo::new(move |_| {
        let mut names: Vec<String> =
            kinds.with(|kinds| kinds.iter().map(|(kind, _)| kind.clone()).collect());
        names.sort_unstable();
        names
    });
    let body = view! {
        <For each=move || names.get() key=Clone::clone children=move |kind| kind_choice(console, kinds, kind)/>
    };
    menu(
        "filter-kind",
        words::kinds(),
        Box::new(chosen),
        body.into_any(),
    )
}

fn kind_choice(console: Console, kinds: Memo<Counts>, kind: String) -> AnyView {
    let (is_chosen, put, counted) = (kind.clone(), kind.clone(), kind.clone());
    let count = move || {
        kinds.with(|kinds| {
            kinds
                .iter()
                .find(|(one, _)| *one == counted)
                .map_or(0, |(_, count)| *count)
        })
    };
    let table = console.table;
    choice(
        "checkbox",
        rows::kind(&kind).to_owned(),
        Box::new(move || {
            table.filter.with(|filter| {
                let kinds = &filter.commands.kinds;
                kinds.iter().any(|one| one.as_str() == is_chosen)
            })
        }),
        Box::new(count),
        Box::new(move |on| {
            table.filter_by(|filter| {
                let kinds = &mut filter.commands.kinds;
                kinds.retain(|one| one.as_str() != put);
                if on {
                    kinds.push(KindName::exact(&put));
                }
            });
        }),
    )
}
