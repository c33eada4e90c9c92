//! The chosen devices, each with its pending commands. Only those in sight are drawn.

use std::cell::RefCell;

use countermand_console::{
    device_name::called,
    fleet::{Fleet, Reading},
    text::devices as words,
};
use countermand_core_model::DeviceRef;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

use crate::{
    console::Console,
    platform::focus,
    views::table::{
        dom::{child, element, mark, set, write},
        drawing::Rows,
        window::Window,
    },
};

/// The list of chosen devices.
#[component]
pub(crate) fn ChosenDevices() -> impl IntoView {
    let console = Console::shared();
    let none = Memo::new(move |_| console.table.fleet.with(Fleet::is_empty));
    move || {
        if none.get() {
            return view! { <p class="hint">{words::none()}</p> }.into_any();
        }
        list(console)
    }
}

#[inline(never)]
fn list(console: Console) -> AnyView {
    let scroller = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Div>::new();
    let refs = StoredValue::new(Vec::<DeviceRef>::new());
    let window = StoredValue::new_local(None::<Window<DeviceRows>>);
    let with = move |act: &dyn Fn(&Window<DeviceRows>)| {
        window.try_with_value(|window| window.as_ref().map(act));
    };
    let count = Memo::new(move |_| console.table.fleet.with(Fleet::len));
    Effect::new(move |_| {
        if let (Some(scroller), Some(field)) = (scroller.get(), field.get()) {
            let rows = DeviceRows { console, refs };
            let made = Window::new(rows, scroller.unchecked_into(), field.unchecked_into());
            window.set_value(Some(made));
            with(&|window| window.show(refs.with_value(Vec::len)));
        }
    });
    on_cleanup(move || with(&Window::close));
    Effect::new(move |_| {
        // One list more for each reading of some devices, and not one signal for each of them.
        refs.set_value(console.table.fleet.with(Fleet::refs));
        with(&|window| window.show(refs.with_value(Vec::len)));
    });
    Effect::new(move |_| {
        console.run.status.track();
        with(&Window::redraw);
    });
    let click = move |event: MouseEvent| with(&|window| clicked(console, window, &event));
    view! {
        <div class="chosen-head">
            <h3 id="chosen-heading">{move || words::chosen(count.get())}</h3>
            <button
                type="button"
                class="button quiet small"
                on:click=move |_| {
                    console.table.remove_all();
                    focus::soon("device-box");
                }
            >
                {words::remove_all()}
            </button>
        </div>
        <div class="chosen" node_ref=scroller on:scroll=move |_| with(&Window::scrolled)>
            <div class="rows" role="list" aria-labelledby="chosen-heading" node_ref=field on:click=click></div>
        </div>
    }
    .into_any()
}

/// The rows of the list.
struct DeviceRows {
    console: Console,
    refs: StoredValue<Vec<DeviceRef>>,
}

/// The parts of a row.
struct Parts {
    row: HtmlElement,
    drawn: RefCell<Option<DeviceRef>>,
    name: HtmlElement,
    reference: HtmlElement,
    status: HtmlElement,
    everything: HtmlElement,
    remove: HtmlElement,
}

impl AsRef<HtmlElement> for Parts {
    fn as_ref(&self) -> &HtmlElement {
        &self.row
    }
}

impl Rows for DeviceRows {
    type Parts = Parts;

    fn key(&self, index: usize) -> u64 {
        let device = self.refs.with_value(|refs| refs.get(index).cloned());
        let ix = device.and_then(|device| {
            self.console
                .table
                .fleet
                .with_untracked(|fleet| fleet.store().find(&device))
        });
        ix.map_or(u64::MAX, |ix| ix.index() as u64)
    }

    fn make(&self) -> Parts {
        let row = element("div", "device");
        set(&row, "role", "listitem");
        let button = |parent: &HtmlElement, class: &str, act: &str| {
            let button = child(parent, "button", class);
            set(&button, "type", "button");
            set(&button, "data-act", act);
            button
        };
        let only = button(&row, "device-name", "only");
        let (name, reference) = (child(&only, "span", ""), child(&only, "span", "mono"));
        set(&only, "title", words::only());
        let status = child(&row, "span", "device-standing");
        let everything = button(&row, "button quiet small", "everything");
        write(&everything, words::cancel_all());
        let remove = button(&row, "button quiet small icon", "remove");
        set(&remove, "data-icon", "cross");
        Parts {
            row,
            drawn: RefCell::new(None),
            name,
            reference,
            status,
            everything,
            remove,
        }
    }

    fn write(&self, parts: &Parts, index: usize) {
        let device = self.refs.with_value(|refs| refs.get(index).cloned());
        let Some(device) = device else { return };
        let runs = self.console.run.is_active_now();
        self.console.table.fleet.with_untracked(|fleet| {
            parts.write(fleet, &device, runs, self.console.connection.may_cancel());
        });
    }

    fn finish(&self, parts: &Parts, index: usize) {
        set(&parts.row, "aria-posinset", &(index + 1).to_string());
        let count = self.refs.with_value(Vec::len);
        set(&parts.row, "aria-setsize", &count.to_string());
    }
}

impl Parts {
    fn write(&self, fleet: &Fleet, device: &DeviceRef, runs: bool, may_cancel: bool) {
        let Some(ix) = fleet.store().find(device) else {
            return;
        };
        self.drawn.replace(Some(device.clone()));
        let (known, status) = (fleet.store().device(ix), fleet.status(ix));
        let full = device.to_string();
        let called = called(known.name(), device);
        write(&self.name, known.name().unwrap_or_default());
        write(&self.reference, &device.short());
        set(&self.reference, "title", &full);
        let is_going = status.reading == Reading::Going;
        let has_failed = matches!(status.reading, Reading::Failed(_));
        mark(&self.row, "data-going", is_going);
        set(
            &self.status,
            "data-tone",
            if has_failed { "bad" } else { "quiet" },
        );
        if has_failed {
            write(&self.status, words::failed());
        } else if is_going && status.read_at.is_none() {
            write(&self.status, words::reading());
        } else {
            write(&self.status, &words::waiting(known.waiting()));
        }
        self.everything
            .set_hidden(known.waiting() == 0 || !may_cancel);
        mark(&self.everything, "disabled", runs);
        self.everything.set_id(&format!("everything-{full}"));
        set(
            &self.everything,
            "aria-label",
            &words::cancel_all_on(&called),
        );
        set(&self.remove, "aria-label", &words::remove(&called));
    }
}

/// One of a row's buttons was pressed.
fn clicked(console: Console, window: &Window<DeviceRows>, event: &MouseEvent) {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let Some(target) = target else { return };
    let Some(button) = target.closest("[data-act]").ok().flatten() else {
        return;
    };
    let device = window
        .drawn(&target, |parts| parts.drawn.borrow().clone())
        .flatten();
    let Some(device) = device else { return };
    match button.get_attribute("data-act").as_deref() {
        Some("everything") => console.review.open_devices(vec![device]),
        Some("remove") => {
            console.table.remove(&device);
            focus::soon("devices-heading");
        }
        _ => console
            .table
            .filter_by(|filter| filter.devices = vec![device]),
    }
}
