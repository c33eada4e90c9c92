//! The table of commands.

use leptos::{html, prelude::*};

use super::command_row::CommandRow;
use crate::{
    console::Console,
    platform::focus,
    state::{
        rows::{AT_A_TIME, Row, taken},
        selection::Tri,
    },
    text::table as text,
};

/// A native table. The roles are spelled out because a narrow page lays the rows out as cards, and
/// browsers then forget that they are rows.
#[component]
pub(super) fn CommandTable() -> impl IntoView {
    let console = Console::shared();
    let visible = move || -> Vec<Row> {
        let limit = console.limit.get();
        console
            .rows
            .with(|rows| rows.iter().take(limit).cloned().collect())
    };
    let caption = move || {
        let devices = console.fleet.with(|fleet| fleet.devices().len());
        let filter = console.filter.get();
        let (taken, kept) = console.rows.with(|rows| taken(rows, filter));
        text::caption(filter, taken, kept, devices)
    };
    let left = move || {
        console
            .rows
            .with(|rows| rows.len())
            .saturating_sub(console.limit.get())
    };
    // What stands in the column about cancelling is shown where there is something to say.
    let has_verdicts = Memo::new(move |_| {
        console.run.with(Option::is_some)
            || console
                .rows
                .with(|rows| rows.iter().any(|row| !row.is_selectable()))
    });
    view! {
        <table class="command-table" role="table" data-verdicts=move || has_verdicts.get().then_some("")>
            <caption>{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader" class="select">
                        <SelectAll/>
                    </th>
                    <th scope="col" role="columnheader">{text::column_state()}</th>
                    <th scope="col" role="columnheader">{text::column_command()}</th>
                    <th scope="col" role="columnheader">{text::column_device()}</th>
                    <th scope="col" role="columnheader" class="created" aria-sort=move || console.order.get().aria()>
                        <button
                            type="button"
                            class="sort"
                            id="sort-created"
                            title=text::sort_hint()
                            on:click=move |_| {
                                focus::kept_over("commands", || console.order.update(|order| *order = order.turned()));
                            }
                        >
                            {text::column_created()}
                        </button>
                    </th>
                    <th scope="col" role="columnheader">{text::column_expires()}</th>
                    <th scope="col" role="columnheader" class="vendor">{text::column_vendor()}</th>
                    <th scope="col" role="columnheader" class="verdict">{text::column_outcome()}</th>
                    <th scope="col" role="columnheader" class="more">
                        <span class="unseen">{text::column_details()}</span>
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=visible key=Row::key let:row>
                    <CommandRow row/>
                </For>
            </tbody>
        </table>
        {move || {
            let left = left();
            (left > 0)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button wide"
                            on:click=move |_| console.limit.update(|limit| *limit += AT_A_TIME)
                        >
                            {text::more(AT_A_TIME, left)}
                        </button>
                    }
                })
        }}
    }
}

/// The box in the head: all that the filter takes and that can be cancelled, shown or not.
#[component]
fn SelectAll() -> impl IntoView {
    let console = Console::shared();
    let node = NodeRef::<html::Input>::new();
    let over = Memo::new(move |_| {
        console
            .rows
            .with(|rows| console.selection.with(|selection| selection.over(rows)))
    });
    let selectable = Memo::new(move |_| {
        console
            .rows
            .with(|rows| rows.iter().filter(|row| row.is_selectable()).count())
    });
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            let over = over.get();
            input.set_checked(over == Tri::All);
            input.set_indeterminate(over == Tri::Some);
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
            on:change=move |event| {
                let on = event_target_checked(&event);
                console.rows.with_untracked(|rows| console.selection.update(|selection| selection.set_all(rows, on)));
            }
        />
    }
}
