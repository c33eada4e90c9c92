//! The programs that use a store, and which of them live.

use std::fmt;

use countermand_core_model::Timestamp;

use crate::{
    Store, StoreError, StoreErrorKind,
    database::{Sql, read_with, transaction, write_with},
};

/// The id of a program that uses the store, from its start to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(pub(crate) String);

impl InstanceId {
    fn random() -> Result<Self, StoreError> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes).map_err(|error| {
            let what = format!("the system gives no random numbers: {error}");
            StoreError::new(StoreErrorKind::Unavailable, what)
        })?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An instance, and how often it said that it lives. Whoever watches it decides by its own clock whether it died: no
/// two clocks are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Counts on as long as it lives.
    pub beat: i64,
}

const ADD: Sql =
    Sql::same("INSERT INTO instance (id, program, begun_at, beat) VALUES ($1, $2, $3, 1)");

const BEAT: Sql = Sql::same("UPDATE instance SET beat = beat + 1 WHERE id = $1");

const ALL: Sql = Sql::same("SELECT id, beat FROM instance ORDER BY id");

const REMOVE: Sql = Sql::same("DELETE FROM instance WHERE id = $1 AND beat = $2");

const REMOVE_ALL: Sql = Sql::same("DELETE FROM instance");

/// The next owner's epoch is a later one, so what the one before still writes is refused.
const DISOWN: Sql = Sql::same("UPDATE run SET owner = NULL, epoch = epoch + 1 WHERE owner = $1");

const DISOWN_ALL: Sql =
    Sql::same("UPDATE run SET owner = NULL, epoch = epoch + 1 WHERE owner IS NOT NULL");

impl Store {
    /// Adds this program to the instances, at `now`. Where only one can use the store, those before it are gone, and
    /// their runs have no owner.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn register(&self, program: &str, now: Timestamp) -> Result<InstanceId, StoreError> {
        let id = InstanceId::random()?;
        transaction!(&*self.database, |transaction, sql| {
            if self.is_exclusive() {
                sqlx::query(sql(REMOVE_ALL))
                    .execute(&mut *transaction)
                    .await?;
                sqlx::query(sql(DISOWN_ALL))
                    .execute(&mut *transaction)
                    .await?;
            }
            sqlx::query(sql(ADD))
                .bind(&id.0)
                .bind(program)
                .bind(now.as_millis())
                .execute(&mut *transaction)
                .await?;
        })?;
        Ok(id)
    }

    /// Says that an instance lives. Returns `false` where the others took it for dead: its runs are theirs.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn beat(&self, id: &InstanceId) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(BEAT))
                .bind(&id.0)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(done == 1)
    }

    /// Returns the instances.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn instances(&self) -> Result<Vec<Instance>, StoreError> {
        let rows: Vec<(String, i64)> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(ALL)).fetch_all(pool).await?
        });
        let instances = rows.into_iter().map(|(id, beat)| Instance {
            id: InstanceId(id),
            beat,
        });
        Ok(instances.collect())
    }

    /// Removes an instance, unless it has said since that it lives. Its runs have no owner then. Returns whether it was
    /// removed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_instance(&self, seen: &Instance) -> Result<bool, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            let removed = sqlx::query(sql(REMOVE))
                .bind(&seen.id.0)
                .bind(seen.beat)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if removed == 0 {
                return Ok(false);
            }
            sqlx::query(sql(DISOWN))
                .bind(&seen.id.0)
                .execute(&mut *transaction)
                .await?;
            true
        })
    }
}
