//! A journal in memory that breaks where a test wants it to.

use std::sync::{Arc, Mutex};

use countermand_client::{JournalError, JournalErrorKind, JournalStore};
use countermand_transport::BoxFuture;
use tokio::sync::Notify;

/// A journal in memory. Clones are the same one.
#[derive(Clone, Default)]
pub struct FailingStore(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    died: Notify,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    appends: usize,
    breaks: Option<Break>,
}

/// What happens at one of the appends, and at every later one.
#[derive(Clone, Copy, Debug)]
pub enum Break {
    /// The store has no room left.
    Fails {
        /// At which append, from 0.
        at: usize,
    },
    /// The process dies: the append never returns.
    Dies {
        /// At which append, from 0.
        at: usize,
        /// How many of a thousand of its bytes were written.
        written_permille: usize,
    },
}

impl FailingStore {
    /// One that holds `bytes` already.
    pub fn with(bytes: Vec<u8>) -> Self {
        let store = Self::default();
        store.0.state.lock().unwrap().bytes = bytes;
        store
    }

    /// This one, which breaks.
    #[must_use]
    pub fn breaking(self, breaks: Break) -> Self {
        self.0.state.lock().unwrap().breaks = Some(breaks);
        self
    }

    /// Without half a line at its end.
    pub(crate) fn cut(&self, bytes: usize) {
        self.0.state.lock().unwrap().bytes.truncate(bytes);
    }

    /// What is written.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.state.lock().unwrap().bytes.clone()
    }

    /// Waits for the death that was asked for.
    pub async fn died(&self) {
        self.0.died.notified().await;
    }

    fn write(&self, bytes: &[u8]) -> Written {
        let mut state = self.0.state.lock().unwrap();
        let append = state.appends;
        state.appends += 1;
        match state.breaks {
            Some(Break::Fails { at }) if append >= at => Written::Not,
            Some(Break::Dies { at, .. }) if append > at => Written::Never,
            Some(Break::Dies {
                at,
                written_permille,
            }) if append == at => {
                let written = bytes.len() * written_permille / 1_000;
                state.bytes.extend_from_slice(&bytes[..written]);
                self.0.died.notify_one();
                Written::Never
            }
            _ => {
                state.bytes.extend_from_slice(bytes);
                Written::Whole
            }
        }
    }
}

enum Written {
    Whole,
    Not,
    Never,
}

impl JournalStore for FailingStore {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        let written = self.write(&bytes);
        Box::pin(async move {
            match written {
                Written::Whole => Ok(()),
                Written::Not => Err(JournalError::new(
                    JournalErrorKind::System,
                    "the disk is full",
                )),
                Written::Never => std::future::pending().await,
            }
        })
    }
}
