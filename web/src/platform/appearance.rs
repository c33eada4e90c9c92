//! How the page looks, on its root element; and whose keyboard it is.

use countermand_console::settings::Settings;

/// Puts the settings on the root element. The page's first script does the same before anything is seen.
pub fn apply(settings: &Settings) {
    let root = super::document().and_then(|document| document.document_element());
    if let Some(root) = root {
        // Refused for no such name.
        let _ = root.set_attribute("data-theme", settings.theme.as_str());
        let _ = root.set_attribute("data-density", settings.density.as_str());
    }
}

/// Returns whether the keyboard is Apple's, with ⌘ for Ctrl.
pub fn has_command_key() -> bool {
    let agent = super::window().and_then(|window| window.navigator().user_agent().ok());
    agent.is_some_and(|agent| agent.contains("Mac") || agent.contains("iP"))
}

/// The program is there.
pub fn page_has_loaded() {
    if let Some(element) = super::document().and_then(|page| page.get_element_by_id("coming")) {
        element.remove();
    }
}
