//! Which columns are shown.

use countermand_console::text::table as text;
use countermand_table::Column;
use leptos::prelude::*;

use super::pages::size;
use crate::{console::Console, views::elements::menu};

/// The columns that can be hidden.
pub(super) const HIDEABLE: [Column; 6] = [
    Column::Severity,
    Column::Device,
    Column::Created,
    Column::Expires,
    Column::VendorState,
    Column::Id,
];

/// A box for each column that can be hidden, and how many rows a page has.
pub(super) fn columns(console: Console) -> AnyView {
    let boxes = HIDEABLE
        .into_iter()
        .map(|column| {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || !console.table.hidden_columns.with(|hidden| hidden.contains(&column))
                        on:change=move |event| console.table.show_column(column, event_target_checked(&event))
                    />
                    {text::column(column)}
                </label>
            }
        })
        .collect_view();
    let body = view! { {boxes} {size(console)} };
    menu(
        "columns",
        text::columns(),
        Box::new(|| None),
        body.into_any(),
    )
}

/// The names of columns, as the styles have them.
pub(crate) fn names(columns: &[Column]) -> String {
    columns
        .iter()
        .map(|column| column.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}
