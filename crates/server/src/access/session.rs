//! Sessions: the browser's cookie holds a token, and the server its hash.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use countermand_transport::SharedTimer;

use super::{
    digest::{Digest, random_token},
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
const MOST: usize = 10_000;

/// The open sessions. They end with the process.
pub(crate) struct Sessions {
    timer: SharedTimer,
    open: Mutex<HashMap<Digest, Session>>,
}

struct Session {
    user: User,
    /// The token that it was opened with, where there is one.
    by: Option<Digest>,
    longest: Duration,
    begun: Duration,
    used: Duration,
}

impl Session {
    fn is_over(&self, now: Duration) -> bool {
        now.saturating_sub(self.used) >= IDLE || now.saturating_sub(self.begun) >= self.longest
    }
}

impl Sessions {
    pub(crate) fn new(timer: SharedTimer) -> Self {
        Self {
            timer,
            open: Mutex::default(),
        }
    }

    /// Opens a session for `user`, who presented the token `by`, for at most `longest`, and returns its token. That is
    /// always a new one, so that nobody can fix a session beforehand.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(crate) fn open_by(
        &self,
        user: User,
        by: Option<&StaticToken>,
        longest: Option<Duration>,
    ) -> Result<String, getrandom::Error> {
        let token = random_token()?;
        let now = self.timer.monotonic();
        let mut open = lock(&self.open);
        open.retain(|_, session| !session.is_over(now));
        if open.len() >= MOST
            && let Some(oldest) = open
                .iter()
                .min_by_key(|(_, session)| session.used)
                .map(|(digest, _)| *digest)
        {
            open.remove(&oldest);
        }
        let session = Session {
            user,
            by: by.map(|token| *token.digest()),
            longest: longest.unwrap_or(LONGEST).min(LONGEST),
            begun: now,
            used: now,
        };
        open.insert(Digest::of(&token), session);
        Ok(token)
    }

    /// Returns whose session it is. `None` where it is over or never was, or its person is not known any more.
    pub(crate) fn user_by(&self, token: &str, access: &AccessConfig) -> Option<User> {
        let now = self.timer.monotonic();
        let digest = Digest::of(token);
        let mut open = lock(&self.open);
        let session = open.get_mut(&digest)?;
        if session.is_over(now) || !access.still_knows(&session.user, session.by.as_ref()) {
            open.remove(&digest);
            return None;
        }
        session.used = now;
        Some(session.user.clone())
    }

    /// Ends the sessions of people who are not known any more, and returns how many.
    pub(crate) fn end_unknown(&self, access: &AccessConfig) -> usize {
        let mut open = lock(&self.open);
        let before = open.len();
        open.retain(|_, session| access.still_knows(&session.user, session.by.as_ref()));
        before - open.len()
    }

    /// Ends a session and returns whose it was.
    pub(crate) fn close(&self, token: &str) -> Option<User> {
        lock(&self.open)
            .remove(&Digest::of(token))
            .map(|session| session.user)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countermand_core_model::Timestamp;
    use countermand_transport::fake::FakeTimer;

    use super::*;
    use crate::access::{PersonName, SignIn};

    fn user(name: &str) -> User {
        User::named(PersonName::parse(name).unwrap())
    }

    impl Sessions {
        fn open(&self, user: User) -> Result<String, getrandom::Error> {
            self.open_by(user, None, None)
        }

        fn user(&self, token: &str) -> Option<User> {
            let links = crate::access::LaunchLinks::new();
            self.user_by(token, &AccessConfig::new(SignIn::Launch(links)))
        }
    }

    fn sessions() -> (Sessions, FakeTimer) {
        let timer = FakeTimer::starting_at(Timestamp::from_millis(0).unwrap());
        (Sessions::new(Arc::new(timer.clone())), timer)
    }

    #[test]
    fn a_token_opens_its_session_until_it_is_closed() {
        let (sessions, _) = sessions();
        let token = sessions.open(user("alice")).unwrap();
        assert_eq!(sessions.user(&token), Some(user("alice")));
        assert_eq!(sessions.user("made up by somebody"), None);
        assert_ne!(sessions.open(user("alice")).unwrap(), token);
        assert_eq!(sessions.close(&token), Some(user("alice")));
        assert_eq!(sessions.user(&token), None);
    }

    #[test]
    fn it_ends_with_the_token_it_was_opened_with() {
        let (sessions, _) = sessions();
        let token = |name: &str, digit: &str| StaticToken::new(name, &digit.repeat(64)).unwrap();
        let alice = token("alice", "a");
        let tokens = |tokens: Vec<StaticToken>| AccessConfig::new(SignIn::Tokens(tokens));
        let open = || sessions.open_by(user("alice"), Some(&alice), None).unwrap();
        let (one, two) = (open(), open());
        let knows = tokens(vec![alice.clone(), token("bob", "b")]);
        assert_eq!(sessions.user_by(&one, &knows), Some(user("alice")));
        assert_eq!(sessions.end_unknown(&knows), 0);
        for other in [
            tokens(vec![token("bob", "b")]),
            tokens(vec![token("alice", "c")]),
            tokens(vec![token("bob", "a")]),
        ] {
            let session = open();
            assert_eq!(sessions.user_by(&session, &other), None);
            assert_eq!(
                sessions.user_by(&session, &knows),
                None,
                "it does not come back"
            );
        }
        assert_eq!(sessions.end_unknown(&tokens(Vec::new())), 2);
        assert_eq!(sessions.user_by(&two, &knows), None);
    }

    #[test]
    fn it_ends_when_nobody_uses_it_and_at_last_all_the_same() {
        let (sessions, timer) = sessions();
        let idle = sessions.open(user("idle")).unwrap();
        let busy = sessions.open(user("busy")).unwrap();
        for _ in 0..11 {
            timer.advance(IDLE - Duration::from_secs(1));
            assert!(sessions.user(&busy).is_some());
        }
        assert_eq!(sessions.user(&idle), None);
        timer.advance(IDLE - Duration::from_secs(1));
        assert!(sessions.user(&busy).is_some());
        timer.advance(Duration::from_secs(12));
        assert_eq!(sessions.user(&busy), None, "after twelve hours");
    }
}
