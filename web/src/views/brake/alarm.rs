//! What the server noticed while it watched the devices: far more commands of a kind than usual.

use countermand_console::{text::brake as words, watch::Surge};
use leptos::prelude::*;

use crate::console::{Console, watching::said};

/// The alarm, as long as it is recent and nobody ignores it; and that nobody watches any more.
pub(crate) fn alarm(console: Console) -> AnyView {
    let watching = console.watching;
    let surge = Memo::new(move |_| watching.surge());
    let is_refused = Memo::new(move |_| watching.watch.with(|watch| watch.is_refused));
    let refused = move || {
        is_refused.get().then(|| {
            view! { <p class="notice" data-tone="warning">{words::watch_refused()}</p> }.into_any()
        })
    };
    view! {
        {move || surge.get().map(|surge| card(console, surge))}
        {refused}
    }
    .into_any()
}

fn card(console: Console, surge: Surge) -> AnyView {
    let ignored = surge.clone();
    let way = match surge.run.clone() {
        Some(run) => {
            let show = move |_| console.show_run(run.clone());
            view! { <button type="button" class="button" on:click=show>{words::surge_show()}</button> }
                .into_any()
        }
        None if console.connection.may_cancel() => {
            let surge = surge.clone();
            let brake = move |_| console.brake.open_for(&surge);
            view! { <button type="button" class="button danger" data-icon="stop" on:click=brake>{words::surge_brake()}</button> }
                .into_any()
        }
        None => ().into_any(),
    };
    let braked = surge.run.is_some().then(words::surge_braked);
    view! {
        <section class="notice loud brake-alarm" data-tone="bad" aria-labelledby="surge-title">
            <h2 class="notice-title" id="surge-title">{words::surge_title()}</h2>
            <p>{said(&surge)} " " {braked}</p>
            <div class="actions">
                {way}
                <button type="button" class="button" on:click=move |_| console.watching.ignore(&ignored)>{words::surge_ignore()}</button>
            </div>
        </section>
    }
    .into_any()
}
