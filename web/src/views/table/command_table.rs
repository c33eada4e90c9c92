//! The table of commands.

use countermand_console::text::details as words;
use countermand_table::RowId;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent};

use super::{
    columns::{columns, names},
    command_row::CommandRows,
    dom,
    fitting::Fitting,
    head::head,
    keyboard,
    pages::pages,
    window::Window,
};
use crate::{
    console::{Console, preferences::Preferences},
    platform::{clipboard, clock},
};

/// The ids in a row, which are copied by a click.
const IDS: &str = ".id, .device-cell > .mono";
/// How many milliseconds an id is marked as copied.
const COPIED_FOR: f64 = 1_500.0;

/// Every command that the filter takes, those in sight drawn.
#[component]
pub(crate) fn CommandTable() -> impl IntoView {
    let console = Console::shared();
    let scroller = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Div>::new();
    let has_verdicts = Memo::new(move |_| has_outcomes(console));
    let table = Drawn {
        console,
        window: StoredValue::new_local(None),
    };
    table.open(scroller, field);
    table.follow(has_verdicts);
    let rows = Memo::new(move |_| console.table.view.with(|view| view.rows.len()));
    view! {
        <div
            class="command-table"
            role="table"
            aria-labelledby="commands-caption"
            aria-rowcount=move || (rows.get() + 1).to_string()
            id="commands-count"
            data-count=move || rows.get().to_string()
            data-verdicts=move || has_verdicts.get().then_some("")
            data-hidden=move || console.table.hidden_columns.with(|hidden| names(hidden))
        >
            <div class="scroller" id="commands-scroller" node_ref=scroller on:scroll=move |_| table.with(&Window::scrolled)>
                <div role="rowgroup" class="table-top">{head(console)}</div>
                <div
                    role="rowgroup"
                    class="rows"
                    node_ref=field
                    on:click=move |event| table.with(&|window| clicked(console, window, &event))
                    on:change=move |event| table.with(&|window| changed(console, window, &event))
                    on:keydown=move |event| table.with(&|window| keyboard::pressed(console, window, &event))
                    on:dblclick=move |event| table.with(&|window| double_clicked(console, window, &event))
                ></div>
            </div>
        </div>
    }
}

/// What stands above the table: how many rows it has, its pages and its columns.
pub(crate) fn tools(console: Console) -> AnyView {
    let caption = move || {
        let counts = console.table.counts();
        console.table.filter.with(|filter| counts.caption(filter))
    };
    view! {
        <p class="faint caption" id="commands-caption">{caption}</p>
        {pages(console)}
        {columns(console)}
    }
    .into_any()
}

/// The window on the rows, once it is in the page. Copies are the same.
#[derive(Clone, Copy)]
struct Drawn {
    console: Console,
    window: StoredValue<Option<Window<CommandRows>>, LocalStorage>,
}

impl Drawn {
    fn with(self, act: &dyn Fn(&Window<CommandRows>)) {
        self.window
            .try_with_value(|window| window.as_ref().map(act));
    }

    /// Makes the window as soon as its elements are in the page.
    fn open(self, scroller: NodeRef<html::Div>, field: NodeRef<html::Div>) {
        Effect::new(move |_| {
            if let (Some(scroller), Some(field)) = (scroller.get(), field.get()) {
                let made = Window::new(
                    CommandRows(self.console, Fitting::default()),
                    scroller.unchecked_into(),
                    field.unchecked_into(),
                );
                self.window.set_value(Some(made));
                self.with(&|window| window.show(untrack(|| self.console.table.row_count())));
            }
        });
        on_cleanup(move || self.with(&Window::close));
    }

    /// Draws the rows anew when they change.
    fn follow(self, has_verdicts: Memo<bool>) {
        let (table, preferences) = (self.console.table, Preferences::shared());
        // Other rows, or the same in another order.
        Effect::new(move |_| {
            table.keep_to_pages();
            let count = table.row_count();
            self.with(&|window| window.show(count));
        });
        // The same rows with other contents.
        Effect::new(move |_| {
            table.selection.track();
            self.console.run.status.track();
            self.console.clock.now.track();
            table.recent.track();
            self.with(&Window::redraw);
        });
        // Other columns or another density change how tall a row is, and so do outcomes.
        Effect::new(move |_| {
            has_verdicts.track();
            table.hidden_columns.track();
            preferences.settings.track();
            self.with(&Window::measure);
        });
    }
}

/// Returns whether some row says what became of it, or why it cannot be cancelled.
fn has_outcomes(console: Console) -> bool {
    console.run.status.with(Option::is_some)
        || (console.connection.may_cancel()
            && console
                .table
                .view
                .with(|view| view.selectable < view.rows.len()))
}

/// Returns the names of the hidden columns.
/// The row that an event is about: the command that is drawn where it came from.
fn row_of(console: Console, window: &Window<CommandRows>, event: &Event) -> Option<RowId> {
    let target: Element = event.target()?.dyn_into().ok()?;
    window.drawn(&target, |parts| parts.row(console))?
}

/// A click: on the button it opens the details, with Shift it selects from the row before to this one, with the
/// command key this one beside the others, and beside the box it does what the box does. On an id it copies the id.
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
        .selection
        .with_untracked(|selection| selection.has(row));
    if is_in("button") {
        console.details.open(row);
    } else if event.shift_key() {
        // The box would turn this one alone.
        event.prevent_default();
        console
            .table
            .select_to(row, !is_selected || !is_in("input"));
    } else if is_in("input") || clipboard::marks_text() {
        // The box turns by itself; and whoever marked text on the way wants nothing else.
    } else if is_in(".select") || event.ctrl_key() || event.meta_key() {
        console.table.select(row, !is_selected);
    } else if let Ok(Some(id)) = target.closest(IDS) {
        copy(console, id);
    }
    window.redraw();
}

/// Copies an id, and says so.
fn copy(console: Console, id: Element) {
    // Said again, it is heard again.
    console.announcer.say(String::new());
    leptos::task::spawn_local(async move {
        let done = clipboard::copy(&id.text_content().unwrap_or_default()).await;
        let said = if done {
            words::copied()
        } else {
            words::not_copied()
        };
        console.announcer.say(said.to_owned());
        if done {
            dom::mark(&id, "data-copied", true);
            clock::after(COPIED_FOR, move || dom::mark(&id, "data-copied", false));
        }
    });
}

/// A double click opens the details; on an id it marks it, as on any text.
fn double_clicked(console: Console, window: &Window<CommandRows>, event: &MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if target.is_some_and(|target| matches!(target.closest(IDS), Ok(Some(_)))) {
        return;
    }
    if let Some(row) = row_of(console, window, event) {
        console.details.open(row);
    }
}

/// A box was turned.
fn changed(console: Console, window: &Window<CommandRows>, event: &Event) {
    match row_of(console, window, event) {
        Some(row) => console.table.select(row, event_target_checked(event)),
        None => window.redraw(),
    }
}
