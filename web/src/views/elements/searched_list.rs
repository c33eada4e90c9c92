//! A list that may be very long: in the page only while it is open, searched, and bounded.

use countermand_console::text::review as words;
use leptos::{html, prelude::*};

/// How many rows are shown at most.
pub(crate) const ROWS: usize = 100;

/// How such a list is shown.
#[derive(Clone, Copy)]
pub(crate) struct SearchedList {
    /// The id of the search field, unique in the page.
    pub(crate) search_id: &'static str,
    pub(crate) class: &'static str,
    /// Whether the list is open at first.
    pub(crate) is_open: bool,
    /// What the list is called; `None` where there is nothing to list.
    pub(crate) summary: Memo<Option<String>>,
    pub(crate) is_searched: Memo<bool>,
}

/// The rows that a search found, at most [`ROWS`], and whether there are more.
pub(crate) type Found = (Vec<AnyView>, bool);

impl SearchedList {
    /// Shows the list. `find` returns the rows for a search, and is called anew when what it reads changes.
    pub(crate) fn show(self, find: impl Fn(&str) -> Found + Copy + Send + 'static) -> AnyView {
        let open = RwSignal::new(self.is_open);
        let search = RwSignal::new(String::new());
        let node = NodeRef::<html::Details>::new();
        let toggled = move |_| open.set(node.get_untracked().is_some_and(|node| node.open()));
        let content = move || {
            open.get().then(|| {
                view! {
                    {move || self.is_searched.get().then(|| field(self.search_id, search))}
                    {move || rows(self.class, search.with(|search| find(search)))}
                }
                .into_any()
            })
        };
        (move || {
            self.summary.get().map(|summary| {
                view! {
                    <details class="whole-list" node_ref=node open=self.is_open on:toggle=toggled>
                        <summary>{summary}</summary>
                        {content}
                    </details>
                }
                .into_any()
            })
        })
        .into_any()
    }
}

fn field(id: &'static str, search: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{words::search()}</label>
            <input
                id=id
                type="search"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

fn rows(class: &'static str, (rows, more): Found) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="hint" role="status">{words::nothing_found()}</p> }.into_any();
    }
    view! {
        <ul class=class>{rows}</ul>
        {more.then(|| view! { <p class="hint">{words::first_shown(ROWS)}</p> })}
    }
    .into_any()
}
