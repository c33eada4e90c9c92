//! Small elements that several views use.

pub(crate) mod modal;
pub(crate) mod searched_list;

use countermand_console::{
    outcome::Tone,
    problem::Problem,
    text::{self, table},
};
use countermand_core_model::Timestamp;
use leptos::prelude::*;

use crate::platform::intl;

/// A badge. Its shape and its word say what its colour says.
#[component]
pub(crate) fn Badge(
    /// What it means.
    tone: Tone,
    #[prop(into)] word: String,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.name()>{word}</span> }
}

/// Shows a problem, and says it at once.
#[component]
pub(crate) fn ProblemNotice(problem: Problem) -> impl IntoView {
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="notice-title">{text::again(&problem.title).to_owned()}</p>
            <p>{text::again(&problem.advice).to_owned()}</p>
            <details>
                <summary>{text::detail()}</summary>
                <p class="mono">{problem.detail}</p>
            </details>
        </div>
    }
}

/// Says why nothing is here, and what to do.
#[component]
pub(crate) fn Empty(
    /// The icon's name in the stylesheet.
    icon: &'static str,
    /// Why.
    #[prop(into)]
    title: String,
    #[prop(into)] hint: String,
    /// A way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-icon=icon>
            <p class="empty-title">{title}</p>
            <p>{hint}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// A moment in the person's own time, with UTC beside it; a dash where it is not known.
#[component]
pub(crate) fn Moment(
    at: Option<Timestamp>,
    /// With the year, always.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    match at {
        Some(at) => {
            let utc = at.to_string();
            let local = if full {
                intl::local(at)
            } else {
                intl::local_short(at)
            };
            view! { <time datetime=utc title=intl::utc(at)>{local}</time> }.into_any()
        }
        None => view! {
            <span aria-hidden="true">{table::none()}</span>
            <span class="unseen">{table::not_known()}</span>
        }
        .into_any(),
    }
}

/// A button with its label and what is chosen, and the menu that it opens. The browser closes the menu by Escape and by
/// a click beside it.
pub(crate) fn menu(
    id: &'static str,
    label: &'static str,
    chosen: Box<dyn Fn() -> Option<String> + Send>,
    body: AnyView,
) -> AnyView {
    let body_id = [id, "-menu"].concat();
    view! {
        <div class="menu" id=id>
            <button type="button" class="button small" popovertarget=body_id.clone()>
                {label}
                {move || chosen().map(|chosen| view! { <strong class="chosen-value">{chosen}</strong> })}
            </button>
            <fieldset class="menu-body" id=body_id popover="auto">
                <legend class="unseen">{label}</legend>
                {body}
            </fieldset>
        </div>
    }
    .into_any()
}
