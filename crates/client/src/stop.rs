//! Stopping a run: nothing more is sent, what was sent is still read again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Stops a run. Clones stop the same run.
#[derive(Clone, Debug, Default)]
pub struct StopHandle(Arc<AtomicBool>);

impl StopHandle {
    /// A handle that has not stopped anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No further cancel is sent. What was sent is still read again.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Was it stopped?
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
