//! What the page's own file shows until the program is there.

/// The program is there.
pub fn over() {
    if let Some(element) = super::document().and_then(|page| page.get_element_by_id("coming")) {
        element.remove();
    }
}
