//! Time by tokio.

use std::time::{Duration, SystemTime};

use countermand_core_model::Timestamp;
use tokio::time::Instant;

use super::clock::{Timer, wall_clock};
use crate::BoxFuture;

/// The machine's clocks; waits by tokio, so it is to be awaited within a tokio runtime.
///
/// Under tokio's paused time, [`monotonic`](Timer::monotonic) and the waits follow that.
#[derive(Clone, Debug)]
pub struct TokioTimer {
    start: Instant,
}

impl TokioTimer {
    /// Its monotonic clock starts at zero now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for TokioTimer {
    fn default() -> Self {
        Self::new()
    }
}

impl Timer for TokioTimer {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        wall_clock(i64::try_from(since_epoch.as_millis()).unwrap_or(0))
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // Inside the block, so that a timer can be made to wait before the runtime runs.
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
