//! The demo connections of this page's host.

use leptos::prelude::*;

use super::{app::Door, notice::ProblemNotice};
use crate::{
    console::connecting,
    platform::site,
    state::{
        demo::{Demo, Offered, PREFILLED},
        problem::Problem,
    },
    text::connect as text,
};

/// The demos as big choices; nothing where the host offers none.
#[component]
pub(super) fn Demos() -> impl IntoView {
    let offered = RwSignal::new(Offered::default());
    leptos::task::spawn_local(async move {
        if let Some(file) = site::file("connections.json").await {
            // The screen may be gone by now.
            offered.try_set(Offered::read(&file));
        }
    });
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(None::<usize>);
    move || {
        let Offered { demos, broken } = offered.get();
        if demos.is_empty() && broken.is_empty() {
            return ().into_any();
        }
        let choices = demos
            .into_iter()
            .enumerate()
            .map(|(at, demo)| choice(at, demo, busy, problem))
            .collect_view();
        view! {
            <section class="card" aria-labelledby="demo-heading">
                <h2 id="demo-heading">{text::DEMO_HEADING}</h2>
                <p class="hint">{text::DEMO_HINT}</p>
                <ul class="choices">{choices}</ul>
                {broken
                    .into_iter()
                    .map(|why| view! { <p class="notice" data-tone="warning">{text::BROKEN} " " {why}</p> })
                    .collect_view()}
                {move || problem.get().map(|problem| view! { <ProblemNotice problem/> })}
            </section>
        }
        .into_any()
    }
}

fn choice(
    at: usize,
    demo: Demo,
    busy: RwSignal<Option<usize>>,
    problem: RwSignal<Option<Problem>>,
) -> AnyView {
    let door = expect_context::<Door>();
    let provider = demo.connection.org.provider();
    let facts = text::demo_facts(provider, demo.connection.org.as_str(), demo.devices.len());
    let name = demo.name.clone();
    let facts_id = format!("demo-facts-{at}");
    let open = move |_| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(at));
        problem.set(None);
        let demo = demo.clone();
        leptos::task::spawn_local(async move {
            let devices = demo.devices.into_iter().take(PREFILLED).collect();
            match connecting::open(demo.connection, Some(demo.name), devices).await {
                Ok(session) => door.open(session),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
            busy.try_set(None);
        });
    };
    view! {
        <li class="choice" data-busy=move || (busy.get() == Some(at)).then_some("")>
            <button type="button" aria-describedby=facts_id.clone() on:click=open>{name}</button>
            <p class="choice-facts" id=facts_id.clone()>{facts}</p>
        </li>
    }
    .into_any()
}
