//! Failed sign-ins in the audit, the log and the metrics.

use std::sync::Arc;

use http::request::Parts;

use super::RelayContext;
use crate::{access::Oidc, access::peer, audit::Entry};

impl RelayContext {
    /// Records a failed sign-in, within a budget: failing on purpose must not fill the disk.
    pub(crate) async fn sign_in_failed(
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
        // Nobody is let in, whether or not this can be written.
        self.write_uninterrupted(Entry::SignInFailed {
            peer: peer.to_string(),
            way: way.to_owned(),
            kind: kind.to_owned(),
            unwritten,
        })
        .await;
    }

    /// Writes a line durably, even where the client disconnects meanwhile. Returns whether it was written.
    pub(crate) async fn write_uninterrupted(self: &Arc<Self>, entry: Entry) -> bool {
        let context = Arc::clone(self);
        let task = tokio::spawn(async move { context.audit.write(&entry).await.is_ok() });
        task.await.unwrap_or(false)
    }
}
