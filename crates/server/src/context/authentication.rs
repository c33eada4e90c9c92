//! Authentication of requests, and records of what failed.

use std::sync::Arc;

use http::{HeaderMap, request::Parts};

use super::RelayContext;
use crate::{
    access::{NotAccepted, Oidc, SignIn, Standing, Unauthenticated, User, bearer, owner, peer},
    audit::Entry,
    response::Refusal,
};

/// The kind of a failure where the credential was not even compared.
const TOO_MANY: &str = "too_many_failed";

impl RelayContext {
    /// Returns who sends a request, or why that is nobody.
    pub(crate) async fn authenticate(
        self: &Arc<Self>,
        parts: &Parts,
    ) -> Result<User, Unauthenticated> {
        match &self.policy.now().sign_in {
            SignIn::Proxy(proxy) => proxy.user(peer(&parts.extensions), &parts.headers),
            SignIn::Tokens(tokens) => {
                let nobody = match bearer(&parts.headers) {
                    Some(token) => {
                        let compare = || owner(tokens, token, self.timer.now());
                        match self.limit.compare(peer(&parts.extensions), compare).await {
                            Ok(user) => return Ok(user),
                            Err(NotAccepted::Wrong(kind)) => Unauthenticated::Failed(kind),
                            Err(NotAccepted::Limited(wait)) => Unauthenticated::Limited(wait),
                        }
                    }
                    None => Unauthenticated::Anonymous,
                };
                let user = Box::pin(self.by_session(&parts.headers)).await?;
                user.ok_or(nobody)
            }
            SignIn::Launch(_) | SignIn::Oidc(_) => Box::pin(self.by_session(&parts.headers))
                .await?
                .ok_or(Unauthenticated::Anonymous),
        }
    }

    async fn by_session(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Result<Option<User>, Unauthenticated> {
        let Some(token) = self.cookies.session(headers) else {
            return Ok(None);
        };
        let standing = self.sessions.standing(token, &self.policy.now()).await;
        match standing.map_err(|_| Unauthenticated::NotKnown)? {
            Standing::Nobody => Ok(None),
            Standing::In(user) => Ok(Some(user)),
            Standing::Due(due) => self.refreshed(token, due).await,
        }
    }

    /// Records why a request is not authenticated, and returns how it is refused.
    pub(crate) async fn refuse(
        self: &Arc<Self>,
        parts: &Parts,
        nobody: Unauthenticated,
    ) -> Refusal {
        match nobody {
            Unauthenticated::Anonymous => Refusal::SignIn,
            Unauthenticated::NotKnown => Refusal::Store,
            Unauthenticated::Failed(kind) => {
                self.sign_in_failed(parts, kind, None).await;
                Refusal::SignIn
            }
            Unauthenticated::Limited(wait) => {
                self.sign_in_failed(parts, TOO_MANY, None).await;
                Refusal::TooManyFailed(wait)
            }
        }
    }

    /// Records a failed sign-in in the audit, the log and the metrics, within a budget: failing on purpose must not fill
    /// the disk. What the limit has counted of it goes to the store.
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
        let context = Arc::clone(self);
        // Whoever goes away at once has failed as well.
        let counting = self
            .tasks
            .run(async move { context.limit.write(peer).await });
        let Some(unwritten) = self.failures.take(peer) else {
            let _ = counting.await;
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
        let _ = tokio::join!(counting, writing);
    }
}
