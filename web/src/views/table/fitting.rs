//! Columns as wide as what stands in them.

use std::cell::Cell;

use countermand_console::text_width;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// No text makes a column wider than so many digits.
const MOST: usize = 44;

/// How wide two columns are. They only grow: what is scrolled away must not make the others jump.
#[derive(Default)]
pub(crate) struct Fitting {
    title: Cell<usize>,
    device: Cell<usize>,
}

impl Fitting {
    /// Makes the columns as wide as a row's texts need.
    pub(crate) fn fit(&self, row: &HtmlElement, title: [&str; 2], device: [&str; 2]) {
        widen(&self.title, "--title-room", row, title);
        widen(&self.device, "--device-room", row, device);
    }
}

fn widen(known: &Cell<usize>, name: &str, row: &HtmlElement, texts: [&str; 2]) {
    let wide = texts.map(text_width::of).into_iter().max();
    let wide = wide.unwrap_or(0).min(MOST);
    if wide <= known.get() {
        return;
    }
    let scroller = row.closest(".scroller").ok().flatten();
    if let Some(scroller) = scroller.and_then(|scroller| scroller.dyn_into::<HtmlElement>().ok()) {
        known.set(wide);
        let room = format!("{wide}ch");
        let _ = scroller.style().set_property(name, &room);
    }
}
