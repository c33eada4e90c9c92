//! The clock of the simulator, real or stepped.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::config::ClockMode;

/// Milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Clock {
    start_ms: i64,
    /// None for a stepped clock.
    running_since: Option<Instant>,
    stepped_ms: AtomicI64,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode) -> Self {
        let (start_ms, running_since) = match mode {
            ClockMode::Manual { start_ms } => (start_ms, None),
            ClockMode::Real => {
                let since_1970 = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                let start_ms = i64::try_from(since_1970.as_millis()).unwrap_or(0);
                (start_ms, Some(Instant::now()))
            }
        };
        Self {
            start_ms,
            running_since,
            stepped_ms: AtomicI64::new(0),
        }
    }

    pub(crate) fn start_ms(&self) -> i64 {
        self.start_ms
    }

    pub(crate) fn is_manual(&self) -> bool {
        self.running_since.is_none()
    }

    pub(crate) fn now_ms(&self) -> i64 {
        let run = self.running_since.map_or(0, |since| {
            i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX)
        });
        self.start_ms
            .saturating_add(run)
            .saturating_add(self.stepped_ms.load(Ordering::SeqCst))
    }

    /// Jumps forward; a real clock goes on running from there.
    pub(crate) fn advance(&self, ms: u32) -> i64 {
        self.stepped_ms.fetch_add(i64::from(ms), Ordering::SeqCst);
        self.now_ms()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_it_is_told_to() {
        let clock = Clock::new(ClockMode::Manual { start_ms: 1_000 });
        assert_eq!(clock.now_ms(), 1_000);
        assert_eq!(clock.advance(250), 1_250);
        assert_eq!(clock.now_ms(), 1_250);
    }
}
