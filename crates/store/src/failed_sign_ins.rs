//! Who failed to sign in, how often and when, at every instance.

use std::time::Duration;

use countermand_core_model::Timestamp;

use crate::{
    Store, StoreError,
    columns::{millis, time},
    database::{Sql, read_with, transaction, write_with},
};

/// The failures of a subject: a peer, or everybody together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedSignIns {
    /// When all of them are forgiven, where no other one follows: each failure puts it further off.
    pub clear_at: Timestamp,
    /// When the last one was.
    pub failed_at: Timestamp,
}

/// What failures cost a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureCost<'a> {
    /// The subject.
    pub subject: &'a str,
    /// By how much they put off when it is clear.
    pub cost: Duration,
    /// How far off that is at most.
    pub most: Duration,
}

const FIND: Sql = Sql::same("SELECT clear_at, failed_at FROM failed_sign_in WHERE subject = $1");

const COUNT: Sql = Sql {
    sqlite: "INSERT INTO failed_sign_in AS f (subject, clear_at, failed_at) VALUES ($1, $2 + $3, $2) \
             ON CONFLICT (subject) DO UPDATE SET \
             clear_at = min(max(f.clear_at, $2) + $3, $2 + $4), failed_at = max(f.failed_at, $2) \
             RETURNING clear_at, failed_at",
    postgres: "INSERT INTO failed_sign_in AS f (subject, clear_at, failed_at) VALUES ($1, $2 + $3, $2) \
               ON CONFLICT (subject) DO UPDATE SET \
               clear_at = least(greatest(f.clear_at, $2) + $3, $2 + $4), failed_at = greatest(f.failed_at, $2) \
               RETURNING clear_at, failed_at",
};

/// Removes the old ones, and all but the latest.
const TRIM: Sql = Sql::same(
    "DELETE FROM failed_sign_in WHERE failed_at <= $1 OR subject IN \
     (SELECT subject FROM failed_sign_in ORDER BY failed_at DESC LIMIT 1000000 OFFSET $2)",
);

impl Store {
    /// Returns the failures of each subject, where it has any.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn failed_sign_ins(
        &self,
        subjects: &[&str],
    ) -> Result<Vec<Option<FailedSignIns>>, StoreError> {
        let mut found = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let row: Option<(i64, i64)> = read_with!(&*self.database, |pool, sql| {
                let query = sqlx::query_as(sql(FIND)).bind(subject);
                query.fetch_optional(pool).await?
            });
            found.push(row.map(failures).transpose()?);
        }
        Ok(found)
    }

    /// Counts failures at `now` for each of the subjects, and returns its failures. All callers have to name the
    /// subjects that they share in the same order.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is counted for none.
    pub async fn count_failed_sign_in(
        &self,
        costs: &[FailureCost<'_>],
        now: Timestamp,
    ) -> Result<Vec<FailedSignIns>, StoreError> {
        let rows = transaction!(&*self.database, |transaction, sql| {
            let mut rows = Vec::with_capacity(costs.len());
            for cost in costs {
                let row: (i64, i64) = sqlx::query_as(sql(COUNT))
                    .bind(cost.subject)
                    .bind(now.as_millis())
                    .bind(millis(cost.cost))
                    .bind(millis(cost.most))
                    .fetch_one(&mut *transaction)
                    .await?;
                rows.push(row);
            }
            rows
        })?;
        rows.into_iter().map(failures).collect()
    }

    /// Forgets the subjects that failed last at `before` or earlier, and all but the `most` that failed last.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget_failed_sign_ins(
        &self,
        before: Timestamp,
        most: u32,
    ) -> Result<(), StoreError> {
        write_with!(&*self.database, |pool, sql| {
            let query = sqlx::query(sql(TRIM))
                .bind(before.as_millis())
                .bind(i64::from(most));
            query.execute(pool).await?;
        });
        Ok(())
    }
}

fn failures((clear_at, failed_at): (i64, i64)) -> Result<FailedSignIns, StoreError> {
    Ok(FailedSignIns {
        clear_at: time(clear_at)?,
        failed_at: time(failed_at)?,
    })
}
