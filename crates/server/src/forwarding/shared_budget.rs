//! The budget of a connection whose requests several instances send.

use std::time::Duration;

use countermand_store::{LeasedTokens, Pauses, Store, StoreError, TokenRequest};
use countermand_transport::{BoxFuture, RateLimit, RequestClass, Share, TokenLease, TokenLender};

/// After how long a store that does not answer is asked again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Leases tokens of the store. While it does not answer there are none: nothing leaves that others may have sent.
pub(super) struct StoreLender {
    store: Store,
    connection: String,
    interval: Duration,
    burst: u32,
}

impl StoreLender {
    pub(super) fn new(store: Store, connection: String, limit: RateLimit) -> Self {
        Self {
            store,
            connection,
            interval: Duration::from_secs(3_600) / limit.per_hour.get(),
            burst: limit.burst.get(),
        }
    }
}

impl StoreLender {
    fn warn(&self, error: &StoreError, what: &str) {
        tracing::warn!(
            target: "countermand_server::forwarding",
            connection = self.connection,
            error = error as &dyn std::error::Error,
            "{what}"
        );
    }
}

impl TokenLender for StoreLender {
    fn lease(&self, tokens: u32, share: Share) -> BoxFuture<'_, TokenLease> {
        let request = TokenRequest {
            tokens,
            reserve: share.left_for_others(self.burst),
            interval: self.interval,
            burst: self.burst,
        };
        Box::pin(async move {
            let leased = self.store.lease_tokens(&self.connection, &request).await;
            match leased {
                Ok(LeasedTokens {
                    tokens,
                    wait,
                    pauses: Pauses { reads, cancels },
                    ..
                }) => TokenLease {
                    tokens,
                    wait,
                    pauses: [reads, cancels],
                },
                Err(error) => {
                    self.warn(
                        &error,
                        "the shared budget of requests cannot be used: nothing is sent",
                    );
                    TokenLease {
                        tokens: 0,
                        wait: AGAIN_AFTER,
                        pauses: [Duration::ZERO; 2],
                    }
                }
            }
        })
    }

    fn pause(&self, class: RequestClass, pause: Duration) -> BoxFuture<'_, ()> {
        let mut pauses = Pauses::default();
        match class {
            RequestClass::Read => pauses.reads = pause,
            RequestClass::Cancel => pauses.cancels = pause,
        }
        Box::pin(async move {
            if let Err(error) = self.store.pause_budget(&self.connection, pauses).await {
                self.warn(
                    &error,
                    "other instances do not learn that the provider asks to wait",
                );
            }
        })
    }
}
