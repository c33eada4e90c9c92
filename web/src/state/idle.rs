//! When nobody has touched the page for too long, it locks.

use countermand_core_model::Timestamp;

/// After so long without a touch the page locks.
pub const LIMIT_MS: i64 = 15 * 60 * 1_000;

/// Is it time to lock? A run that goes on is not interrupted.
pub fn must_lock(last_touch: Timestamp, now: Timestamp, run_goes_on: bool) -> bool {
    !run_goes_on && now.as_millis() - last_touch.as_millis() >= LIMIT_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::at;

    #[test]
    fn locks_after_fifteen_minutes_and_not_in_a_run() {
        assert!(!must_lock(at(0), at(899), false));
        assert!(must_lock(at(0), at(900), false));
        assert!(!must_lock(at(0), at(9_000), true));
    }
}
