//! Rows without a console: what they say is the table's own, and nothing on them can be used yet.

use std::cell::{Cell, RefCell};

use countermand_console::{
    address::AddressView,
    fleet::Fleet,
    text::{self, table},
};
use countermand_table::{Bits, Order, Orders, RowFilter};
use web_sys::HtmlElement;

use super::table::{
    command_row::{Beside, Parts},
    dom::{child, element, mark, set, write},
    head::COLUMNS,
};
use crate::{
    console::{address::read_shown, connection::OpenConnection, early::Draw},
    platform::{
        appearance, clock,
        first_screen::{self, FirstScreen},
    },
};

/// So many rows fill every screen.
const MOST: usize = 40;

/// Puts an empty first screen into the page, and returns what draws rows on it.
pub(crate) fn drawing(open: &OpenConnection) -> Option<Draw> {
    let rows = EarlyRows::new(open)?;
    Some(Box::new(move |fleet| rows.draw(fleet)))
}

/// The first screen, before the console draws its own.
struct EarlyRows {
    root: HtmlElement,
    field: HtmlElement,
    parts: RefCell<Vec<Parts>>,
    filter: RowFilter,
    order: Order,
    may_cancel: bool,
    is_drawn: Cell<bool>,
}

impl EarlyRows {
    fn new(open: &OpenConnection) -> Option<Self> {
        let shown = AddressView::read(open.client.provider(), &read_shown());
        let root = element("div", "early");
        root.set_id("early");
        // It is replaced within moments: nothing is to be pressed on it, and nothing read to anybody.
        set(&root, "inert", "");
        let bar = child(&root, "header", "bar");
        write(&child(&bar, "span", "brand"), text::product());
        let main = child(&root, "div", "early-main");
        write(&child(&main, "p", "early-name"), &open.name);
        let table = child(&main, "div", "command-table");
        set(&table, "role", "table");
        let scroller = child(&table, "div", "scroller");
        let head = child(
            &child(&scroller, "div", "table-top"),
            "div",
            "command-row head",
        );
        let may_cancel = open.may_cancel();
        if may_cancel {
            child(&head, "div", "select");
        }
        for (column, class) in COLUMNS {
            write(&child(&head, "div", class), table::column(column));
        }
        child(&head, "div", "more");
        let field = child(&scroller, "div", "rows");
        web_sys::window()?
            .document()?
            .body()?
            .append_child(&root)
            .ok()?;
        appearance::page_has_loaded();
        Some(Self {
            root,
            field,
            parts: RefCell::default(),
            filter: shown.filter,
            order: shown.order,
            may_cancel,
            is_drawn: Cell::new(false),
        })
    }

    /// Draws the first rows that the address asks for.
    fn draw(&self, fleet: &Fleet) {
        let store = fleet.store();
        let mut orders = Orders::default();
        let view = store.view(&self.filter, self.order, &Bits::default(), &mut orders);
        let mut parts = self.parts.borrow_mut();
        for (at, row) in view.rows.iter().take(MOST).enumerate() {
            if at == parts.len() {
                let made = Parts::make(self.may_cancel);
                let _ = self.field.append_child(made.as_ref());
                parts.push(made);
            }
            if let Some(parts) = parts.get(at) {
                let row = store.row(*row);
                parts.write(
                    row,
                    &Beside {
                        now: clock::now(),
                        may_cancel: self.may_cancel,
                        is_selected: false,
                        in_run: None,
                    },
                );
                mark(parts.as_ref(), "hidden", false);
            }
        }
        for unused in parts.iter().skip(view.rows.len()) {
            mark(unused.as_ref(), "hidden", true);
        }
        set(&self.root, "data-count", &view.rows.len().to_string());
        if !view.rows.is_empty() && !self.is_drawn.replace(true) {
            first_screen::mark(FirstScreen::Rows);
        }
    }
}

impl Drop for EarlyRows {
    fn drop(&mut self) {
        self.root.remove();
    }
}
