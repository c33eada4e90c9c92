//! The first screen: what is to be stopped and where, and how much of it the first looks find.

use countermand_console::{
    brake::{BrakeForm, Place, Preview, SINCE, What, Wrong},
    kind_severity,
    text::brake as words,
};
use leptos::prelude::*;

use crate::{
    console::{Console, brake::NEXT},
    platform::intl,
    views::elements::{Badge, ProblemNotice},
};

pub(super) fn what(console: Console) -> AnyView {
    let next = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        console.brake.confirm();
    };
    view! {
        <form class="brake-form" novalidate on:submit=next>
            <div class="dialog-body">
                <p class="hint">{words::lead()}</p>
                {commands(console)}
                {text(console)}
                {since(console)}
                {found(console)}
                {more(console)}
            </div>
            <div class="actions">
                <button type="button" class="button" on:click=move |_| console.brake.close()>{words::back()}</button>
                <button type="submit" class="button danger" id=NEXT autofocus>{words::next()}</button>
            </div>
        </form>
    }
    .into_any()
}

/// A choice of several, of which the form has one.
fn radio(
    console: Console,
    group: &'static str,
    label: impl Fn() -> String + Send + 'static,
    is_chosen: fn(&BrakeForm) -> bool,
    choose: fn(Console),
) -> AnyView {
    view! {
        <label class="radio">
            <input
                type="radio"
                name=group
                prop:checked=move || console.brake.form.with(is_chosen)
                on:change=move |_| choose(console)
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

fn commands(console: Console) -> AnyView {
    let form = console.brake.form;
    let is_wrong = move || console.brake.wrong.get() == Some(Wrong::NoKind);
    view! {
        <fieldset class="radios brake-what" aria-describedby="brake-kinds-error">
            <legend>{words::what()}</legend>
            {radio(
                console,
                "brake-what",
                || words::grave().to_owned(),
                |form| form.what == What::Grave,
                |console| console.brake.enter(|form| form.what = What::Grave),
            )}
            {radio(
                console,
                "brake-what",
                || words::only_kinds().to_owned(),
                |form| form.what == What::Kinds,
                |console| console.brake.enter(|form| form.what = What::Kinds),
            )}
            {move || form.with(|form| form.what == What::Grave).then(|| view! { <p class="hint">{words::grave_hint()}</p> })}
        </fieldset>
        <ul class="brake-kinds" id="brake-kinds" tabindex="-1" aria-label=words::only_kinds()>{kinds(console)}</ul>
        <p class="field-error" id="brake-kinds-error" role="alert">{move || is_wrong().then(words::no_kind)}</p>
    }
    .into_any()
}

/// The kinds, each with the number of looked at devices on which such a command is pending.
fn kinds(console: Console) -> impl IntoView {
    let offered = Memo::new(move |_| {
        let provider = console.connection.provider();
        let form = console.brake.form.get();
        console
            .brake
            .found
            .with(|found| form.kinds_offered(provider, found))
    });
    view! {
        <For each=move || offered.get() key=String::clone let:kind>
            {of_kind(console, kind)}
        </For>
    }
}

fn of_kind(console: Console, kind: String) -> AnyView {
    let level = console
        .connection
        .severity_rules()
        .of_command(&kind, None)
        .level();
    let is_chosen = {
        let kind = kind.clone();
        move || {
            let form = console.brake.form;
            form.with(|form| form.what == What::Kinds && form.kinds.contains(&kind))
        }
    };
    let count = {
        let kind = kind.clone();
        move || {
            let after = console.brake.form.with(BrakeForm::created_after);
            let count = console
                .brake
                .found
                .with(|found| found.of_kind(&kind, after));
            (count > 0).then(|| view! { <span class="count">{words::on_devices(count)}</span> })
        }
    };
    let called = kind.clone();
    view! {
        <li>
            <label>
                <input
                    type="checkbox"
                    prop:checked=is_chosen
                    on:change=move |event| {
                        let is_checked = event_target_checked(&event);
                        console.brake.enter(|form| form.choose_kind(&kind, is_checked));
                    }
                />
                <span class="brake-kind">{called}</span>
                {count}
                <Badge tone=kind_severity::tone(level) word=kind_severity::level_name(level)/>
            </label>
        </li>
    }
    .into_any()
}

/// A text in the name: what tells services apart, whose kind is the same. The names that were found are proposed.
fn text(console: Console) -> AnyView {
    let brake = console.brake;
    let names = Memo::new(move |_| brake.found.with(Preview::names));
    view! {
        <div class="field">
            <label for="brake-text">{words::text()}</label>
            <input
                id="brake-text"
                type="search"
                list="brake-names"
                autocomplete="off"
                prop:value=move || brake.form.with(|form| form.text.clone())
                on:input=move |event| brake.enter(|form| form.text = event_target_value(&event))
            />
            <datalist id="brake-names">
                {move || names.get().into_iter().map(|name| view! { <option value=name></option> }.into_any()).collect_view()}
            </datalist>
        </div>
    }
    .into_any()
}

fn since(console: Console) -> AnyView {
    let form = console.brake.form;
    let said = |minutes: Option<u32>| match minutes {
        None => words::any_time().to_owned(),
        Some(minutes) if minutes < 60 => words::since_minutes(minutes as usize),
        Some(minutes) => words::since_hours(minutes as usize / 60),
    };
    let options = SINCE
        .into_iter()
        .map(|minutes| {
            let value = minutes.unwrap_or_default().to_string();
            view! {
                <option value=value selected=move || form.with(|form| form.minutes == minutes)>{said(minutes)}</option>
            }
            .into_any()
        })
        .collect_view();
    let after = move || {
        let after = form.with(BrakeForm::created_after);
        after.map(|at| words::since_time(&intl::local_short(at)))
    };
    view! {
        <div class="field">
            <label for="brake-since">{words::since()}</label>
            <div class="brake-since">
                <select
                    id="brake-since"
                    aria-describedby="brake-since-time"
                    on:change=move |event| {
                        let minutes = event_target_value(&event).parse().ok().filter(|minutes| *minutes > 0);
                        console.brake.enter(|form| form.minutes = minutes);
                    }
                >
                    {options}
                </select>
                <span class="faint" id="brake-since-time">{after}</span>
            </div>
        </div>
    }
    .into_any()
}

/// How much of what is entered is pending on the devices that were looked at.
fn found(console: Console) -> AnyView {
    let brake = console.brake;
    let said = Memo::new(move |_| {
        let filter = brake
            .form
            .with(|form| form.filter(&console.connection.severity_rules()));
        brake.found.with(|found| counted(found, &filter))
    });
    let problem = move || {
        let problem = brake.found.with(|found| found.problem.clone());
        problem.map(|problem| view! { <ProblemNotice problem/> })
    };
    let is_going = move || {
        brake
            .found
            .with(|found| !found.is_over && found.problem.is_none())
    };
    view! {
        <p class="brake-found" role="status" data-going=move || is_going().then_some("")>{move || said.get()}</p>
        {problem}
    }
    .into_any()
}

fn counted(found: &Preview, filter: &countermand_core_model::Filter) -> String {
    if found.looked_at == 0 {
        return match (found.is_over, &found.problem) {
            (true, _) => words::no_devices().to_owned(),
            (false, None) => words::looking().to_owned(),
            (false, Some(_)) => String::new(),
        };
    }
    let matching = found.matching(filter);
    let mut said = words::found(matching.devices, found.looked_at);
    for (count, more) in [
        (matching.older, words::found_older as fn(usize) -> String),
        (found.failed, words::found_unread),
    ] {
        if count > 0 {
            said.push(' ');
            said.push_str(&more(count));
        }
    }
    said
}

/// Where, and what narrows it down further.
fn more(console: Console) -> AnyView {
    let brake = console.brake;
    let form = brake.form;
    let organization = console.connection.organization();
    let chosen = form.with_untracked(BrakeForm::chosen);
    let is_search = Memo::new(move |_| form.with(|form| form.place == Place::Search));
    let wrong = move |one: Wrong, said: fn() -> &'static str| {
        move || (brake.wrong.get() == Some(one)).then(said)
    };
    view! {
        <details class="brake-more">
            <summary>{words::more()}</summary>
            <div class="brake-more-body">
                <fieldset class="radios">
                    <legend>{words::place()}</legend>
                    {radio(
                        console,
                        "brake-place",
                        move || words::organization(&organization),
                        |form| form.place == Place::Organization,
                        |console| console.brake.enter_place(|form| form.place = Place::Organization),
                    )}
                    {(chosen > 0).then(|| radio(
                        console,
                        "brake-place",
                        move || words::chosen_devices(chosen),
                        |form| form.place == Place::Chosen,
                        |console| console.brake.enter_place(|form| form.place = Place::Chosen),
                    ))}
                    {radio(
                        console,
                        "brake-place",
                        || words::search().to_owned(),
                        |form| form.place == Place::Search,
                        |console| console.brake.enter_place(|form| form.place = Place::Search),
                    )}
                </fieldset>
                <div class="field" hidden=move || !is_search.get()>
                    <label for="brake-search">{words::search_label()}</label>
                    <input
                        id="brake-search"
                        type="search"
                        autocomplete="off"
                        aria-describedby="brake-search-error"
                        aria-invalid=move || wrong(Wrong::NoSearch, words::no_search)().map(|_| "true")
                        prop:value=move || form.with(|form| form.search.clone())
                        on:change=move |event| brake.enter_place(|form| form.search = event_target_value(&event))
                    />
                    <p class="field-error" id="brake-search-error">{wrong(Wrong::NoSearch, words::no_search)}</p>
                </div>
                <div class="field">
                    <label for="brake-at-most">{words::at_most()}</label>
                    <input
                        id="brake-at-most"
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        aria-describedby="brake-at-most-error"
                        aria-invalid=move || wrong(Wrong::AtMost, words::wrong_number)().map(|_| "true")
                        prop:value=move || form.with(|form| form.at_most.clone())
                        on:input=move |event| brake.enter(|form| form.at_most = event_target_value(&event))
                    />
                    <p class="field-error" id="brake-at-most-error">{wrong(Wrong::AtMost, words::wrong_number)}</p>
                </div>
            </div>
        </details>
    }
    .into_any()
}
