//! The commands that an approval request is about, as the server read them at the provider.

use countermand_console::{
    approval::{Approval, AskedFor},
    outcome,
    text::{self, approvals as words},
};
use leptos::prelude::*;

use crate::{
    console::Console,
    platform::intl,
    views::elements::{
        Badge,
        searched_list::{ROWS, SearchedList},
    },
};

/// Up to how many commands are shown without opening the list.
const FEW: usize = 5;

/// A list with a search.
pub(crate) fn asked_list(approval: Memo<Approval>, console: Console) -> AnyView {
    let total = Memo::new(move |_| approval.with(|one| one.commands.len()));
    SearchedList {
        search_id: "asked-search",
        class: "found asked",
        is_open: total.get_untracked() <= FEW,
        summary: Memo::new(move |_| (total.get() > 0).then(|| words::list(total.get()))),
        is_searched: Memo::new(move |_| total.get() > FEW),
    }
    .show(move |search| {
        approval.with(|approval| {
            let (found, more) = approval.matching(search, ROWS);
            let rows = found.into_iter().map(|one| row(one, console));
            (rows.collect(), more)
        })
    })
}

fn row(one: &AskedFor, console: Console) -> AnyView {
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
                <span class="mono">{console.table.device_called(one.target.device())}</span>
            </span>
            <span>{badge}{unread}</span>
            <span class="faint">
                {created} " " <span class="mono">{one.target.id().to_string()}</span>
            </span>
        </li>
    }
    .into_any()
}
