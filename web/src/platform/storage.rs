//! What the browser keeps for this page: for this person, or until the tab closes.

use web_sys::Storage;

/// Where something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// On this computer, for all tabs.
    Computer,
    /// In this tab, until it closes.
    Tab,
}

/// The browser does not let this page keep anything, or has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

impl Store {
    // Asking for the store throws where cookies are blocked.
    fn open(self) -> Result<Storage, Refused> {
        let window = super::window().ok_or(Refused)?;
        match self {
            Self::Computer => window.local_storage(),
            Self::Tab => window.session_storage(),
        }
        .ok()
        .flatten()
        .ok_or(Refused)
    }

    /// The text of this name, if there is one.
    ///
    /// # Errors
    /// Where the browser refuses.
    pub fn get(self, name: &str) -> Result<Option<String>, Refused> {
        self.open()?.get_item(name).map_err(|_| Refused)
    }

    /// Keeps `text` under this name.
    ///
    /// # Errors
    /// Where the browser refuses, or has no room.
    pub fn set(self, name: &str, text: &str) -> Result<(), Refused> {
        self.open()?.set_item(name, text).map_err(|_| Refused)
    }

    /// Forgets this name.
    pub fn remove(self, name: &str) {
        if let Ok(store) = self.open() {
            // Throws no more once the store is open.
            let _ = store.remove_item(name);
        }
    }

    /// The names that begin so.
    pub fn names(self, prefix: &str) -> Vec<String> {
        let Ok(store) = self.open() else {
            return Vec::new();
        };
        let count = store.length().unwrap_or(0);
        (0..count)
            .filter_map(|at| store.key(at).ok().flatten())
            .filter(|name| name.starts_with(prefix))
            .collect()
    }

    /// Calls `changed` when another tab changes something in it.
    pub fn watch(changed: impl Fn() + 'static) {
        super::listen("storage", move |_: web_sys::Event| changed());
    }
}
