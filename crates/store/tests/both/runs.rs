//! Runs, whose they are, and their journals.

use countermand_core_model::Timestamp;
use countermand_store::{Appended, Lease, NewRun, RunState, Store};

use crate::databases::in_both;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_770_000_000_000 + second * 1_000).unwrap()
}

pub(crate) fn run<'a>(id: &'a str, plan: &'a str) -> NewRun<'a> {
    NewRun {
        id,
        connection: "fleet",
        plan_sha256: plan,
        plan: plan.as_bytes(),
        by: "alice",
        at: at(0),
        reason: Some("a wrong wipe"),
        ticket: None,
        options: "{}",
        progress: "{}",
        approval_targets: None,
        rule: None,
    }
}

/// A new run, owned by a new instance.
async fn owned(store: &Store, id: &str) -> Lease {
    let instance = store.register("countermand", at(0)).await.unwrap();
    store.create_run(&run(id, id)).await.unwrap();
    store.claim(id, &instance).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_same_plan_of_the_same_person_is_one_run() {
    in_both(|store| async move {
        let (first, is_new) = store.create_run(&run("r1", "p")).await.unwrap();
        assert!(is_new && first.id == "r1" && first.state == RunState::Running);
        assert_eq!(first.reason.as_deref(), Some("a wrong wipe"));
        let (again, is_new) = store.create_run(&run("r2", "p")).await.unwrap();
        assert!(!is_new);
        assert_eq!(again, first);
        assert_eq!(store.plan("r1").await.unwrap().unwrap(), b"p");
        assert_eq!(store.plan("r2").await.unwrap(), None);
        let by_another = NewRun {
            by: "bob",
            ..run("r3", "p")
        };
        assert!(store.create_run(&by_another).await.unwrap().1);
        let elsewhere = NewRun {
            connection: "wind",
            ..run("r4", "p")
        };
        assert!(store.create_run(&elsewhere).await.unwrap().1);
        assert_eq!(
            store.run("fleet", "r4").await.unwrap(),
            None,
            "another connection's"
        );
        assert_eq!(store.run("wind", "r4").await.unwrap().unwrap().id, "r4");
        let ids = |runs: Vec<countermand_store::RunRecord>| {
            runs.into_iter().map(|run| run.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(store.runs("fleet", 10).await.unwrap()), ["r3", "r1"]);
        assert_eq!(ids(store.runs("fleet", 1).await.unwrap()), ["r3"]);
    })
    .await;
}

#[tokio::test]
async fn a_run_has_one_owner_and_each_owner_its_epoch() {
    in_both(|store| async move {
        store.create_run(&run("r1", "p")).await.unwrap();
        let one = store.register("countermand", at(0)).await.unwrap();
        let lease = store.claim("r1", &one).await.unwrap().unwrap();
        let other = store.register("countermand", at(0)).await.unwrap();
        if store.is_exclusive() {
            return assert!(
                !store.release(&lease).await.unwrap(),
                "who was before is gone"
            );
        }
        let none = store.claim("r1", &other).await.unwrap();
        assert_eq!(none, None, "it has an owner");
        let anew = store.claim("r1", &one).await.unwrap().unwrap();
        let stale = store.append(&lease, 0, 1, b"a\n", "{}").await.unwrap();
        assert_eq!(stale, Appended::Lost, "the owner itself took it anew");
        let lease = anew;
        assert!(store.release(&lease).await.unwrap());
        assert!(!store.release(&lease).await.unwrap());
        let next = store.claim("r1", &one).await.unwrap().unwrap();
        assert_ne!(next, lease);
        let stale = store.append(&lease, 0, 1, b"a\n", "{}").await.unwrap();
        assert_eq!(stale, Appended::Lost);
        assert!(
            !store
                .end_run(&lease, RunState::Finished, "{}", at(1), &[])
                .await
                .unwrap()
        );
        assert_eq!(
            store.append(&next, 0, 1, b"a\n", "{}").await.unwrap(),
            Appended::Done
        );
        assert!(
            store
                .end_run(&next, RunState::Finished, "{}", at(1), &[])
                .await
                .unwrap()
        );
        assert_eq!(store.claim("r1", &one).await.unwrap(), None, "it is over");
        let late = store.append(&next, 1, 1, b"b\n", "{}").await.unwrap();
        assert_eq!(late, Appended::Lost, "nothing follows its end");
    })
    .await;
}

#[tokio::test]
async fn whoever_beats_on_is_not_removed_and_who_is_removed_writes_nothing_more() {
    in_both(|store| async move {
        let lease = owned(&store, "r1").await;
        let seen = store.instances().await.unwrap().pop().unwrap();
        assert!(store.beat(&seen.id).await.unwrap());
        assert!(!store.remove_instance(&seen).await.unwrap(), "it lives");
        assert_eq!(
            store.append(&lease, 0, 1, b"a\n", "{}").await.unwrap(),
            Appended::Done
        );
        let seen = store.instances().await.unwrap().pop().unwrap();
        assert!(store.remove_instance(&seen).await.unwrap());
        assert!(!store.beat(&seen.id).await.unwrap(), "it learns of it");
        assert_eq!(
            store.append(&lease, 1, 1, b"b\n", "{}").await.unwrap(),
            Appended::Lost
        );
        let running = store.running().await.unwrap();
        assert!(running.iter().all(|run| run.owner.is_none()));
        let next = store.register("countermand", at(1)).await.unwrap();
        let next = store.claim("r1", &next).await.unwrap().unwrap();
        assert_eq!(
            store.append(&next, 1, 1, b"c\n", "{}").await.unwrap(),
            Appended::Done
        );
    })
    .await;
}

#[tokio::test]
async fn lines_are_added_once_however_often_they_are_sent() {
    in_both(|store| async move {
        let lease = owned(&store, "r1").await;
        for _ in 0..2 {
            let done = store
                .append(&lease, 0, 2, b"a\nb\n", "{\"done\":0}")
                .await
                .unwrap();
            assert_eq!(done, Appended::Done);
        }
        let other = store.append(&lease, 0, 2, b"x\ny\n", "{}").await.unwrap();
        assert_eq!(other, Appended::Lost, "another journal's lines");
        let gap = store.append(&lease, 5, 1, b"z\n", "{}").await.unwrap();
        assert_eq!(gap, Appended::Lost, "behind lines that are not there");
        assert_eq!(
            store.append(&lease, 2, 1, b"c\n", "{}").await.unwrap(),
            Appended::Done
        );
        let text = |parts: Vec<countermand_store::JournalPart>| {
            let bytes: Vec<u8> = parts.into_iter().flat_map(|part| part.bytes).collect();
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(text(store.journal("r1", 1, 10).await.unwrap()), "a\nb\nc\n");
        assert_eq!(text(store.journal("r1", 2, 10).await.unwrap()), "a\nb\nc\n");
        assert_eq!(text(store.journal("r1", 3, 10).await.unwrap()), "c\n");
        assert_eq!(text(store.journal("r1", 4, 10).await.unwrap()), "");
        assert_eq!(text(store.journal("r1", 1, 1).await.unwrap()), "a\nb\n");
        assert_eq!(store.run("fleet", "r1").await.unwrap().unwrap().lines, 3);
        assert_eq!(store.clear_journal(&lease).await.unwrap(), Appended::Done);
        assert_eq!(text(store.journal("r1", 1, 10).await.unwrap()), "");
        assert_eq!(
            store.append(&lease, 0, 1, b"n\n", "{}").await.unwrap(),
            Appended::Done
        );
    })
    .await;
}

#[tokio::test]
async fn a_run_is_asked_to_stop_once_and_goes_on_when_it_is_resumed() {
    in_both(|store| async move {
        let lease = owned(&store, "r1").await;
        assert!(
            !store.resume_run("fleet", "r1").await.unwrap(),
            "it is not stopped"
        );
        assert!(
            !store.ask_to_stop("wind", "r1", "bob").await.unwrap(),
            "not of that connection"
        );
        assert!(store.ask_to_stop("fleet", "r1", "bob").await.unwrap());
        assert!(!store.ask_to_stop("fleet", "r1", "carol").await.unwrap());
        let running = store.running().await.unwrap();
        let change = running.iter().find(|run| run.id == "r1").unwrap();
        assert_eq!(change.stop_by.as_deref(), Some("bob"));
        assert!(
            store
                .end_run(&lease, RunState::Stopped, "{\"done\":1}", at(5), &[])
                .await
                .unwrap()
        );
        let stopped = store.run("fleet", "r1").await.unwrap().unwrap();
        assert_eq!(
            (stopped.state, stopped.ended_at),
            (RunState::Stopped, Some(at(5)))
        );
        assert_eq!(stopped.progress, "{\"done\":1}");
        assert!(store.resume_run("fleet", "r1").await.unwrap());
        let resumed = store.run("fleet", "r1").await.unwrap().unwrap();
        assert_eq!(
            (resumed.state, resumed.stop_by, resumed.ended_at),
            (RunState::Running, None, None)
        );
        let again = store.register("countermand", at(6)).await.unwrap();
        assert!(store.claim("r1", &again).await.unwrap().is_some());
    })
    .await;
}
