//! Sessions at two instances, over one store and a clock that is set.

use std::sync::Arc;

use countermand_store::StoreLocation;
use countermand_transport::{Timer, fake::FakeTimer};

use super::{refresh::Standing, *};
use crate::access::{PersonName, SignIn};

fn user(name: &str) -> User {
    User::named(PersonName::parse(name).unwrap())
}

impl Sessions {
    async fn begin(&self, user: User) -> String {
        self.open(NewSession::of(user)).await.unwrap()
    }

    async fn user_by(
        &self,
        token: &str,
        access: &AccessConfig,
    ) -> Result<Option<User>, StoreError> {
        Ok(match self.standing(token, access).await? {
            Standing::In(user) => Some(user),
            Standing::Nobody | Standing::Due(_) => None,
        })
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
    let token = sessions.begin(user("alice")).await;
    for instance in [sessions, there] {
        assert_eq!(instance.user(&token).await, Some(user("alice")));
        assert_eq!(instance.user("made up by somebody").await, None);
    }
    assert_ne!(sessions.begin(user("alice")).await, token);
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
    let token = sessions.begin(with_groups.clone()).await;
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
        let new = NewSession {
            by: Some(&alice),
            ..NewSession::of(user("alice"))
        };
        sessions.open(new).await.unwrap()
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
    let idle = sessions.begin(user("idle")).await;
    let busy = sessions.begin(user("busy")).await;
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
    let token = sessions.begin(user("alice")).await;
    assert!(sessions.user(&token).await.is_some());
    sessions.store.close().await;
    timer.advance(BELIEVED_WITHOUT_STORE - Duration::from_secs(1));
    assert!(sessions.user(&token).await.is_some());
    timer.advance(Duration::from_secs(1));
    let links = crate::access::LaunchLinks::new();
    let access = AccessConfig::new(SignIn::Launch(links));
    assert!(sessions.user_by(&token, &access).await.is_err());
}
