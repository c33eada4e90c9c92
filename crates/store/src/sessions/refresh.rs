//! Sessions whose groups are read again at their issuer, by one instance at a time.

use std::{fmt, time::Duration};

use countermand_core_model::Timestamp;

use crate::{
    Store, StoreError,
    columns::millis,
    database::{Sql, write_with},
};

/// What the groups of a session are read again with.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRefresh {
    /// The issuer's refresh token, sealed by the caller.
    pub sealed_token: Vec<u8>,
    /// When the groups were read.
    pub read_at: Timestamp,
    /// Until then somebody reads them.
    pub claimed_until: Timestamp,
    /// They are not read again before that.
    pub retry_at: Timestamp,
}

impl fmt::Debug for SessionRefresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRefresh")
            .field("read_at", &self.read_at)
            .field("claimed_until", &self.claimed_until)
            .field("retry_at", &self.retry_at)
            .finish_non_exhaustive()
    }
}

/// The right to read the groups of a session again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshClaim {
    token_sha256: Vec<u8>,
    until: Timestamp,
}

/// A claim that ends later than one that begins now is by a clock that was set back.
const CLAIM: Sql = Sql::same(
    "UPDATE session SET refresh_claimed_until = $4 WHERE token_sha256 = $1 AND refreshed_at = $2 \
     AND (refresh_claimed_until <= $3 OR refresh_claimed_until > $4)",
);

const END: Sql = Sql::same(
    "UPDATE session SET groups = $3, refresh_token = $4, refreshed_at = $5, refresh_retry_at = $6, \
     refresh_claimed_until = 0 WHERE token_sha256 = $1 AND refresh_claimed_until = $2",
);

impl Store {
    /// Claims to read the groups of a session again, which were read at `read_at`, from `now` on for `patience`. `None`
    /// where somebody else does, or has.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn claim_refresh(
        &self,
        token_sha256: &[u8],
        read_at: Timestamp,
        now: Timestamp,
        patience: Duration,
    ) -> Result<Option<RefreshClaim>, StoreError> {
        let until = now.as_millis().saturating_add(millis(patience));
        let until = Timestamp::from_millis(until).unwrap_or(now);
        let claimed = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(CLAIM))
                .bind(token_sha256)
                .bind(read_at.as_millis())
                .bind(now.as_millis())
                .bind(until.as_millis());
            query.execute(pool).await?.rows_affected()
        });
        Ok((claimed == 1).then(|| RefreshClaim {
            token_sha256: token_sha256.to_vec(),
            until,
        }))
    }

    /// Says what became of a claim, and gives it up. Returns whether it still held; where it did not, nothing changes.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_refresh(
        &self,
        claim: &RefreshClaim,
        groups: &str,
        refresh: &SessionRefresh,
    ) -> Result<bool, StoreError> {
        let ended = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(END))
                .bind(&claim.token_sha256)
                .bind(claim.until.as_millis())
                .bind(groups)
                .bind(&refresh.sealed_token)
                .bind(refresh.read_at.as_millis())
                .bind(refresh.retry_at.as_millis());
            query.execute(pool).await?.rows_affected()
        });
        Ok(ended == 1)
    }
}
