//! The runs that the server drives: who asked for them, and whose they are.

mod journal;
mod lease;
mod record;
mod stage;

use countermand_core_model::Timestamp;

use crate::{
    InstanceId, NewNotice, Store, StoreError,
    columns::number,
    database::{Sql, read_with, transaction, write_with},
    outbox::add_notices,
};

pub use journal::{Appended, JournalPart};
pub use lease::Lease;
pub use record::{RunRecord, RunState};
pub(crate) use record::{RunRow, select_run};
pub use stage::{ApprovalStage, RunApproval};

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
    /// How many targets are asked for, where a second person may have to approve. Then it is read first.
    pub approval_targets: Option<u64>,
    /// The brake rule under which it needs no approval.
    pub rule: Option<&'a str>,
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
    /// Whether it is only to be read, because a second person may have to approve it.
    pub is_reading: bool,
}

const ADD: Sql = Sql::same(
    "INSERT INTO run (id, connection, plan_sha256, by_whom, at, reason, ticket, options, epoch, lines, progress, \
     requested_targets, state, approval, approval_at, rule) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10, $11, $12, CASE WHEN $12 IS NULL THEN NULL ELSE $5 END, $13) \
     ON CONFLICT (connection, by_whom, plan_sha256) DO NOTHING",
);

const ADD_PLAN: Sql = Sql::same("INSERT INTO plan (run, bytes) VALUES ($1, $2)");

const PLAN: Sql = Sql::same("SELECT bytes FROM plan WHERE run = $1");

const BY_PLAN: Sql = select_run!("WHERE connection = $1 AND by_whom = $2 AND plan_sha256 = $3");

const BY_ID: Sql = select_run!("WHERE connection = $1 AND id = $2");

const OF_CONNECTION: Sql = select_run!("WHERE connection = $1 ORDER BY at DESC, id DESC LIMIT $2");

const RUNNING: Sql = Sql::same(
    "SELECT id, connection, owner, epoch, stop_by, state <> 'running' FROM run \
     WHERE state = 'running' OR approval = 'reading' ORDER BY at, id",
);

const CLAIM: Sql = Sql::same(
    "UPDATE run SET owner = $2, epoch = epoch + 1 \
     WHERE id = $1 AND (state = 'running' OR approval = 'reading') AND (owner IS NULL OR owner = $2) RETURNING epoch",
);

const RELEASE: Sql =
    Sql::same("UPDATE run SET owner = NULL WHERE id = $1 AND owner = $2 AND epoch = $3");

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
     WHERE connection = $1 AND id = $2 AND state = 'stopped' \
     AND (approval IS NULL OR approval IN ('approved', 'unneeded'))",
);

impl Store {
    /// Takes a run in, with its plan. The same plan of the same person is the same run, however often it comes. Returns
    /// it, and whether it is new.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn create_run(&self, new: &NewRun<'_>) -> Result<(RunRecord, bool), StoreError> {
        let requested = new.approval_targets.map(number).transpose()?;
        let (state, reading) = match requested {
            None => (RunState::Running, None),
            Some(_) => (RunState::Stopped, Some(ApprovalStage::Reading.as_str())),
        };
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
                .bind(requested)
                .bind(state.as_str())
                .bind(reading)
                .bind(new.rule)
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
        Ok((row.record()?, is_new))
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
        row.map(RunRow::record).transpose()
    }

    /// Returns the run of a plan that somebody has handed over before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run_of(
        &self,
        connection: &str,
        by: &str,
        plan_sha256: &str,
    ) -> Result<Option<RunRecord>, StoreError> {
        let row: Option<RunRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(BY_PLAN)).bind(connection).bind(by);
            query.bind(plan_sha256).fetch_optional(pool).await?
        });
        row.map(RunRow::record).transpose()
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
        rows.into_iter().map(RunRow::record).collect()
    }

    /// Returns the runs that somebody has to work on, with whose they are and whether they are to stop.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn running(&self) -> Result<Vec<RunChange>, StoreError> {
        type Row = (String, String, Option<String>, i64, Option<String>, bool);
        let rows: Vec<Row> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(RUNNING)).fetch_all(pool).await?
        });
        let changes = rows.into_iter().map(
            |(id, connection, owner, epoch, stop_by, is_reading)| RunChange {
                id,
                connection,
                owner: owner.map(InstanceId),
                epoch,
                stop_by,
                is_reading,
            },
        );
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

    /// Says that a run stopped or finished, and adds the notices that tell of it, both or neither. Returns `false` where
    /// it was lost before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_run(
        &self,
        lease: &Lease,
        state: RunState,
        progress: &str,
        at: Timestamp,
        notices: &[NewNotice],
    ) -> Result<bool, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            let ended = sqlx::query(sql(END))
                .bind(&lease.run)
                .bind(&lease.owner.0)
                .bind(lease.epoch)
                .bind(state.as_str())
                .bind(progress)
                .bind(at.as_millis())
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if ended == 0 {
                return Ok(false);
            }
            add_notices!(transaction, sql, notices);
            true
        })
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
