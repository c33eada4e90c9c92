//! Reads at the provider what approval is requested for: the approver sees the provider's words, never the requester's.

use std::time::Duration;

use http::StatusCode;
use tokio::task::JoinSet;

use crate::{
    audit::Entry,
    context::ConnectionRequest,
    provider::{CancelTarget, ObservedState},
    response::Refusal,
};

/// How long the requester waits for the reading, which goes on afterwards.
const SOON: Duration = Duration::from_secs(10);

/// How many commands are read at once.
const AT_ONCE: usize = 4;

/// How long one reading waits for its turn in the budget at a time.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a command is read while the provider does not answer.
const MOST_TRIES: u32 = 3;

impl ConnectionRequest {
    /// Reads what a request for approval is about. Returns when that is done or [`SOON`] is over; then it goes on in
    /// the background.
    pub(crate) async fn read_soon(&self, id: &str) {
        let (this, id) = (self.clone(), id.to_owned());
        // It may be interrupted: what was not read cannot be approved, so stopping does not wait for it.
        let reading = tokio::spawn(async move { this.read_all(&id).await });
        let _ = tokio::time::timeout(SOON, reading).await;
    }

    async fn read_all(&self, id: &str) {
        let mut reading = JoinSet::new();
        for target in self.context.approvals.unread(id) {
            if reading.len() >= AT_ONCE && reading.join_next().await.is_some_and(is_over) {
                return;
            }
            let (this, id) = (self.clone(), id.to_owned());
            reading.spawn(async move { this.read_one(&id, &target).await });
        }
        while reading.join_next().await.is_some() {}
        let _ = self.context.audit.flush().await;
    }

    /// Reads one target and writes what was read to the audit. Returns `false` where the request is over.
    async fn read_one(&self, id: &str, target: &CancelTarget) -> bool {
        let mut tries = 0;
        let found = loop {
            if !self.context.approvals.is_waiting(id) {
                return false;
            }
            match self.observe(target, PATIENCE).await {
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
        let (approvals, audit) = (&self.context.approvals, &self.context.audit);
        approvals.fill(id, target, &found, || {
            let entries = meant(id, target, &found);
            entries.iter().all(|entry| audit.queue(entry))
        })
    }
}

fn is_over(read: Result<bool, tokio::task::JoinError>) -> bool {
    !read.unwrap_or(true)
}

/// Returns whether reading again may help.
fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// Returns the audit lines of a target: the cancel itself, and what waits where everything is to be cancelled.
fn meant(id: &str, target: &CancelTarget, found: &[ObservedState]) -> Vec<Entry> {
    let entry = |command: Option<String>, kind: Option<String>| Entry::Meant {
        approval: id.to_owned(),
        device: target.device.to_string(),
        command,
        kind,
    };
    let command = target.command.as_ref().map(ToString::to_string);
    if command.is_some() {
        let kind = found.first().map(|observed| observed.kind.clone());
        return vec![entry(command, kind)];
    }
    let waiting = found.iter().map(|observed| {
        entry(
            Some(observed.command.to_string()),
            Some(observed.kind.clone()),
        )
    });
    std::iter::once(entry(None, None)).chain(waiting).collect()
}
