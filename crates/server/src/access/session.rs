//! Sessions: the browser's cookie holds a token, and the store its hash, so that a session is valid at every instance
//! and outlives a restart.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use countermand_core_model::Timestamp;
use countermand_store::{SessionRecord, Store, StoreError};
use countermand_transport::SharedTimer;

use super::{
    digest::{Digest, random_token},
    person::PersonName,
    policy::AccessConfig,
    role::User,
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
    used_at: Timestamp,
    ends_at: Timestamp,
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

    /// Opens a session for `user`, who presented the token `by`, for at most `longest`, and returns its token. That is
    /// always a new one, so that nobody can fix a session beforehand.
    ///
    /// # Errors
    /// When the system gives no random numbers, or the store cannot be written.
    pub(crate) async fn open_by(
        &self,
        user: User,
        by: Option<&StaticToken>,
        longest: Option<Duration>,
    ) -> Result<String, NotOpened> {
        let token = random_token()?;
        let now = self.timer.now();
        let longest = longest.unwrap_or(LONGEST).min(LONGEST);
        let record = SessionRecord {
            token_sha256: Digest::of(&token).as_bytes().to_vec(),
            person: user.name.to_string(),
            groups: serde_json::to_string(&user.groups).unwrap_or_default(),
            by_token: by.map(|token| token.digest().as_bytes().to_vec()),
            begun_at: now,
            used_at: now,
            ends_at: after(now, longest).unwrap_or(now),
        };
        self.store.open_session(&record, IDLE, MOST).await?;
        Ok(token)
    }

    /// Returns whose session it is. `None` where it is over or never was, or its person is not known any more.
    ///
    /// # Errors
    /// When the store cannot be read, and that is not known.
    pub(crate) async fn user_by(
        &self,
        token: &str,
        access: &AccessConfig,
    ) -> Result<Option<User>, StoreError> {
        let digest = Digest::of(token);
        let Some(session) = self.find(digest).await? else {
            return Ok(None);
        };
        let now = self.timer.now();
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
        Ok(Some(session.user))
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
mod tests {
    use std::sync::Arc;

    use countermand_store::StoreLocation;
    use countermand_transport::{Timer, fake::FakeTimer};

    use super::*;
    use crate::access::{PersonName, SignIn};

    fn user(name: &str) -> User {
        User::named(PersonName::parse(name).unwrap())
    }

    impl Sessions {
        async fn open(&self, user: User) -> String {
            self.open_by(user, None, None).await.unwrap()
        }

        async fn user(&self, token: &str) -> Option<User> {
            let links = crate::access::LaunchLinks::new();
            let access = AccessConfig::new(SignIn::Launch(links));
            self.user_by(token, &access).await.unwrap()
        }
    }

    struct Here {
        sessions: Sessions,
        /// Another instance with the same store.
        there: Sessions,
        timer: FakeTimer,
        _folder: tempfile::TempDir,
    }

    async fn here() -> Here {
        let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let file = StoreLocation::File(folder.path().join("store.sqlite"));
        let store = Store::open(&file).await.unwrap();
        let sessions = || Sessions::new(Arc::new(timer.clone()), store.clone());
        Here {
            sessions: sessions(),
            there: sessions(),
            timer,
            _folder: folder,
        }
    }

    #[tokio::test]
    async fn a_token_opens_its_session_everywhere_until_it_is_closed_anywhere() {
        let here = here().await;
        let (sessions, there, timer) = (&here.sessions, &here.there, &here.timer);
        let token = sessions.open(user("alice")).await;
        for instance in [sessions, there] {
            assert_eq!(instance.user(&token).await, Some(user("alice")));
            assert_eq!(instance.user("made up by somebody").await, None);
        }
        assert_ne!(sessions.open(user("alice")).await, token);
        assert_eq!(there.close(&token).await.unwrap(), Some(user("alice")));
        assert_eq!(there.user(&token).await, None);
        timer.advance(BELIEVED);
        assert_eq!(sessions.user(&token).await, None);
        assert_eq!(sessions.close(&token).await.unwrap(), None);
    }

    #[tokio::test]
    async fn groups_are_kept() {
        let here = here().await;
        let (sessions, there) = (&here.sessions, &here.there);
        let with_groups = User {
            groups: vec!["ops".to_owned(), "a \"b\"".to_owned()],
            ..user("alice")
        };
        let token = sessions.open(with_groups.clone()).await;
        assert_eq!(there.user(&token).await, Some(with_groups));
    }

    #[tokio::test]
    async fn it_ends_with_the_token_it_was_opened_with() {
        let here = here().await;
        let sessions = &here.sessions;
        let token = |name: &str, digit: &str| StaticToken::new(name, &digit.repeat(64)).unwrap();
        let alice = token("alice", "a");
        let tokens = |tokens: Vec<StaticToken>| AccessConfig::new(SignIn::Tokens(tokens));
        let open = || async {
            let opened = sessions.open_by(user("alice"), Some(&alice), None);
            opened.await.unwrap()
        };
        let by = |token: String, access: AccessConfig| async move {
            sessions.user_by(&token, &access).await.unwrap()
        };
        let (one, two) = (open().await, open().await);
        let knows = || tokens(vec![alice.clone(), token("bob", "b")]);
        assert_eq!(by(one, knows()).await, Some(user("alice")));
        assert_eq!(sessions.end_unknown(&knows()).await.unwrap(), 0);
        for other in [
            tokens(vec![token("bob", "b")]),
            tokens(vec![token("alice", "c")]),
            tokens(vec![token("bob", "a")]),
            // Its last moment has come.
            tokens(vec![alice.clone().expiring(here.timer.now())]),
        ] {
            let session = open().await;
            assert_eq!(by(session.clone(), other).await, None);
            assert_eq!(by(session, knows()).await, None, "it does not come back");
        }
        assert_eq!(sessions.end_unknown(&tokens(Vec::new())).await.unwrap(), 2);
        assert_eq!(by(two, knows()).await, None);
    }

    #[tokio::test]
    async fn it_ends_when_nobody_uses_it_and_at_last_all_the_same() {
        let here = here().await;
        let (sessions, there, timer) = (&here.sessions, &here.there, &here.timer);
        let idle = sessions.open(user("idle")).await;
        let busy = sessions.open(user("busy")).await;
        for _ in 0..11 {
            timer.advance(IDLE - Duration::from_secs(1));
            assert!(sessions.user(&busy).await.is_some());
            assert!(there.user(&busy).await.is_some(), "its use is known there");
        }
        assert_eq!(sessions.user(&idle).await, None);
        timer.advance(IDLE - Duration::from_secs(1));
        assert!(sessions.user(&busy).await.is_some());
        timer.advance(Duration::from_secs(12));
        assert_eq!(sessions.user(&busy).await, None, "after twelve hours");
    }

    #[tokio::test]
    async fn without_the_store_nobody_is_sent_away_at_once_and_nobody_is_let_in_for_long() {
        let here = here().await;
        let (sessions, timer) = (&here.sessions, &here.timer);
        let token = sessions.open(user("alice")).await;
        assert!(sessions.user(&token).await.is_some());
        sessions.store.close().await;
        timer.advance(BELIEVED_WITHOUT_STORE - Duration::from_secs(1));
        assert!(sessions.user(&token).await.is_some());
        timer.advance(Duration::from_secs(1));
        let links = crate::access::LaunchLinks::new();
        let access = AccessConfig::new(SignIn::Launch(links));
        assert!(sessions.user_by(&token, &access).await.is_err());
    }
}
