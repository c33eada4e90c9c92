//! The journals of runs: lines that only the run's owner adds.

use super::lease::Lease;
use crate::{
    Store, StoreError,
    columns::{count, number},
    database::{Sql, read_with, transaction},
};

/// What became of lines that were to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Appended {
    /// They are durable, and the run is still the writer's.
    Done,
    /// The run is not the writer's any more. Nothing may be sent for it.
    Lost,
}

/// Lines of a journal that were committed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalPart {
    /// The number of the first line, from 1.
    pub first_line: u64,
    /// How many lines these are.
    pub lines: u64,
    /// The lines.
    pub bytes: Vec<u8>,
}

impl JournalPart {
    /// Returns those of these rows (first line, how many, the lines) that hold line `from` or follow it.
    pub(crate) fn from_line(
        from: i64,
        rows: Vec<(i64, i64, Vec<u8>)>,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = rows.into_iter();
        let parts = rows.filter(|(first, lines, _)| first + lines > from);
        let parts = parts.map(|(first, lines, bytes)| {
            Ok(Self {
                first_line: count(first)?,
                lines: count(lines)?,
                bytes,
            })
        });
        parts.collect()
    }
}

const EXTEND: Sql = Sql::same(
    "UPDATE run SET lines = $5, progress = $6 \
     WHERE id = $1 AND owner = $2 AND epoch = $3 AND lines = $4 AND state = 'running'",
);

const ADD_LINES: Sql =
    Sql::same("INSERT INTO journal (run, first_line, lines, bytes) VALUES ($1, $2, $3, $4)");

const IS_ADDED: Sql = Sql::same(
    "SELECT journal.bytes FROM journal JOIN run ON run.id = journal.run \
     WHERE run.id = $1 AND run.owner = $2 AND run.epoch = $3 AND journal.first_line = $4",
);

const CLEAR_LINES: Sql = Sql::same("DELETE FROM journal WHERE run = $1");

const CLEAR: Sql = Sql::same(
    "UPDATE run SET lines = 0 WHERE id = $1 AND owner = $2 AND epoch = $3 AND state = 'running'",
);

/// From the part that holds line $2 on.
const PARTS: Sql = Sql::same(
    "SELECT first_line, lines, bytes FROM journal WHERE run = $1 AND first_line >= COALESCE( \
     (SELECT max(first_line) FROM journal WHERE run = $1 AND first_line <= $2), 0) \
     ORDER BY first_line LIMIT $3",
);

impl Store {
    /// Returns parts of a run's journal, from the one that holds line `from` on, at most `most`. Empty where it has no
    /// such line.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn journal(
        &self,
        id: &str,
        from: u64,
        most: u32,
    ) -> Result<Vec<JournalPart>, StoreError> {
        let from = number(from)?;
        let rows: Vec<(i64, i64, Vec<u8>)> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(PARTS))
                .bind(id)
                .bind(from)
                .bind(i64::from(most));
            query.fetch_all(pool).await?
        });
        JournalPart::from_line(from, rows)
    }

    /// Adds lines to a run's journal, behind `before` others, and says how far it is. They are durable when this
    /// returns [`Appended::Done`]. After an error it may be called again with the same lines, whether or not they were
    /// added.
    ///
    /// # Errors
    /// When the store cannot be written. Whether they were added is not known.
    pub async fn append(
        &self,
        lease: &Lease,
        before: u64,
        lines: u64,
        bytes: &[u8],
        progress: &str,
    ) -> Result<Appended, StoreError> {
        let (before, lines) = (number(before)?, number(lines)?);
        transaction!(&*self.database, |transaction, sql| {
            let extended = sqlx::query(sql(EXTEND))
                .bind(&lease.run)
                .bind(&lease.owner.0)
                .bind(lease.epoch)
                .bind(before)
                .bind(before + lines)
                .bind(progress)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if extended == 0 {
                let added: Option<(Vec<u8>,)> = sqlx::query_as(sql(IS_ADDED))
                    .bind(&lease.run)
                    .bind(&lease.owner.0)
                    .bind(lease.epoch)
                    .bind(before + 1)
                    .fetch_optional(&mut *transaction)
                    .await?;
                return Ok(match added {
                    Some((added,)) if added == bytes => Appended::Done,
                    _ => Appended::Lost,
                });
            }
            sqlx::query(sql(ADD_LINES))
                .bind(&lease.run)
                .bind(before + 1)
                .bind(lines)
                .bind(bytes)
                .execute(&mut *transaction)
                .await?;
            Appended::Done
        })
    }

    /// Removes the journal of a run of which nothing was sent yet, so that it can be begun anew.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn clear_journal(&self, lease: &Lease) -> Result<Appended, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            let query = sqlx::query(sql(CLEAR))
                .bind(&lease.run)
                .bind(&lease.owner.0);
            let cleared = query.bind(lease.epoch).execute(&mut *transaction).await?;
            if cleared.rows_affected() == 0 {
                return Ok(Appended::Lost);
            }
            sqlx::query(sql(CLEAR_LINES))
                .bind(&lease.run)
                .execute(&mut *transaction)
                .await?;
            Appended::Done
        })
    }
}
