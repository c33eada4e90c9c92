//! Which connection is open, and the way to another one.

use leptos::prelude::*;

use crate::{
    console::{
        Session,
        door::{Door, Leaving},
    },
    state::entrances::Entrance,
    text::profiles as text,
};

/// A button with the open connection, and the list of the others.
#[component]
pub(super) fn Switcher(
    /// The open connection.
    session: Session,
) -> impl IntoView {
    let door = Door::shared();
    let vendor = session.client.provider().display_name();
    let open = format!("{vendor} · {}", session.client.org());
    let others = move || {
        door.entrances
            .get()
            .into_iter()
            .map(|entrance| {
                let facts = text::facts(
                    entrance.provider.display_name(),
                    &entrance.org,
                    &entrance.host,
                );
                let name = entrance.name.clone();
                item(door, Some(entrance), name, Some(facts))
            })
            .collect_view()
    };
    view! {
        <button
            type="button"
            class="where"
            popovertarget="switcher"
            title=session.client.base().to_string()
            aria-label=text::switch_from(&open)
        >
            <span>{open.clone()}</span>
        </button>
        <div id="switcher" class="popover menu" popover="auto" role="dialog" aria-labelledby="switcher-title">
            <h2 id="switcher-title">{text::switch()}</h2>
            <ul>
                {others}
                {item(door, None, text::other().to_owned(), None)}
            </ul>
            <p class="hint">{text::switch_hint()}</p>
        </div>
    }
    .into_any()
}

fn item(door: Door, to: Option<Entrance>, name: String, facts: Option<String>) -> AnyView {
    let kept = to.as_ref().is_some_and(|to| to.slot.is_some());
    let go = move |_| door.leave(Leaving::Switch(to.clone().map(Box::new)));
    view! {
        <li>
            <button type="button" popovertarget="switcher" popovertargetaction="hide" on:click=go>
                <span class="kind">{name}</span>
                {facts.map(|facts| view! { <span class="hint">{facts}</span> })}
                {kept.then(|| view! { <span class="hint">{text::key_kept()}</span> })}
            </button>
        </li>
    }
    .into_any()
}
