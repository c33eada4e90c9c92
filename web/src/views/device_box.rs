//! The box into which devices are pasted.

use leptos::{ev, html, prelude::*};

use crate::{
    console::Console,
    state::device_box::Bad,
    text::{devices as text, found},
};

/// Several devices at once: the good ones are taken, the others stay with their reasons.
#[component]
pub(super) fn DeviceBox() -> impl IntoView {
    let console = Console::shared();
    let node = NodeRef::<html::Textarea>::new();
    let bad = RwSignal::new(Vec::<Bad>::new());
    let provider = console.provider();
    let add = move || {
        let Some(area) = node.get_untracked() else {
            return;
        };
        let pasted = console.paste(&area.value());
        area.set_value(&pasted.left_over());
        bad.set(pasted.bad);
        let _ = area.focus();
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        add();
    };
    // Enter alone makes a new line, as in any text area.
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            add();
        }
    };
    let has_bad = move || bad.with(|bad| !bad.is_empty());
    view! {
        <form class="device-box" novalidate on:submit=submit>
            <div class="field">
                <label for="device-box">{text::paste()}</label>
                <textarea
                    id="device-box"
                    rows="3"
                    spellcheck="false"
                    autocapitalize="none"
                    autocomplete="off"
                    placeholder=text::example(provider)
                    aria-describedby="device-box-bad device-box-hint"
                    aria-invalid=move || has_bad().then_some("true")
                    node_ref=node
                    on:keydown=key
                />
                <div id="device-box-bad" class="field-error">
                    {move || {
                        has_bad()
                            .then(|| {
                                let items = bad
                                    .get()
                                    .into_iter()
                                    .map(|bad| view! { <li>{text::bad(&bad.text, found(bad.reason))}</li> })
                                    .collect_view();
                                view! {
                                    <p>{text::bad_heading()}</p>
                                    <ul>{items}</ul>
                                }
                            })
                    }}
                </div>
                <p class="hint" id="device-box-hint">{text::hint(provider)}</p>
            </div>
            <button type="submit" class="button wide" data-icon="plus">{text::add()}</button>
        </form>
    }
}
