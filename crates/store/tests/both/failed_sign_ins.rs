//! Failed sign-ins are counted once for all instances, and forgotten.

use std::time::Duration;

use countermand_core_model::Timestamp;
use countermand_store::{FailedSignIns, FailureCost};

use crate::databases::in_both;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_770_000_000_000 + second * 1_000).unwrap()
}

fn cost(subject: &str, cost: Duration) -> FailureCost<'_> {
    let most = 10 * MINUTE;
    FailureCost {
        subject,
        cost,
        most,
    }
}

fn failures(clear: i64, failed: i64) -> FailedSignIns {
    FailedSignIns {
        clear_at: at(clear),
        failed_at: at(failed),
    }
}

#[tokio::test]
async fn each_failure_puts_off_when_its_subjects_are_clear() {
    in_both(|store| async move {
        let subjects = [cost("192.0.2.1", MINUTE), cost("*", SECOND)];
        let count = |now| store.count_failed_sign_in(&subjects, at(now));
        assert_eq!(count(0).await.unwrap(), [failures(60, 0), failures(1, 0)]);
        assert_eq!(
            count(10).await.unwrap(),
            [failures(120, 10), failures(11, 10)]
        );
        // A clock that is behind takes nothing back.
        assert_eq!(
            count(5).await.unwrap(),
            [failures(180, 10), failures(12, 10)]
        );
        assert_eq!(
            count(500).await.unwrap()[0],
            failures(560, 500),
            "what was before is forgiven"
        );
        for _ in 0..20 {
            count(500).await.unwrap();
        }
        let found = store.failed_sign_ins(&["192.0.2.1"]).await.unwrap();
        assert_eq!(found, [Some(failures(1_100, 500))], "and no further off");
        let found = store.failed_sign_ins(&["192.0.2.2", "*"]).await.unwrap();
        assert_eq!(found, [None, Some(failures(521, 500))]);
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_each_one_counts() {
    in_both(|store| async move {
        let counting: Vec<_> = (0..40)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let peer = format!("192.0.2.{}", number % 4);
                    let subjects = [cost(&peer, MINUTE), cost("*", SECOND)];
                    store.count_failed_sign_in(&subjects, at(0)).await.unwrap();
                    store.forget_failed_sign_ins(at(-1), 10).await.unwrap();
                })
            })
            .collect();
        for counted in counting {
            counted.await.unwrap();
        }
        let found = store.failed_sign_ins(&["*", "192.0.2.3"]).await.unwrap();
        assert_eq!(found, [Some(failures(40, 0)), Some(failures(600, 0))]);
    })
    .await;
}

#[tokio::test]
async fn the_old_ones_go_and_so_do_those_beyond_the_bound() {
    in_both(|store| async move {
        for second in 0..5 {
            let subject = second.to_string();
            let subjects = [cost(&subject, MINUTE)];
            store
                .count_failed_sign_in(&subjects, at(second))
                .await
                .unwrap();
        }
        let left = || async {
            let found = store.failed_sign_ins(&["0", "1", "2", "3", "4"]).await;
            let found = found.unwrap();
            found.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        store.forget_failed_sign_ins(at(0), 10).await.unwrap();
        assert_eq!(left().await, [false, true, true, true, true]);
        store.forget_failed_sign_ins(at(0), 2).await.unwrap();
        assert_eq!(left().await, [false, false, false, true, true]);
    })
    .await;
}
