//! Runs that were broken off, offered on opening a connection, and told of before.

use countermand_console::{
    journal_check::{JournalStatus, Open},
    past_run::PastRun,
    saved_connections::SavedConnection,
    text::{approvals, connect, history as words, server_runs},
    unfinished::{ResumeState, UnfinishedRun},
};
use leptos::prelude::*;

use crate::{
    console::{
        Console, connection_session::ConnectionSession, journals::unfinished_runs, runner::Refused,
    },
    language,
    platform::{first_screen, intl},
};

/// The runs that are not over, each with what is left of it; nothing where there are none or one goes on.
#[component]
pub(crate) fn UnfinishedRuns() -> impl IntoView {
    let console = Console::shared();
    move || {
        let problem = console.runner.resume_problem.get().map(|problem| {
            view! { <p class="notice" data-tone="bad">{problem}</p> }
        });
        let refused = console.runner.refused.get().map(|refused| {
            let (tone, title, why) = match refused {
                Refused::Journal(reason) => {
                    ("bad", words::not_begun_title(), words::not_begun(&reason))
                }
                Refused::Approval(why) => ("warning", approvals::ended_title(), why),
                Refused::Server(why) => ("bad", words::not_begun_title(), why),
                Refused::Unclear => (
                    "bad",
                    server_runs::unclear_title(),
                    server_runs::unclear().to_owned(),
                ),
            };
            view! {
                <div class="notice" data-tone=tone>
                    <p class="notice-title">{title}</p>
                    <p>{why}</p>
                </div>
            }
        });
        let runs = console.journals.unfinished.get();
        if console.run.status.with(Option::is_some) || runs.is_empty() {
            return view! { {problem} {refused} }.into_any();
        }
        view! {
            {problem}
            {refused}
            {card(runs.into_iter().map(|one| item(console, one)).collect_view().into_any())}
        }
        .into_any()
    }
}

/// Which connection a run was made over. Nothing secret is in it.
pub(crate) fn connection(past: &PastRun) -> String {
    let host = past
        .base_url
        .split_once("://")
        .map_or(&*past.base_url, |(_, rest)| rest);
    format!("{} · {} · {host}", past.provider.display_name(), past.org)
}

/// What is left of a run, in words, and what can be done about it.
fn described(found: &ResumeState) -> (String, Option<&'static str>) {
    match found {
        ResumeState::Checking => (words::checking().to_owned(), None),
        ResumeState::Running => (words::running().to_owned(), None),
        ResumeState::Resumable(left) => (open(left), Some(words::resume_hint())),
        ResumeState::OtherConnection(left) => (open(left), Some(words::other_connection())),
        ResumeState::NotResumable(JournalStatus::Broken { line: Some(line) }) => (
            words::broken_at(usize::try_from(*line).unwrap_or(usize::MAX)),
            None,
        ),
        ResumeState::NotResumable(_) => (words::broken().to_owned(), None),
        ResumeState::Unreadable => (words::unreadable().to_owned(), None),
    }
}

fn open(open: &Open) -> String {
    let numbers = (open.total() > 0 || open.to_list == 0)
        .then(|| words::open_numbers(open.total(), open.in_doubt));
    let devices = [
        (open.to_list, words::open_devices as fn(usize) -> String),
        (open.unlisted, words::open_unlisted),
        (open.partly_listed, words::open_partly),
    ];
    let devices = devices.into_iter().filter(|(count, _)| *count > 0);
    let said = numbers
        .into_iter()
        .chain(devices.map(|(count, words)| words(count)));
    said.collect::<Vec<_>>().join(" ")
}

/// The runs that something is left of, before any connection is open: each belongs to one, and is resumed there.
#[component]
pub(crate) fn UnfinishedHere() -> impl IntoView {
    let session = ConnectionSession::shared();
    let runs = RwSignal::new(Vec::<UnfinishedRun>::new());
    Effect::new(move |began: Option<bool>| {
        let is_settled = first_screen::is_settled();
        if is_settled && began != Some(true) {
            leptos::task::spawn_local(async move {
                let found = unfinished_runs().await;
                // The screen may be gone by now.
                runs.try_set(found);
            });
        }
        is_settled
    });
    move || {
        language::current();
        let runs = runs.get();
        if runs.is_empty() {
            return ().into_any();
        }
        let saved = session.saved.all.get();
        let items = runs.into_iter().map(|one| {
            let base = one.past.base_url.clone();
            let host = base.split_once("://").map_or(&*base, |(_, rest)| rest);
            let host = host.split('/').next().unwrap_or(host);
            let of = saved.iter().find(|saved| {
                saved.provider == one.past.provider
                    && saved.org == one.past.org
                    && saved.host == host
            });
            here(session, &one, of.cloned())
        });
        card(items.collect_view().into_any())
    }
}

fn here(
    session: ConnectionSession,
    one: &UnfinishedRun,
    saved: Option<SavedConnection>,
) -> AnyView {
    let when = intl::local_short(one.past.started);
    let about = words::unfinished_of(&when, &connection(&one.past));
    let said = described(&one.found).0;
    let button = saved.map(|saved| {
        view! {
            <button type="button" class="button" on:click=move |_| session.want(Some(saved.clone()))>
                {connect::connect()}
            </button>
        }
    });
    row(
        said,
        about,
        Some(words::connect_to_resume().into()),
        button.map(IntoAny::into_any),
    )
}

fn card(items: AnyView) -> AnyView {
    view! {
        <section class="card unfinished" aria-labelledby="unfinished-heading">
            <h2 id="unfinished-heading">{words::unfinished_heading()}</h2>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}

fn item(console: Console, one: UnfinishedRun) -> AnyView {
    let UnfinishedRun { past, found } = one;
    let when = intl::local_short(past.started);
    let (said, why) = described(&found);
    let about = words::unfinished_of(&when, &connection(&past));
    let can_resume = matches!(found, ResumeState::Resumable(_)) && console.connection.may_cancel();
    let button = can_resume.then(|| {
        let label = words::resume_of(&when);
        view! {
            <button
                type="button"
                class="button primary"
                aria-label=label
                aria-disabled=move || console.runner.is_resuming.get().to_string()
                on:click=move |_| console.runner.resume(past.clone())
            >
                {words::resume()}
            </button>
        }
    });
    row(
        said,
        about,
        why.map(Into::into),
        button.map(IntoAny::into_any),
    )
}

fn row(said: String, about: String, hint: Option<String>, button: Option<AnyView>) -> AnyView {
    view! {
        <li>
            <div>
                <p class="unfinished-numbers">{said}</p>
                <p class="faint">{about}</p>
                {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            </div>
            {button}
        </li>
    }
    .into_any()
}
