//! Shares of a whole as a bar in segments. The same is always written beside it.

use countermand_console::{
    outcome::{self, Tone},
    run_status::RunStatus,
};
use leptos::prelude::*;

/// The tone of what is still open.
const OPEN: &str = "open";

/// A segment for each outcome of a run, as wide as its share, and what is still open behind them.
pub(crate) fn segments(run: &RunStatus) -> AnyView {
    let counts = run.counts().into_iter();
    let mut all: Vec<_> = counts
        .map(|(found, count)| segment(outcome::tone(found).name(), count))
        .collect();
    let open = run.progress.total.saturating_sub(run.progress.done);
    if open > 0 {
        all.push(segment(OPEN, open));
    }
    all.collect_view().into_any()
}

/// A segment for each share that there is.
pub(crate) fn shares(shares: impl Iterator<Item = (Tone, usize)>) -> AnyView {
    shares
        .filter(|(_, count)| *count > 0)
        .map(|(tone, count)| segment(tone.name(), count))
        .collect_view()
        .into_any()
}

fn segment(tone: &'static str, count: usize) -> AnyView {
    view! { <span data-tone=tone style:flex-grow=count.to_string()></span> }.into_any()
}
