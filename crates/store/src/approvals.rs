//! The approval of runs by a second person, and what one person cancels without.

use std::time::Duration;

use countermand_core_model::Timestamp;

use crate::{
    ApprovalStage, Lease, NewNotice, RunRecord, Store, StoreError,
    columns::{count, millis, number},
    database::{Sql, read_with, transaction, write_with},
    outbox::add_notices,
    runs::{RunRow, select_run},
};

/// What somebody decides about a run that waits.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalDecision<'a> {
    /// Whether it may be sent.
    pub is_approved: bool,
    /// Who decides.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
    /// The SHA-256 of the plan that it is about; none: of whatever was read.
    pub sha256: Option<&'a str>,
}

/// How much one person asks approval for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApprovalRequests {
    /// How many runs wait.
    pub open: u64,
    /// How many runs were asked for within a time.
    pub runs: u64,
    /// With how many targets together.
    pub targets: u64,
}

const WAIT: Sql = Sql::same(
    "UPDATE run SET approval = $4, approval_at = $5, approved_sha256 = $6, requested_targets = $7, progress = $8, \
     owner = NULL, state = CASE WHEN $4 = 'unneeded' THEN 'running' ELSE 'stopped' END \
     WHERE id = $1 AND owner = $2 AND epoch = $3 AND approval = 'reading'",
);

const KEEP: Sql = Sql::same("UPDATE plan SET approved_bytes = $2 WHERE run = $1");

const KEPT: Sql = Sql::same("SELECT approved_bytes FROM plan WHERE run = $1");

const DECIDE: Sql = Sql::same(
    "UPDATE run SET approval = $3, decided_by = $4, approval_at = $5, \
     state = CASE WHEN $3 = 'approved' THEN 'running' ELSE 'stopped' END, \
     ended_at = CASE WHEN $3 = 'approved' THEN NULL ELSE $5 END \
     WHERE connection = $1 AND id = $2 AND approval = 'waiting' AND approved_sha256 = COALESCE($6, approved_sha256)",
);

/// What began cannot be taken back any more: it can be stopped.
const WITHDRAW: Sql = Sql::same(
    "UPDATE run SET approval = 'withdrawn', decided_by = $3, approval_at = $4, ended_at = $4, state = 'stopped', \
     owner = NULL \
     WHERE connection = $1 AND id = $2 AND (approval IN ('reading', 'waiting') \
     OR (approval = 'approved' AND state = 'running' AND owner IS NULL AND lines = 0))",
);

const EXPIRE: Sql = Sql::same(
    "UPDATE run SET approval = 'expired', approval_at = $1, ended_at = $1, state = 'stopped', owner = NULL \
     WHERE (approval = 'waiting' AND approval_at <= $2) OR (approval = 'reading' AND approval_at <= $3) \
     OR (approval = 'approved' AND state = 'running' AND owner IS NULL AND lines = 0 AND approval_at <= $3)",
);

const REQUESTS: Sql = select_run!(
    "WHERE connection = $1 AND approval IS NOT NULL AND approval <> 'unneeded' ORDER BY at DESC, id DESC LIMIT $2"
);

const REQUESTS_OF: Sql = Sql::same(
    "SELECT CAST(COALESCE(sum(CASE WHEN approval IN ('reading', 'waiting') THEN 1 ELSE 0 END), 0) AS BIGINT), \
     CAST(COALESCE(sum(CASE WHEN at > $3 THEN 1 ELSE 0 END), 0) AS BIGINT), \
     CAST(COALESCE(sum(CASE WHEN at > $3 THEN requested_targets ELSE 0 END), 0) AS BIGINT) \
     FROM run WHERE connection = $1 AND by_whom = $2 AND approval IS NOT NULL",
);

const FORGET_UNAPPROVED: Sql = Sql::same("DELETE FROM unapproved WHERE at <= $1");

/// Whoever counts here waits for whoever counted before: two instances do not both count the last one.
const LOCK_UNAPPROVED: Sql = Sql {
    sqlite: "SELECT 1",
    postgres: "LOCK TABLE unapproved IN SHARE ROW EXCLUSIVE MODE",
};

const ADD_UNAPPROVED: Sql = Sql::same(
    "INSERT INTO unapproved (connection, who, target, at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (connection, who, target) DO NOTHING",
);

const COUNT_UNAPPROVED: Sql =
    Sql::same("SELECT count(*) FROM unapproved WHERE connection = $1 AND who = $2");

impl Store {
    /// Keeps the plan of a run as it was read, and adds its notices. From here on somebody decides about it; or it may be sent, where nobody
    /// has to. Returns `false` where it was taken back meanwhile, or is another instance's.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep_read_plan(
        &self,
        lease: &Lease,
        plan: &ReadPlan<'_>,
    ) -> Result<bool, StoreError> {
        let stage = match plan.needs_approval {
            true => ApprovalStage::Waiting,
            false => ApprovalStage::Unneeded,
        };
        let targets = number(plan.targets)?;
        transaction!(&*self.database, |transaction, sql| {
            let kept = sqlx::query(sql(WAIT))
                .bind(&lease.run)
                .bind(&lease.owner.0)
                .bind(lease.epoch)
                .bind(stage.as_str())
                .bind(plan.at.as_millis())
                .bind(plan.sha256)
                .bind(targets)
                .bind(plan.progress)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
            if kept == 0 {
                return Ok(false);
            }
            sqlx::query(sql(KEEP))
                .bind(&lease.run)
                .bind(plan.bytes)
                .execute(&mut *transaction)
                .await?;
            add_notices!(transaction, sql, plan.notices);
            true
        })
    }

    /// Returns the plan of a run as it was read, which is what is approved; none before that.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read_plan(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Option<Vec<u8>>,)> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(KEPT)).bind(id);
            query.fetch_optional(pool).await?
        });
        Ok(row.and_then(|(bytes,)| bytes))
    }

    /// Decides about a run that waits, once. Returns `false` where it does not wait, or waits with another plan.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn decide(
        &self,
        connection: &str,
        id: &str,
        decision: &ApprovalDecision<'_>,
    ) -> Result<bool, StoreError> {
        let stage = match decision.is_approved {
            true => ApprovalStage::Approved,
            false => ApprovalStage::Declined,
        };
        let done = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(DECIDE))
                .bind(connection)
                .bind(id)
                .bind(stage.as_str())
                .bind(decision.by)
                .bind(decision.at.as_millis())
                .bind(decision.sha256)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(done == 1)
    }

    /// Takes a run back that waits, or was approved and has not begun. Returns `false` for any other.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn withdraw(
        &self,
        connection: &str,
        id: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(WITHDRAW))
                .bind(connection)
                .bind(id)
                .bind(by)
                .bind(at.as_millis())
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(done == 1)
    }

    /// Ends what nobody decided about for `waiting`, and what could not be read, or was approved and not begun, for
    /// `longest`. Returns how many these are.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn expire_approvals(
        &self,
        now: Timestamp,
        waiting: Duration,
        longest: Duration,
    ) -> Result<u64, StoreError> {
        Ok(write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(EXPIRE))
                .bind(now.as_millis())
                .bind(before(now, waiting))
                .bind(before(now, longest))
                .execute(pool)
                .await?
                .rows_affected()
        }))
    }

    /// Returns the newest runs of a connection that a second person had to approve, at most `most`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn approval_requests(
        &self,
        connection: &str,
        most: u32,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let rows: Vec<RunRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(REQUESTS))
                .bind(connection)
                .bind(i64::from(most));
            query.fetch_all(pool).await?
        });
        rows.into_iter().map(RunRow::record).collect()
    }

    /// Returns how much `who` asks approval for at a connection: now, and within `window`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn approval_requests_of(
        &self,
        connection: &str,
        who: &str,
        now: Timestamp,
        window: Duration,
    ) -> Result<ApprovalRequests, StoreError> {
        let (open, runs, targets): (i64, i64, i64) = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(REQUESTS_OF))
                .bind(connection)
                .bind(who)
                .bind(before(now, window))
                .fetch_one(pool)
                .await?
        });
        Ok(ApprovalRequests {
            open: count(open)?,
            runs: count(runs)?,
            targets: count(targets)?,
        })
    }

    /// Counts cancels that `who` sends without approval, where these and what counts for `window` are at most `most`
    /// together. Returns whether they are; otherwise none of them counts. The same target counts once.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn count_unapproved(
        &self,
        connection: &str,
        who: &str,
        targets: &[String],
        most: u64,
        now: Timestamp,
        window: Duration,
    ) -> Result<bool, StoreError> {
        if targets.len() as u64 > most {
            return Ok(false);
        }
        transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(LOCK_UNAPPROVED))
                .execute(&mut *transaction)
                .await?;
            sqlx::query(sql(FORGET_UNAPPROVED))
                .bind(before(now, window))
                .execute(&mut *transaction)
                .await?;
            for target in targets {
                sqlx::query(sql(ADD_UNAPPROVED))
                    .bind(connection)
                    .bind(who)
                    .bind(target)
                    .bind(now.as_millis())
                    .execute(&mut *transaction)
                    .await?;
            }
            let (all,): (i64,) = sqlx::query_as(sql(COUNT_UNAPPROVED))
                .bind(connection)
                .bind(who)
                .fetch_one(&mut *transaction)
                .await?;
            if count(all)? > most {
                return Ok(false);
            }
            true
        })
    }
}

/// A plan as it was read at the provider.
#[derive(Clone, Copy, Debug)]
pub struct ReadPlan<'a> {
    /// The plan.
    pub bytes: &'a [u8],
    /// Its SHA-256.
    pub sha256: &'a str,
    /// How many targets it has.
    pub targets: u64,
    /// How far the run is, in words of the caller's.
    pub progress: &'a str,
    /// Whether a second person has to approve it.
    pub needs_approval: bool,
    /// When it was read.
    pub at: Timestamp,
    /// What tells of it.
    pub notices: &'a [NewNotice],
}

fn before(now: Timestamp, time: Duration) -> i64 {
    now.as_millis().saturating_sub(millis(time))
}
