//! A modal dialog with a title. It is in the page only while it is open.

use leptos::{ev, html, prelude::*};

use crate::platform::dialog;

/// A dialog titled `title`. Escape and its own buttons call `on_close`; the focus starts where
/// `autofocus` stands, and goes back when the dialog is gone.
#[component]
pub(crate) fn Modal(
    /// The title's id, unique in the page.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    /// The dialog's class.
    class: &'static str,
    /// Where the focus goes if what had it is gone.
    fallback: &'static str,
    /// The id of what describes it.
    #[prop(optional)]
    about: Option<&'static str>,
    /// Escape.
    on_close: impl Fn() + Copy + 'static,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            dialog::open(&element);
        }
    });
    on_cleanup(move || dialog::closed(fallback));
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        on_close();
    };
    view! {
        <dialog node_ref=node class=class aria-labelledby=id aria-describedby=about on:cancel=cancel>
            <h2 id=id>{move || title.get()}</h2>
            {children()}
        </dialog>
    }
}
