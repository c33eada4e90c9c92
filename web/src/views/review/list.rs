//! Everything that a review holds, to be looked through.

use countermand_console::{review::Review, text::review as words};
use countermand_core_model::DeviceRef;
use leptos::prelude::*;

use crate::console::Console;
use crate::views::elements::searched_list::{Found, ROWS, SearchedList};

/// A list of kinds and devices with a search.
pub(crate) fn whole_list(console: Console) -> AnyView {
    let review = console.review.current;
    let summary = move |review: &Review| {
        (review.total > 0).then(|| words::list_all(review.total, review.devices.len()))
    };
    SearchedList {
        search_id: "review-search",
        class: "found",
        is_open: false,
        summary: Memo::new(move |_| review.look(summary)),
        is_searched: Memo::new(|_| true),
    }
    .show(move |search| review.look(|review| find(review, search, console)))
}

fn find(review: &Review, search: &str, console: Console) -> Found {
    let name = |device: &DeviceRef| console.table.device_name(device);
    let (found, more) = review.matching(search, ROWS, &name);
    let rows = found.into_iter().filter_map(|(group, place)| {
        let group = review.groups.get(group)?;
        let (device, count) = *group.devices.get(place)?;
        let called = group.name.as_ref().unwrap_or(&group.kind).clone();
        let device = console.table.device_called(review.devices.get(device)?);
        let row = view! {
            <li>
                <span class="mono">{device}</span>
                <span>{words::times_of(count, &called)}</span>
            </li>
        };
        Some(row.into_any())
    });
    (rows.collect(), more)
}
