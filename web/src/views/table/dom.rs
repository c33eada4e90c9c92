//! Elements made by hand, where there are many of them and each is written again and again.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub(crate) fn element(tag: &str, class: &str) -> HtmlElement {
    let made = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element(tag).ok())
        .and_then(|element| element.dyn_into().ok());
    let Some(element): Option<HtmlElement> = made else {
        // Every browser makes every element that this page asks for.
        unreachable!()
    };
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element
}

/// An element with a role, in `parent`.
pub(crate) fn child(parent: &Element, tag: &str, class: &str) -> HtmlElement {
    let element = element(tag, class);
    let _ = parent.append_child(&element);
    element
}

/// Sets an attribute.
pub(crate) fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Sets an attribute without a value, or takes it away.
pub(crate) fn mark(element: &Element, name: &str, on: bool) {
    if on {
        set(element, name, "");
    } else {
        let _ = element.remove_attribute(name);
    }
}

pub(crate) fn write(element: &Element, text: &str) {
    element.set_text_content(Some(text));
}

/// An element whose text is written again and again, and often is the same: asking the browser takes longer than
/// remembering.
pub(crate) struct Written {
    element: HtmlElement,
    text: RefCell<String>,
}

impl Written {
    /// An element without text.
    pub(crate) fn new(element: HtmlElement) -> Self {
        Self {
            element,
            text: RefCell::default(),
        }
    }

    /// Writes text, where it is another one.
    pub(crate) fn write(&self, text: &str) {
        let mut known = self.text.borrow_mut();
        if *known != text {
            text.clone_into(&mut known);
            write(&self.element, text);
        }
    }
}

impl AsRef<HtmlElement> for Written {
    fn as_ref(&self) -> &HtmlElement {
        &self.element
    }
}
