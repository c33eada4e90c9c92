//! Everything that a review means, to be looked through: bounded, whatever the number.

use countermand_console::{
    review::Review,
    text::{self, review as words},
};
use leptos::{html, prelude::*};

/// So many rows are shown at most.
const ROWS: usize = 100;

/// A list of kinds and devices with a search, in the page only while it is open.
pub(super) fn whole_list(review: ReadSignal<Option<Review>>) -> AnyView {
    let open = RwSignal::new(false);
    let search = RwSignal::new(String::new());
    let node = NodeRef::<html::Details>::new();
    let some = Memo::new(move |_| {
        review.with(|review| {
            review
                .as_ref()
                .map_or((0, 0), |review| (review.total, review.devices.len()))
        })
    });
    let toggled = move |_| open.set(node.get_untracked().is_some_and(|node| node.open()));
    let content = move || {
        open.get().then(|| {
            view! {
                <div class="field">
                    <label for="review-search">{words::search()}</label>
                    <input
                        id="review-search"
                        type="search"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                </div>
                {move || {
                    review.with(|review| {
                        review.as_ref().map(|review| search.with(|search| rows(review, search)))
                    })
                }}
            }
            .into_any()
        })
    };
    (move || {
        let (total, devices) = some.get();
        (total > 0).then(|| {
            view! {
                <details class="whole-list" node_ref=node on:toggle=toggled>
                    <summary>{words::list_all(total, devices)}</summary>
                    {content}
                </details>
            }
            .into_any()
        })
    })
    .into_any()
}

fn rows(review: &Review, search: &str) -> AnyView {
    let (found, more) = review.matching(search, ROWS);
    if found.is_empty() {
        return view! { <p class="hint" role="status">{words::nothing_found()}</p> }.into_any();
    }
    let rows = found
        .into_iter()
        .filter_map(|(group, place)| {
            let group = review.groups.get(group)?;
            let (device, count) = *group.devices.get(place)?;
            let called = group.name.as_ref().unwrap_or(&group.kind).clone();
            let device = text::short(review.devices.get(device)?);
            let row = view! {
                <li>
                    <span class="mono">{device}</span>
                    <span>{words::times_of(count, &called)}</span>
                </li>
            };
            Some(row.into_any())
        })
        .collect_view();
    view! {
        <ul class="found">{rows}</ul>
        {more.then(|| view! { <p class="hint">{words::first_shown(ROWS)}</p> })}
    }
    .into_any()
}
