//! The language of the page and of the person before it.

use countermand_console::language::Language;

/// Under which name the browser keeps the language that was chosen.
const KEY: &str = "countermand.lang";

/// The language that was chosen earlier, else the first of the person's own that is spoken here.
pub fn preferred() -> Language {
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    if let Some(kept) = kept.as_deref().and_then(Language::of_tag) {
        return kept;
    }
    let own = super::window().map(|window| window.navigator().languages());
    let own: Vec<String> = own
        .iter()
        .flat_map(js_sys::Array::iter)
        .filter_map(|tag| tag.as_string())
        .collect();
    Language::of_tags(own.iter().map(String::as_str))
}

/// Keeps the choice, where the browser lets it; elsewhere it lasts as long as the page.
pub fn keep(language: Language) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(KEY, language.tag());
    }
}

/// Tells the browser and screen readers which language the page is in.
pub fn mark(language: Language) {
    let root = super::document().and_then(|document| document.document_element());
    if let Some(root) = root {
        // Neither name is one that an attribute cannot have.
        let _ = root.set_attribute("lang", language.tag());
        let _ = root.set_attribute("dir", language.direction());
    }
}

fn storage() -> Option<web_sys::Storage> {
    // Throws where a page may keep nothing.
    super::window()?.local_storage().ok().flatten()
}
