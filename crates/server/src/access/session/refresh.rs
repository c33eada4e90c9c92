//! Sessions whose groups are read again at the issuer, where it gave a refresh token.

use std::time::Duration;

use countermand_core_model::{Secret, Timestamp};
use countermand_store::{RefreshClaim, SessionRefresh, StoreError};

use super::{Session, Sessions, after};
use crate::access::{digest::Digest, policy::AccessConfig, role::User, sealed};

/// How old groups may be.
const FRESH: Duration = Duration::from_secs(15 * 60);

/// How much older they may be while the issuer cannot be asked.
const GRACE: Duration = Duration::from_secs(15 * 60);

/// How long the issuer is not asked again when it could not be.
const RETRY: Duration = Duration::from_secs(60);

/// How long one instance alone may ask it: longer than all requests for it may take.
const CLAIM: Duration = Duration::from_secs(60);

/// How a session stands.
pub(crate) enum Standing {
    /// It is over or never was, or its person is not known any more.
    Nobody,
    /// It is this person's.
    In(User),
    /// Its groups have to be read again first.
    Due(Box<DueSession>),
}

/// A session whose groups have to be read again.
pub(crate) struct DueSession {
    digest: Digest,
    user: User,
    subject: String,
    refresh: SessionRefresh,
    now: Timestamp,
}

impl Standing {
    fn of(digest: Digest, session: Session, now: Timestamp) -> Self {
        match session.refresh {
            Some((subject, refresh)) if !is_within(refresh.read_at, FRESH, now) => {
                Self::Due(Box::new(DueSession {
                    digest,
                    user: session.user,
                    subject,
                    refresh,
                    now,
                }))
            }
            _ => Self::In(session.user),
        }
    }
}

impl DueSession {
    /// Returns the person as they are known.
    pub(crate) fn user(&self) -> &User {
        &self.user
    }

    /// Returns what the issuer calls the person.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the refresh token. `None` where `token` is not the session's.
    pub(crate) fn refresh_token(&self, token: &str) -> Option<Secret> {
        sealed::open(token, &self.refresh.sealed_token)
    }

    /// Returns whether the issuer could not be asked lately.
    pub(crate) fn is_put_off(&self) -> bool {
        // A time that is further off is by a clock that was set back.
        let retry_at = self.refresh.retry_at;
        self.now < retry_at && after(self.now, RETRY).is_some_and(|latest| retry_at <= latest)
    }

    /// Returns the person with the groups that were read last, where they may still be used.
    pub(crate) fn for_now(self) -> Option<User> {
        is_within(self.refresh.read_at, FRESH + GRACE, self.now).then_some(self.user)
    }
}

impl Sessions {
    /// Returns whose session it is, or that its groups have to be read again first.
    ///
    /// # Errors
    /// When the store cannot be read, and that is not known.
    pub(crate) async fn standing(
        &self,
        token: &str,
        access: &AccessConfig,
    ) -> Result<Standing, StoreError> {
        let (digest, now) = (Digest::of(token), self.timer.now());
        let session = self.used(digest, now, access).await?;
        Ok(session.map_or(Standing::Nobody, |session| {
            Standing::of(digest, session, now)
        }))
    }

    /// Claims to read the groups of a session. `None` where somebody else does, or has.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn claim(&self, due: &DueSession) -> Result<Option<RefreshClaim>, StoreError> {
        let (digest, read_at) = (due.digest.as_bytes(), due.refresh.read_at);
        let now = self.timer.now();
        let claim = self
            .store
            .claim_refresh(digest, read_at, now, CLAIM)
            .await?;
        if claim.is_none() {
            self.forget(due.digest);
        }
        Ok(claim)
    }

    /// Says that the groups of a session are these, as of now, and takes a new refresh token.
    pub(crate) async fn renew(
        &self,
        token: &str,
        due: &DueSession,
        claim: &RefreshClaim,
        groups: &[String],
        refresh_token: Option<&Secret>,
    ) {
        let now = self.timer.now();
        let refresh = SessionRefresh {
            read_at: now,
            retry_at: now,
            ..due.refresh.clone()
        };
        self.end_claim(token, due, claim, groups, refresh, refresh_token)
            .await;
    }

    /// Says that the issuer could not be asked, and takes a new refresh token.
    pub(crate) async fn put_off(
        &self,
        token: &str,
        due: &DueSession,
        claim: &RefreshClaim,
        refresh_token: Option<&Secret>,
    ) {
        let refresh = SessionRefresh {
            retry_at: after(self.timer.now(), RETRY).unwrap_or(due.now),
            ..due.refresh.clone()
        };
        self.end_claim(token, due, claim, &due.user.groups, refresh, refresh_token)
            .await;
    }

    async fn end_claim(
        &self,
        token: &str,
        due: &DueSession,
        claim: &RefreshClaim,
        groups: &[String],
        mut refresh: SessionRefresh,
        refresh_token: Option<&Secret>,
    ) {
        if let Some(refresh_token) = refresh_token {
            // One that could not be sealed opens nothing: the session ends when it is used next.
            refresh.sealed_token = sealed::seal(token, refresh_token).unwrap_or_default();
        }
        let groups = serde_json::to_string(groups).unwrap_or_default();
        // Where it cannot be written, the claim ends by itself. An issuer that gave a new token may then take the one
        // before for stolen, and the session ends.
        if let Err(error) = self.store.end_refresh(claim, &groups, &refresh).await {
            tracing::warn!(
                target: "countermand_server::sign_in",
                %error,
                "what an issuer says of somebody again cannot be kept"
            );
        }
        self.forget(due.digest);
    }

    /// Ends a session whose person the issuer lets in no more. Returns its name where it was open.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn end_due(&self, due: &DueSession) -> Result<Option<String>, StoreError> {
        self.forget(due.digest);
        let ended = self.store.end_session(due.digest.as_bytes()).await?;
        Ok(ended.map(|session| session.id()))
    }
}

/// Returns whether `time` is less than `duration` away. A time that is to come is by a clock that was set back.
fn is_within(time: Timestamp, duration: Duration, now: Timestamp) -> bool {
    let age = now.as_millis().abs_diff(time.as_millis());
    Duration::from_millis(age) < duration
}
