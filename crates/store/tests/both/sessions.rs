//! Who is signed in, at every instance.

use std::time::Duration;

use countermand_core_model::Timestamp;
use countermand_store::{IssuerLogout, SessionRecord, SessionRefresh};

use crate::databases::in_both;

const HOUR: Duration = Duration::from_secs(3_600);

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_770_000_000_000 + second * 1_000).unwrap()
}

fn session(token: u8, begun: i64) -> SessionRecord {
    SessionRecord {
        token_sha256: vec![token; 32],
        person: "alice".to_owned(),
        groups: "[\"ops\"]".to_owned(),
        by_token: Some(vec![1; 32]),
        subject: Some("1".to_owned()),
        issuer_session: None,
        refresh: None,
        begun_at: at(begun),
        used_at: at(begun),
        ends_at: at(begun + 12 * 3_600),
    }
}

#[tokio::test]
async fn a_session_is_found_used_and_ended() {
    in_both(|store| async move {
        let one = session(1, 0);
        store.open_session(&one, HOUR, 10).await.unwrap();
        assert_eq!(
            store.session(&one.token_sha256).await.unwrap(),
            Some(one.clone())
        );
        assert_eq!(store.session(&[9; 32]).await.unwrap(), None);
        store
            .touch_session(&one.token_sha256, at(60))
            .await
            .unwrap();
        store
            .touch_session(&one.token_sha256, at(30))
            .await
            .unwrap();
        let used = store
            .session(&one.token_sha256)
            .await
            .unwrap()
            .unwrap()
            .used_at;
        assert_eq!(used, at(60), "never earlier");
        let without = SessionRecord {
            by_token: None,
            ..session(2, 1)
        };
        store.open_session(&without, HOUR, 10).await.unwrap();
        assert_eq!(store.sessions().await.unwrap().len(), 2);
        let ended = store.end_session(&one.token_sha256).await.unwrap();
        assert_eq!(ended.unwrap().person, "alice");
        assert_eq!(store.end_session(&one.token_sha256).await.unwrap(), None);
        assert_eq!(store.sessions().await.unwrap(), [without]);
    })
    .await;
}

#[tokio::test]
async fn sessions_that_are_over_go_and_so_do_the_least_used_beyond_the_bound() {
    in_both(|store| async move {
        for (token, begun) in [(1, 0), (2, 10), (3, 20)] {
            store
                .open_session(&session(token, begun), HOUR, 2)
                .await
                .unwrap();
        }
        let tokens = |sessions: Vec<SessionRecord>| -> Vec<u8> {
            sessions
                .iter()
                .map(|session| session.token_sha256[0])
                .collect()
        };
        assert_eq!(tokens(store.sessions().await.unwrap()), [2, 3]);
        store.touch_session(&[2; 32], at(3_000)).await.unwrap();
        store
            .open_session(&session(4, 3_700), HOUR, 10)
            .await
            .unwrap();
        assert_eq!(
            tokens(store.sessions().await.unwrap()),
            [2, 4],
            "3 was idle for an hour"
        );
    })
    .await;
}

#[tokio::test]
async fn a_key_is_made_once_and_an_attempt_ends_once() {
    in_both(|store| async move {
        assert_eq!(
            store.server_key("attempts", &[1; 64]).await.unwrap(),
            [1; 64]
        );
        assert_eq!(
            store.server_key("attempts", &[2; 64]).await.unwrap(),
            [1; 64]
        );
        assert_eq!(store.server_key("other", &[3; 64]).await.unwrap(), [3; 64]);
        let patience = Duration::from_secs(600);
        assert!(store.end_attempt(&[1; 16], at(0), patience).await.unwrap());
        assert!(!store.end_attempt(&[1; 16], at(1), patience).await.unwrap());
        assert!(
            store
                .end_attempt(&[2; 16], at(700), patience)
                .await
                .unwrap()
        );
        assert!(
            store
                .end_attempt(&[1; 16], at(701), patience)
                .await
                .unwrap(),
            "long forgotten"
        );
    })
    .await;
}

#[tokio::test]
async fn an_issuer_ends_what_it_names_and_once() {
    in_both(|store| async move {
        let of = |token: u8, subject: Option<&str>, issuer_session: Option<&str>| SessionRecord {
            subject: subject.map(str::to_owned),
            issuer_session: issuer_session.map(str::to_owned),
            ..session(token, i64::from(token))
        };
        let all = [
            of(1, None, None),
            of(2, Some("ada"), None),
            of(3, Some("ada"), Some("here")),
            of(4, Some("ada"), Some("there")),
            of(5, Some("bob"), Some("here")),
        ];
        let open_all = || async {
            for session in &all {
                let _ = store.end_session(&session.token_sha256).await.unwrap();
                store.open_session(session, HOUR, 10).await.unwrap();
            }
        };
        let ends = |jti: u8, subject, issuer_session| {
            let store = store.clone();
            async move {
                let logout = IssuerLogout {
                    jti_sha256: &[jti; 32],
                    subject,
                    issuer_session,
                };
                let ended = store.log_out(&logout, at(60), HOUR).await.unwrap();
                let tokens = ended.into_iter().flatten();
                let mut tokens: Vec<u8> = tokens.map(|ended| ended.token_sha256[0]).collect();
                tokens.sort_unstable();
                tokens
            }
        };
        open_all().await;
        assert_eq!(ends(1, Some("ada"), Some("here")).await, [2, 3]);
        open_all().await;
        assert_eq!(ends(2, Some("ada"), None).await, [2, 3, 4]);
        open_all().await;
        assert_eq!(ends(3, None, Some("here")).await, [3, 5]);
        assert_eq!(ends(4, Some("nobody"), None).await, [0; 0]);
        let again = IssuerLogout {
            jti_sha256: &[2; 32],
            subject: Some("ada"),
            issuer_session: None,
        };
        let again = |now| store.log_out(&again, at(now), HOUR);
        assert_eq!(again(120).await.unwrap(), None, "once");
        assert_eq!(store.sessions().await.unwrap().len(), 3);
        let forgotten = again(120 + 3_600).await.unwrap().unwrap();
        assert_eq!(forgotten.len(), 2);
        assert_eq!(forgotten[0].id().len(), 12);
    })
    .await;
}

#[tokio::test]
async fn groups_are_read_again_by_one_at_a_time() {
    in_both(|store| async move {
        let read = |second: i64| SessionRefresh {
            sealed_token: vec![7; 40],
            read_at: at(second),
            claimed_until: Timestamp::from_millis(0).unwrap(),
            retry_at: at(second),
        };
        let one = SessionRecord {
            refresh: Some(read(0)),
            ..session(1, 0)
        };
        store.open_session(&one, HOUR, 10).await.unwrap();
        let found = || async { store.session(&one.token_sha256).await.unwrap().unwrap() };
        assert_eq!(found().await, one);
        let minute = Duration::from_secs(60);
        let claim = |read: i64, now: i64| {
            let store = store.clone();
            async move {
                let claim = store.claim_refresh(&[1; 32], at(read), at(now), minute);
                claim.await.unwrap()
            }
        };
        let (first, second) = tokio::join!(claim(0, 900), claim(0, 900));
        assert_ne!(first.is_some(), second.is_some(), "one of two");
        let first = first.or(second).unwrap();
        assert_eq!(claim(0, 959).await, None);
        // Whoever had it is gone, or the clock was set back.
        let late = claim(0, 960).await.unwrap();
        let back = claim(0, 500).await.unwrap();
        for gone in [&first, &late] {
            let ended = store.end_refresh(gone, "[\"x\"]", &read(970)).await;
            assert!(!ended.unwrap());
        }
        assert_eq!(found().await.groups, one.groups);
        assert!(store.end_refresh(&back, "[]", &read(970)).await.unwrap());
        let now = found().await;
        assert_eq!((now.groups.as_str(), now.refresh), ("[]", Some(read(970))));
        assert_eq!(claim(0, 2_000).await, None, "they were read since");
        assert!(claim(970, 2_000).await.is_some());
        assert!(!format!("{:?}", found().await).contains("7, 7, 7"));
    })
    .await;
}
