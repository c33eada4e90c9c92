//! Rows without a console: what they say is the table's own, and nothing on them can be used yet.

use std::cell::{Cell, OnceCell};

use countermand_console::{
    address::AddressView,
    fleet::Fleet,
    rows::HIDDEN_AT_FIRST,
    text::{self, table},
};
use countermand_core_model::Provider;
use countermand_table::{Bits, Orders};
use web_sys::HtmlElement;

use super::table::{
    columns::names,
    command_row::{Beside, Parts},
    dom::{child, element, set, write},
    fitting::Fitting,
    head::COLUMNS,
};
use crate::{
    console::{address::read_shown, connection::OpenConnection, early::Draw},
    platform::{
        appearance, clock,
        first_screen::{self, FirstScreen},
        intl,
    },
};

/// So many pixels of the window are above the rows.
const ABOVE: f64 = 180.0;
/// How many pixels tall a row is; in the compact density, and otherwise.
const ROW: [f64; 2] = [26.0, 40.0];

/// Puts an empty first screen into the page, and returns what draws rows on it. Rows take longer to make than to write:
/// they are made while the answer is on its way.
pub(crate) fn drawing(open: &OpenConnection) -> Option<Draw> {
    let rows = EarlyRows::new(open)?;
    Some(Box::new(move |fleet| rows.draw(fleet)))
}

/// The first screen, before the console draws its own.
struct EarlyRows {
    root: HtmlElement,
    parts: Vec<Parts>,
    fitting: Fitting,
    provider: Provider,
    /// What the address asks for, once there is something to show.
    shown: OnceCell<AddressView>,
    may_cancel: bool,
    is_drawn: Cell<bool>,
}

impl EarlyRows {
    fn new(open: &OpenConnection) -> Option<Self> {
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
        set(&table, "data-hidden", &names(&HIDDEN_AT_FIRST));
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
        let make = |_| {
            let made = Parts::make(may_cancel);
            let _ = field.append_child(made.as_ref());
            made
        };
        let parts = (0..in_sight()?).map(make).collect();
        // The first moment that is written takes as long as all rows.
        intl::local_short(clock::now());
        Some(Self {
            root,
            parts,
            fitting: Fitting::default(),
            provider: open.client.provider(),
            shown: OnceCell::new(),
            may_cancel,
            is_drawn: Cell::new(false),
        })
    }

    /// Draws the first rows that the address asks for.
    fn draw(&self, fleet: &Fleet) {
        let store = fleet.store();
        let mut orders = Orders::default();
        let shown = self
            .shown
            .get_or_init(|| AddressView::read(self.provider, &read_shown()));
        let view = store.view(&shown.filter, shown.order, &Bits::default(), &mut orders);
        for (parts, row) in self.parts.iter().zip(&view.rows) {
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
            parts.fit(row, &self.fitting);
            parts.as_ref().set_hidden(false);
        }
        for unused in self.parts.iter().skip(view.rows.len()) {
            unused.as_ref().set_hidden(true);
        }
        set(&self.root, "data-count", &view.rows.len().to_string());
        if !view.rows.is_empty() && !self.is_drawn.replace(true) {
            first_screen::mark(FirstScreen::Rows);
        }
    }
}

/// How many rows fill the window.
fn in_sight() -> Option<usize> {
    let window = web_sys::window()?;
    let height = window.inner_height().ok()?.as_f64()?;
    let density = window.document()?.document_element()?;
    let is_compact = density.get_attribute("data-density").as_deref() == Some("compact");
    let row = ROW[usize::from(!is_compact)];
    Some(((height - ABOVE) / row).clamp(1.0, 60.0) as usize + 1)
}

impl Drop for EarlyRows {
    fn drop(&mut self) {
        self.root.remove();
    }
}
