//! The table by keyboard: the arrows go from row to row, with Shift they select on the way.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{command_row::CommandRows, window::Window};
use crate::console::Console;

/// A key was pressed in a row.
pub(super) fn pressed(console: Console, window: &Window<CommandRows>, event: &KeyboardEvent) {
    if event.alt_key() {
        return;
    }
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return;
    };
    let Some(index) = window.index_of(&target) else {
        return;
    };
    let drawn = window.drawn(&target, |parts| parts.row(console)).flatten();
    let last = untrack(|| console.table.row_count()).saturating_sub(1);
    let page = window.in_sight();
    let with_command = event.ctrl_key() || event.meta_key();
    let to = match event.key().as_str() {
        "ArrowDown" => (index + 1).min(last),
        "ArrowUp" => index.saturating_sub(1),
        "PageDown" => (index + page).min(last),
        "PageUp" => index.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        "Enter" => {
            if let Some(row) = drawn {
                event.prevent_default();
                console.details.open(row);
            }
            return;
        }
        "x" if !with_command => {
            if let Some(row) = drawn {
                let selection = console.table.selection;
                let is_selected = selection.with_untracked(|selection| selection.has(row));
                console.table.select(row, !is_selected);
            }
            return;
        }
        "Escape" => {
            console.table.select_none();
            return;
        }
        "a" if with_command => {
            event.prevent_default();
            console.table.select_all(true);
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if event.shift_key()
        && let (Some(from), Some(row)) = (drawn, console.table.row_at(to))
    {
        console.table.extend_selection(from, row);
    }
    let class = if target.tag_name() == "BUTTON" {
        "button"
    } else {
        "input"
    };
    go(console, window, to, class);
}

/// The focus goes to row `index`: to its box or, where that cannot be used or is not meant, to its button.
pub(super) fn go(console: Console, window: &Window<CommandRows>, index: usize, part: &str) {
    console.table.set_active_row(index);
    window.reveal(index);
    window.redraw();
    let Some(row) = window.element(index) else {
        return;
    };
    let find = |selector: &str| row.query_selector(selector).ok().flatten();
    let found = if part == "button" {
        find("button")
    } else {
        find("input:enabled").or_else(|| find("button"))
    };
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.set_tab_index(0);
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}
