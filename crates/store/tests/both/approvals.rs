//! Runs that a second person may have to approve.

use std::time::Duration;

use countermand_store::{
    ApprovalDecision, ApprovalRequests, ApprovalStage, Lease, NewRun, ReadPlan, RunRecord,
    RunState, Store,
};

use crate::{
    databases::in_both,
    runs::{at, run},
};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// A run that is being read, and whoever reads it.
async fn reading(store: &Store, id: &str) -> Lease {
    let instance = store.register("countermand", at(0)).await.unwrap();
    let new = NewRun {
        approval_targets: Some(3),
        ..run(id, id)
    };
    assert!(store.create_run(&new).await.unwrap().1);
    store.claim(id, &instance).await.unwrap().unwrap()
}

fn read(needs_approval: bool) -> ReadPlan<'static> {
    ReadPlan {
        bytes: b"as it was read",
        sha256: "5ha",
        targets: 2,
        progress: "{\"total\":2}",
        needs_approval,
        at: at(10),
        notices: &[],
    }
}

/// A run that waits for somebody to decide.
async fn waiting(store: &Store, id: &str) {
    let lease = reading(store, id).await;
    assert!(store.keep_read_plan(&lease, &read(true)).await.unwrap());
}

async fn found(store: &Store, id: &str) -> RunRecord {
    store.run("fleet", id).await.unwrap().unwrap()
}

async fn stage(store: &Store, id: &str) -> ApprovalStage {
    found(store, id).await.approval.unwrap().stage
}

fn decision(is_approved: bool, by: &str) -> ApprovalDecision<'_> {
    ApprovalDecision {
        is_approved,
        by,
        at: at(20),
        sha256: Some("5ha"),
    }
}

#[tokio::test]
async fn nobody_works_on_a_run_that_waits_and_somebody_does_once_it_is_approved() {
    in_both(|store| async move {
        let lease = reading(&store, "r1").await;
        let listed = store.running().await.unwrap().pop().unwrap();
        assert!(listed.is_reading && listed.id == "r1");
        assert!(
            !store
                .decide("fleet", "r1", &decision(true, "bob"))
                .await
                .unwrap(),
            "nobody decides about what was not read"
        );
        assert_eq!(store.read_plan("r1").await.unwrap(), None);
        assert!(store.keep_read_plan(&lease, &read(true)).await.unwrap());
        assert!(!store.keep_read_plan(&lease, &read(false)).await.unwrap());
        let run = found(&store, "r1").await;
        let approval = run.approval.clone().unwrap();
        assert_eq!(
            (run.state, approval.stage),
            (RunState::Stopped, ApprovalStage::Waiting)
        );
        assert_eq!(
            (approval.at, approval.sha256.as_deref()),
            (at(10), Some("5ha"))
        );
        assert_eq!(run.progress, "{\"total\":2}");
        let kept = store.read_plan("r1").await.unwrap();
        assert_eq!(kept.as_deref(), Some(&b"as it was read"[..]));
        assert_eq!(store.plan("r1").await.unwrap().unwrap(), b"r1");
        assert!(store.running().await.unwrap().is_empty());
        let bob = store.register("countermand", at(0)).await.unwrap();
        assert_eq!(store.claim("r1", &bob).await.unwrap(), None, "it waits");
        assert!(!store.resume_run("fleet", "r1").await.unwrap(), "it waits");

        let other = ApprovalDecision {
            sha256: Some("another"),
            ..decision(true, "bob")
        };
        assert!(!store.decide("fleet", "r1", &other).await.unwrap());
        assert!(
            !store
                .decide("wind", "r1", &decision(true, "bob"))
                .await
                .unwrap()
        );
        assert!(
            store
                .decide("fleet", "r1", &decision(true, "bob"))
                .await
                .unwrap()
        );
        assert!(
            !store
                .decide("fleet", "r1", &decision(false, "carol"))
                .await
                .unwrap(),
            "it is decided once"
        );
        let run = found(&store, "r1").await;
        assert_eq!(run.state, RunState::Running);
        assert_eq!(run.approval.unwrap().decided_by.as_deref(), Some("bob"));
        assert!(store.claim("r1", &bob).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn what_needs_no_approval_goes_on_by_itself() {
    in_both(|store| async move {
        let lease = reading(&store, "r1").await;
        assert!(store.keep_read_plan(&lease, &read(false)).await.unwrap());
        let run = found(&store, "r1").await;
        assert_eq!((run.state, run.owner), (RunState::Running, None));
        assert!(
            store
                .approval_requests("fleet", 10)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            !store
                .withdraw("fleet", "r1", "alice", at(30))
                .await
                .unwrap()
        );
        let next = store.register("countermand", at(1)).await.unwrap();
        assert!(store.claim("r1", &next).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn it_is_taken_back_until_it_begins() {
    in_both(|store| async move {
        let lease = reading(&store, "read").await;
        assert!(
            store
                .withdraw("fleet", "read", "alice", at(30))
                .await
                .unwrap()
        );
        assert!(
            !store.keep_read_plan(&lease, &read(false)).await.unwrap(),
            "it is taken back while it is read"
        );
        waiting(&store, "waits").await;
        assert!(
            !store
                .withdraw("wind", "waits", "alice", at(30))
                .await
                .unwrap()
        );
        assert!(
            store
                .withdraw("fleet", "waits", "alice", at(30))
                .await
                .unwrap()
        );
        assert!(
            !store
                .decide("fleet", "waits", &decision(true, "bob"))
                .await
                .unwrap()
        );
        let run = found(&store, "waits").await;
        assert_eq!((run.state, run.ended_at), (RunState::Stopped, Some(at(30))));
        assert!(!store.resume_run("fleet", "waits").await.unwrap());
        waiting(&store, "approved").await;
        assert!(
            store
                .decide("fleet", "approved", &decision(true, "bob"))
                .await
                .unwrap()
        );
        assert!(
            store
                .withdraw("fleet", "approved", "bob", at(30))
                .await
                .unwrap()
        );
        assert!(store.running().await.unwrap().is_empty());
        waiting(&store, "begun").await;
        assert!(
            store
                .decide("fleet", "begun", &decision(true, "bob"))
                .await
                .unwrap()
        );
        let next = store.register("countermand", at(1)).await.unwrap();
        let lease = store.claim("begun", &next).await.unwrap().unwrap();
        assert!(
            !store
                .withdraw("fleet", "begun", "bob", at(30))
                .await
                .unwrap()
        );
        // Stopped and resumed, it is still approved.
        assert!(
            store
                .end_run(&lease, RunState::Stopped, "{}", at(40), &[])
                .await
                .unwrap()
        );
        assert!(
            !store
                .withdraw("fleet", "begun", "bob", at(50))
                .await
                .unwrap()
        );
        assert!(store.resume_run("fleet", "begun").await.unwrap());
        let ids: Vec<_> = store.approval_requests("fleet", 10).await.unwrap();
        assert_eq!(ids.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_waits_too_long_is_over() {
    in_both(|store| async move {
        waiting(&store, "waits").await;
        waiting(&store, "approved").await;
        assert!(
            store
                .decide("fleet", "approved", &decision(true, "bob"))
                .await
                .unwrap()
        );
        let _lease = reading(&store, "reads").await;
        let expire = async |second| {
            let now = at(second);
            store.expire_approvals(now, HOUR, DAY).await.unwrap()
        };
        assert_eq!(expire(3_609).await, 0);
        assert_eq!(expire(3_610).await, 1);
        assert_eq!(stage(&store, "waits").await, ApprovalStage::Expired);
        assert!(
            !store
                .decide("fleet", "waits", &decision(true, "bob"))
                .await
                .unwrap()
        );
        assert_eq!(expire(86_419).await, 1, "what could not be read for a day");
        assert_eq!(stage(&store, "reads").await, ApprovalStage::Expired);
        assert_eq!(stage(&store, "approved").await, ApprovalStage::Approved);
        assert_eq!(expire(86_420).await, 1);
        assert!(store.running().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn how_much_one_person_asks_for_is_known() {
    in_both(|store| async move {
        waiting(&store, "r1").await;
        let _lease = reading(&store, "r2").await;
        let asked = store
            .approval_requests_of("fleet", "alice", at(3_599), HOUR)
            .await
            .unwrap();
        let wanted = ApprovalRequests {
            open: 2,
            runs: 2,
            targets: 5,
        };
        assert_eq!(asked, wanted);
        let since = store
            .approval_requests_of("fleet", "alice", at(3_600), HOUR)
            .await
            .unwrap();
        assert_eq!((since.open, since.runs, since.targets), (2, 0, 0));
        let others = store
            .approval_requests_of("fleet", "bob", at(0), HOUR)
            .await
            .unwrap();
        assert_eq!(others, ApprovalRequests::default());
    })
    .await;
}

#[tokio::test]
async fn one_person_may_so_many_within_an_hour_and_repetitions_do_not_count() {
    in_both(|store| async move {
        let count = async |who, targets: &[&str], second| {
            let targets: Vec<String> = targets.iter().map(|&target| target.to_owned()).collect();
            let now = at(second);
            let counted = store.count_unapproved("fleet", who, &targets, 2, now, HOUR);
            counted.await.unwrap()
        };
        assert!(count("alice", &["a"], 0).await);
        assert!(!count("alice", &["b", "c"], 1).await, "three together");
        assert!(count("alice", &["b"], 1).await, "none of the two counted");
        assert!(count("alice", &["a"], 2).await, "the same once more");
        assert!(!count("alice", &["c"], 2).await);
        assert!(count("bob", &["c"], 2).await, "another person");
        assert!(!count("alice", &["c"], 3_599).await);
        assert!(count("alice", &["c"], 3_600).await, "an hour later");
        assert!(!count("alice", &["d"], 3_600).await);
    })
    .await;
}
