//! Brakes that two persons agreed on beforehand.

use countermand_core_model::Timestamp;
use sqlx::{FromRow, Row, postgres::PgRow, sqlite::SqliteRow};

use crate::{
    NewNotice, Store, StoreError,
    columns::{count, damaged, time},
    database::{Sql, read_with, transaction, write_with},
    outbox::add_notices,
};

/// A rule that somebody proposes.
#[derive(Clone, Copy, Debug)]
pub struct NewBrakeRule<'a> {
    /// Its id.
    pub id: &'a str,
    /// At which connection.
    pub connection: &'a str,
    /// What may be braked, in words of the caller's.
    pub sweep: &'a str,
    /// Whether nobody has to press.
    pub automatic: bool,
    /// Why.
    pub reason: Option<&'a str>,
    /// When it ends.
    pub valid_until: Timestamp,
    /// Who proposes it, and has so signed it first.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
    /// What tells of it.
    pub notices: &'a [NewNotice],
}

/// A rule, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrakeRuleRecord {
    /// Its id.
    pub id: String,
    /// At which connection.
    pub connection: String,
    /// What may be braked.
    pub sweep: String,
    /// Whether nobody has to press.
    pub automatic: bool,
    /// Why.
    pub reason: Option<String>,
    /// When it ends.
    pub valid_until: Timestamp,
    /// What was decided, whatever the time is.
    pub state: BrakeRuleState,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// The second person who signed it.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<Timestamp>,
    /// Who declined or revoked it.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<Timestamp>,
}

/// What was decided about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrakeRuleState {
    /// Nothing yet.
    Proposed,
    /// A second person signed it.
    Signed,
    /// A second person declined it.
    Declined,
    /// It was revoked, for good.
    Revoked,
}

/// What somebody decides about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrakeRuleDecision {
    /// To sign what another person proposed.
    Sign,
    /// To decline what another person proposed.
    Decline,
    /// To end what is proposed or signed.
    Revoke,
}

impl BrakeRuleState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Proposed, Self::Signed, Self::Declined, Self::Revoked];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

impl BrakeRuleRecord {
    /// Returns whether it is in force at this time.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.state == BrakeRuleState::Signed && now < self.valid_until
    }
}

/// A statement that selects [`BrakeRuleRow`]s.
macro_rules! select_rule {
    ($rest:literal) => {
        Sql::same(concat!(
            "SELECT id, connection, sweep, automatic, reason, valid_until, state, proposed_by, proposed_at, signed_by, \
             signed_at, ended_by, ended_at FROM brake_rule ",
            $rest
        ))
    };
}

/// Whoever adds one waits for whoever added before: there are never more than may be.
const LOCK: Sql = Sql {
    sqlite: "SELECT 1",
    postgres: "LOCK TABLE brake_rule IN SHARE ROW EXCLUSIVE MODE",
};

const COUNT_OPEN: Sql = Sql::same(
    "SELECT count(*) FROM brake_rule \
     WHERE connection = $1 AND state IN ('proposed', 'signed') AND valid_until > $2",
);

const ADD: Sql = Sql::same(
    "INSERT INTO brake_rule (id, connection, sweep, automatic, reason, valid_until, state, proposed_by, proposed_at) \
     VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7, $8)",
);

const BY_ID: Sql = select_rule!("WHERE connection = $1 AND id = $2");

const OF_CONNECTION: Sql =
    select_rule!("WHERE connection = $1 ORDER BY proposed_at DESC, id DESC LIMIT $2");

const IN_FORCE: Sql = select_rule!(
    "WHERE connection = $1 AND state = 'signed' AND valid_until > $2 ORDER BY proposed_at, id"
);

const SIGN: Sql = Sql::same(
    "UPDATE brake_rule SET state = 'signed', signed_by = $3, signed_at = $4 \
     WHERE connection = $1 AND id = $2 AND state = 'proposed' AND valid_until > $4 AND proposed_by <> $3",
);

const DECLINE: Sql = Sql::same(
    "UPDATE brake_rule SET state = 'declined', ended_by = $3, ended_at = $4 \
     WHERE connection = $1 AND id = $2 AND state = 'proposed' AND proposed_by <> $3",
);

const REVOKE: Sql = Sql::same(
    "UPDATE brake_rule SET state = 'revoked', ended_by = $3, ended_at = $4 \
     WHERE connection = $1 AND id = $2 AND state IN ('proposed', 'signed')",
);

impl Store {
    /// Adds a rule that somebody proposes, and its notices. Returns `false` where the connection has `most` that are not
    /// over.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn propose_brake_rule(
        &self,
        new: &NewBrakeRule<'_>,
        most: u64,
    ) -> Result<bool, StoreError> {
        transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(LOCK)).execute(&mut *transaction).await?;
            let (open,): (i64,) = sqlx::query_as(sql(COUNT_OPEN))
                .bind(new.connection)
                .bind(new.at.as_millis())
                .fetch_one(&mut *transaction)
                .await?;
            if count(open)? >= most {
                return Ok(false);
            }
            sqlx::query(sql(ADD))
                .bind(new.id)
                .bind(new.connection)
                .bind(new.sweep)
                .bind(new.automatic)
                .bind(new.reason)
                .bind(new.valid_until.as_millis())
                .bind(new.by)
                .bind(new.at.as_millis())
                .execute(&mut *transaction)
                .await?;
            add_notices!(transaction, sql, new.notices);
            true
        })
    }

    /// Decides about a rule, once. Returns `false` where that cannot be: it was decided about before, is over at this
    /// time, or is one's own and needs another person.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn decide_brake_rule(
        &self,
        connection: &str,
        id: &str,
        decision: BrakeRuleDecision,
        by: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let statement = match decision {
            BrakeRuleDecision::Sign => SIGN,
            BrakeRuleDecision::Decline => DECLINE,
            BrakeRuleDecision::Revoke => REVOKE,
        };
        let done = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(statement))
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

    /// Returns a rule of a connection.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn brake_rule(
        &self,
        connection: &str,
        id: &str,
    ) -> Result<Option<BrakeRuleRecord>, StoreError> {
        let row: Option<BrakeRuleRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(BY_ID)).bind(connection).bind(id);
            query.fetch_optional(pool).await?
        });
        row.map(BrakeRuleRow::record).transpose()
    }

    /// Returns the newest rules of a connection, at most `most`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn brake_rules(
        &self,
        connection: &str,
        most: u32,
    ) -> Result<Vec<BrakeRuleRecord>, StoreError> {
        let rows: Vec<BrakeRuleRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(OF_CONNECTION))
                .bind(connection)
                .bind(i64::from(most));
            query.fetch_all(pool).await?
        });
        rows.into_iter().map(BrakeRuleRow::record).collect()
    }

    /// Returns the rules of a connection that are in force at this time, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn brake_rules_in_force(
        &self,
        connection: &str,
        now: Timestamp,
    ) -> Result<Vec<BrakeRuleRecord>, StoreError> {
        let rows: Vec<BrakeRuleRow> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(IN_FORCE))
                .bind(connection)
                .bind(now.as_millis());
            query.fetch_all(pool).await?
        });
        rows.into_iter().map(BrakeRuleRow::record).collect()
    }
}

/// The columns of a rule.
struct BrakeRuleRow {
    id: String,
    connection: String,
    sweep: String,
    automatic: bool,
    reason: Option<String>,
    valid_until: i64,
    state: String,
    proposed_by: String,
    proposed_at: i64,
    signed_by: Option<String>,
    signed_at: Option<i64>,
    ended_by: Option<String>,
    ended_at: Option<i64>,
}

/// Reads the columns of a row of either database.
macro_rules! read_columns {
    ($row:ty) => {
        impl FromRow<'_, $row> for BrakeRuleRow {
            fn from_row(row: &$row) -> Result<Self, sqlx::Error> {
                Ok(Self {
                    id: row.try_get("id")?,
                    connection: row.try_get("connection")?,
                    sweep: row.try_get("sweep")?,
                    automatic: row.try_get("automatic")?,
                    reason: row.try_get("reason")?,
                    valid_until: row.try_get("valid_until")?,
                    state: row.try_get("state")?,
                    proposed_by: row.try_get("proposed_by")?,
                    proposed_at: row.try_get("proposed_at")?,
                    signed_by: row.try_get("signed_by")?,
                    signed_at: row.try_get("signed_at")?,
                    ended_by: row.try_get("ended_by")?,
                    ended_at: row.try_get("ended_at")?,
                })
            }
        }
    };
}

read_columns!(SqliteRow);
read_columns!(PgRow);

impl BrakeRuleRow {
    fn record(self) -> Result<BrakeRuleRecord, StoreError> {
        let state = BrakeRuleState::parse(&self.state);
        Ok(BrakeRuleRecord {
            state: state.ok_or_else(|| damaged("state of a brake rule"))?,
            valid_until: time(self.valid_until)?,
            proposed_at: time(self.proposed_at)?,
            signed_at: self.signed_at.map(time).transpose()?,
            ended_at: self.ended_at.map(time).transpose()?,
            id: self.id,
            connection: self.connection,
            sweep: self.sweep,
            automatic: self.automatic,
            reason: self.reason,
            proposed_by: self.proposed_by,
            signed_by: self.signed_by,
            ended_by: self.ended_by,
        })
    }
}
