//! The commands that an approval is about, as the server read them at the vendor: bounded, whatever the number.

use countermand_console::{
    approval::{Approval, AskedFor},
    outcome,
    text::{self, approvals as words, review as list_words},
};
use leptos::{html, prelude::*};

use super::badge::Badge;
use crate::platform::intl;

/// So many rows are shown at most.
const ROWS: usize = 100;

/// Up to so many are shown without being asked for.
const FEW: usize = 5;

/// A list with a search, in the page only while it is open.
pub(super) fn asked_list(approval: Memo<Approval>) -> AnyView {
    let total = Memo::new(move |_| approval.with(|one| one.commands().count()));
    let is_short = total.get_untracked() <= FEW;
    let open = RwSignal::new(is_short);
    let search = RwSignal::new(String::new());
    let node = NodeRef::<html::Details>::new();
    let toggled = move |_| open.set(node.get_untracked().is_some_and(|node| node.open()));
    let field = move || {
        (total.get() > FEW).then(|| {
            view! {
                <div class="field">
                    <label for="asked-search">{list_words::search()}</label>
                    <input
                        id="asked-search"
                        type="search"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                </div>
            }
        })
    };
    let content = move || {
        open.get().then(|| {
            view! {
                {field}
                {move || approval.with(|one| search.with(|search| rows(one, search)))}
            }
            .into_any()
        })
    };
    (move || {
        let total = total.get();
        (total > 0).then(|| {
            view! {
                <details class="whole-list" node_ref=node open=is_short on:toggle=toggled>
                    <summary>{words::list(total)}</summary>
                    {content}
                </details>
            }
            .into_any()
        })
    })
    .into_any()
}

fn rows(approval: &Approval, search: &str) -> AnyView {
    let (found, more) = approval.matching(search, ROWS);
    if found.is_empty() {
        return view! { <p class="hint" role="status">{list_words::nothing_found()}</p> }
            .into_any();
    }
    let rows = found.into_iter().map(row).collect_view();
    view! {
        <ul class="found asked">{rows}</ul>
        {more.then(|| view! { <p class="hint">{list_words::first_shown(ROWS)}</p> })}
    }
    .into_any()
}

fn row(one: &AskedFor) -> AnyView {
    let called = match one.called() {
        "" => text::command().to_owned(),
        called => called.to_owned(),
    };
    let badge = one.state.map(|state| {
        view! { <Badge tone=outcome::state_tone(state) word=text::state(state)/> }
    });
    let unread = one.state.is_none().then(words::not_read);
    let created = one
        .created_at
        .map(|at| words::created(&intl::local_short(at)));
    view! {
        <li>
            <span>
                <strong>{called}</strong>
                " "
                <span class="mono">{text::short(one.target.device())}</span>
            </span>
            <span>{badge}{unread}</span>
            <span class="faint">
                {created} " " <span class="mono">{one.target.id().to_string()}</span>
            </span>
        </li>
    }
    .into_any()
}
