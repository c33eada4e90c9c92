//! Small bars with their numbers, each a button that filters.

use countermand_console::{outcome::Tone, text::firing as words};
use leptos::prelude::*;

pub(crate) struct Bar {
    /// What is counted.
    pub(crate) label: String,
    pub(crate) count: usize,
    /// What it means.
    pub(crate) tone: Tone,
    /// Whether only this is shown.
    pub(crate) pressed: bool,
}

/// Bars under a heading. `press` gets the place of the one that was pressed.
///
/// Drawn anew in the same place it keeps its elements, and the focus with them.
pub(crate) fn chart(
    heading: &'static str,
    bars: Vec<Bar>,
    press: impl Fn(usize) + Copy + 'static,
) -> AnyView {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let bars = bars
        .into_iter()
        .enumerate()
        .map(|(at, bar)| button(bar, most, move || press(at)))
        .collect_view();
    view! {
        <div class="chart" role="group" aria-label=heading>
            <h3>{heading}</h3>
            {bars}
        </div>
    }
    .into_any()
}

fn button(bar: Bar, most: usize, press: impl Fn() + 'static) -> AnyView {
    let part = format!(
        "{}%",
        (bar.count * 100 / most).max(usize::from(bar.count > 0))
    );
    view! {
        <button
            type="button"
            class="chart-bar"
            data-tone=bar.tone.name()
            aria-pressed=bar.pressed.to_string()
            on:click=move |_| press()
        >
            <span class="bar-label">{bar.label}</span>
            <span class="bar-count">{words::count(bar.count)}</span>
            <span class="bar-track"><span style:inline-size=part></span></span>
        </button>
    }
    .into_any()
}
