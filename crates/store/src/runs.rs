//! The runs that the server drives: who asked for them, whose they are, and their journals.

use countermand_core_model::Timestamp;

use crate::{
    InstanceId, Store, StoreError,
    columns::{count, damaged, number, time},
    database::{Sql, read_with, transaction, write_with},
};

/// A run that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewRun<'a> {
    /// Its id.
    pub id: &'a str,
    /// At which connection.
    pub connection: &'a str,
    /// The SHA-256 of the plan.
    pub plan_sha256: &'a str,
    /// The plan.
    pub plan: &'a [u8],
    /// Who asks.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<&'a str>,
    /// The ticket that it belongs to.
    pub ticket: Option<&'a str>,
    /// The options of the run, in words of the caller's.
    pub options: &'a str,
    /// How far it is, in words of the caller's.
    pub progress: &'a str,
}

/// A run, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunRecord {
    /// Its id.
    pub id: String,
    /// At which connection.
    pub connection: String,
    /// The SHA-256 of the plan.
    pub plan_sha256: String,
    /// Where it stands.
    pub state: RunState,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
    /// The ticket that it belongs to.
    pub ticket: Option<String>,
    /// The options of the run.
    pub options: String,
    /// Whose it is.
    pub owner: Option<InstanceId>,
    /// Counts its owners.
    pub epoch: i64,
    /// Who asked it to stop.
    pub stop_by: Option<String>,
    /// How many lines its journal has.
    pub lines: u64,
    /// How far it is.
    pub progress: String,
    /// When it stopped or finished.
    pub ended_at: Option<Timestamp>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Its owner works on it, or the next one will.
    Running,
    /// It stopped early, and can be resumed.
    Stopped,
    /// Nothing is left to do.
    Finished,
}

impl RunState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Running, Self::Stopped, Self::Finished];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// What an instance has to know of a run that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunChange {
    /// Its id.
    pub id: String,
    /// At which connection.
    pub connection: String,
    /// Whose it is.
    pub owner: Option<InstanceId>,
    /// Counts its owners.
    pub epoch: i64,
    /// Who asked it to stop.
    pub stop_by: Option<String>,
}

/// A run belongs to an instance, as long as nobody has taken it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The run's id.
    pub run: String,
    owner: InstanceId,
    epoch: i64,
}

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

type RunRow = (
    String,
    String,
    String,
    String,
    String,
    i64,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    i64,
    Option<String>,
    i64,
    String,
    Option<i64>,
);

/// The columns of [`RunRow`], in its order.
macro_rules! select_run {
    ($rest:literal) => {
        Sql::same(concat!(
            "SELECT id, connection, plan_sha256, state, by_whom, at, reason, ticket, options, owner, epoch, stop_by, \
             lines, progress, ended_at FROM run ",
            $rest
        ))
    };
}

const ADD: Sql = Sql::same(
    "INSERT INTO run (id, connection, plan_sha256, state, by_whom, at, reason, ticket, options, epoch, lines, progress) \
     VALUES ($1, $2, $3, 'running', $4, $5, $6, $7, $8, 0, 0, $9) \
     ON CONFLICT (connection, by_whom, plan_sha256) DO NOTHING",
);

const ADD_PLAN: Sql = Sql::same("INSERT INTO plan (run, bytes) VALUES ($1, $2)");

const PLAN: Sql = Sql::same("SELECT bytes FROM plan WHERE run = $1");

const BY_PLAN: Sql = select_run!("WHERE connection = $1 AND by_whom = $2 AND plan_sha256 = $3");

const BY_ID: Sql = select_run!("WHERE connection = $1 AND id = $2");

const OF_CONNECTION: Sql = select_run!("WHERE connection = $1 ORDER BY at DESC, id DESC LIMIT $2");

const RUNNING: Sql = Sql::same(
    "SELECT id, connection, owner, epoch, stop_by FROM run WHERE state = 'running' ORDER BY at, id",
);

const CLAIM: Sql = Sql::same(
    "UPDATE run SET owner = $2, epoch = epoch + 1 \
     WHERE id = $1 AND state = 'running' AND (owner IS NULL OR owner = $2) RETURNING epoch",
);

const RELEASE: Sql =
    Sql::same("UPDATE run SET owner = NULL WHERE id = $1 AND owner = $2 AND epoch = $3");

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

const END: Sql = Sql::same(
    "UPDATE run SET state = $4, owner = NULL, progress = $5, ended_at = $6 \
     WHERE id = $1 AND owner = $2 AND epoch = $3 AND state = 'running'",
);

const STOP: Sql = Sql::same(
    "UPDATE run SET stop_by = $3 \
     WHERE connection = $1 AND id = $2 AND state = 'running' AND stop_by IS NULL",
);

const RESUME: Sql = Sql::same(
    "UPDATE run SET state = 'running', stop_by = NULL, ended_at = NULL \
     WHERE connection = $1 AND id = $2 AND state = 'stopped'",
);

/// From the part that holds line $2 on.
const PARTS: Sql = Sql::same(
    "SELECT first_line, lines, bytes FROM journal WHERE run = $1 AND first_line >= COALESCE( \
     (SELECT max(first_line) FROM journal WHERE run = $1 AND first_line <= $2), 0) \
     ORDER BY first_line LIMIT $3",
);

impl Store {
    /// Takes a run in, with its plan. The same plan of the same person is the same run, however often it comes. Returns
    /// it, and whether it is new.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn create_run(&self, new: &NewRun<'_>) -> Result<(RunRecord, bool), StoreError> {
        let (row, is_new): (RunRow, bool) = transaction!(&*self.database, |transaction, sql| {
            let added = sqlx::query(sql(ADD))
                .bind(new.id)
                .bind(new.connection)
                .bind(new.plan_sha256)
                .bind(new.by)
                .bind(new.at.as_millis())
                .bind(new.reason)
                .bind(new.ticket)
                .bind(new.options)
                .bind(new.progress)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if added == 1 {
                sqlx::query(sql(ADD_PLAN))
                    .bind(new.id)
                    .bind(new.plan)
                    .execute(&mut *transaction)
                    .await?;
            }
            let row = sqlx::query_as(sql(BY_PLAN))
                .bind(new.connection)
                .bind(new.by)
                .bind(new.plan_sha256)
                .fetch_one(&mut *transaction)
                .await?;
            (row, added == 1)
        })?;
        Ok((record(row)?, is_new))
    }

    /// Returns a run of a connection.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run(&self, connection: &str, id: &str) -> Result<Option<RunRecord>, StoreError> {
        let row: Option<RunRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(BY_ID)).bind(connection).bind(id);
            query.fetch_optional(pool).await?
        });
        row.map(record).transpose()
    }

    /// Returns the newest runs of a connection, at most `most`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn runs(&self, connection: &str, most: u32) -> Result<Vec<RunRecord>, StoreError> {
        let rows: Vec<RunRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(OF_CONNECTION))
                .bind(connection)
                .bind(i64::from(most));
            query.fetch_all(pool).await?
        });
        rows.into_iter().map(record).collect()
    }

    /// Returns the runs that are not over, with whose they are and whether they are to stop.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn running(&self) -> Result<Vec<RunChange>, StoreError> {
        type Row = (String, String, Option<String>, i64, Option<String>);
        let rows: Vec<Row> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(RUNNING)).fetch_all(pool).await?
        });
        let changes = rows
            .into_iter()
            .map(|(id, connection, owner, epoch, stop_by)| RunChange {
                id,
                connection,
                owner: owner.map(InstanceId),
                epoch,
                stop_by,
            });
        Ok(changes.collect())
    }

    /// Returns the plan of a run.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn plan(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(PLAN))
                .bind(id)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(|(bytes,)| bytes))
    }

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

    /// Takes a run that nobody has, or that is `owner`'s anew: what it does under the lease before is refused then.
    /// Returns `None` where somebody was quicker, or it is over.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn claim(&self, run: &str, owner: &InstanceId) -> Result<Option<Lease>, StoreError> {
        let epoch: Option<(i64,)> = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(CLAIM)).bind(run).bind(&owner.0);
            query.fetch_optional(pool).await?
        });
        Ok(epoch.map(|(epoch,)| Lease {
            run: run.to_owned(),
            owner: owner.clone(),
            epoch,
        }))
    }

    /// Gives a run back, for anybody to take. Returns `false` where it was lost before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn release(&self, lease: &Lease) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(RELEASE))
                .bind(&lease.run)
                .bind(&lease.owner.0);
            query.bind(lease.epoch).execute(pool).await?.rows_affected()
        });
        Ok(done == 1)
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

    /// Says that a run stopped or finished. Returns `false` where it was lost before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_run(
        &self,
        lease: &Lease,
        state: RunState,
        progress: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(END))
                .bind(&lease.run)
                .bind(&lease.owner.0)
                .bind(lease.epoch)
                .bind(state.as_str())
                .bind(progress)
                .bind(at.as_millis())
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(done == 1)
    }

    /// Asks a run to stop. Returns `false` where it is over, or was asked before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn ask_to_stop(
        &self,
        connection: &str,
        id: &str,
        by: &str,
    ) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(STOP)).bind(connection).bind(id).bind(by);
            query.execute(pool).await?.rows_affected()
        });
        Ok(done == 1)
    }

    /// Has a stopped run go on: whoever claims it next works on it. Returns `false` where it was not stopped.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn resume_run(&self, connection: &str, id: &str) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(RESUME)).bind(connection).bind(id);
            query.execute(pool).await?.rows_affected()
        });
        Ok(done == 1)
    }
}

fn record(row: RunRow) -> Result<RunRecord, StoreError> {
    let (
        id,
        connection,
        plan_sha256,
        state,
        by,
        at,
        reason,
        ticket,
        options,
        owner,
        epoch,
        stop_by,
        lines,
        progress,
        ended_at,
    ) = row;
    Ok(RunRecord {
        state: RunState::parse(&state).ok_or_else(|| damaged("state"))?,
        at: time(at)?,
        lines: count(lines)?,
        ended_at: ended_at.map(time).transpose()?,
        owner: owner.map(InstanceId),
        id,
        connection,
        plan_sha256,
        by,
        reason,
        ticket,
        options,
        epoch,
        stop_by,
        progress,
    })
}
