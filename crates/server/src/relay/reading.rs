//! What approval is asked for, read at the vendor: who approves sees the vendor's words, never the asker's.

use std::time::Duration;

use http::StatusCode;
use tokio::task::JoinSet;

use super::Asking;
use crate::{
    answers::Refusal,
    audit::Entry,
    calls::{Cancelling, Sighting},
};

/// So long whoever asks waits for the reading; a longer one goes on without them.
const SOON: Duration = Duration::from_secs(10);

/// So many commands are read at once.
const AT_ONCE: usize = 4;

/// So long one reading waits for its turn in the budget at a time.
const PATIENCE: Duration = Duration::from_secs(60);

/// So many times a command is tried to be read while the vendor does not answer.
const MOST_TRIES: u32 = 3;

impl Asking {
    /// Reads what a request for approval is about. Returns when that is done, or after a while, and it goes on.
    pub(super) async fn read_soon(&self, id: &str) {
        let (this, id) = (self.clone(), id.to_owned());
        // Nothing has to be whole in it: what was not read cannot be approved, and the end does not wait for it.
        let reading = tokio::spawn(async move { this.read_all(&id).await });
        let _ = tokio::time::timeout(SOON, reading).await;
    }

    async fn read_all(&self, id: &str) {
        let mut reading = JoinSet::new();
        for cancelling in self.inner.approvals.unread(id) {
            if reading.len() >= AT_ONCE && reading.join_next().await.is_some_and(is_over) {
                return;
            }
            let (this, id) = (self.clone(), id.to_owned());
            reading.spawn(async move { this.read_one(&id, &cancelling).await });
        }
        while reading.join_next().await.is_some() {}
        let _ = self.inner.audit.durable().await;
    }

    /// Reads one, and writes down what was read. False where the request is over.
    async fn read_one(&self, id: &str, cancelling: &Cancelling) -> bool {
        let mut tries = 0;
        let found = loop {
            if !self.inner.approvals.is_waiting(id) {
                return false;
            }
            match self.look(cancelling, PATIENCE).await {
                Ok(Ok(found)) => break found,
                Err(Refusal::Rate(wait)) => {
                    tokio::time::sleep(wait.clamp(Duration::from_secs(1), PATIENCE)).await;
                    continue;
                }
                Ok(Err(answer)) if !may_pass(answer.status()) => break Vec::new(),
                _ => tries += 1,
            }
            if tries >= MOST_TRIES {
                break Vec::new();
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let (approvals, audit) = (&self.inner.approvals, &self.inner.audit);
        approvals.fill(id, cancelling, &found, || {
            let entries = meant(id, cancelling, &found);
            entries.iter().all(|entry| audit.note(entry))
        })
    }
}

fn is_over(read: Result<bool, tokio::task::JoinError>) -> bool {
    !read.unwrap_or(true)
}

/// Is it worth to ask again?
fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// The lines about what is meant: the cancel itself, and what waits where everything is.
fn meant(id: &str, cancelling: &Cancelling, found: &[Sighting]) -> Vec<Entry> {
    let entry = |command: Option<String>, kind: Option<String>| Entry::Meant {
        approval: id.to_owned(),
        device: cancelling.device.to_string(),
        command,
        kind,
    };
    let command = cancelling.command.as_ref().map(ToString::to_string);
    if command.is_some() {
        let kind = found.first().map(|sighting| sighting.kind.clone());
        return vec![entry(command, kind)];
    }
    let waiting = found.iter().map(|sighting| {
        entry(
            Some(sighting.command.to_string()),
            Some(sighting.kind.clone()),
        )
    });
    std::iter::once(entry(None, None)).chain(waiting).collect()
}
