//! Budgets of requests that instances share.

use std::time::Duration;

use countermand_store::{LeasedTokens, Pauses, TokenRequest};

use crate::databases::in_both;

const HOUR: Duration = Duration::from_secs(3_600);

fn wants(tokens: u32) -> TokenRequest {
    TokenRequest {
        tokens,
        reserve: 0,
        interval: HOUR,
        burst: 25,
    }
}

#[tokio::test]
async fn instances_that_ask_at_once_get_no_more_than_there_is() {
    in_both(|store| async move {
        let ask = |_| {
            let store = store.clone();
            tokio::spawn(
                async move { store.lease_tokens("fleet", &wants(3)).await.unwrap().tokens },
            )
        };
        let mut given = 0;
        for asked in (0..20).map(ask).collect::<Vec<_>>() {
            given += asked.await.unwrap();
        }
        assert_eq!(given, 25);
        let LeasedTokens { tokens, wait, .. } =
            store.lease_tokens("fleet", &wants(1)).await.unwrap();
        assert_eq!(tokens, 0);
        assert!(wait > HOUR * 9 / 10 && wait <= HOUR, "{wait:?}");
        let elsewhere = store.lease_tokens("wind", &wants(1)).await.unwrap();
        assert_eq!(elsewhere.tokens, 1, "each connection has its own");
    })
    .await;
}

#[tokio::test]
async fn a_pause_holds_for_all_and_no_later_one_ends_it() {
    in_both(|store| async move {
        let pauses = async |connection| {
            let leased = store.lease_tokens(connection, &wants(1)).await.unwrap();
            leased.pauses
        };
        assert_eq!(pauses("fleet").await, Pauses::default());
        let long = Pauses {
            reads: Duration::ZERO,
            cancels: HOUR,
        };
        let short = Pauses {
            reads: HOUR / 2,
            cancels: HOUR / 2,
        };
        for pause in [long, short] {
            store.pause_budget("fleet", pause).await.unwrap();
        }
        let now = pauses("fleet").await;
        assert!(now.reads > HOUR / 3 && now.reads <= HOUR / 2, "{now:?}");
        assert!(now.cancels > HOUR / 2 && now.cancels <= HOUR, "{now:?}");
        assert_eq!(pauses("wind").await, Pauses::default());
        let for_ever = Pauses {
            reads: Duration::MAX,
            cancels: Duration::MAX,
        };
        store.pause_budget("fleet", for_ever).await.unwrap();
        let now = pauses("fleet").await;
        assert!(
            now.reads <= HOUR * 24 && now.cancels <= HOUR * 24,
            "{now:?}"
        );
    })
    .await;
}
