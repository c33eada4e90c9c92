//! Whether anybody can see the page.

/// Is the page in front? Nothing is asked of a vendor while it is not.
pub fn is_visible() -> bool {
    super::document().is_none_or(|document| !document.hidden())
}
