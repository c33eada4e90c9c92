//! The table of commands.

use countermand_console::text::table as text;
use countermand_table::RowId;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent};

use super::{
    columns::{HIDEABLE, columns},
    command_row::CommandRows,
    head::head,
    keyboard,
    pages::pages,
    window::Window,
};
use crate::console::{Console, preferences::Preferences};

/// Every command that the filter takes, those in sight drawn.
#[component]
pub(crate) fn CommandTable() -> impl IntoView {
    let console = Console::shared();
    let preferences = Preferences::shared();
    let scroller = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Div>::new();
    let window = StoredValue::new_local(None::<Window<CommandRows>>);
    let with = move |act: &dyn Fn(&Window<CommandRows>)| {
        window.try_with_value(|window| window.as_ref().map(act));
    };
    Effect::new(move |_| {
        if let (Some(scroller), Some(field)) = (scroller.get(), field.get()) {
            let made = Window::new(
                CommandRows(console),
                scroller.unchecked_into(),
                field.unchecked_into(),
            );
            window.set_value(Some(made));
            with(&|window| window.show(untrack(|| console.table.row_count())));
        }
    });
    on_cleanup(move || with(&Window::close));
    // Other rows, or the same in another order.
    Effect::new(move |_| {
        console.table.keep_to_pages();
        let count = console.table.row_count();
        with(&|window| window.show(count));
    });
    // The same rows, standing otherwise.
    Effect::new(move |_| {
        console.table.selection().track();
        console.run.status().track();
        console.clock.now().track();
        console.table.recent().track();
        with(&Window::redraw);
    });
    let has_verdicts = Memo::new(move |_| {
        console.run.status().with(Option::is_some)
            || (console.connection.may_cancel()
                && console
                    .table
                    .view()
                    .with(|view| view.selectable < view.rows.len()))
    });
    // Other columns or another density change how tall a row is, and so does one that says what becomes of it.
    Effect::new(move |_| {
        has_verdicts.track();
        console.table.hidden_columns().track();
        preferences.settings().track();
        with(&Window::measure);
    });
    let hidden = move || {
        console.table.hidden_columns().with(|hidden| {
            let hidden = HIDEABLE.iter().filter(|column| hidden.contains(column));
            hidden
                .map(|column| column.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
    };
    let shown = Memo::new(move |_| {
        console
            .table
            .view()
            .with(|view| (view.taken, view.rows.len()))
    });
    let caption = move || {
        let (taken, all) = shown.get();
        let devices = console
            .table
            .fleet()
            .with(countermand_console::fleet::Fleet::len);
        console
            .table
            .filter()
            .with(|filter| text::caption(filter, taken, all - taken, devices))
    };
    let on_click = move |event: MouseEvent| {
        with(&|window| clicked(console, window, &event));
    };
    let on_change = move |event: Event| {
        with(&|window| changed(console, window, &event));
    };
    let on_key = move |event: KeyboardEvent| {
        with(&|window| keyboard::pressed(console, window, &event));
    };
    let on_double = move |event: MouseEvent| {
        with(&|window| {
            if let Some(row) = row_of(console, window, &event) {
                console.details.open(row);
            }
        });
    };
    view! {
        <div class="table-head">
            <p class="faint" id="commands-caption">{caption}</p>
            <div class="table-tools">{pages(console)} {columns(console)}</div>
        </div>
        <div
            class="command-table"
            role="table"
            aria-labelledby="commands-caption"
            aria-rowcount=move || (shown.get().1 + 1).to_string()
            id="commands-count"
            data-count=move || shown.get().1.to_string()
            data-verdicts=move || has_verdicts.get().then_some("")
            data-hidden=hidden
        >
            <div class="scroller" id="commands-scroller" node_ref=scroller on:scroll=move |_| with(&Window::scrolled)>
                <div role="rowgroup" class="table-top">{head(console)}</div>
                <div
                    role="rowgroup"
                    class="rows"
                    node_ref=field
                    on:click=on_click
                    on:change=on_change
                    on:keydown=on_key
                    on:dblclick=on_double
                ></div>
            </div>
        </div>
    }
}

/// The row that an event is about: the command that is drawn where it came from.
fn row_of(console: Console, window: &Window<CommandRows>, event: &Event) -> Option<RowId> {
    let target: Element = event.target()?.dyn_into().ok()?;
    window.drawn(&target, |parts| parts.row(console))?
}

/// A click: on the button it opens the details, with Shift it selects from the row before to this one, with the
/// command key this one beside the others, and beside the box it does what the box does.
fn clicked(console: Console, window: &Window<CommandRows>, event: &MouseEvent) {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return;
    };
    let Some(row) = row_of(console, window, event) else {
        // What was drawn is gone: nothing is turned, and what there is now is drawn.
        event.prevent_default();
        window.redraw();
        return;
    };
    let is_in = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if let Some(index) = window.index_of(&target) {
        console.table.set_active_row(index);
    }
    let is_selected = console
        .table
        .selection()
        .with_untracked(|selection| selection.has(row));
    if is_in("button") {
        console.details.open(row);
    } else if event.shift_key() {
        // The box would turn this one alone.
        event.prevent_default();
        console
            .table
            .select_to(row, !is_selected || !is_in("input"));
    } else if !is_in("input") && (is_in(".select") || event.ctrl_key() || event.meta_key()) {
        console.table.select(row, !is_selected);
    }
    window.redraw();
}

/// A box was turned.
fn changed(console: Console, window: &Window<CommandRows>, event: &Event) {
    match row_of(console, window, event) {
        Some(row) => console.table.select(row, event_target_checked(event)),
        None => window.redraw(),
    }
}
