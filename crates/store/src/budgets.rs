//! The budgets of requests that instances share.

use std::time::Duration;

use crate::{
    Store, StoreError,
    database::{Sql, transaction},
};

/// What an instance wants of a connection's budget. Tokens come back one by one, each after an interval.
#[derive(Clone, Copy, Debug)]
pub struct TokenRequest {
    /// How many tokens at most.
    pub tokens: u32,
    /// How many are left to others of those that can be given out at once.
    pub reserve: u32,
    /// The time in which one token comes back; at least a microsecond counts.
    pub interval: Duration,
    /// How many tokens there are when all are back.
    pub burst: u32,
}

/// What an instance gets of a connection's budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeasedTokens {
    /// How many tokens; may be none.
    pub tokens: u32,
    /// Where there is none: after how long the next one is.
    pub wait: Duration,
    /// For how long the provider asked some instance to send nothing.
    pub pauses: Pauses,
}

/// For how long nothing is sent because the provider asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    /// No reads.
    pub reads: Duration,
    /// No cancels.
    pub cancels: Duration,
}

/// The longest pause. What is longer was written by a clock that was set back.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3_600);

const ADD: Sql = Sql::same(
    "INSERT INTO request_budget (connection, full_at) VALUES ($1, 0) ON CONFLICT (connection) DO NOTHING",
);

/// By one clock for all instances.
const FIND: Sql = Sql {
    sqlite: "SELECT full_at, reads_paused_until, cancels_paused_until, \
             CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER) \
             FROM request_budget WHERE connection = $1",
    postgres: "SELECT full_at, reads_paused_until, cancels_paused_until, \
               CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) \
               FROM request_budget WHERE connection = $1 FOR UPDATE",
};

const SET: Sql = Sql::same("UPDATE request_budget SET full_at = $2 WHERE connection = $1");

const PAUSE: Sql = Sql::same(
    "UPDATE request_budget SET reads_paused_until = $2, cancels_paused_until = $3 WHERE connection = $1",
);

impl Store {
    /// Takes tokens of a connection's budget: as many as are wanted and there.
    ///
    /// # Errors
    /// When the store cannot be written. Whether tokens were taken is not known.
    pub async fn lease_tokens(
        &self,
        connection: &str,
        request: &TokenRequest,
    ) -> Result<LeasedTokens, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(ADD))
                .bind(connection)
                .execute(&mut *transaction)
                .await?;
            let (full_at, reads, cancels, now): (i64, i64, i64, i64) = sqlx::query_as(sql(FIND))
                .bind(connection)
                .fetch_one(&mut *transaction)
                .await?;
            let (tokens, wait, full_at) = request.granted(full_at, now);
            if tokens > 0 {
                sqlx::query(sql(SET))
                    .bind(connection)
                    .bind(full_at)
                    .execute(&mut *transaction)
                    .await?;
            }
            let pauses = Pauses {
                reads: until(reads, now),
                cancels: until(cancels, now),
            };
            LeasedTokens {
                tokens,
                wait,
                pauses,
            }
        })
    }

    /// Has every instance pause that leases tokens from here on: at least as long as this, and as was asked for before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn pause_budget(&self, connection: &str, pauses: Pauses) -> Result<(), StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(ADD))
                .bind(connection)
                .execute(&mut *transaction)
                .await?;
            let (_, reads, cancels, now): (i64, i64, i64, i64) = sqlx::query_as(sql(FIND))
                .bind(connection)
                .fetch_one(&mut *transaction)
                .await?;
            let at_least = |before, pause: Duration| {
                let pause = pause.min(LONGEST_PAUSE).max(until(before, now));
                now.saturating_add(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX))
            };
            sqlx::query(sql(PAUSE))
                .bind(connection)
                .bind(at_least(reads, pauses.reads))
                .bind(at_least(cancels, pauses.cancels))
                .execute(&mut *transaction)
                .await?;
        })
    }
}

/// Returns how long it is from `now` until then.
fn until(then: i64, now: i64) -> Duration {
    let micros = u64::try_from(then.saturating_sub(now)).unwrap_or_default();
    Duration::from_micros(micros).min(LONGEST_PAUSE)
}

impl TokenRequest {
    /// Returns how many tokens there are at `now` for this, after how long the next one is, and when all are back then.
    fn granted(&self, full_at: i64, now: i64) -> (u32, Duration, i64) {
        let interval = i64::try_from(self.interval.as_nanos().div_ceil(1_000)).unwrap_or(i64::MAX);
        let interval = interval.max(1);
        let all = interval.saturating_mul(self.burst.into());
        // After the clock was set back, no more than all of them are away.
        let full_at = full_at.clamp(now, now.saturating_add(all));
        let headroom = i64::from(self.burst) - 1 - i64::from(self.reserve);
        let latest = now.saturating_add(interval.saturating_mul(headroom));
        let there = match latest.checked_sub(full_at) {
            Some(room) if room >= 0 => room / interval + 1,
            _ => 0,
        };
        let tokens = u32::try_from(there).unwrap_or(u32::MAX).min(self.tokens);
        let wait = u64::try_from(full_at.saturating_sub(latest)).unwrap_or_default();
        let wait = match tokens {
            0 => Duration::from_micros(wait),
            _ => Duration::ZERO,
        };
        let full_at = full_at.saturating_add(interval.saturating_mul(tokens.into()));
        (tokens, wait, full_at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: i64 = 1_000_000;

    fn wants(tokens: u32, reserve: u32) -> TokenRequest {
        TokenRequest {
            tokens,
            reserve,
            interval: Duration::from_secs(1),
            burst: 10,
        }
    }

    #[test]
    fn what_is_there_is_given_and_what_is_reserved_is_not() {
        let now = 1_000 * SECOND;
        assert_eq!(
            wants(4, 0).granted(0, now),
            (4, Duration::ZERO, now + 4 * SECOND)
        );
        assert_eq!(wants(99, 0).granted(0, now).0, 10);
        assert_eq!(wants(99, 5).granted(0, now).0, 5);
        let (tokens, wait, _) = wants(1, 5).granted(now + 5 * SECOND, now);
        assert_eq!((tokens, wait), (0, Duration::from_secs(1)));
        let (tokens, wait, _) = wants(1, 0).granted(now + 10 * SECOND, now);
        assert_eq!((tokens, wait), (0, Duration::from_secs(1)));
        // The clock was set back by an hour: all tokens are back after ten intervals.
        let set_back = now - 3_600 * SECOND;
        assert_eq!(wants(1, 0).granted(now, set_back).1, Duration::from_secs(1));
    }

    proptest! {
        /// Whoever asks when and for how much: in no time more is given than the burst and what came back.
        #[test]
        fn never_more_than_was_agreed(
            asked in prop::collection::vec((0_u32..30, 0_u32..6, 0_i64..3_000_000), 1..60),
        ) {
            let (mut full_at, mut now, mut given) = (0, 1_000 * SECOND, 0_i64);
            let began = now;
            for (tokens, reserve, later) in asked {
                now += later;
                let (granted, _, then) = wants(tokens, reserve).granted(full_at, now);
                full_at = if granted > 0 { then } else { full_at };
                given += i64::from(granted);
                prop_assert!(given <= 10 + (now - began) / SECOND, "{given} at {now}");
            }
        }
    }
}
