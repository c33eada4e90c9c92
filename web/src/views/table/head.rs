//! The table's head: a box for all that is shown, and a button for each column to order by.

use countermand_console::text::table as text;
use countermand_table::{Column, Direction, Over};
use leptos::{html, prelude::*};

use crate::console::Console;

/// The columns that the table can be ordered by, each with the class of its cells.
pub(crate) const COLUMNS: [(Column, &str); 8] = [
    (Column::Severity, "severity"),
    (Column::State, "state"),
    (Column::Title, "title"),
    (Column::Device, "device-cell"),
    (Column::Created, "time created"),
    (Column::Expires, "time expires"),
    (Column::VendorState, "vendor"),
    (Column::Id, "id"),
];

/// The head's row.
pub(super) fn head(console: Console) -> AnyView {
    let sorted = COLUMNS.map(|(column, class)| sortable(console, column, class));
    view! {
        <div class="command-row head" role="row" aria-rowindex="1">
            {console
                .connection.may_cancel()
                .then(|| view! { <div class="select" role="columnheader">{select_all(console)}</div> })}
            {sorted.into_iter().collect_view()}
            <div class="verdict" role="columnheader">{text::column_outcome()}</div>
            <div class="more" role="columnheader"><span class="unseen">{text::column_details()}</span></div>
        </div>
    }
    .into_any()
}

fn sortable(console: Console, column: Column, class: &'static str) -> AnyView {
    let sorted = move || {
        let order = console.table.order.get();
        (order.column == column).then_some(match order.direction {
            Direction::Ascending => "ascending",
            Direction::Descending => "descending",
        })
    };
    let id = format!("sort-{}", column.as_str());
    view! {
        <div class=class role="columnheader" aria-sort=sorted>
            <button
                type="button"
                class="sort"
                id=id
                title=text::sort_hint()
                on:click=move |_| console.table.order_by(column)
            >
                {text::column(column)}
            </button>
        </div>
    }
    .into_any()
}

/// The box in the head: all that the filter takes and that can be cancelled, in sight or not.
fn select_all(console: Console) -> AnyView {
    let node = NodeRef::<html::Input>::new();
    let over = Memo::new(move |_| {
        console.table.view.with(|view| {
            console
                .table
                .selection
                .with(|selection| selection.over(view))
        })
    });
    let selectable = Memo::new(move |_| console.table.view.with(|view| view.selectable));
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            let over = over.get();
            input.set_checked(over == Over::All);
            input.set_indeterminate(over == Over::Some);
        }
    });
    view! {
        <input
            type="checkbox"
            id="select-all"
            node_ref=node
            aria-label=move || match selectable.get() {
                0 => text::select_none().to_owned(),
                count => text::select_all(count),
            }
            disabled=move || selectable.get() == 0
            on:change=move |event| console.table.select_all(event_target_checked(&event))
        />
    }
    .into_any()
}
