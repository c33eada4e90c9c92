//! Who is signed in, and what all instances need for that.

pub(crate) mod issuer_logout;
pub(crate) mod refresh;

use std::time::Duration;

use countermand_core_model::Timestamp;

use self::refresh::SessionRefresh;
use crate::{
    Store, StoreError,
    columns::{millis, time},
    database::{Sql, read_with, transaction, write_with},
};

/// A session. The browser has its token, and the store the token's SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// The SHA-256 of the token.
    pub token_sha256: Vec<u8>,
    /// Who is signed in.
    pub person: String,
    /// Their groups, in words of the caller's.
    pub groups: String,
    /// The SHA-256 of the token of a person that it was opened with.
    pub by_token: Option<Vec<u8>>,
    /// What the issuer that it was opened by calls the person (`sub`).
    pub subject: Option<String>,
    /// What that issuer calls its own session (`sid`).
    pub issuer_session: Option<String>,
    /// What its groups are read again with, where the issuer allows that.
    pub refresh: Option<SessionRefresh>,
    /// When it was opened.
    pub begun_at: Timestamp,
    /// When it was used last, not to the second.
    pub used_at: Timestamp,
    /// When it ends however much it is used.
    pub ends_at: Timestamp,
}

impl SessionRecord {
    /// Returns its name: the first digits of its token's hash, which open nothing.
    pub fn id(&self) -> String {
        let bytes = self.token_sha256.iter().take(ID_BYTES);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How many bytes of the hash a session's name has.
const ID_BYTES: usize = 6;

type Row = (
    Vec<u8>,
    String,
    String,
    Option<Vec<u8>>,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
);

/// The columns of [`Row`], in its order.
macro_rules! columns {
    () => {
        "token_sha256, person, groups, by_token, subject, issuer_session, refresh_token, refreshed_at, \
         refresh_claimed_until, refresh_retry_at, begun_at, used_at, ends_at"
    };
}

use columns;

const ADD: Sql = Sql::same(concat!(
    "INSERT INTO session (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
));

/// Removes all but the most recently used, and those that are over.
const TRIM: Sql = Sql::same(
    "DELETE FROM session WHERE ends_at <= $1 OR used_at <= $2 OR token_sha256 IN \
     (SELECT token_sha256 FROM session ORDER BY used_at DESC LIMIT 1000000 OFFSET $3)",
);

const FIND: Sql = Sql::same(concat!(
    "SELECT ",
    columns!(),
    " FROM session WHERE token_sha256 = $1"
));

const ALL: Sql = Sql::same(concat!(
    "SELECT ",
    columns!(),
    " FROM session ORDER BY begun_at, token_sha256"
));

const TOUCH: Sql =
    Sql::same("UPDATE session SET used_at = $2 WHERE token_sha256 = $1 AND used_at < $2");

const END: Sql = Sql::same(concat!(
    "DELETE FROM session WHERE token_sha256 = $1 RETURNING ",
    columns!()
));

const ADD_KEY: Sql =
    Sql::same("INSERT INTO server_key (name, bytes) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");

const KEY: Sql = Sql::same("SELECT bytes FROM server_key WHERE name = $1");

const END_ATTEMPT: Sql = Sql::same(
    "INSERT INTO sign_in_attempt (id, ended_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
);

const FORGET_ATTEMPTS: Sql = Sql::same("DELETE FROM sign_in_attempt WHERE ended_at <= $1");

impl Store {
    /// Adds a session, and removes those that are over at its beginning or were not used for `idle`, and the least
    /// recently used ones beyond `most`.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn open_session(
        &self,
        session: &SessionRecord,
        idle: Duration,
        most: u32,
    ) -> Result<(), StoreError> {
        let now = session.begun_at.as_millis();
        let refresh = session.refresh.as_ref();
        transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(TRIM))
                .bind(now)
                .bind(now.saturating_sub(millis(idle)))
                .bind(i64::from(most.saturating_sub(1)))
                .execute(&mut *transaction)
                .await?;
            sqlx::query(sql(ADD))
                .bind(&session.token_sha256)
                .bind(&session.person)
                .bind(&session.groups)
                .bind(session.by_token.as_deref())
                .bind(session.subject.as_deref())
                .bind(session.issuer_session.as_deref())
                .bind(refresh.map(|refresh| refresh.sealed_token.as_slice()))
                .bind(refresh.map_or(0, |refresh| refresh.read_at.as_millis()))
                .bind(refresh.map_or(0, |refresh| refresh.claimed_until.as_millis()))
                .bind(refresh.map_or(0, |refresh| refresh.retry_at.as_millis()))
                .bind(now)
                .bind(session.used_at.as_millis())
                .bind(session.ends_at.as_millis())
                .execute(&mut *transaction)
                .await?;
        })
    }

    /// Returns a session.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn session(&self, token_sha256: &[u8]) -> Result<Option<SessionRecord>, StoreError> {
        let row: Option<Row> = read_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(FIND)).bind(token_sha256);
            query.fetch_optional(pool).await?
        });
        row.map(record).transpose()
    }

    /// Returns every session, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sessions(&self) -> Result<Vec<SessionRecord>, StoreError> {
        let rows: Vec<Row> = read_with!(&*self.database, |pool, sql| {
            sqlx::query_as(sql(ALL)).fetch_all(pool).await?
        });
        rows.into_iter().map(record).collect()
    }

    /// Says that a session was used.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn touch_session(
        &self,
        token_sha256: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(TOUCH))
                .bind(token_sha256)
                .bind(at.as_millis());
            query.execute(pool).await?;
        });
        Ok(())
    }

    /// Ends a session, and returns it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_session(
        &self,
        token_sha256: &[u8],
    ) -> Result<Option<SessionRecord>, StoreError> {
        let row: Option<Row> = write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query_as(sql(END)).bind(token_sha256);
            query.fetch_optional(pool).await?
        });
        row.map(record).transpose()
    }

    /// Returns the key of this name that all instances share. Where there is none, it is `new`.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn server_key(&self, name: &str, new: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (bytes,): (Vec<u8>,) = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(ADD_KEY))
                .bind(name)
                .bind(new)
                .execute(pool)
                .await?;
            sqlx::query_as(sql(KEY)).bind(name).fetch_one(pool).await?
        });
        Ok(bytes)
    }

    /// Ends an attempt to sign in, at `now`, and forgets those that ended `patience` ago. Returns whether it had not
    /// ended before, at any instance.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_attempt(
        &self,
        id: &[u8],
        now: Timestamp,
        patience: Duration,
    ) -> Result<bool, StoreError> {
        let oldest = now.as_millis().saturating_sub(millis(patience));
        let ended = write_with!(&*self.database, |pool, sql| {
            sqlx::query(sql(FORGET_ATTEMPTS))
                .bind(oldest)
                .execute(pool)
                .await?;
            let query = sqlx::query(sql(END_ATTEMPT)).bind(id).bind(now.as_millis());
            query.execute(pool).await?.rows_affected()
        });
        Ok(ended == 1)
    }
}

fn record(row: Row) -> Result<SessionRecord, StoreError> {
    let (token_sha256, person, groups, by_token, subject, issuer_session, refresh, ..) = row;
    let (.., read, claimed, retry, begun, used, ends) = row;
    let refresh = refresh.map(|sealed_token| {
        Ok::<_, StoreError>(SessionRefresh {
            sealed_token,
            read_at: time(read)?,
            claimed_until: time(claimed)?,
            retry_at: time(retry)?,
        })
    });
    Ok(SessionRecord {
        token_sha256,
        person,
        groups,
        by_token,
        subject,
        issuer_session,
        refresh: refresh.transpose()?,
        begun_at: time(begun)?,
        used_at: time(used)?,
        ends_at: time(ends)?,
    })
}
