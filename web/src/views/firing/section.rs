//! What fires next: the picture, and the next few by name.

use countermand_console::{
    kind_severity,
    outcome::Tone,
    rows,
    text::firing as words,
    timeline::{By, Picture, Wanted},
};
use leptos::{html, prelude::*};

use crate::{
    console::Console,
    platform::{clock, storage::Store, visible},
    views::{
        elements::chart::{Bar, chart},
        firing::PictureView,
        firing::figure::figure,
        firing::next_list::list,
    },
};

/// Where the tab remembers that it is open.
const OPEN: &str = "countermand.firing";
/// How often the axis moves on, in seconds.
const MOVES: usize = 30;

/// A section that costs nothing while it is closed: what is in it is in the page only while it is open.
#[component]
pub(crate) fn Firing() -> impl IntoView {
    let open = RwSignal::new(matches!(Store::Tab.get(OPEN), Ok(Some(_))));
    let node = NodeRef::<html::Details>::new();
    let toggled = move |_| {
        let is_open = node.get_untracked().is_some_and(|node| node.open());
        // A browser that keeps nothing forgets it.
        if is_open {
            let _ = Store::Tab.set(OPEN, "open");
        } else {
            Store::Tab.remove(OPEN);
        }
        open.set(is_open);
    };
    view! {
        <details class="card firing" id="firing" node_ref=node open=open.get_untracked() on:toggle=toggled>
            <summary><h2>{words::heading()}</h2></summary>
            {move || open.get().then(content)}
        </details>
    }
}

fn content() -> AnyView {
    let console = Console::shared();
    let by = match console
        .connection
        .provider()
        .descriptor()
        .has_device_queue()
    {
        true => By::Place,
        false => By::Expiry,
    };
    let shown = PictureView {
        wanted: RwSignal::new(Wanted {
            by,
            kind: None,
            from: 0,
        }),
        now: RwSignal::new(clock::now()),
    };
    let picture = RwSignal::new(None::<Picture>);
    let draw = move || {
        shown.now.set(clock::now());
        picture.set(Some(
            shown
                .wanted
                .with_untracked(|wanted| console.table.firing(wanted)),
        ));
    };
    // What was asked for is drawn at once; what was read, with the next second: thousands of devices
    // arrive one by one.
    Effect::new(move |_| {
        shown.wanted.track();
        draw();
    });
    let changed = StoredValue::new(false);
    Effect::new(move |_| {
        console.table.fleet.track();
        changed.set_value(true);
    });
    let seconds = StoredValue::new(0_usize);
    visible::every(1_000, move || {
        shown.now.set(clock::now());
        seconds.update_value(|seconds| *seconds += 1);
        if changed.get_value() || seconds.get_value().is_multiple_of(MOVES) {
            changed.set_value(false);
            draw();
        }
    });
    (move || {
        picture.with(|picture| {
            picture
                .as_ref()
                .map(|picture| drawn(picture, console, shown))
        })
    })
    .into_any()
}

fn drawn(picture: &Picture, console: Console, shown: PictureView) -> AnyView {
    let by = shown.wanted.with_untracked(|wanted| wanted.by);
    let queues = console
        .connection
        .provider()
        .descriptor()
        .has_device_queue();
    let hint = match by {
        By::Expiry => words::hint_expiry(),
        By::Place => words::hint_place(),
    };
    if picture.total == 0 && picture.kinds.is_empty() {
        return view! { <p class="hint">{words::empty()}</p> }.into_any();
    }
    view! {
        <div class="firing-grid">
            <div class="firing-main">
                <div class="firing-head">
                    <p class="hint">{hint}</p>
                    {queues.then(|| order(by, shown))}
                </div>
                {figure(picture, by, shown)}
                {kinds(picture, shown)}
            </div>
            {list(picture, console, shown)}
        </div>
    }
    .into_any()
}

/// By which of the two it goes.
fn order(by: By, shown: PictureView) -> AnyView {
    let choice = |one: By, words: &'static str| {
        view! {
            <button
                type="button"
                class="button small"
                aria-pressed=(one == by).to_string()
                on:click=move |_| {
                    shown
                        .wanted
                        .update(|wanted| {
                            wanted.by = one;
                            wanted.from = 0;
                        });
                }
            >
                {words}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="segments" role="group" aria-label=words::by()>
            {choice(By::Place, words::by_place())}
            {choice(By::Expiry, words::by_expiry())}
        </div>
    }
    .into_any()
}

fn kinds(picture: &Picture, shown: PictureView) -> AnyView {
    let wanted = shown.wanted.with_untracked(|wanted| wanted.kind.clone());
    let kinds: Vec<String> = picture.kinds.iter().map(|kind| kind.kind.clone()).collect();
    let bars = picture
        .kinds
        .iter()
        .map(|kind| Bar {
            label: rows::kind(&kind.kind).to_owned(),
            count: kind.count,
            tone: if kind_severity::of(&kind.kind).is_grave() {
                Tone::Bad
            } else {
                Tone::Waiting
            },
            pressed: wanted.as_ref() == Some(&kind.kind),
        })
        .collect();
    let kinds = StoredValue::new(kinds);
    let press = move |at: usize| {
        let kind = kinds.with_value(|kinds| kinds.get(at).cloned());
        shown.wanted.update(|wanted| {
            wanted.kind = kind.filter(|kind| wanted.kind.as_ref() != Some(kind));
            wanted.from = 0;
        });
    };
    let others = (picture.other_kinds > 0).then(|| words::other_kinds(picture.other_kinds));
    view! {
        <div class="firing-kinds">
            {chart(words::kinds(), bars, press)}
            {others.map(|others| view! { <p class="hint">{others}</p> })}
        </div>
    }
    .into_any()
}
