//! Budgets of requests that instances share.

use std::time::Duration;

use countermand_store::TokenRequest;

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
            tokio::spawn(async move { store.lease_tokens("fleet", &wants(3)).await.unwrap().0 })
        };
        let mut given = 0;
        for asked in (0..20).map(ask).collect::<Vec<_>>() {
            given += asked.await.unwrap();
        }
        assert_eq!(given, 25);
        let (tokens, wait) = store.lease_tokens("fleet", &wants(1)).await.unwrap();
        assert_eq!(tokens, 0);
        assert!(wait > HOUR * 9 / 10 && wait <= HOUR, "{wait:?}");
        let (elsewhere, _) = store.lease_tokens("wind", &wants(1)).await.unwrap();
        assert_eq!(elsewhere, 1, "each connection has its own");
    })
    .await;
}
