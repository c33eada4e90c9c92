//! Recovery of an audit that cannot be written.

use std::{error::Error, io, sync::Arc};

use countermand_chain::JournalError;
use countermand_store::StoreError;

use super::{
    entry::Entry,
    writer::{Audit, TICK, ended},
};

impl Audit {
    /// Returns why it cannot be written, where that is so. Then nothing is cancelled.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        self.0.chain.failure()
    }

    /// Returns why it cannot be written, in words that reveal nothing else of this machine.
    pub(crate) fn reason(&self) -> Option<String> {
        self.failure().map(|error| reason(&error))
    }

    /// Tries again where it could not be written: first the half-written line, then the responses that came meanwhile,
    /// then the number of lost lines.
    pub(crate) async fn ensure_writable(&self) -> Result<(), JournalError> {
        if self.failure().is_none() {
            return Ok(());
        }
        let this = self.clone();
        let recovering = self.0.tasks.run(async move { this.recover().await });
        recovering.await.unwrap_or_else(|| Err(ended()))
    }

    async fn recover(&self) -> Result<(), JournalError> {
        self.0.chain.recover().await?;
        let unwritten = {
            let mut state = self.state();
            let owed = std::mem::take(&mut state.owed);
            for (peer, entry) in owed {
                if !self.put_for(peer, &mut state, &entry) {
                    state.owed.push((peer, entry));
                }
            }
            let unwritten = state.unwritten;
            let lost = Entry::Unwritten { count: unwritten };
            // Of many requests, and not of the one that happens to come now.
            if unwritten > 0 && self.put_for(None, &mut state, &lost) {
                state.unwritten = 0;
            }
            std::mem::take(&mut state.is_told).then_some(unwritten)
        };
        if let Some(unwritten) = unwritten {
            tracing::warn!(
                target: "countermand_server::audit",
                unwritten,
                "the audit can be written again"
            );
        }
        self.0.chain.flush().await
    }

    pub(super) fn log_failure(&self, error: &JournalError) {
        if std::mem::replace(&mut self.state().is_told, true) {
            return;
        }
        tracing::error!(
            target: "countermand_server::audit",
            error = error as &dyn Error,
            reason = reason(error),
            "the audit cannot be written: nothing is cancelled until it can"
        );
    }

    /// Recovers it at intervals, as long as it is in use.
    pub(super) fn watch_over(&self) {
        let watched = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(TICK).await;
                let Some(shared) = watched.upgrade() else {
                    return;
                };
                let audit = Self(shared);
                if audit.state().sealed {
                    return;
                }
                if audit.ensure_writable().await.is_ok() {
                    audit.note_counted(false);
                    let _ = audit.flush().await;
                    audit.keep_honest_and_short().await;
                }
            }
        });
    }
}

fn reason(error: &JournalError) -> String {
    let source = error.source();
    if let Some(error) = source.and_then(|source| source.downcast_ref::<io::Error>()) {
        return error.kind().to_string();
    }
    match source.and_then(|source| source.downcast_ref::<StoreError>()) {
        Some(error) => error.to_string(),
        None => "the system refused".to_owned(),
    }
}
