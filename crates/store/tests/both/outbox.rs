//! Notices: taken by one at a time, delivered at least once, and in one transaction with what they tell of.

use countermand_core_model::Timestamp;
use countermand_store::{Delivery, NewNotice, NewRun, RunState, Store};

use crate::databases::in_both;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_770_000_000_000 + second * 1_000).unwrap()
}

fn notice(id: &str, destination: &str, made: i64) -> NewNotice {
    NewNotice {
        id: id.to_owned(),
        destination: destination.to_owned(),
        body: format!("{{\"id\":\"{id}\"}}"),
        made_at: at(made),
    }
}

/// Takes what is due for `chat`, for a minute.
async fn claim(store: &Store, second: i64) -> Vec<Delivery> {
    let claimed = store.claim_notices("chat", at(second), at(second + 60), 10);
    claimed.await.unwrap()
}

fn attempts(claimed: &[Delivery]) -> Vec<(&str, u64)> {
    let all = claimed.iter();
    all.map(|one| (one.id.as_str(), one.attempt)).collect()
}

#[tokio::test]
async fn each_destination_has_a_notice_once_however_often_it_is_added() {
    in_both(|store| async move {
        let both = [notice("n1", "chat", 0), notice("n1", "mail", 0)];
        for _ in 0..2 {
            store.add_notices(&both).await.unwrap();
        }
        let claimed = claim(&store, 0).await;
        assert_eq!(attempts(&claimed), [("n1", 1)]);
        assert_eq!(claimed[0].body, "{\"id\":\"n1\"}");
        assert_eq!(claimed[0].made_at, at(0));
        assert!(store.notice_delivered(&claimed[0], at(1)).await.unwrap());
        assert!(!store.notice_delivered(&claimed[0], at(1)).await.unwrap());
        store.add_notices(&both).await.unwrap();
        assert_eq!(claim(&store, 1_000).await, [], "it was delivered");
        let mail = store.claim_notices("mail", at(5), at(65), 10).await;
        assert_eq!(mail.unwrap().len(), 1, "the other one was not");
    })
    .await;
}

#[tokio::test]
async fn one_takes_it_and_another_one_only_after_the_claim_s_end() {
    in_both(|store| async move {
        store.add_notices(&[notice("n1", "chat", 0)]).await.unwrap();
        let takers = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { claim(&store, 0).await })
        });
        let mut first = Vec::new();
        for taker in takers.collect::<Vec<_>>() {
            first.extend(taker.await.unwrap());
        }
        assert_eq!(attempts(&first), [("n1", 1)]);
        assert_eq!(claim(&store, 59).await, []);
        let second = claim(&store, 60).await;
        assert_eq!(attempts(&second), [("n1", 2)], "the same id");
        assert!(
            !store
                .notice_failed(&first[0], at(61), "late")
                .await
                .unwrap(),
            "somebody else has it"
        );
        assert_eq!(claim(&store, 61).await, []);
        assert!(
            store.notice_delivered(&first[0], at(62)).await.unwrap(),
            "what was delivered was delivered"
        );
        assert!(!store.notice_failed(&second[0], at(63), "no").await.unwrap());
        assert_eq!(claim(&store, 1_000).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_due_again_when_it_was_said_and_the_oldest_comes_first() {
    in_both(|store| async move {
        let three = ["n3", "n1", "n2"].map(|id| notice(id, "chat", 0));
        store.add_notices(&three).await.unwrap();
        store.add_notices(&[notice("n0", "chat", 9)]).await.unwrap();
        assert_eq!(claim(&store, -1).await, [], "nothing is due yet");
        let some = store.claim_notices("chat", at(9), at(69), 3).await.unwrap();
        assert_eq!(attempts(&some), [("n1", 1), ("n2", 1), ("n3", 1)]);
        let failed = store.notice_failed(&some[1], at(20), "500").await;
        assert!(failed.unwrap());
        assert_eq!(attempts(&claim(&store, 19).await), [("n0", 1)]);
        assert_eq!(attempts(&claim(&store, 20).await), [("n2", 2)]);
    })
    .await;
}

#[tokio::test]
async fn it_is_given_up_after_its_time_and_removed_after_that() {
    in_both(|store| async move {
        let all = [
            notice("tried", "chat", 0),
            notice("never", "gone", 0),
            notice("young", "chat", 100),
        ];
        store.add_notices(&all).await.unwrap();
        let tried = claim(&store, 0).await;
        let failed = store.notice_failed(&tried[0], at(5), "it answered 500");
        assert!(failed.await.unwrap());
        let mut given_up = store.give_up_notices(at(50), at(200)).await.unwrap();
        given_up.sort_by(|one, other| one.id.cmp(&other.id));
        let told: Vec<_> = given_up
            .iter()
            .map(|one| {
                (
                    one.id.as_str(),
                    one.destination.as_str(),
                    one.last_error.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("never", "gone", None),
                ("tried", "chat", Some("it answered 500"))
            ]
        );
        assert_eq!(store.give_up_notices(at(50), at(200)).await.unwrap(), []);
        assert_eq!(attempts(&claim(&store, 300).await), [("young", 1)]);
        assert_eq!(store.remove_notices(at(199)).await.unwrap(), 0);
        assert_eq!(store.remove_notices(at(200)).await.unwrap(), 2);
        store
            .add_notices(&[notice("tried", "chat", 0)])
            .await
            .unwrap();
        assert_eq!(
            attempts(&claim(&store, 301).await),
            [("tried", 1)],
            "it is forgotten"
        );
    })
    .await;
}

#[tokio::test]
async fn a_run_ends_with_its_notices_or_not_at_all() {
    in_both(|store| async move {
        let run = NewRun {
            id: "r1",
            connection: "fleet",
            plan_sha256: "p",
            plan: b"p",
            by: "alice",
            at: at(0),
            reason: None,
            ticket: None,
            options: "{}",
            progress: "{}",
            approval_targets: None,
            rule: None,
        };
        store.create_run(&run).await.unwrap();
        let one = store.register("countermand", at(0)).await.unwrap();
        let stale = store.claim("r1", &one).await.unwrap().unwrap();
        let lease = store.claim("r1", &one).await.unwrap().unwrap();
        let notices = [notice("n1", "chat", 0), notice("n1", "mail", 0)];
        let end = async |lease| {
            let ended = store.end_run(lease, RunState::Finished, "{}", at(1), &notices);
            ended.await.unwrap()
        };
        assert!(!end(&stale).await);
        assert_eq!(claim(&store, 1).await, [], "it did not end");
        assert!(end(&lease).await);
        assert_eq!(attempts(&claim(&store, 1).await), [("n1", 1)]);
        assert!(!end(&lease).await);
    })
    .await;
}
