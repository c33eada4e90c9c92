//! Time, injected: the same layers run natively, in the browser and in tests.

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
