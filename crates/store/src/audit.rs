//! The audit of all instances: lines in the order in which they were committed.

use countermand_core_model::Timestamp;

use crate::{
    JournalPart, NewNotice, Store, StoreError,
    columns::{count, number},
    database::{Sql, read_with, transaction, write_with},
    outbox::add_notices,
};

/// Where the audit ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditHead {
    /// How many lines were ever added: the number of the last one.
    pub lines: u64,
    /// The hash of the last one, in words of the caller's. Empty before the first.
    pub last_sha256: String,
    /// Whether the last line is a checkpoint.
    pub ends_in_checkpoint: bool,
}

/// Lines to be added behind a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLines {
    /// How many these are, at least one.
    pub lines: u64,
    /// The lines, each with its line feed.
    pub bytes: Vec<u8>,
    /// The hash of the last one.
    pub last_sha256: String,
    /// The note of the first line, where that is a checkpoint.
    pub checkpoint: Option<String>,
    /// What tells of them, added together with them.
    pub notices: Vec<NewNotice>,
}

/// No instance adds lines between this and the end of the transaction.
const LOCK_HEAD: Sql = Sql {
    sqlite: "SELECT lines, last_sha256, ends_in_checkpoint FROM audit_head WHERE id = 1",
    postgres: "SELECT lines, last_sha256, ends_in_checkpoint FROM audit_head WHERE id = 1 FOR UPDATE",
};

const ADD: Sql = Sql::same(
    "INSERT INTO audit (first_line, lines, at, batch, last_sha256, checkpoint, bytes) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (batch) DO NOTHING",
);

const MOVE_HEAD: Sql = Sql::same(
    "UPDATE audit_head SET lines = $1, last_sha256 = $2, ends_in_checkpoint = $3 WHERE id = 1",
);

/// From the part that holds line $1 on.
const PARTS: Sql = Sql::same(
    "SELECT first_line, lines, bytes FROM audit WHERE first_line >= COALESCE( \
     (SELECT max(first_line) FROM audit WHERE first_line <= $1), 0) \
     ORDER BY first_line LIMIT $2",
);

/// The last checkpoint before which every line is older than $1.
const OLD_UP_TO: Sql = Sql::same(
    "SELECT max(first_line) FROM audit WHERE checkpoint IS NOT NULL AND at < $1 \
     AND first_line < COALESCE((SELECT min(first_line) FROM audit WHERE at >= $1), $2) \
     AND first_line > (SELECT min(first_line) FROM audit)",
);

const REMOVE: Sql = Sql::same("DELETE FROM audit WHERE first_line < $1");

const CHECKPOINTS: Sql = Sql::same(
    "SELECT checkpoint FROM audit WHERE checkpoint IS NOT NULL AND first_line > $1 \
     ORDER BY first_line LIMIT 1000",
);

impl Store {
    /// Adds the lines that `build` makes for where the audit ends, as the batch of this name, at `at`. Returns how many
    /// lines the audit has then, or `None` where `build` made none. No instance adds any meanwhile.
    ///
    /// The lines are durable when this returns. After an error it may be called again with the same batch, whether or
    /// not its lines were added: they are in the audit once.
    ///
    /// # Errors
    /// When the store cannot be written. Whether they were added is not known.
    pub async fn append_audit(
        &self,
        batch: &[u8],
        at: Timestamp,
        build: &(dyn Fn(&AuditHead) -> Option<NewLines> + Send + Sync),
    ) -> Result<Option<u64>, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            let (lines, last_sha256, is_checkpoint): (i64, String, i64) =
                sqlx::query_as(sql(LOCK_HEAD))
                    .fetch_one(&mut *transaction)
                    .await?;
            let head = AuditHead {
                lines: count(lines)?,
                last_sha256,
                ends_in_checkpoint: is_checkpoint != 0,
            };
            let Some(new) = build(&head) else {
                return Ok(None);
            };
            let end = lines.saturating_add(number(new.lines)?);
            let added = sqlx::query(sql(ADD))
                .bind(lines + 1)
                .bind(number(new.lines)?)
                .bind(at.as_millis())
                .bind(batch)
                .bind(&new.last_sha256)
                .bind(new.checkpoint.as_deref())
                .bind(&new.bytes)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if added == 0 {
                // It was added before, and the answer was lost.
                return Ok(Some(head.lines));
            }
            sqlx::query(sql(MOVE_HEAD))
                .bind(end)
                .bind(&new.last_sha256)
                .bind(i64::from(new.lines == 1 && new.checkpoint.is_some()))
                .execute(&mut *transaction)
                .await?;
            add_notices!(transaction, sql, &new.notices);
            Some(count(end)?)
        })
    }

    /// Returns parts of the audit from the one that holds line `from` on, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn audit(&self, from: u64, most: u32) -> Result<Vec<JournalPart>, StoreError> {
        let from = number(from)?;
        let rows: Vec<(i64, i64, Vec<u8>)> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(PARTS))
                .bind(from)
                .bind(i64::from(most))
                .fetch_all(pool)
                .await?
        });
        JournalPart::from_line(from, rows)
    }

    /// Returns the notes of the checkpoints behind line `line`, at most a thousand.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn audit_checkpoints(&self, line: u64) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(CHECKPOINTS)).bind(number(line)?);
            query.fetch_all(pool).await?
        });
        Ok(rows.into_iter().map(|(note,)| note).collect())
    }

    /// Returns the first line that stays where everything is removed that was added before `at`: a checkpoint, so that
    /// what stays says what was before it. `None` where nothing can be removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn audit_to_remove(&self, at: Timestamp) -> Result<Option<u64>, StoreError> {
        let (line,): (Option<i64>,) = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(OLD_UP_TO))
                .bind(at.as_millis())
                .bind(i64::MAX)
                .fetch_one(pool)
                .await?
        });
        line.map(count).transpose()
    }

    /// Removes the lines before `line`, which [`Self::audit_to_remove`] returned.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_audit(&self, line: u64) -> Result<(), StoreError> {
        write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(REMOVE)).bind(number(line)?);
            query.execute(pool).await?;
        });
        Ok(())
    }
}
