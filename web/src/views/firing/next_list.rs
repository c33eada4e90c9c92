//! The next few commands by name.

use countermand_console::{
    outcome::Tone,
    relative_time,
    text::{self, details, firing as words},
    timeline::{Entry, Picture},
};
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{elements::Badge, firing::PictureView},
};

/// A list of them, the next one first.
pub(crate) fn list(picture: &Picture, console: Console, shown: PictureView) -> AnyView {
    let count = picture.first.len();
    if count == 0 {
        return ().into_any();
    }
    let entries = picture
        .first
        .iter()
        .map(|entry| item(entry, console, shown))
        .collect_view();
    let more = picture.following - count;
    view! {
        <div class="firing-next">
            <h3 id="firing-next">{words::next(count, picture.following)}</h3>
            <ol role="list" aria-labelledby="firing-next">{entries}</ol>
            {(more > 0).then(|| view! { <p class="hint">{words::and_more(more)}</p> })}
        </div>
    }
    .into_any()
}

fn item(entry: &Entry, console: Console, shown: PictureView) -> AnyView {
    let (full, short) = (entry.device.to_string(), text::short(&entry.device));
    let expires = entry.expires_at;
    let utc = expires.map(|at| at.to_string());
    let place = entry.place.map(|(place, of)| match place {
        1 => words::first_of(of),
        place => words::place_of(place, of),
    });
    let label = details::open_of(&entry.called, &full);
    let (device, id) = (entry.device.clone(), entry.id.clone());
    view! {
        <li>
            <button
                type="button"
                class="link"
                aria-label=label
                on:click=move |_| console.details.open_command(&device, &id)
            >
                {entry.called.clone()}
            </button>
            <span class="firing-device">
                <span class="mono faint" title=full>{short}</span>
                {entry.grave.then(|| view! { <Badge tone=Tone::Bad word=words::grave()/> })}
            </span>
            <span class="firing-when">
                {place.map(|place| view! { <span>{place}</span> })}
                <time datetime=utc.clone() title=utc class="faint">
                    {move || relative_time::expires(expires, shown.now.get())}
                </time>
            </span>
        </li>
    }
    .into_any()
}
