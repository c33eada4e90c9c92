//! What a watch leaves in the store: what is usual, and how it stands.

use countermand_relay_api::WatchState;
use serde::{Deserialize, Serialize};

/// The form of what is kept.
const VERSION: u32 = 1;

/// What is kept of a watch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    version: u32,
    /// What the client's watch knows.
    pub(super) known: String,
    /// How it stands, for people.
    pub(super) state: WatchState,
}

impl Kept {
    pub(super) fn new(known: String, state: WatchState) -> Self {
        Self {
            version: VERSION,
            known,
            state,
        }
    }

    /// Reads what was kept. What another version wrote, or nobody, is nothing.
    pub(super) fn read(text: &str) -> Self {
        let read = serde_json::from_str::<Self>(text).ok();
        read.filter(|kept| kept.version == VERSION)
            .unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_nothing() {
        for odd in [
            "",
            "{",
            "[]",
            r#"{"version":2,"known":"x"}"#,
            r#"{"version":1,"known":7}"#,
        ] {
            let read = Kept::read(odd);
            assert_eq!(
                (read.known.as_str(), &read.state),
                ("", &WatchState::default()),
                "{odd}"
            );
        }
        let kept = Kept::new("known".to_owned(), WatchState::default());
        assert_eq!(Kept::read(&kept.text()).known, "known");
    }
}
