//! What is pressed, wherever the focus is.

use countermand_console::shortcuts::Press;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// What does nothing with a key, although it may have the focus.
const IDLE: &str = "body, [tabindex='-1']:not(button, input)";

/// Calls `pressed` for each key; what it takes, the browser does not act upon.
pub fn watch(pressed: impl Fn(Press<'_>) -> bool + 'static) {
    super::listen("keydown", move |event: KeyboardEvent| {
        // Somebody took it already.
        if event.default_prevented() {
            return;
        }
        let document = super::document();
        let focus = document
            .as_ref()
            .and_then(web_sys::Document::active_element);
        let dialog = document.and_then(|document| {
            document
                .query_selector("dialog[open], [popover]:popover-open")
                .ok()
                .flatten()
        });
        let press = Press {
            key: &event.key(),
            control: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            repeated: event.repeat() || event.is_composing(),
            typing: focus.as_ref().is_some_and(takes_text),
            idle: focus.is_none_or(|focus| focus.matches(IDLE) == Ok(true)),
            in_dialog: dialog.is_some(),
        };
        if pressed(press) {
            event.prevent_default();
        }
    });
}

/// Does a letter that is pressed here go into it? In a list it goes to the entry that begins so.
fn takes_text(element: &Element) -> bool {
    match element.tag_name().to_ascii_lowercase().as_str() {
        "textarea" | "select" => true,
        "input" => {
            let kind = element.get_attribute("type").unwrap_or_default();
            !matches!(kind.as_str(), "checkbox" | "radio" | "button" | "submit")
        }
        _ => element
            .dyn_ref::<web_sys::HtmlElement>()
            .is_some_and(web_sys::HtmlElement::is_content_editable),
    }
}

/// Presses the button with this id, as a click does; false where there is none, or it cannot be pressed.
pub fn click(id: &str) -> bool {
    let Some(element) = pressable(id) else {
        return false;
    };
    element.click();
    true
}

/// Puts `text` into the field with this id, as if it had been typed.
pub fn fill(id: &str, text: &str) {
    let field = pressable(id).and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("input", &init);
    if let (Some(field), Ok(event)) = (field, event) {
        field.set_value(text);
        // Fails for no event that was made just now.
        let _ = field.dispatch_event(&event);
    }
}

/// Returns whether there is a button with this id that can be pressed.
pub fn can_click(id: &str) -> bool {
    pressable(id).is_some()
}

fn pressable(id: &str) -> Option<web_sys::HtmlElement> {
    let element = super::document()?.get_element_by_id(id)?;
    let off = element.has_attribute("disabled")
        || element.get_attribute("aria-disabled").as_deref() == Some("true");
    (!off).then(|| element.dyn_into().ok()).flatten()
}
