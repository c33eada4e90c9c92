//! Who watches a connection, and what its watch knows.

use countermand_core_model::Timestamp;
use countermand_store::{Instance, NewNotice};

use crate::databases::in_both;

fn now() -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000).unwrap()
}

fn notice(id: &str) -> NewNotice {
    NewNotice {
        id: id.to_owned(),
        destination: "chat".to_owned(),
        body: "{}".to_owned(),
        made_at: now(),
    }
}

#[tokio::test]
async fn one_instance_watches_and_the_next_one_knows_what_it_knew() {
    in_both(|store| async move {
        let one = store.register("one", now()).await.unwrap();
        let (lease, kept) = store.claim_watch("fleet", &one).await.unwrap().unwrap();
        assert_eq!((lease.connection.as_str(), kept.as_str()), ("fleet", ""));
        assert_eq!(store.kept_watch("wind").await.unwrap(), None);
        assert!(store.keep_watch(&lease, "usual", &[]).await.unwrap());
        assert_eq!(store.kept_watch("fleet").await.unwrap().unwrap(), "usual");
        // Another connection is another watch.
        assert!(store.claim_watch("wind", &one).await.unwrap().is_some());
        if store.is_exclusive() {
            store.release_watch(&lease).await.unwrap();
            assert!(!store.keep_watch(&lease, "late", &[]).await.unwrap());
            let (_, kept) = store.claim_watch("fleet", &one).await.unwrap().unwrap();
            assert_eq!(kept, "usual");
            return;
        }
        let other = store.register("other", now()).await.unwrap();
        assert!(store.claim_watch("fleet", &other).await.unwrap().is_none());
        // The one dies, and what it still writes and tells is refused.
        let dead = store.instances().await.unwrap();
        let dead: Vec<Instance> = dead.into_iter().filter(|found| found.id == one).collect();
        assert!(store.remove_instance(&dead[0]).await.unwrap());
        assert!(
            !store
                .keep_watch(&lease, "late", &[notice("n1")])
                .await
                .unwrap()
        );
        let (taken, kept) = store.claim_watch("fleet", &other).await.unwrap().unwrap();
        assert_eq!(kept, "usual");
        assert!(
            !store
                .keep_watch(&lease, "late", &[notice("n1")])
                .await
                .unwrap()
        );
        store.release_watch(&lease).await.unwrap();
        assert!(
            store
                .keep_watch(&taken, "more", &[notice("n2")])
                .await
                .unwrap()
        );
        let told = store.claim_notices("chat", now(), now(), 9).await.unwrap();
        let told: Vec<_> = told.into_iter().map(|notice| notice.id).collect();
        assert_eq!(told, ["n2"]);
    })
    .await;
}
