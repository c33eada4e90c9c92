//! What runs next: one line, and on demand a picture and the first few by name.

use countermand_console::{text::firing as words, timeline::Next, timeline_lanes::Picture};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::{
    console::Console,
    platform::{clock, storage::Store},
    views::firing::{
        drawing::Drawing,
        keyboard::{self, button},
    },
};

/// Where the tab remembers that it is open.
const OPEN: &str = "countermand.firing";
/// What was read is drawn so many milliseconds later: thousands of devices arrive one by one.
const DRAWN_AFTER: f64 = 250.0;

/// What is drawn. Copies are the same.
#[derive(Clone, Copy)]
struct Shown {
    console: Console,
    state: StoredValue<State, LocalStorage>,
}

#[derive(Default)]
struct State {
    drawing: Option<Drawing>,
    next: Next,
    picture: Option<Picture>,
    /// It will be drawn in a moment.
    is_asked: bool,
}

/// A section that is one line while it is closed.
#[component]
pub(crate) fn Firing() -> impl IntoView {
    let console = Console::shared();
    let node = NodeRef::<html::Details>::new();
    let shown = Shown {
        console,
        state: StoredValue::new_local(State::default()),
    };
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            let drawing = Drawing::new(node.unchecked_into());
            shown
                .state
                .update_value(|state| state.drawing = Some(drawing));
            shown.draw();
        }
    });
    Effect::new(move |_| {
        console.table.fleet.track();
        shown.ask();
    });
    Effect::new(move |_| {
        console.table.selection.track();
        if shown.is_open() {
            shown.ask();
        }
    });
    Effect::new(move |_| {
        console.clock.now.track();
        shown.tick();
    });
    let is_open = matches!(Store::Tab.get(OPEN), Ok(Some(_)));
    view! {
        <details
            class="card firing"
            id="firing"
            node_ref=node
            open=is_open
            hidden
            on:toggle=move |_| shown.toggled()
            on:click=move |event| shown.pressed(&event)
            on:keydown=|event| keyboard::moved(&event)
            on:mouseover=move |event| shown.told(&event)
            on:focusin=move |event| shown.told(&event)
        >
            <summary>
                <h2>{words::heading()}</h2>
            </summary>
        </details>
    }
    .into_any()
}

impl Shown {
    fn is_open(self) -> bool {
        let open = self
            .state
            .try_with_value(|state| state.drawing.as_ref().is_some_and(Drawing::is_open));
        open == Some(true)
    }

    /// Has it drawn in a moment.
    fn ask(self) {
        let asked = self
            .state
            .try_update_value(|state| std::mem::replace(&mut state.is_asked, true));
        if asked == Some(false) {
            clock::after(DRAWN_AFTER, move || self.draw());
        }
    }

    /// Draws it, unless it is gone.
    fn draw(self) {
        self.state.try_update_value(|state| {
            state.is_asked = false;
            let Some(drawing) = &state.drawing else {
                return;
            };
            let table = self.console.table;
            let has_devices = table.fleet.with_untracked(|fleet| !fleet.is_empty());
            drawing.show(has_devices);
            state.next = table.next();
            drawing.line(&state.next, clock::now());
            state.picture = drawing.is_open().then(|| table.picture());
            let has_queue = self
                .console
                .connection
                .provider()
                .descriptor()
                .has_device_queue();
            match &state.picture {
                Some(picture) => drawing.body(&state.next, picture, has_queue),
                None => drawing.clear(),
            }
        });
    }

    /// Time has moved on: while it is closed, only the line's words change.
    fn tick(self) {
        let is_drawn = self.state.try_with_value(|state| {
            let now = clock::now();
            match &state.drawing {
                Some(drawing) if !drawing.is_open() && !state.next.is_outdated(now) => {
                    drawing.line(&state.next, now);
                    true
                }
                _ => false,
            }
        });
        if is_drawn == Some(false) {
            self.ask();
        }
    }

    fn toggled(self) {
        // A browser that keeps nothing forgets it.
        if self.is_open() {
            let _ = Store::Tab.set(OPEN, "open");
        } else {
            Store::Tab.remove(OPEN);
        }
        self.draw();
    }

    /// A mark selects its commands in the table, a command of the list opens its details.
    fn pressed(self, event: &Event) {
        let Some(button) = button(event) else {
            return;
        };
        let (lane, at) = (number(&button, "data-lane"), number(&button, "data-at"));
        let table = self.console.table;
        match (lane, at) {
            (Some(lane), Some(at)) => {
                let picture = self.state.with_value(|state| state.picture.clone());
                if let Some(picture) = picture {
                    let lane_of = picture.lanes.get(lane);
                    let mark = lane_of.and_then(|lane| lane.marks.get(at));
                    let on = mark.is_some_and(|mark| mark.selected < mark.count);
                    table.select_where(on, &|row| picture.has(lane, at, row));
                    self.draw();
                }
            }
            (None, Some(at)) => {
                let entry = self
                    .state
                    .with_value(|state| state.next.first.get(at).cloned());
                if let Some(entry) = entry {
                    self.console.details.open_command(&entry.device, &entry.id);
                }
            }
            _ => {}
        }
    }

    /// Says below the picture what is pointed at.
    fn told(self, event: &Event) {
        let said = button(event)
            .filter(|button| button.has_attribute("data-lane"))
            .and_then(|button| button.get_attribute("aria-label"));
        if let Some(said) = said {
            self.state.with_value(|state| {
                if let Some(drawing) = &state.drawing {
                    drawing.tell(&said);
                }
            });
        }
    }
}

fn number(button: &Element, name: &str) -> Option<usize> {
    button.get_attribute(name)?.parse().ok()
}
