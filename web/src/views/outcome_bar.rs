//! Outcomes as a bar in segments. What it shows stands beside it in words, always.

use countermand_client::CancelOutcome;
use leptos::prelude::*;

use crate::state::outcome;

/// A segment for each outcome, as wide as its share, and what is still open behind them.
pub(super) fn segments(counts: &[(CancelOutcome, usize)], open: usize) -> AnyView {
    let segment = |tone: &'static str, count: usize| {
        view! { <span data-tone=tone style:flex-grow=count.to_string()></span> }
    };
    let mut all: Vec<_> = counts
        .iter()
        .map(|(found, count)| segment(outcome::tone(*found).name(), *count))
        .collect();
    if open > 0 {
        all.push(segment("open", open));
    }
    all.collect_view().into_any()
}
