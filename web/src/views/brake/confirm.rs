//! The second screen: what would be cancelled where, and whether that is meant.

use countermand_console::{
    brake::Preview,
    text::{brake as words, review},
};
use leptos::prelude::*;

use crate::{
    console::{Console, brake::TYPED},
    platform::intl,
    views::{brake::rules, review::run_options::RunOptions},
};

pub(super) fn confirm(console: Console) -> AnyView {
    let brake = console.brake;
    let organization = console.connection.organization();
    let typed = RwSignal::new(String::new());
    // What is still being looked at does not make it easier again.
    let is_to_be_typed = brake.form.with_untracked(|form| {
        brake
            .found
            .with_untracked(|found| form.is_to_be_typed(found))
    });
    let is_typed = {
        let organization = organization.clone();
        Memo::new(move |_| !is_to_be_typed || typed.with(|typed| typed.trim() == organization))
    };
    let is_busy = Memo::new(move |_| console.run.is_active());
    let ready = Memo::new(move |_| {
        is_typed.get() && !is_busy.get() && console.server_runs.are_notes_there()
    });
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if ready.get_untracked() {
            brake.go();
        }
    };
    let summary = brake
        .form
        .with_untracked(|form| form.summary(&organization, intl::local_short));
    let most = brake
        .form
        .with_untracked(|form| form.at_most.trim().parse().ok().map(words::confirm_most));
    let needs_approval = console.connection.approval_rule().is_some();
    let has_rule = console
        .brake_rules
        .rules
        .with_untracked(|(rules, _)| rules.iter().any(|rule| rule.signed_by.is_some()));
    let asks = needs_approval && !has_rule;
    let approval = needs_approval.then(|| match has_rule {
        true => words::asks_unless(),
        false => words::asks_first(),
    });
    view! {
        <form class="brake-form" novalidate on:submit=go>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="brake-title">
                <p class="brake-summary">{summary} " " {most}</p>
                <div class="promise">
                    <ul>
                        <li>{move || brake.found.with(devices)}</li>
                        <li>{words::may_come_late()}</li>
                        <li>{review::of_vendor(console.connection.provider())}</li>
                    </ul>
                </div>
                {approval.map(|said| view! { <p class="notice" data-tone="warning">{said}</p> })}
                {move || is_busy.get().then(|| run_goes_on(console))}
            </div>
            {console.connection.keeps_to_rate().then(|| spend(console))}
            <RunOptions/>
            {console.connection.has_server_runs().then(|| rules::proposal(console))}
            {is_to_be_typed.then(|| organization_field(organization, typed, is_typed))}
            <div class="actions">
                <button type="button" class="button" id=(!is_to_be_typed).then_some(TYPED) on:click=move |_| brake.back()>{words::back()}</button>
                <button type="submit" class="button danger" id="brake-go" disabled=move || !ready.get()>
                    {if asks { words::ask() } else { words::go() }}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn devices(found: &Preview) -> String {
    match found.all_known {
        true => words::device_count(found.devices),
        false => words::device_count_least(found.devices),
    }
}

/// Whether the hour's requests are spent at once.
fn spend(console: Console) -> AnyView {
    let form = console.brake.form;
    view! {
        <label class="check">
            <input
                type="checkbox"
                aria-describedby="brake-spend-hint"
                prop:checked=move || form.with(|form| form.spends_all)
                on:change=move |event| {
                    let is_checked = event_target_checked(&event);
                    console.brake.enter(|form| form.spends_all = is_checked);
                }
            />
            <span>
                {words::spend_all()}
                <span class="hint" id="brake-spend-hint">{words::spend_all_hint()}</span>
            </span>
        </label>
    }
    .into_any()
}

fn run_goes_on(console: Console) -> AnyView {
    view! {
        <div class="notice" data-tone="warning" role="status">
            <p>{words::run_goes_on()}</p>
            <button type="button" class="button small" data-icon="stop" on:click=move |_| console.run.stop()>{words::stop_run()}</button>
        </div>
    }
    .into_any()
}

/// The box for the organization.
fn organization_field(
    organization: String,
    typed: RwSignal<String>,
    is_typed: Memo<bool>,
) -> AnyView {
    let wrong = review::id_wrong(&organization);
    let is_wrong =
        Memo::new(move |_| !is_typed.get() && typed.with(|typed| !typed.trim().is_empty()));
    view! {
        <div class="field">
            <label for=TYPED>{review::type_id(&organization)}</label>
            <input
                id=TYPED
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby="brake-organization-error"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <p class="field-error" id="brake-organization-error">{move || is_wrong.get().then(|| wrong.clone())}</p>
        </div>
    }
    .into_any()
}
