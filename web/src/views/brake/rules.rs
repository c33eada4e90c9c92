//! Brake rules: what two operators agreed on beforehand, and signing them.

use countermand_console::{brake::RULE_HOURS, brake_rules::BrakeRule, text::brake as words};
use countermand_relay_api::BrakeRuleDecision;
use leptos::prelude::*;

use crate::{
    console::Console,
    platform::{clock, intl},
};

/// What can be decided, and what it is called.
type Choice = (fn() -> &'static str, BrakeRuleDecision);

/// The rules; nothing where there are none.
pub(crate) fn rules(console: Console) -> AnyView {
    let store = console.brake_rules;
    let list = move || {
        let (rules, unread) = store.rules.get();
        if rules.is_empty() && unread == 0 {
            return ().into_any();
        }
        let items = rules
            .into_iter()
            .map(|rule| item(console, rule))
            .collect_view();
        let unread = (0..unread)
            .map(|_| view! { <li>{words::rule_unread()}</li> }.into_any())
            .collect_view();
        view! {
            <section class="card approvals" aria-labelledby="rules-heading">
                <h2 id="rules-heading" tabindex="-1">{words::rules()}</h2>
                <p class="hint">{words::rules_hint()}</p>
                <ul>{items} {unread}</ul>
                <div role="status">
                    {move || store.problem.get().map(|why| view! { <p class="notice" data-tone="warning">{why}</p> })}
                </div>
            </section>
        }
        .into_any()
    };
    list.into_any()
}

/// Has what is entered in the brake agreed on beforehand.
pub(super) fn proposal(console: Console) -> AnyView {
    let hours = RwSignal::new(RULE_HOURS[1]);
    let automatic = RwSignal::new(false);
    let store = console.brake_rules;
    let propose = move |_| {
        let rule = console.brake.form.with_untracked(|form| {
            form.rule(
                hours.get_untracked(),
                automatic.get_untracked(),
                clock::now(),
            )
        });
        if let Some(rule) = rule {
            store.propose(rule, move || console.brake.close());
        }
    };
    let options = RULE_HOURS
        .into_iter()
        .map(|count| {
            let said = match count {
                0..48 => words::rule_hours(count as usize),
                _ => words::rule_days(count as usize / 24),
            };
            view! { <option value=count.to_string() selected=move || hours.get() == count>{said}</option> }
                .into_any()
        })
        .collect_view();
    view! {
        <details class="brake-rule">
            <summary>{words::rule_new()}</summary>
            <div class="brake-more-body">
                <p class="hint">{words::rule_new_hint()}</p>
                <div class="field">
                    <label for="brake-rule-hours">{words::rule_valid()}</label>
                    <select
                        id="brake-rule-hours"
                        on:change=move |event| {
                            if let Ok(count) = event_target_value(&event).parse() {
                                hours.set(count);
                            }
                        }
                    >
                        {options}
                    </select>
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || automatic.get()
                        on:change=move |event| automatic.set(event_target_checked(&event))
                    />
                    <span>{words::rule_may_brake()}</span>
                </label>
                <div role="status">
                    {move || store.problem.get().map(|why| view! { <p class="notice" data-tone="warning">{why}</p> })}
                </div>
                <button type="button" class="button small" id="brake-rule-propose" on:click=propose>{words::rule_propose()}</button>
            </div>
        </details>
    }
    .into_any()
}

fn item(console: Console, rule: BrakeRule) -> AnyView {
    let organization = console.connection.organization();
    let summary = rule.summary(&organization, intl::local_short);
    let is_read = summary.is_some();
    let summary = summary.unwrap_or_else(|| words::rule_unread().to_owned());
    let is_own = console.connection.user().as_ref() == Some(&rule.by);
    let decisions: &[Choice] = match &rule.signed_by {
        _ if !console.connection.may_cancel() => &[],
        None if is_own => &[(words::rule_revoke, BrakeRuleDecision::Revoke)],
        // Nobody signs what cannot be read.
        None if is_read => &[
            (words::rule_sign, BrakeRuleDecision::Sign),
            (words::rule_decline, BrakeRuleDecision::Decline),
        ],
        None => &[(words::rule_decline, BrakeRuleDecision::Decline)],
        Some(_) => &[(words::rule_revoke, BrakeRuleDecision::Revoke)],
    };
    let buttons = decisions
        .iter()
        .map(|(word, decision)| {
            let (id, decision) = (rule.id.clone(), *decision);
            view! {
                <button
                    type="button"
                    class="button"
                    aria-label=words::rule_button(word(), &summary)
                    on:click=move |_| console.brake_rules.decide(&id, decision)
                >
                    {word()}
                </button>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <li>
            <div>
                <p class="approval-title">{summary.clone()}</p>
                <p class="faint">{rule.standing(intl::local_short)} " " {rule.reason.clone()}</p>
            </div>
            <div class="actions">{buttons}</div>
        </li>
    }
    .into_any()
}
