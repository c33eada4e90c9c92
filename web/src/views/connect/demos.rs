//! The demo connections of this page's host.

use countermand_console::{
    demo::{Demo, Offered},
    problem::Problem,
    text::connect as text,
};
use leptos::prelude::*;

use crate::{
    console::{
        connecting,
        connection_session::ConnectionSession,
        connectivity::{Connectivity, Reach},
        demo_opening,
        page_host::PageHost,
    },
    language,
    views::elements::ProblemNotice,
};

/// The demos as big choices; nothing where the host offers none.
#[component]
pub(crate) fn Demos(
    /// The one that the address names, until it is open or cannot be.
    named: RwSignal<Option<String>>,
) -> impl IntoView {
    let session = ConnectionSession::shared();
    let connectivity = Connectivity::shared();
    let host = PageHost::shared();
    let offered = host.demos;
    let opening = Opening {
        session,
        connectivity,
        named,
        busy: RwSignal::new(None),
        problem: RwSignal::new(None),
    };
    // Once now, and again when the page's host is back.
    Effect::new(move |before: Option<Reach>| {
        let reach = connectivity.reach.get();
        if before.is_none_or(|before| before != Reach::Online && reach == Reach::Online) {
            opening.read(host);
        }
        reach
    });
    move || {
        language::current();
        if let Some(name) = named.get() {
            return view! { <p class="busy">{text::opening(&name)}</p> }.into_any();
        }
        let Offered { demos, broken } = offered.get();
        if demos.is_empty() && broken.is_empty() {
            return ().into_any();
        }
        let choices = demos
            .into_iter()
            .enumerate()
            .map(|(at, demo)| choice(at, demo, opening))
            .collect_view();
        view! {
            <section class="card" aria-labelledby="demo-heading">
                <h2 id="demo-heading">{text::demo_heading()}</h2>
                <p class="hint">{text::demo_hint()}</p>
                <ul class="choices">{choices}</ul>
                {broken
                    .into_iter()
                    .map(|why| view! { <p class="notice" data-tone="warning">{text::broken()} " " {why}</p> })
                    .collect_view()}
                {move || opening.problem.get().map(|problem| view! { <ProblemNotice problem/> })}
            </section>
        }
        .into_any()
    }
}

/// The way in. Copies are the same.
#[derive(Clone, Copy)]
struct Opening {
    session: ConnectionSession,
    connectivity: Connectivity,
    named: RwSignal<Option<String>>,
    /// The place of the demo that is being opened.
    busy: RwSignal<Option<usize>>,
    problem: RwSignal<Option<Problem>>,
}

impl Opening {
    /// Reads what the page's server offers, and opens the demo that the address names.
    fn read(self, host: PageHost) {
        leptos::task::spawn_local(async move {
            host.read().await;
            // The screen may be gone by now.
            let wanted = self.named.try_get_untracked().flatten();
            let demo = wanted.as_ref().and_then(|name| {
                host.demos.with_untracked(|offered| {
                    let (at, demo) = offered.named(name)?;
                    Some((at, demo.clone()))
                })
            });
            let starts = demo.is_some_and(|(at, demo)| self.start(at, demo, false));
            if wanted.is_some() && !starts {
                self.named.try_set(None);
            }
        });
    }

    /// Opens a demo, one at a time. One that the address names is not checked first: somebody chose it
    /// before, and what is wrong with it the first reading says, too. False where it is not begun.
    fn start(self, at: usize, demo: Demo, check: bool) -> bool {
        if self.busy.get_untracked().is_some() || self.connectivity.is_offline_now() {
            return false;
        }
        self.busy.set(Some(at));
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let checked = match check {
                true => connecting::check(demo.connection.clone()).await.map(drop),
                false => Ok(()),
            };
            let opened = checked.and_then(|()| demo_opening::open_demo(demo));
            match opened {
                Ok(open) => self.session.start(open),
                Err(found) => {
                    self.problem.try_set(Some(found));
                    self.named.try_set(None);
                }
            }
            self.busy.try_set(None);
        });
        true
    }
}

fn choice(at: usize, demo: Demo, opening: Opening) -> AnyView {
    let provider = demo.connection.org.provider();
    let facts = text::demo_facts(
        demo.devices.len(),
        provider.display_name(),
        demo.connection.org.as_str(),
    );
    let name = demo.name.clone();
    let facts_id = format!("demo-facts-{at}");
    let busy = opening.busy;
    let open = move |_| {
        opening.start(at, demo.clone(), true);
    };
    view! {
        <li class="choice" data-busy=move || (busy.get() == Some(at)).then_some("")>
            <button
                type="button"
                aria-describedby=facts_id.clone()
                aria-disabled=move || opening.connectivity.is_offline().then_some("true")
                on:click=open
            >{name}</button>
            <p class="choice-facts" id=facts_id.clone()>{facts}</p>
        </li>
    }
    .into_any()
}
