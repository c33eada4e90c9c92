//! The review before anything is sent.

use countermand_console::{
    approval,
    relative_time::ago,
    review::{Review, Scope, Typed},
    text::{approvals, review as words},
};
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{
        elements::modal::Modal, review::body as review_parts, review::list::whole_list,
        review::run_options::RunOptions,
    },
};

/// What will be cancelled, what cannot be promised, and the choice. The focus starts on the harmless one.
#[component]
pub(crate) fn ReviewDialog() -> impl IntoView {
    let console = Console::shared();
    let typed = RwSignal::new(String::new());
    let current = console.review.current;
    let title = Signal::derive(move || current.look(|review| title(review, console)));
    // What opened the review of an organization was a dialog that is gone.
    let whole = current.look_untracked(|review| review.whole.is_some());
    let fallback = if whole {
        "everything-organization"
    } else {
        "commands"
    };
    let is_typed =
        Memo::new(move |_| typed.with(|typed| current.look(|review| review.may_go(typed))));
    let ready = Memo::new(move |_| is_typed.get() && console.server_runs.are_notes_there());
    let reasons = Memo::new(move |_| match console.connection.approval_rule() {
        Some(rule) => current.look(|review| approval::reasons(&rule, review)),
        None => Vec::new(),
    });
    let keep = move || console.review.close();
    let go = move |_| {
        if ready.get_untracked()
            && let Some(review) = console.review.take()
        {
            console.runner.start(review);
        }
    };
    let wanted = Memo::new(move |_| current.look(Review::to_be_typed));
    view! {
        <Modal
            id="review-title"
            title=title
            about="review-about"
            class="dialog review"
            fallback=fallback
            on_close=keep
        >
            <p class="unseen" id="review-about">
                {move || current.look(Review::summary)}
            </p>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="review-title">
                {(!whole).then(|| freshness(console))}
                {whole.then(|| kinds(console))}
                {move || approval_notice(&reasons.get())}
                {move || current.look(|review| Some(review_parts::body(review, console)))}
                {whole_list(console)}
            </div>
            <RunOptions/>
            {move || wanted.with(|wanted| wanted.as_ref().map(|wanted| number(wanted, typed, is_typed)))}
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| keep()>
                    {words::keep()}
                </button>
                <button type="button" class="button danger" id="review-go" disabled=move || !ready.get() on:click=go>
                    {move || current.look(|review| button(review, reasons.with(|reasons| !reasons.is_empty())))}
                </button>
            </div>
        </Modal>
    }
}

fn title(review: &Review, console: Console) -> String {
    match (&review.whole, &review.scope) {
        (Some(whole), Scope::OfKind(kind, _)) => {
            words::title_kind(kind.as_str(), &whole.organization.to_string())
        }
        (Some(whole), _) => words::title_organisation(&whole.organization.to_string()),
        (None, Scope::Commands(_)) => words::title(review.total, review.device_count()),
        (None, Scope::Everything(devices) | Scope::OfKind(_, devices)) => {
            match devices.as_slice() {
                [one] => words::title_everything(&console.table.device_called(one.device())),
                several => words::title_everything_on(several.len()),
            }
        }
    }
}

/// What the button says that goes ahead: a number only where it is known.
fn button(review: &Review, asks: bool) -> String {
    if let Some(kind) = review.scope.kind().filter(|_| review.unread > 0 && !asks) {
        return words::go_kind(kind.as_str(), review.device_count());
    }
    match (review.unread > 0, asks) {
        (true, true) => approvals::ask_everything(review.device_count()),
        (true, false) => words::go_everything(review.device_count()),
        (false, true) => approvals::ask(review.total),
        (false, false) => words::go(review.total),
    }
}

/// The choice of one kind of all that waits in the organization.
fn kinds(console: Console) -> AnyView {
    let kinds = console.review.kinds().into_iter();
    let options = kinds
        .map(|kind| {
            let said = kind.clone();
            view! { <option value=kind>{said}</option> }.into_any()
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="review-kind">{words::kind()}</label>
            <select
                id="review-kind"
                on:change=move |event| console.review.limit(&event_target_value(&event))
            >
                <option value="">{words::all_kinds()}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// That a second operator has to approve it, and why.
fn approval_notice(reasons: &[String]) -> AnyView {
    if reasons.is_empty() {
        return ().into_any();
    }
    let reasons = reasons
        .iter()
        .map(|reason| view! { <p>{reason.clone()}</p> })
        .collect_view();
    view! {
        <div class="notice" data-tone="warning">
            {reasons}
            <p>{approvals::then()} " " {approvals::starts()}</p>
        </div>
    }
    .into_any()
}

/// How old what is shown is, and the way to read it again first.
fn freshness(console: Console) -> AnyView {
    let asked = RwSignal::new(false);
    let going = Memo::new(move |_| console.table.fleet.with(|fleet| fleet.going() > 0));
    // Effects run after whatever ended the reading: what is gone is no longer selected by then.
    Effect::new(move |_| {
        if !going.get() && asked.get_untracked() {
            asked.set(false);
            console.review.renew();
            console.announcer.say(words::was_read_again().to_owned());
        }
    });
    let words = move || {
        if going.get() {
            return words::reading().to_owned();
        }
        console
            .table
            .fleet
            .with(countermand_console::fleet::Fleet::read_at)
            .map(|at| words::as_read(&ago(at, console.clock.now.get())))
            .unwrap_or_default()
    };
    view! {
        <div class="review-age">
            <p class="hint" data-going=move || going.get().then_some("")>{words}</p>
            <button
                type="button"
                class="button quiet small"
                data-icon="refresh"
                aria-disabled=move || going.get().to_string()
                on:click=move |_| {
                    if !going.get_untracked() {
                        asked.set(true);
                        console.review.reread();
                    }
                }
            >
                {words::read_again()}
            </button>
        </div>
    }
    .into_any()
}

/// The box for what has to be typed.
fn number(wanted: &Typed, typed: RwSignal<String>, ready: Memo<bool>) -> AnyView {
    let (label, wrong, keys) = match wanted {
        Typed::Number(count) => (
            words::type_number(*count),
            words::number_wrong(*count),
            "numeric",
        ),
        Typed::Id(id) => (words::type_id(id), words::id_wrong(id), "text"),
    };
    view! {
        <div class="field">
            <label for="review-number">{label}</label>
            <input
                id="review-number"
                type="text"
                inputmode=keys
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby="review-number-error"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <p class="field-error" id="review-number-error">
                {move || {
                    (!ready.get() && typed.with(|typed| !typed.trim().is_empty())).then(|| wrong.clone())
                }}
            </p>
        </div>
    }
    .into_any()
}
