//! The browser console of Countermand
use leptos::prelude::*;
/// The page.
#[component]
pub fn App() -> impl IntoView {
    view! { <h1>"Countermand"</h1> }
}
