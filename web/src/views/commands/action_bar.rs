//! What can be done with the selection.

use countermand_console::text::table as text;
use leptos::prelude::*;

use crate::console::Console;

/// How many are selected, and the way to cancel them.
#[component]
pub(crate) fn ActionBar() -> impl IntoView {
    let console = Console::shared();
    let selected = Memo::new(move |_| console.table.selected());
    let count = Memo::new(move |_| selected.get().count);
    // What is out of sight must not be out of mind: it would be cancelled too.
    let beyond = Memo::new(move |_| selected.get().beyond);
    // What came since all were selected is not taken without a word.
    let more = Memo::new(move |_| selected.get().more);
    view! {
        <div class="action-bar" data-active=move || (count.get() > 0).then_some("")>
            <span class="chosen-count">
                {move || selected.get().text()}
                {move || {
                    let beyond = Some(beyond.get()).filter(|beyond| *beyond > 0)?;
                    Some(view! { " · " <span class="beyond">{text::selected_beyond(beyond)}</span> }.into_any())
                }}
            </span>
            {move || {
                (more.get() > 0)
                    .then(|| {
                        view! {
                            <button type="button" class="button small" id="select-more" on:click=move |_| console.table.select_all(true)>
                                {move || text::select_more(more.get())}
                            </button>
                        }
                        .into_any()
                    })
            }}
            {move || {
                (count.get() > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                on:click=move |_| {
                                    console.table.select_none();
                                    crate::platform::focus::soon("select-all");
                                }
                            >
                                {text::clear()}
                            </button>
                        }
                    })
            }}
            <button
                type="button"
                class="button danger"
                id="cancel-selected"
                disabled=move || count.get() == 0 || console.run.is_active()
                on:click=move |_| console.review.open_selected()
            >
                {move || text::cancel(count.get())}
            </button>
        </div>
    }
}
