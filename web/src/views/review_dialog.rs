//! The review before anything is sent.

use leptos::prelude::*;

use super::modal::Modal;
use crate::{
    console::Console,
    state::{
        ago::ago,
        review::{Group, Review, Scope},
    },
    text::{self, review as words},
};

/// So many devices of a group are named.
const NAMED: usize = 8;

/// What will be cancelled, what cannot be promised, and the choice. The focus starts on the harmless one.
#[component]
pub(super) fn ReviewDialog(
    /// What is reviewed.
    review: Review,
) -> impl IntoView {
    let console = Console::shared();
    let typed = RwSignal::new(String::new());
    let total = review.total;
    let title = match &review.scope {
        Scope::Commands(_) => words::title(total, review.devices()),
        Scope::Everything(device) => words::title_everything(&text::short(device.device())),
    };
    let read = console.fleet.with_untracked(|fleet| fleet.read_at());
    let read = read.map(|at| words::as_read(&ago(at, console.now.get_untracked())));
    let groups = review.groups.iter().map(group).collect_view();
    let everything = matches!(review.scope, Scope::Everything(_));
    let must_type = review.must_be_typed();
    let of_vendor = words::of_vendor(review.provider);
    let review = StoredValue::new(review);
    let ready =
        Memo::new(move |_| review.with_value(|review| typed.with(|typed| review.may_go(typed))));
    let keep = move || console.review.set(None);
    let go = move |_| {
        if ready.get_untracked() {
            let review = review.get_value();
            keep();
            console.go(review);
        }
    };
    view! {
        <Modal id="review-title" title=title class="dialog review" fallback="commands" on_close=keep>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="review-title">
                <ul class="groups">{groups}</ul>
                {read.map(|read| view! { <p class="hint">{read}</p> })}
                <div class="promise">
                    <h3>{words::cannot_promise()}</h3>
                    <ul>
                        <li>{words::may_have_gone()}</li>
                        <li>{of_vendor}</li>
                        {everything.then(|| view! { <li>{words::everything_else()}</li> })}
                    </ul>
                </div>
            </div>
                {must_type
                    .then(|| {
                        view! {
                            <div class="field">
                                <label for="review-number">{words::type_number(total)}</label>
                                <input
                                    id="review-number"
                                    type="text"
                                    inputmode="numeric"
                                    autocomplete="off"
                                    aria-describedby="review-number-error"
                                    prop:value=move || typed.get()
                                    on:input=move |event| typed.set(event_target_value(&event))
                                />
                                <p class="field-error" id="review-number-error">
                                    {move || {
                                        (!ready.get() && typed.with(|typed| !typed.trim().is_empty()))
                                            .then(|| words::number_wrong(total))
                                    }}
                                </p>
                            </div>
                        }
                    })}
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| keep()>
                    {words::keep(total)}
                </button>
                <button type="button" class="button danger" id="review-go" disabled=move || !ready.get() on:click=go>
                    {words::go(total)}
                </button>
            </div>
        </Modal>
    }
}

fn group(group: &Group) -> AnyView {
    let named: Vec<String> = group
        .devices
        .iter()
        .take(NAMED)
        .map(|(device, count)| words::on_device(&text::short(device), *count))
        .collect();
    let mut devices = named.join(", ");
    if group.devices.len() > NAMED {
        devices.push_str(", ");
        devices.push_str(&words::and_more(group.devices.len() - NAMED));
    }
    view! {
        <li>
            <p class="group-title">
                <span class="count">{words::times(group.total)}</span>
                " "
                <strong>{group.name.clone().unwrap_or_else(|| group.kind.clone())}</strong>
                {group.name.is_some().then(|| view! { <span class="faint">" · " {group.kind.clone()}</span> })}
            </p>
            {(!group.does.is_empty()).then(|| view! { <p>{group.does}</p> })}
            <p class="mono faint">{devices}</p>
        </li>
    }
    .into_any()
}
