//! Sessions: the browser's cookie holds a token, and the store its hash, so that a session is valid at every instance
//! and outlives a restart.

pub(super) mod refresh;

use std::{collections::HashMap, sync::Mutex, time::Duration};

use countermand_core_model::Timestamp;
use countermand_store::{IssuerLogout, SessionRecord, SessionRefresh, Store, StoreError};
use countermand_transport::SharedTimer;

use super::{
    digest::{Digest, random_token},
    oidc::{AtIssuer, Logout, REMEMBERED},
    person::PersonName,
    policy::AccessConfig,
    role::User,
    sealed,
    static_token::StaticToken,
};
use crate::lock::lock;

/// How long a session lives without being used.
const IDLE: Duration = Duration::from_secs(60 * 60);

/// How long a session lives at most.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// How many sessions are kept. Beyond that the least recently used one ends.
const MOST: u32 = 10_000;

/// How long a session that was read is believed: one that ends at another instance ends here as soon.
const BELIEVED: Duration = Duration::from_secs(2);

/// The same while the store cannot be read.
const BELIEVED_WITHOUT_STORE: Duration = Duration::from_secs(60);

/// How exactly the store knows when a session was used.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// The open sessions.
pub(crate) struct Sessions {
    timer: SharedTimer,
    store: Store,
    /// What was read lately.
    known: Mutex<HashMap<Digest, Known>>,
}

struct Known {
    session: Session,
    read_at: Duration,
}

#[derive(Clone, Debug)]
struct Session {
    user: User,
    /// The token that it was opened with, where there is one.
    by: Option<Digest>,
    /// What the issuer calls the person, and what it is asked again with.
    refresh: Option<(String, SessionRefresh)>,
    used_at: Timestamp,
    ends_at: Timestamp,
}

/// A session that is about to be opened.
pub(crate) struct NewSession<'a> {
    pub(crate) user: User,
    /// The token that they presented.
    pub(crate) by: Option<&'a StaticToken>,
    /// What the issuer knows it by.
    pub(crate) at_issuer: Option<AtIssuer>,
    /// How long it lasts at most.
    pub(crate) longest: Option<Duration>,
}

impl NewSession<'_> {
    pub(crate) fn of(user: User) -> Self {
        Self {
            user,
            by: None,
            at_issuer: None,
            longest: None,
        }
    }
}

/// Why no session is opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random(#[from] getrandom::Error),
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Session {
    fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends_at || after(self.used_at, IDLE).is_none_or(|end| now >= end)
    }

    fn of(record: SessionRecord) -> Option<Self> {
        Some(Self {
            user: User {
                name: PersonName::parse(&record.person).ok()?,
                groups: serde_json::from_str(&record.groups).ok()?,
            },
            by: match record.by_token {
                Some(token) => Some(Digest::from_bytes(&token)?),
                None => None,
            },
            refresh: record.subject.zip(record.refresh),
            used_at: record.used_at,
            ends_at: record.ends_at,
        })
    }
}

impl Sessions {
    pub(crate) fn new(timer: SharedTimer, store: Store) -> Self {
        Self {
            timer,
            store,
            known: Mutex::default(),
        }
    }

    /// Opens a session and returns its token. That is always a new one, so that nobody can fix a session beforehand.
    ///
    /// # Errors
    /// When the system gives no random numbers, or the store cannot be written.
    pub(crate) async fn open(&self, new: NewSession<'_>) -> Result<String, NotOpened> {
        let token = random_token()?;
        let now = self.timer.now();
        let longest = new.longest.unwrap_or(LONGEST).min(LONGEST);
        let (subject, issuer_session, refresh_token) = match new.at_issuer {
            Some(of) => (Some(of.subject), of.session, of.refresh_token),
            None => (None, None, None),
        };
        let sealed = refresh_token.and_then(|secret| sealed::seal(&token, &secret));
        let refresh = sealed.map(|sealed_token| SessionRefresh {
            sealed_token,
            read_at: now,
            claimed_until: now,
            retry_at: now,
        });
        let record = SessionRecord {
            token_sha256: Digest::of(&token).as_bytes().to_vec(),
            person: new.user.name.to_string(),
            groups: serde_json::to_string(&new.user.groups).unwrap_or_default(),
            by_token: new.by.map(|token| token.digest().as_bytes().to_vec()),
            subject,
            issuer_session,
            refresh,
            begun_at: now,
            used_at: now,
            ends_at: after(now, longest).unwrap_or(now),
        };
        self.store.open_session(&record, IDLE, MOST).await?;
        Ok(token)
    }

    /// Returns a session, which is used now. `None` where it is over or never was, or its person is not known any more.
    ///
    /// # Errors
    /// When the store cannot be read, and that is not known.
    async fn used(
        &self,
        digest: Digest,
        now: Timestamp,
        access: &AccessConfig,
    ) -> Result<Option<Session>, StoreError> {
        let Some(session) = self.find(digest).await? else {
            return Ok(None);
        };
        if session.is_over(now) || !access.still_knows(&session.user, session.by.as_ref(), now) {
            self.forget(digest);
            self.store.end_session(digest.as_bytes()).await?;
            return Ok(None);
        }
        if after(session.used_at, NOTED_EVERY).is_none_or(|due| now >= due) {
            if let Some(known) = lock(&self.known).get_mut(&digest) {
                known.session.used_at = now;
            }
            // Whoever uses it is in, whether or not that can be written.
            let _ = self.store.touch_session(digest.as_bytes(), now).await;
        }
        Ok(Some(session))
    }

    async fn find(&self, digest: Digest) -> Result<Option<Session>, StoreError> {
        let now = self.timer.monotonic();
        let known = |believed: Duration| {
            let known = lock(&self.known);
            let known = known.get(&digest)?;
            let is_new = now.saturating_sub(known.read_at) < believed;
            is_new.then(|| known.session.clone())
        };
        if let Some(session) = known(BELIEVED) {
            return Ok(Some(session));
        }
        let record = match self.store.session(digest.as_bytes()).await {
            Ok(record) => record,
            Err(error) => return known(BELIEVED_WITHOUT_STORE).map(Some).ok_or(error),
        };
        let session = record.and_then(Session::of);
        let mut known = lock(&self.known);
        match &session {
            Some(session) => {
                if known.len() >= MOST as usize {
                    known.retain(|_, known| now.saturating_sub(known.read_at) < BELIEVED);
                }
                let session = session.clone();
                known.insert(
                    digest,
                    Known {
                        session,
                        read_at: now,
                    },
                );
            }
            None => {
                known.remove(&digest);
            }
        }
        Ok(session)
    }

    fn forget(&self, digest: Digest) {
        lock(&self.known).remove(&digest);
    }

    /// Ends the sessions of people who are not known any more, and returns how many.
    ///
    /// # Errors
    /// When the store cannot be read or written. Those that are left end when they are used.
    pub(crate) async fn end_unknown(&self, access: &AccessConfig) -> Result<usize, StoreError> {
        let (mut ended, now) = (0, self.timer.now());
        for record in self.store.sessions().await? {
            let token = record.token_sha256.clone();
            let session = Session::of(record);
            let is_known = session
                .is_some_and(|session| access.still_knows(&session.user, session.by.as_ref(), now));
            if !is_known && self.store.end_session(&token).await?.is_some() {
                ended += 1;
            }
        }
        lock(&self.known).clear();
        Ok(ended)
    }

    /// Ends the sessions that an issuer names, at every instance, and returns them; `None` where it had ended them before
    /// by the same token.
    ///
    /// # Errors
    /// When the store cannot be written. Then none has ended.
    pub(crate) async fn log_out(
        &self,
        logout: &Logout,
    ) -> Result<Option<Vec<SessionRecord>>, StoreError> {
        let jti = Digest::of(&logout.jti);
        let order = IssuerLogout {
            jti_sha256: jti.as_bytes(),
            subject: logout.subject.as_deref(),
            issuer_session: logout.session.as_deref(),
        };
        let ended = self
            .store
            .log_out(&order, self.timer.now(), REMEMBERED)
            .await;
        lock(&self.known).clear();
        ended
    }

    /// Ends a session and returns whose it was.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn close(&self, token: &str) -> Result<Option<User>, StoreError> {
        let digest = Digest::of(token);
        self.forget(digest);
        let ended = self.store.end_session(digest.as_bytes()).await?;
        Ok(ended.and_then(Session::of).map(|session| session.user))
    }
}

fn after(time: Timestamp, duration: Duration) -> Option<Timestamp> {
    let millis = i64::try_from(duration.as_millis()).ok()?;
    Timestamp::from_millis(time.as_millis().checked_add(millis)?)
}

#[cfg(test)]
mod tests;
