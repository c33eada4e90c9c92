//! Groups that are older than the issuer is asked for them: a request that uses the session waits for newer ones.

use std::{sync::Arc, time::Duration};

use countermand_store::StoreError;

use super::RelayContext;
use crate::{
    access::{DueSession, Refreshed, SignInFailed, Standing, Unauthenticated, User},
    audit::Entry,
};

/// How long a request waits for another one that asks the issuer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it looks whether that has an answer.
const LOOK: Duration = Duration::from_millis(100);

/// What became of a session.
enum Refresh {
    /// It is this person's, or over.
    Is(Option<User>),
    /// Another request asks the issuer for it.
    Busy,
}

impl RelayContext {
    /// Returns whose session it is, by what the issuer says now.
    pub(super) async fn refreshed(
        self: &Arc<Self>,
        token: &str,
        mut due: Box<DueSession>,
    ) -> Result<Option<User>, Unauthenticated> {
        let since = self.timer.monotonic();
        while self.timer.monotonic().saturating_sub(since) < PATIENCE {
            let (context, of) = (Arc::clone(self), token.to_owned());
            // Whoever goes away meanwhile does not lose the answer: the refresh token may count once.
            let refresh = self
                .tasks
                .run(async move { context.refresh(&of, due).await });
            match refresh.await {
                Some(Ok(Refresh::Is(user))) => return Ok(user),
                Some(Ok(Refresh::Busy)) => self.timer.sleep(LOOK).await,
                Some(Err(_)) | None => return Err(Unauthenticated::NotKnown),
            }
            let standing = self.sessions.standing(token, &self.policy.now()).await;
            due = match standing.map_err(|_| Unauthenticated::NotKnown)? {
                Standing::Nobody => return Ok(None),
                Standing::In(user) => return Ok(Some(user)),
                Standing::Due(due) => due,
            };
        }
        Err(Unauthenticated::NotKnown)
    }

    async fn refresh(
        self: Arc<Self>,
        token: &str,
        due: Box<DueSession>,
    ) -> Result<Refresh, StoreError> {
        let Some(oidc) = &self.oidc else {
            return Ok(Refresh::Is(Some(due.user().clone())));
        };
        if due.is_put_off() {
            return Ok(Refresh::Is(due.for_now()));
        }
        let claim = match self.sessions.claim(&due).await {
            Ok(Some(claim)) => claim,
            Ok(None) => return Ok(Refresh::Busy),
            Err(error) => match due.for_now() {
                Some(user) => return Ok(Refresh::Is(Some(user))),
                None => return Err(error),
            },
        };
        let Some(refresh_token) = due.refresh_token(token) else {
            return self.over(&due, None).await;
        };
        match oidc.refresh(&refresh_token, due.subject()).await {
            Refreshed::Still(user, new) => {
                let user = user.unwrap_or_else(|| due.user().clone());
                if user.name != due.user().name {
                    return self.over(&due, None).await;
                }
                let renewing = &self.sessions;
                renewing
                    .renew(token, &due, &claim, &user.groups, new.as_ref())
                    .await;
                Ok(Refresh::Is(Some(user)))
            }
            Refreshed::Over(failed) => self.over(&due, Some(&failed)).await,
            Refreshed::Away(failed, new) => {
                log(
                    &due,
                    "the issuer cannot be asked again about somebody",
                    &failed,
                );
                self.sessions
                    .put_off(token, &due, &claim, new.as_ref())
                    .await;
                Ok(Refresh::Is(due.for_now()))
            }
        }
    }

    /// Ends a session whose person the issuer lets in no more, or who has another name now.
    async fn over(
        &self,
        due: &DueSession,
        failed: Option<&SignInFailed>,
    ) -> Result<Refresh, StoreError> {
        if let Some(failed) = failed {
            log(due, "the issuer lets somebody in no more", failed);
        }
        if let Some(session) = self.sessions.end_due(due).await? {
            let entry = Entry::SessionEnded {
                who: due.user().name.to_string(),
                session,
                by: Some("issuer".to_owned()),
            };
            // It is over whether or not the audit can be written.
            let _ = self.audit.write(&entry).await;
        }
        Ok(Refresh::Is(None))
    }
}

fn log(due: &DueSession, what: &'static str, failed: &SignInFailed) {
    tracing::warn!(
        target: "countermand_server::sign_in",
        user = %due.user().name,
        kind = failed.kind().as_str(),
        detail = failed.detail(),
        "{what}"
    );
}
