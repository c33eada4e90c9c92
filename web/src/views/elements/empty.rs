//! A place where nothing is to be seen, and why.

use leptos::prelude::*;

/// Says why nothing is here, and what to do.
#[component]
pub(crate) fn Empty(
    /// The icon's name in the stylesheet.
    icon: &'static str,
    /// Why.
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(into)]
    hint: String,
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
