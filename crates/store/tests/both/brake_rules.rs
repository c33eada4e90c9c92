//! Brakes that two persons agreed on beforehand.

use countermand_store::{
    BrakeRuleDecision::{Decline, Revoke, Sign},
    BrakeRuleState, NewBrakeRule, NewRun, Store,
};

use crate::{
    databases::in_both,
    runs::{at, run},
};

fn rule(id: &str) -> NewBrakeRule<'_> {
    NewBrakeRule {
        id,
        connection: "fleet",
        sweep: "{\"filter\":{\"kinds\":[\"WIPE\"]}}",
        automatic: false,
        reason: Some("night shift"),
        valid_until: at(1_000),
        by: "alice",
        at: at(10),
        notices: &[],
    }
}

async fn propose(store: &Store, id: &str) {
    assert!(store.propose_brake_rule(&rule(id), 10).await.unwrap());
}

async fn in_force(store: &Store, now: i64) -> Vec<String> {
    let rules = store.brake_rules_in_force("fleet", at(now)).await.unwrap();
    assert!(rules.iter().all(|rule| rule.is_in_force(at(now))));
    rules.into_iter().map(|rule| rule.id).collect()
}

#[tokio::test]
async fn a_rule_is_in_force_once_another_person_signs_it_and_until_it_ends() {
    in_both(|store| async move {
        propose(&store, "b1").await;
        let decide = async |decision, by: &str, now| {
            let decided = store.decide_brake_rule("fleet", "b1", decision, by, at(now));
            decided.await.unwrap()
        };
        let proposed = store.brake_rule("fleet", "b1").await.unwrap().unwrap();
        assert_eq!(
            (proposed.state, proposed.proposed_by.as_str()),
            (BrakeRuleState::Proposed, "alice")
        );
        assert_eq!(proposed.reason.as_deref(), Some("night shift"));
        assert!(!proposed.automatic && proposed.signed_by.is_none());
        assert!(in_force(&store, 20).await.is_empty());
        assert!(!decide(Sign, "alice", 20).await, "twice the same person");
        assert!(!decide(Decline, "alice", 20).await);
        assert!(!decide(Sign, "bob", 1_000).await, "it is over");
        assert!(decide(Sign, "bob", 20).await);
        assert!(!decide(Sign, "carol", 21).await, "it is signed");
        assert!(!decide(Decline, "carol", 21).await, "it is signed");
        let signed = store.brake_rule("fleet", "b1").await.unwrap().unwrap();
        assert_eq!(signed.signed_by.as_deref(), Some("bob"));
        assert_eq!(signed.signed_at, Some(at(20)));
        assert_eq!(in_force(&store, 999).await, ["b1"]);
        assert!(in_force(&store, 1_000).await.is_empty(), "expired");
        assert!(
            store
                .brake_rules_in_force("wind", at(20))
                .await
                .unwrap()
                .is_empty()
        );
        assert!(store.brake_rule("wind", "b1").await.unwrap().is_none());
        assert!(decide(Revoke, "alice", 30).await);
        assert!(in_force(&store, 31).await.is_empty());
        for decision in [Sign, Decline, Revoke] {
            assert!(!decide(decision, "bob", 40).await, "revoked is final");
        }
        let over = store.brake_rule("fleet", "b1").await.unwrap().unwrap();
        assert_eq!(
            (over.state, over.ended_by.as_deref()),
            (BrakeRuleState::Revoked, Some("alice"))
        );
    })
    .await;
}

#[tokio::test]
async fn of_many_who_decide_at_once_one_does() {
    in_both(|store| async move {
        for round in 0..20 {
            let id = format!("b{round}");
            assert!(store.propose_brake_rule(&rule(&id), 100).await.unwrap());
            let decide = |decision, by: &'static str| {
                let (store, id) = (store.clone(), id.clone());
                tokio::spawn(async move {
                    let decided = store.decide_brake_rule("fleet", &id, decision, by, at(20));
                    decided.await.unwrap()
                })
            };
            let all = [
                decide(Sign, "bob"),
                decide(Sign, "carol"),
                decide(Sign, "alice"),
                decide(Decline, "dave"),
            ];
            let mut done = 0;
            for one in all {
                done += usize::from(one.await.unwrap());
            }
            assert_eq!(done, 1);
            let found = store.brake_rule("fleet", &id).await.unwrap().unwrap();
            assert_ne!(found.signed_by.as_deref(), Some("alice"));
        }
    })
    .await;
}

#[tokio::test]
async fn there_are_no_more_than_may_be_and_the_newest_come_first() {
    in_both(|store| async move {
        let add = |id: &'static str, now| {
            let store = store.clone();
            async move {
                let rule = NewBrakeRule {
                    at: at(now),
                    automatic: true,
                    ..rule(id)
                };
                store.propose_brake_rule(&rule, 2).await.unwrap()
            }
        };
        assert!(add("b1", 10).await && add("b2", 11).await);
        assert!(!add("b3", 12).await, "two are open");
        let declined = store.decide_brake_rule("fleet", "b1", Decline, "bob", at(13));
        assert!(declined.await.unwrap());
        assert!(add("b4", 14).await, "one is over");
        assert!(add("b5", 1_001).await, "all have ended");
        let rules = store.brake_rules("fleet", 3).await.unwrap();
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["b5", "b4", "b2"]);
        assert!(rules.iter().all(|rule| rule.automatic));
    })
    .await;
}

#[tokio::test]
async fn a_run_says_under_which_rule_it_was_started() {
    in_both(|store| async move {
        let under = NewRun {
            rule: Some("b1"),
            ..run("r1", "r1")
        };
        assert_eq!(
            store.create_run(&under).await.unwrap().0.rule.as_deref(),
            Some("b1")
        );
        let found = store.run("fleet", "r1").await.unwrap().unwrap();
        assert_eq!(found.rule.as_deref(), Some("b1"));
    })
    .await;
}
