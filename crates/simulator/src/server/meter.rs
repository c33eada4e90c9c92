//! The limit of requests of Applivery: some an hour, evenly, and a number of them at once after a pause.

use crate::options::RequestLimit;

const HOUR_US: i64 = 3_600_000_000;

/// The requests that were let through, kept as the time at which the limit is not felt any more. In microseconds since
/// 1970.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    full_at_us: i64,
}

impl Meter {
    /// Lets a request through, or says after how many milliseconds one would be.
    pub(crate) fn pass(&mut self, limit: &RequestLimit, now_ms: i64) -> Result<(), i64> {
        let now_us = now_ms.saturating_mul(1_000);
        let interval_us = HOUR_US / i64::from(limit.per_hour.max(1));
        let headroom_us = interval_us.saturating_mul(i64::from(limit.burst.max(1)) - 1);
        let wait_us = self.full_at_us - headroom_us - now_us;
        if wait_us > 0 {
            return Err((wait_us + 999) / 1_000);
        }
        self.full_at_us = self.full_at_us.max(now_us) + interval_us;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_evenly() {
        let limit = RequestLimit {
            per_hour: 3_600,
            burst: 3,
        };
        let mut meter = Meter::default();
        let start_ms = 1_772_352_000_000;
        let passed = (0..9).map_while(|_| meter.pass(&limit, start_ms).ok());
        assert_eq!(passed.count(), 3);
        assert_eq!(meter.pass(&limit, start_ms + 400), Err(600));
        assert_eq!(meter.pass(&limit, start_ms + 1_000), Ok(()));
        assert_eq!(meter.pass(&limit, start_ms + 1_000), Err(1_000));
    }
}
