//! Shares of a whole as a bar in segments. The same is always written beside it.

use countermand_console::{outcome, run_status::RunStatus};
use countermand_core_model::OutcomeGroup;
use leptos::prelude::*;

/// The tone of what is still open.
const OPEN: &str = "open";

/// A segment for each group of outcomes of a run, as wide as its share, and what is still open behind them.
pub(crate) fn segments(run: &RunStatus) -> AnyView {
    let open = run.progress.total.saturating_sub(run.progress.done);
    let groups =
        OutcomeGroup::ALL.map(|group| (outcome::tone(group).name(), run.groups.group(group)));
    let all = groups.into_iter().chain([(OPEN, open)]);
    all.filter(|(_, count)| *count > 0)
        .map(|(tone, count)| segment(tone, count))
        .collect_view()
        .into_any()
}

fn segment(tone: &'static str, count: usize) -> AnyView {
    view! { <span data-tone=tone style:flex-grow=count.to_string()></span> }.into_any()
}
