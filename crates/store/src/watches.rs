//! Who watches a connection, and what its watch knows.

use crate::{
    InstanceId, NewNotice, Store, StoreError,
    database::{Sql, read_with, transaction, write_with},
    outbox::add_notices,
};

/// A connection is watched by an instance, as long as nobody has taken it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchLease {
    /// The connection.
    pub connection: String,
    owner: InstanceId,
    epoch: i64,
}

const ADD: Sql =
    Sql::same("INSERT INTO watch (connection) VALUES ($1) ON CONFLICT (connection) DO NOTHING");

/// Takes it where nobody has it, where its owner is gone, or where this instance had it and nobody works on it.
const CLAIM: Sql = Sql::same(
    "UPDATE watch SET owner = $2, epoch = epoch + 1 WHERE connection = $1 \
     AND (owner IS NULL OR owner = $2 OR owner NOT IN (SELECT id FROM instance)) \
     RETURNING epoch, kept",
);

const RELEASE: Sql =
    Sql::same("UPDATE watch SET owner = NULL WHERE connection = $1 AND owner = $2 AND epoch = $3");

const KEEP: Sql = Sql::same(
    "UPDATE watch SET kept = $4 WHERE connection = $1 AND owner = $2 AND epoch = $3 \
     AND owner IN (SELECT id FROM instance)",
);

const KEPT: Sql = Sql::same("SELECT kept FROM watch WHERE connection = $1");

impl Store {
    /// Has an instance watch a connection that no living instance watches. Returns what the watch before has kept, which is
    /// empty at first; or `None` where another instance watches.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn claim_watch(
        &self,
        connection: &str,
        instance: &InstanceId,
    ) -> Result<Option<(WatchLease, String)>, StoreError> {
        let claimed: Option<(i64, String)> = transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(ADD))
                .bind(connection)
                .execute(&mut *transaction)
                .await?;
            sqlx::query_as(sql(CLAIM))
                .bind(connection)
                .bind(&instance.0)
                .fetch_optional(&mut *transaction)
                .await?
        })?;
        Ok(claimed.map(|(epoch, kept)| {
            let lease = WatchLease {
                connection: connection.to_owned(),
                owner: instance.clone(),
                epoch,
            };
            (lease, kept)
        }))
    }

    /// Keeps what a watch knows, and adds notices of what it has noticed: both or neither. Returns `false` where the
    /// connection is another instance's by now.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep_watch(
        &self,
        lease: &WatchLease,
        kept: &str,
        notices: &[NewNotice],
    ) -> Result<bool, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            let written = sqlx::query(sql(KEEP))
                .bind(&lease.connection)
                .bind(&lease.owner.0)
                .bind(lease.epoch)
                .bind(kept)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if written == 0 {
                return Ok(false);
            }
            add_notices!(transaction, sql, notices);
            true
        })
    }

    /// Leaves a connection to other instances, or to the next start.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn release_watch(&self, lease: &WatchLease) -> Result<(), StoreError> {
        write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(RELEASE))
                .bind(&lease.connection)
                .bind(&lease.owner.0)
                .bind(lease.epoch)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Returns what the watch of a connection has kept last, or `None` where there was none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn kept_watch(&self, connection: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(KEPT))
                .bind(connection)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(|(kept,)| kept))
    }
}
