//! The outbox: notices that wait until each of their destinations has taken them.
//!
//! Whoever takes a notice has it until a time that they say. Where they are gone by then, somebody else takes it, under
//! the same id: each is delivered at least once.

use countermand_core_model::Timestamp;

use crate::{
    Store, StoreError,
    columns::{count, number, time},
    database::{Sql, read_with, transaction, write_with},
};

/// A notice for one destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// The notice's id, the same for each of its destinations. Added again under this id it is nothing new.
    pub id: String,
    /// Where it is to go, by the configuration's name.
    pub destination: String,
    /// What it says.
    pub body: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// A notice that is to be delivered now by whoever took it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The notice's id, the same at each attempt.
    pub id: String,
    /// Where it is to go.
    pub destination: String,
    /// What it says.
    pub body: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The number of this attempt, from 1.
    pub attempt: u64,
}

/// A notice that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// The notice's id.
    pub id: String,
    /// Where it should have gone.
    pub destination: String,
    /// Why the last attempt failed; `None` where there was none.
    pub last_error: Option<String>,
}

/// How many rows are removed at a time.
const REMOVED_AT_ONCE: i64 = 1_000;

pub(crate) const ADD: Sql = Sql::same(
    "INSERT INTO outbox (id, destination, body, made_at, state, attempts, next_at) \
     VALUES ($1, $2, $3, $4, 'waiting', 0, $4) ON CONFLICT (id, destination) DO NOTHING",
);

/// Whether there is anything to take: only whoever finds something writes.
const IS_DUE: Sql = Sql::same(
    "SELECT id FROM outbox WHERE destination = $1 AND state = 'waiting' AND next_at <= $2 LIMIT 1",
);

const CLAIM: Sql = Sql {
    sqlite: "UPDATE outbox SET attempts = attempts + 1, next_at = $3 \
             WHERE destination = $1 AND id IN (SELECT id FROM outbox \
             WHERE destination = $1 AND state = 'waiting' AND next_at <= $2 ORDER BY next_at, id LIMIT $4) \
             RETURNING id, body, made_at, attempts",
    postgres: "UPDATE outbox SET attempts = attempts + 1, next_at = $3 \
               WHERE destination = $1 AND id = ANY (ARRAY(SELECT id FROM outbox \
               WHERE destination = $1 AND state = 'waiting' AND next_at <= $2 ORDER BY next_at, id LIMIT $4 \
               FOR UPDATE SKIP LOCKED)) \
               RETURNING id, body, made_at, attempts",
};

const DELIVERED: Sql = Sql::same(
    "UPDATE outbox SET state = 'delivered', ended_at = $3, last_error = NULL \
     WHERE id = $1 AND destination = $2 AND state <> 'delivered'",
);

const FAILED: Sql = Sql::same(
    "UPDATE outbox SET next_at = $4, last_error = $5 \
     WHERE id = $1 AND destination = $2 AND attempts = $3 AND state = 'waiting'",
);

const GIVE_UP: Sql = Sql::same(
    "UPDATE outbox SET state = 'given_up', ended_at = $2 WHERE state = 'waiting' AND made_at <= $1 \
     RETURNING id, destination, last_error",
);

const REMOVE: Sql = Sql::same(
    "DELETE FROM outbox WHERE (id, destination) IN \
     (SELECT id, destination FROM outbox WHERE ended_at <= $1 LIMIT $2)",
);

/// Adds notices in a transaction.
macro_rules! add_notices {
    ($transaction:ident, $sql:ident, $notices:expr) => {
        for notice in $notices {
            sqlx::query($sql($crate::outbox::ADD))
                .bind(&notice.id)
                .bind(&notice.destination)
                .bind(&notice.body)
                .bind(notice.made_at.as_millis())
                .execute(&mut *$transaction)
                .await?;
        }
    };
}

pub(crate) use add_notices;

impl Store {
    /// Adds notices, all or none. Those that were added before stay as they are.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn add_notices(&self, notices: &[NewNotice]) -> Result<(), StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            add_notices!(transaction, sql, notices);
        })
    }

    /// Takes notices for a destination that are due at `now`, at most `most`, the oldest first. Nobody else takes them
    /// before `until`.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn claim_notices(
        &self,
        destination: &str,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let now = now.as_millis();
        let due: Option<(String,)> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(IS_DUE)).bind(destination).bind(now);
            query.fetch_optional(pool).await?
        });
        if due.is_none() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, i64, i64)> = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(CLAIM))
                .bind(destination)
                .bind(now)
                .bind(until.as_millis())
                .bind(i64::from(most));
            query.fetch_all(pool).await?
        });
        let claimed = rows.into_iter().map(|(id, body, made_at, attempts)| {
            Ok(Delivery {
                id,
                destination: destination.to_owned(),
                body,
                made_at: time(made_at)?,
                attempt: count(attempts)?,
            })
        });
        let mut claimed = claimed.collect::<Result<Vec<_>, StoreError>>()?;
        claimed.sort_by(|one, other| (one.made_at, &one.id).cmp(&(other.made_at, &other.id)));
        Ok(claimed)
    }

    /// Says that a destination has taken a notice. Returns `false` where that was known.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn notice_delivered(
        &self,
        delivery: &Delivery,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(DELIVERED))
                .bind(&delivery.id)
                .bind(&delivery.destination)
                .bind(at.as_millis());
            query.execute(pool).await?.rows_affected()
        });
        Ok(done == 1)
    }

    /// Says why an attempt failed, and when the next one is due. Returns `false` where somebody else has the notice by
    /// now, or it is over.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn notice_failed(
        &self,
        delivery: &Delivery,
        next_at: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError> {
        let attempt = number(delivery.attempt)?;
        let done = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(FAILED))
                .bind(&delivery.id)
                .bind(&delivery.destination)
                .bind(attempt)
                .bind(next_at.as_millis())
                .bind(error);
            query.execute(pool).await?.rows_affected()
        });
        Ok(done == 1)
    }

    /// Gives up at `now` what waits and was made at `made_before` or earlier, and returns it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn give_up_notices(
        &self,
        made_before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<GivenUp>, StoreError> {
        let rows: Vec<(String, String, Option<String>)> =
            write_with!(&*self.database, |pool, sql| {
                let query = sqlx::query_as(sql(GIVE_UP))
                    .bind(made_before.as_millis())
                    .bind(now.as_millis());
                query.fetch_all(pool).await?
            });
        let given_up = rows
            .into_iter()
            .map(|(id, destination, last_error)| GivenUp {
                id,
                destination,
                last_error,
            });
        Ok(given_up.collect())
    }

    /// Removes some of the notices that were delivered or given up at `ended_before` or earlier. Returns how many; it may
    /// be called again until that is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_notices(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let removed = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(REMOVE))
                .bind(ended_before.as_millis())
                .bind(REMOVED_AT_ONCE);
            query.execute(pool).await?.rows_affected()
        });
        Ok(removed)
    }
}
