//! A run, as a row of the store has it.

use countermand_core_model::Timestamp;
use sqlx::{FromRow, Row, postgres::PgRow, sqlite::SqliteRow};

use super::stage::{ApprovalStage, RunApproval};
use crate::{
    InstanceId, StoreError,
    columns::{count, damaged, time},
};

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
    /// When it stopped or finished, or was not approved.
    pub ended_at: Option<Timestamp>,
    /// Where it stands with the approval of a second person; none where no rule asked for that.
    pub approval: Option<RunApproval>,
    /// The brake rule under which it needs no approval.
    pub rule: Option<String>,
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
    pub(crate) const fn as_str(self) -> &'static str {
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

/// The columns of a run.
pub(crate) struct RunRow {
    id: String,
    connection: String,
    plan_sha256: String,
    state: String,
    by_whom: String,
    at: i64,
    reason: Option<String>,
    ticket: Option<String>,
    options: String,
    owner: Option<String>,
    epoch: i64,
    stop_by: Option<String>,
    lines: i64,
    progress: String,
    ended_at: Option<i64>,
    approval: Option<String>,
    approval_at: Option<i64>,
    decided_by: Option<String>,
    approved_sha256: Option<String>,
    rule: Option<String>,
}

/// A statement that selects [`RunRow`]s.
macro_rules! select_run {
    ($rest:literal) => {
        $crate::database::Sql::same(concat!(
            "SELECT id, connection, plan_sha256, state, by_whom, at, reason, ticket, options, owner, epoch, stop_by, \
             lines, progress, ended_at, approval, approval_at, decided_by, approved_sha256, rule FROM run ",
            $rest
        ))
    };
}

pub(crate) use select_run;

/// Reads the columns of a row of either database.
macro_rules! read_columns {
    ($($column:ident),*) => {
        read_columns!(@of SqliteRow; $($column),*);
        read_columns!(@of PgRow; $($column),*);
    };
    (@of $row:ty; $($column:ident),*) => {
        impl FromRow<'_, $row> for RunRow {
            fn from_row(row: &$row) -> Result<Self, sqlx::Error> {
                Ok(Self { $($column: row.try_get(stringify!($column))?),* })
            }
        }
    };
}

read_columns!(
    id,
    connection,
    plan_sha256,
    state,
    by_whom,
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
    approval,
    approval_at,
    decided_by,
    approved_sha256,
    rule
);

impl RunRow {
    pub(crate) fn record(self) -> Result<RunRecord, StoreError> {
        let approval = self.approval.zip(self.approval_at).map(|(stage, at)| {
            Ok::<_, StoreError>(RunApproval {
                stage: ApprovalStage::parse(&stage).ok_or_else(|| damaged("approval"))?,
                at: time(at)?,
                decided_by: self.decided_by,
                sha256: self.approved_sha256,
            })
        });
        Ok(RunRecord {
            state: RunState::parse(&self.state).ok_or_else(|| damaged("state"))?,
            at: time(self.at)?,
            lines: count(self.lines)?,
            ended_at: self.ended_at.map(time).transpose()?,
            owner: self.owner.map(InstanceId),
            approval: approval.transpose()?,
            id: self.id,
            connection: self.connection,
            plan_sha256: self.plan_sha256,
            by: self.by_whom,
            reason: self.reason,
            ticket: self.ticket,
            options: self.options,
            epoch: self.epoch,
            stop_by: self.stop_by,
            progress: self.progress,
            rule: self.rule,
        })
    }
}
