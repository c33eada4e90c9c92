//! What a review tells: the groups, what comes forward, what cannot be promised.

use countermand_console::{
    promoted_commands::PromotedCommands,
    review::{Group, Review, Scope},
    rows,
    text::review as words,
};
use leptos::prelude::*;

use crate::console::Console;

/// So many devices of a group are named.
const NAMED: usize = 6;
/// So many groups are shown before the list of all.
const GROUPS: usize = 8;
/// So many devices are named on which something comes forward.
const NEXT_OUT: usize = 5;

pub(crate) fn body(review: &Review, console: Console) -> AnyView {
    let (shown, more) = split(&review.groups, GROUPS);
    let kinds = shown
        .chunk_by(|one, next| (&one.kind, one.weight) == (&next.kind, next.weight))
        .map(|groups| kind(review, groups, console))
        .collect_view();
    let none = review.total == 0 && review.unread == 0;
    view! {
        {review.whole.is_some().then(|| organisation(review))}
        {none.then(|| view! { <p class="notice" data-tone="quiet">{words::nothing_left()}</p> })}
        {(review.total > 0)
            .then(|| {
                view! {
                    <ul class="groups">
                        {kinds}
                        {(more > 0).then(|| view! { <li class="faint">{words::more_kinds(more)}</li> })}
                    </ul>
                }
            })}
        {(!review.next_out.is_empty()).then(|| coming_forward(&review.next_out, console))}
        {promises(review)}
    }
    .into_any()
}

/// The first `most`, and how many more there are. One more is shown, too: saying that it is there takes its place.
fn split<T>(all: &[T], most: usize) -> (&[T], usize) {
    match all.len().saturating_sub(most) {
        0 | 1 => (all, 0),
        more => (all.get(..most).unwrap_or(all), more),
    }
}

/// The groups of a kind: what it does is said once.
fn kind(review: &Review, groups: &[Group], console: Console) -> AnyView {
    let Some(first) = groups.first() else {
        return ().into_any();
    };
    let kind = rows::kind(&first.kind).to_owned();
    // All of the kind, also those that are only in the list.
    let of_kind = review
        .groups
        .iter()
        .filter(|group| (&group.kind, group.weight) == (&first.kind, first.weight));
    let total: usize = of_kind.map(|group| group.total).sum();
    let weight = first.weight;
    let listed = groups
        .iter()
        .map(|group| {
            view! {
                <li>
                    {group
                        .name
                        .clone()
                        .map(|name| {
                            view! { <span class="named">{words::times_of(group.total, &name)}</span> }
                        })}
                    <span class="mono faint">{devices(review, group, console)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <li data-grave=weight.is_grave().then_some("")>
            <p class="group-title">
                <span class="count">{words::times(total)}</span>
                " "
                <strong>{kind}</strong>
            </p>
            <p>{weight.does()} " " <span class="faint">{weight.undone()}</span></p>
            <ul class="group-rows">{listed}</ul>
        </li>
    }
    .into_any()
}

/// The first devices of a group, and how many more there are.
fn devices(review: &Review, group: &Group, console: Console) -> String {
    let (named, more) = split(&group.devices, NAMED);
    let named: Vec<String> = named
        .iter()
        .filter_map(|(device, count)| {
            let device = review.devices.get(*device)?;
            Some(words::on_device(
                &console.table.device_called(device),
                *count,
            ))
        })
        .collect();
    let mut devices = named.join(", ");
    if more > 0 {
        devices.push_str(", ");
        devices.push_str(&words::and_more(more));
    }
    devices
}

fn organisation(review: &Review) -> AnyView {
    let listed = review
        .whole
        .as_ref()
        .is_some_and(|whole| whole.listed_to_the_end);
    let reads = !review.provider.descriptor().has_cancel_all;
    let count = review.device_count();
    view! {
        <div class="promise" data-strong="">
            <h3>{words::organisation_devices(count)}</h3>
            <ul>
                <li>{words::organisation_read_first()}</li>
                {review.scope.kind().map(|kind| view! { <li>{words::only_kind(kind.as_str())}</li> })}
                {reads.then(|| view! { <li>{words::organisation_reads(count)}</li> })}
                {(!listed).then(|| view! { <li>{words::organisation_not_whole()}</li> })}
                <li>{words::organisation_known(review.total, count - review.unread)}</li>
            </ul>
        </div>
    }
    .into_any()
}

fn coming_forward(next_out: &[PromotedCommands], console: Console) -> AnyView {
    let (named, more) = split(next_out, NEXT_OUT);
    let devices = named
        .iter()
        .map(|next| {
            let device = console.table.device_called(&next.device);
            view! {
                <li>
                    <span class="mono">{device}</span>
                    ": "
                    {words::lets_out(next.cancelled, next.forward, next.ahead)}
                    " "
                    <strong>{next.names.join(", ")}</strong>
                    {(next.forward > next.names.len())
                        .then(|| format!(" {}", words::and_more_behind(next.forward - next.names.len())))}
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="promise" data-next-out="">
            <h3>{words::comes_forward()}</h3>
            <ul>
                {devices}
                {(more > 0).then(|| view! { <li>{words::and_more_so(more)}</li> })}
            </ul>
        </div>
    }
    .into_any()
}

fn promises(review: &Review) -> AnyView {
    // Only there does one request cancel whatever waits when it arrives.
    let everything =
        matches!(review.scope, Scope::Everything(_)) && review.provider.descriptor().has_cancel_all;
    let unread =
        (review.unread > 0 && review.whole.is_none()).then(|| words::unread(review.unread));
    view! {
        <div class="promise">
            <h3>{words::cannot_promise()}</h3>
            <ul>
                <li>{words::may_have_gone()}</li>
                <li>{words::of_vendor(review.provider)}</li>
                {everything.then(|| view! { <li>{words::everything_else()}</li> })}
                {unread.map(|unread| view! { <li>{unread}</li> })}
            </ul>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_is_shown_and_two_are_counted() {
        for (count, shown, more) in [(0, 0, 0), (8, 8, 0), (9, 9, 0), (10, 8, 2), (99, 8, 91)] {
            let all = vec![(); count];
            let (named, left) = split(&all, 8);
            assert_eq!((named.len(), left), (shown, more), "{count}");
        }
    }
}
