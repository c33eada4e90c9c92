//! The filter by severity.

use countermand_console::{kind_severity::level_name, text::table as words};
use countermand_core_model::SeverityLevel;
use leptos::prelude::*;

use super::choice::choice;
use crate::{console::Console, views::elements::menu};

/// A menu with each level, and how many commands each would show.
pub(super) fn severity(console: Console) -> AnyView {
    let table = console.table;
    let chosen = move || table.filter.with(|filter| filter.level).map(level_name);
    let levels = [None].into_iter().chain(SeverityLevel::ALL.map(Some));
    let body = levels.map(|level| {
        choice(
            "radio",
            level
                .map_or_else(|| words::filter(None), level_name)
                .to_owned(),
            Box::new(move || table.filter.with(|filter| filter.level == level)),
            Box::new(move || {
                table.view.with(|view| match level {
                    Some(level) => view.facets.level(level),
                    None => view.facets.all_levels(),
                })
            }),
            Box::new(move |_| table.filter_by(|filter| filter.level = level)),
        )
    });
    menu(
        "filter-severity",
        words::column_severity(),
        Box::new(move || chosen().map(str::to_owned)),
        body.collect_view().into_any(),
    )
}
