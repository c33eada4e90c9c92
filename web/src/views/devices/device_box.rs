//! The box into which devices are pasted.

use countermand_console::{
    pasted_devices::Bad,
    text::{devices as text, found},
};
use leptos::{ev, html, prelude::*};

use crate::console::Console;

/// Several devices at once: the good ones are taken, the others stay with their reasons.
#[component]
pub(crate) fn DeviceBox() -> impl IntoView {
    let console = Console::shared();
    let node = NodeRef::<html::Textarea>::new();
    let bad = RwSignal::new(Vec::<Bad>::new());
    let more_bad = RwSignal::new(0);
    let provider = console.connection.provider();
    let add = move || {
        let Some(area) = node.get_untracked() else {
            return;
        };
        let pasted = console.devices.paste(&area.value());
        area.set_value(&pasted.left_over());
        more_bad.set(0);
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
    let over = RwSignal::new(false);
    let take_file = move |files: Option<web_sys::FileList>| {
        let Some(file) = files.and_then(|files| files.get(0)) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match console.devices.read_file(file).await {
                Some(read) => {
                    more_bad.try_set(read.more_bad);
                    bad.try_set(read.found.bad);
                }
                None => console.announcer.say(text::file_unreadable().to_owned()),
            }
        });
    };
    let chosen = move |event: ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        take_file(input.files());
        // The same file can be chosen again.
        input.set_value("");
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        take_file(event.data_transfer().and_then(|data| data.files()));
    };
    let drag = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let has_bad = move || bad.with(|bad| !bad.is_empty());
    view! {
        <form
            class="device-box"
            novalidate
            data-over=move || over.get().then_some("")
            on:submit=submit
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
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
                                    {(more_bad.get() > 0).then(|| view! { <p>{text::more_bad(more_bad.get())}</p> })}
                                }
                            })
                    }}
                </div>
                <p class="hint" id="device-box-hint">{text::hint(provider)}</p>
            </div>
            <div class="device-box-actions">
                <button type="submit" class="button" data-icon="plus">{text::add()}</button>
                <label class="button file">
                    {text::file()}
                    <input type="file" class="unseen" accept=".csv,.tsv,.txt,text/csv,text/plain" on:change=chosen/>
                </label>
            </div>
        </form>
    }
}
