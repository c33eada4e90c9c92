//! What screen readers are told.

use super::store_signal::StoreSignal;

/// The two live regions of the page. Copies are the same announcer.
#[derive(Clone, Copy)]
pub struct Announcer {
    /// The text that is read out when there is time.
    pub polite: StoreSignal<String>,
    /// The text that is read out at once.
    pub assertive: StoreSignal<String>,
}

impl Announcer {
    pub(super) fn new() -> Self {
        Self {
            polite: StoreSignal::new(String::new()),
            assertive: StoreSignal::new(String::new()),
        }
    }

    /// Reads out `text` when there is time.
    pub fn say(self, text: String) {
        self.polite.set(text);
    }

    /// Reads out `text` at once.
    pub(super) fn alert(self, text: String) {
        self.assertive.set(text);
    }

    /// Forgets what was read out at once.
    pub(super) fn clear_alert(self) {
        self.assertive.set(String::new());
    }

    /// Forgets what was read out: in another language it is not repeated.
    pub fn clear(self) {
        self.polite.set(String::new());
        self.clear_alert();
    }
}
