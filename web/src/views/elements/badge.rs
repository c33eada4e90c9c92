//! A word with a shape and a colour.

use countermand_console::outcome::Tone;
use leptos::prelude::*;

/// A badge. Its shape and its word say what its colour says.
#[component]
pub(crate) fn Badge(
    /// What it means.
    tone: Tone,
    /// The word.
    #[prop(into)]
    word: String,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.name()>{word}</span> }
}
