//! The box into which devices are pasted, and onto which a file is dropped.

use countermand_console::{
    pasted_devices::Bad,
    text::{devices as text, found},
};
use countermand_core_model::Provider;
use leptos::{ev, html, prelude::*};

use crate::{console::Console, platform::focus};

/// What the box holds. Copies are the same box.
#[derive(Clone, Copy)]
struct Pasting {
    console: Console,
    area: NodeRef<html::Textarea>,
    /// Lines that name no device, with their reasons.
    bad: RwSignal<Vec<Bad>>,
    more_bad: RwSignal<usize>,
    /// Whether a file is dragged over the box.
    is_over: RwSignal<bool>,
}

impl Pasting {
    fn add(self) {
        let Some(area) = self.area.get_untracked() else {
            return;
        };
        let pasted = self.console.devices.paste(&area.value());
        area.set_value(&pasted.left_over());
        self.more_bad.set(0);
        self.bad.set(pasted.bad);
        // What was no device is corrected here; otherwise the panel may just have been folded away.
        if self.bad.with_untracked(Vec::is_empty) {
            focus::soon("device-box");
        } else {
            focus::reveal("device-box");
        }
    }

    // Enter alone makes a new line, as in any text area.
    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            self.add();
        }
    }

    fn chosen(self, event: &ev::Event) {
        let input: web_sys::HtmlInputElement = event_target(event);
        self.read(input.files());
        // The same file can be chosen again.
        input.set_value("");
    }

    fn dragged(self, event: &ev::DragEvent) {
        event.prevent_default();
        self.is_over.set(true);
    }

    fn dropped(self, event: &ev::DragEvent) {
        event.prevent_default();
        self.is_over.set(false);
        self.read(event.data_transfer().and_then(|data| data.files()));
    }

    fn read(self, files: Option<web_sys::FileList>) {
        let Some(file) = files.and_then(|files| files.get(0)) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match self.console.devices.read_file(file).await {
                Some(read) => {
                    self.more_bad.try_set(read.more_bad);
                    self.bad.try_set(read.found.bad);
                }
                None => {
                    let announcer = self.console.announcer;
                    announcer.say(text::file_unreadable().to_owned());
                }
            }
        });
    }

    fn has_bad(self) -> bool {
        self.bad.with(|bad| !bad.is_empty())
    }
}

/// Takes several devices at once. The good ones are chosen, the others stay with their reasons.
#[component]
pub(crate) fn DeviceBox() -> impl IntoView {
    let console = Console::shared();
    let pasting = Pasting {
        console,
        area: NodeRef::new(),
        bad: RwSignal::new(Vec::new()),
        more_bad: RwSignal::new(0),
        is_over: RwSignal::new(false),
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        pasting.add();
    };
    view! {
        <form
            class="device-box"
            novalidate
            data-over=move || pasting.is_over.get().then_some("")
            on:submit=submit
            on:dragover=move |event| pasting.dragged(&event)
            on:dragleave=move |_| pasting.is_over.set(false)
            on:drop=move |event| pasting.dropped(&event)
        >
            {field(pasting, console.connection.provider())}
            <div class="device-box-actions">
                <button type="submit" class="button" data-icon="plus">{text::add()}</button>
                <label class="button file">
                    {text::file()}
                    <input
                        type="file"
                        class="unseen"
                        accept=".csv,.tsv,.txt,text/csv,text/plain"
                        on:change=move |event| pasting.chosen(&event)
                    />
                </label>
            </div>
        </form>
    }
}

fn field(pasting: Pasting, provider: Provider) -> AnyView {
    view! {
        <div class="field">
            <label for="device-box">{text::paste()}</label>
            <textarea
                id="device-box"
                rows="2"
                spellcheck="false"
                autocapitalize="none"
                autocomplete="off"
                placeholder=text::example(provider)
                aria-describedby="device-box-bad device-box-hint"
                aria-invalid=move || pasting.has_bad().then_some("true")
                node_ref=pasting.area
                on:keydown=move |event| pasting.pressed(&event)
            />
            <div id="device-box-bad" class="field-error">
                {move || pasting.has_bad().then(|| bad(pasting))}
            </div>
            <p class="hint" id="device-box-hint">{text::hint(provider)}</p>
        </div>
    }
    .into_any()
}

fn bad(pasting: Pasting) -> AnyView {
    let more = pasting.more_bad.get();
    let items = pasting
        .bad
        .get()
        .into_iter()
        .map(|bad| view! { <li>{text::bad(&bad.text, found(bad.reason))}</li> })
        .collect_view();
    view! {
        <p>{text::bad_heading()}</p>
        <ul>{items}</ul>
        {(more > 0).then(|| view! { <p>{text::more_bad(more)}</p> })}
    }
    .into_any()
}
