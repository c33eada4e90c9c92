//! The audit: one sequence of lines, whoever adds them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use countermand_core_model::Timestamp;
use countermand_store::{AuditHead, NewLines, NewNotice, Store, StoreErrorKind, StoreLocation};
use countermand_test_postgres::Postgres;

use crate::databases::in_both;

const DAY: i64 = 24 * 3_600;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_770_000_000_000 + second * 1_000).unwrap()
}

/// A line that says its number, what was before it, and a text. Its "hash" is its own text.
fn line(head: &AuditHead, text: &str) -> Option<NewLines> {
    let own = format!("{}:{text}", head.lines + 1);
    Some(NewLines {
        lines: 1,
        bytes: format!("{} behind {}\n", own, head.last_sha256).into_bytes(),
        last_sha256: own,
        checkpoint: (text == "checkpoint").then(|| format!("note of {}", head.lines)),
        notices: Vec::new(),
    })
}

async fn add(store: &Store, batch: &str, second: i64, text: &'static str) -> Option<u64> {
    let build = move |head: &AuditHead| line(head, text);
    let added = store.append_audit(batch.as_bytes(), at(second), &build);
    added.await.unwrap()
}

async fn text(store: &Store) -> String {
    let (mut text, mut from) = (String::new(), 1);
    loop {
        let parts = store.audit(from, 7).await.unwrap();
        let Some(last) = parts.last() else { break };
        from = last.first_line + last.lines;
        for part in parts {
            text.push_str(&String::from_utf8(part.bytes).unwrap());
        }
    }
    text
}

#[tokio::test]
async fn lines_follow_one_another_and_a_batch_is_in_it_once() {
    in_both(|store| async move {
        assert_eq!(text(&store).await, "");
        assert_eq!(add(&store, "b1", 0, "a").await, Some(1));
        assert_eq!(add(&store, "b2", 1, "b").await, Some(2));
        assert_eq!(add(&store, "b1", 2, "a").await, Some(2), "found again");
        let none = store.append_audit(b"b3", at(3), &|_| None).await.unwrap();
        assert_eq!(none, None);
        assert_eq!(add(&store, "b3", 3, "c").await, Some(3));
        assert_eq!(
            text(&store).await,
            "1:a behind \n2:b behind 1:a\n3:c behind 2:b\n"
        );
    })
    .await;
}

#[tokio::test]
async fn what_tells_of_lines_is_added_with_them_once() {
    in_both(|store| async move {
        let build = |head: &AuditHead| {
            let notice = NewNotice {
                id: "n1".to_owned(),
                destination: "keeper".to_owned(),
                body: format!("behind {}", head.lines),
                made_at: at(0),
            };
            let line = line(head, "checkpoint")?;
            Some(NewLines {
                notices: vec![notice],
                ..line
            })
        };
        for _ in 0..2 {
            store.append_audit(b"b1", at(0), &build).await.unwrap();
        }
        let told = store.claim_notices("keeper", at(1), at(2), 10).await;
        let told: Vec<_> = told.unwrap().into_iter().map(|one| one.body).collect();
        assert_eq!(told, ["behind 0"]);
    })
    .await;
}

#[tokio::test]
async fn instances_that_add_at_once_make_one_sequence() {
    let postgres = Postgres::start().unwrap();
    let location: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let (one, other) = tokio::join!(Store::open(&location), Store::open(&location));
    let stores = [one.unwrap(), other.unwrap()];
    let mut writers = Vec::new();
    for number in 0..8 {
        let store = stores[number % 2].clone();
        writers.push(tokio::spawn(async move {
            for step in 0..20 {
                add(&store, &format!("{number}-{step}"), 0, "x")
                    .await
                    .unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let text = text(&stores[0]).await;
    assert_eq!(text.lines().count(), 160);
    let mut before = String::new();
    for (number, line) in text.lines().enumerate() {
        let own = format!("{}:x", number + 1);
        assert_eq!(line, format!("{own} behind {before}"));
        before = own;
    }
}

#[tokio::test]
async fn whoever_holds_the_head_for_too_long_keeps_nobody_for_ever() {
    let postgres = Postgres::start().unwrap();
    let url = postgres.database().unwrap();
    let store = Store::open(&url.parse().unwrap()).await.unwrap();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let mut holder = pool.begin().await.unwrap();
    sqlx::query("SELECT lines FROM audit_head FOR UPDATE")
        .execute(&mut *holder)
        .await
        .unwrap();
    let build = |head: &AuditHead| line(head, "a");
    let error = store.append_audit(b"b1", at(0), &build).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    holder.rollback().await.unwrap();
    assert_eq!(add(&store, "b1", 0, "a").await, Some(1));
}

#[tokio::test]
async fn a_checkpoint_is_known_as_the_end() {
    in_both(|store| async move {
        let is_end = Arc::new(AtomicBool::new(true));
        let look = |text: &'static str| {
            let is_end = Arc::clone(&is_end);
            move |head: &AuditHead| {
                is_end.store(head.ends_in_checkpoint, Ordering::Relaxed);
                line(head, text)
            }
        };
        for (batch, text, was) in [
            ("1", "checkpoint", false),
            ("2", "a", true),
            ("3", "b", false),
        ] {
            let build = look(text);
            store
                .append_audit(batch.as_bytes(), at(0), &build)
                .await
                .unwrap();
            assert_eq!(is_end.load(Ordering::Relaxed), was, "{batch}");
        }
        assert_eq!(store.audit_checkpoints(0).await.unwrap(), ["note of 0"]);
        assert!(store.audit_checkpoints(1).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_what_is_old_and_before_a_checkpoint_is_removed() {
    in_both(|store| async move {
        assert_eq!(store.audit_to_remove(at(0)).await.unwrap(), None, "empty");
        for (batch, day, text) in [
            ("1", 0, "a"),
            ("2", 1, "checkpoint"),
            ("3", 2, "b"),
            ("4", 3, "checkpoint"),
            ("5", 4, "c"),
            ("6", 5, "checkpoint"),
            ("7", 6, "d"),
        ] {
            add(&store, batch, day * DAY, text).await;
        }
        for (day, line) in [
            (0, None),
            (1, None),
            (2, Some(2)),
            (3, Some(2)),
            (5, Some(4)),
            (99, Some(6)),
        ] {
            let found = store.audit_to_remove(at(day * DAY)).await.unwrap();
            assert_eq!(found, line, "before day {day}");
        }
        store.remove_audit(4).await.unwrap();
        assert!(
            text(&store)
                .await
                .starts_with("4:checkpoint behind 3:b\n5:c")
        );
        assert_eq!(store.audit_to_remove(at(5 * DAY)).await.unwrap(), None);
        assert_eq!(add(&store, "8", 7 * DAY, "e").await, Some(8), "it goes on");
    })
    .await;
}
