//! Authentication of requests, and records of what failed.

use std::sync::Arc;

use http::{HeaderMap, request::Parts};

use super::RelayContext;
use crate::{
    access::{Oidc, SignIn, Unauthenticated, User, bearer, owner, peer},
    audit::Entry,
};

impl RelayContext {
    /// Returns who sends a request, or why that is nobody.
    pub(crate) async fn authenticate(&self, parts: &Parts) -> Result<User, Unauthenticated> {
        match &self.policy.now().sign_in {
            SignIn::Proxy(proxy) => proxy.user(peer(&parts.extensions), &parts.headers),
            SignIn::Tokens(tokens) => {
                let presented = bearer(&parts.headers);
                let by_token = presented.map(|token| owner(tokens, token, self.timer.now()));
                if let Some(Ok(user)) = by_token {
                    return Ok(user);
                }
                let user = self.by_session(&parts.headers).await?;
                user.ok_or(match by_token {
                    Some(Err(kind)) => Unauthenticated::Failed(kind),
                    Some(Ok(_)) | None => Unauthenticated::Anonymous,
                })
            }
            SignIn::Launch(_) | SignIn::Oidc(_) => self
                .by_session(&parts.headers)
                .await?
                .ok_or(Unauthenticated::Anonymous),
        }
    }

    async fn by_session(&self, headers: &HeaderMap) -> Result<Option<User>, Unauthenticated> {
        let Some(token) = self.cookies.session(headers) else {
            return Ok(None);
        };
        let found = self.sessions.user_by(token, &self.policy.now()).await;
        found.map_err(|_| Unauthenticated::NotKnown)
    }

    /// Records a failed sign-in in the audit, the log and the metrics, within a budget: failing on purpose must not fill
    /// the disk.
    pub(crate) async fn sign_in_failed(
        self: &Arc<Self>,
        parts: &Parts,
        kind: &'static str,
        detail: Option<&str>,
    ) {
        let way = self.policy.now().sign_in.method().as_str();
        self.metrics.sign_in_failed(way, kind);
        let peer = peer(&parts.extensions).to_canonical();
        self.notices.sign_in_failed(peer);
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
        let entry = Entry::SignInFailed {
            peer: peer.to_string(),
            way: way.to_owned(),
            kind: kind.to_owned(),
            unwritten,
        };
        let context = Arc::clone(self);
        // Nobody is let in, whether or not this can be written.
        let writing = self
            .tasks
            .run(async move { context.audit.write(&entry).await });
        let _ = writing.await;
    }
}
