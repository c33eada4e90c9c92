//! Sessions that their issuer ends.

use std::time::Duration;

use countermand_core_model::Timestamp;

use super::{Row, SessionRecord, columns, record};
use crate::{
    Store, StoreError,
    columns::millis,
    database::{Sql, transaction},
};

/// An issuer's order to end sessions.
#[derive(Clone, Copy, Debug)]
pub struct IssuerLogout<'a> {
    /// The SHA-256 of its id (`jti`). An order counts once.
    pub jti_sha256: &'a [u8],
    /// Whose sessions.
    pub subject: Option<&'a str>,
    /// Which session of the issuer; none: every one of the subject.
    pub issuer_session: Option<&'a str>,
}

const FORGET: Sql = Sql::same("DELETE FROM logout_token WHERE used_at <= $1");

const USE: Sql = Sql::same(
    "INSERT INTO logout_token (jti_sha256, used_at) VALUES ($1, $2) ON CONFLICT (jti_sha256) DO NOTHING",
);

const END_OF_SUBJECT: Sql = Sql::same(concat!(
    "DELETE FROM session WHERE subject = $1 RETURNING ",
    columns!()
));

const END_OF_ISSUER_SESSION: Sql = Sql::same(concat!(
    "DELETE FROM session WHERE issuer_session = $1 RETURNING ",
    columns!()
));

/// A session of which the issuer did not say in which of its own it was opened may be the one.
const END_OF_BOTH: Sql = Sql::same(concat!(
    "DELETE FROM session WHERE subject = $1 AND (issuer_session = $2 OR issuer_session IS NULL) RETURNING ",
    columns!()
));

impl Store {
    /// Ends the sessions that an issuer names at `now`, and returns them; `None` where the order was carried out before.
    /// Orders are remembered for `remembered`.
    ///
    /// # Errors
    /// When the store cannot be written. Then the order was not carried out.
    pub async fn log_out(
        &self,
        logout: &IssuerLogout<'_>,
        now: Timestamp,
        remembered: Duration,
    ) -> Result<Option<Vec<SessionRecord>>, StoreError> {
        let now = now.as_millis();
        let rows: Option<Vec<Row>> = transaction!(&*self.database, |transaction, sql| {
            sqlx::query(sql(FORGET))
                .bind(now.saturating_sub(millis(remembered)))
                .execute(&mut *transaction)
                .await?;
            let used = sqlx::query(sql(USE))
                .bind(logout.jti_sha256)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            if used.rows_affected() == 0 {
                return Ok(None);
            }
            let ending = match (logout.subject, logout.issuer_session) {
                (Some(subject), Some(session)) => {
                    sqlx::query_as(sql(END_OF_BOTH)).bind(subject).bind(session)
                }
                (Some(subject), None) => sqlx::query_as(sql(END_OF_SUBJECT)).bind(subject),
                (None, Some(session)) => sqlx::query_as(sql(END_OF_ISSUER_SESSION)).bind(session),
                (None, None) => return Ok(None),
            };
            Some(ending.fetch_all(&mut *transaction).await?)
        })?;
        let ended = rows.map(|rows| rows.into_iter().map(record).collect());
        ended.transpose()
    }
}
