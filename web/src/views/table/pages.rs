//! All rows in one, or page by page.

use countermand_console::{page::SIZES, text::table as text};
use leptos::prelude::*;

use crate::console::Console;

/// The way from page to page, where there are pages.
pub(super) fn pages(console: Console) -> AnyView {
    let is_paged = Memo::new(move |_| console.table.page.with(|page| page.size > 0));
    (move || {
        is_paged
            .get()
            .then(|| view! { <span class="pages">{turning(console)}</span> }.into_any())
    })
    .into_any()
}

/// The choice of how many rows a page has.
pub(super) fn size(console: Console) -> AnyView {
    let choices = SIZES
        .into_iter()
        .map(|size| {
            let label = match size {
                0 => text::one_page().to_owned(),
                size => text::page_of(size),
            };
            view! {
                <option value=size.to_string() prop:selected=move || console.table.page.with(|page| page.size == size)>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <select
            id="page-size"
            aria-label=text::page_size()
            on:change=move |event| {
                let size = event_target_value(&event).parse().unwrap_or_default();
                console.table.set_page_size(size);
            }
        >
            {choices}
        </select>
    }
    .into_any()
}

/// The number of the page, how many there are, and a button in each direction.
fn turning(console: Console) -> AnyView {
    let words = move || {
        let (number, pages) = place(console);
        text::page_number(number + 1, pages)
    };
    view! {
        {turn(console, -1, text::page_before(), "page-before")}
        <span class="faint">{words}</span>
        {turn(console, 1, text::page_after(), "page-after")}
    }
    .into_any()
}

fn turn(console: Console, by: isize, label: &'static str, id: &'static str) -> AnyView {
    let to = move || {
        let (number, pages) = place(console);
        number
            .checked_add_signed(by)
            .filter(|number| *number < pages)
    };
    view! {
        <button
            type="button"
            class="button small"
            id=id
            disabled=move || to().is_none()
            on:click=move |_| {
                if let Some(number) = untrack(to) {
                    console.table.turn_to(number);
                }
            }
        >
            {label}
        </button>
    }
    .into_any()
}

/// Returns the number of the page and how many pages there are.
fn place(console: Console) -> (usize, usize) {
    let all = console.table.view.with(|view| view.rows.len());
    console
        .table
        .page
        .with(|page| (page.number, page.pages(all)))
}
