//! The clock of the layers.

use std::{sync::Arc, time::Duration};

use countermand_core_model::Timestamp;

use crate::BoxFuture;

/// A clock that can wait.
pub trait Timer: Send + Sync + 'static {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// Time since some fixed point: never goes back.
    fn monotonic(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Any timer, cheap to clone.
pub type SharedTimer = Arc<dyn Timer>;

/// A wall clock outside the years that a [`Timestamp`] has is not set: it reads as the epoch.
#[cfg(any(
    all(feature = "fetch", target_arch = "wasm32"),
    all(feature = "tokio", not(target_arch = "wasm32"))
))]
pub(super) fn wall_clock(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap_or_else(|| wall_clock(0))
}
