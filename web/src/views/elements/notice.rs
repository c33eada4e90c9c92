//! A problem with what to do about it.

use countermand_console::{problem::Problem, text};
use leptos::prelude::*;

/// Shows a problem, and says it at once.
#[component]
pub(crate) fn ProblemNotice(
    /// The problem.
    problem: Problem,
) -> impl IntoView {
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
