//! Failed sign-ins, for the audit and the log: from where, in which way, and why.

use std::sync::Arc;

use http::request::Parts;

use super::{Inner, who::peer};
use crate::{access::Oidc, audit::Entry};

impl Inner {
    /// Somebody was not let in. Written down within a budget: whoever fails on purpose must not fill the disk.
    pub(super) async fn sign_in_failed(
        self: &Arc<Self>,
        parts: &Parts,
        kind: &'static str,
        detail: Option<&str>,
    ) {
        let way = self.policy.now().sign_in.method().as_str();
        self.metrics.sign_in_failed(way, kind);
        let peer = peer(parts).to_canonical();
        let Some(unwritten) = self.failures.take(peer) else {
            return;
        };
        tracing::warn!(
            target: "countermand_server::sign_in",
            peer = %peer,
            way,
            kind,
            issuer = self.oidc.as_ref().map(Oidc::issuer),
            detail,
            unwritten,
            "a sign-in failed"
        );
        // Nobody was let in, whether or not that can be written down.
        self.write_wholly(Entry::SignInFailed {
            peer: peer.to_string(),
            way: way.to_owned(),
            kind: kind.to_owned(),
            unwritten,
        })
        .await;
    }

    /// Writes a line, durably, even when whoever asked goes away meanwhile. False where it cannot be written.
    pub(super) async fn write_wholly(self: &Arc<Self>, entry: Entry) -> bool {
        let inner = Arc::clone(self);
        let task = tokio::spawn(async move { inner.audit.write(&entry).await.is_ok() });
        task.await.unwrap_or(false)
    }
}
