//! The steps from one form of the store to the next. They only lead forward.

use std::borrow::Cow;

use sqlx::{
    SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use crate::{
    StoreError, StoreErrorKind, StoreLocation,
    database::{Database, Sql, read_with},
};

/// The steps in order: the number, what it is about, and the statements for SQLite and PostgreSQL.
const STEPS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "runs",
        include_str!("../migrations/sqlite/0001_runs.sql"),
        include_str!("../migrations/postgres/0001_runs.sql"),
    ),
    (
        2,
        "sessions",
        include_str!("../migrations/sqlite/0002_sessions.sql"),
        include_str!("../migrations/postgres/0002_sessions.sql"),
    ),
    (
        3,
        "audit",
        include_str!("../migrations/sqlite/0003_audit.sql"),
        include_str!("../migrations/postgres/0003_audit.sql"),
    ),
    (
        4,
        "approvals",
        include_str!("../migrations/sqlite/0004_approvals.sql"),
        include_str!("../migrations/postgres/0004_approvals.sql"),
    ),
    (
        5,
        "outbox",
        include_str!("../migrations/sqlite/0005_outbox.sql"),
        include_str!("../migrations/postgres/0005_outbox.sql"),
    ),
    (
        6,
        "identity",
        include_str!("../migrations/sqlite/0006_identity.sql"),
        include_str!("../migrations/postgres/0006_identity.sql"),
    ),
    (
        7,
        "budgets",
        include_str!("../migrations/sqlite/0007_budgets.sql"),
        include_str!("../migrations/postgres/0007_budgets.sql"),
    ),
    (
        8,
        "pauses",
        include_str!("../migrations/sqlite/0008_pauses.sql"),
        include_str!("../migrations/postgres/0008_pauses.sql"),
    ),
    (
        9,
        "brake_rules",
        include_str!("../migrations/sqlite/0009_brake_rules.sql"),
        include_str!("../migrations/postgres/0009_brake_rules.sql"),
    ),
    (
        10,
        "watch",
        include_str!("../migrations/sqlite/0010_watch.sql"),
        include_str!("../migrations/postgres/0010_watch.sql"),
    ),
];

/// Brings the store to the form that this program knows.
pub(crate) async fn migrate(
    database: &Database,
    location: &StoreLocation,
) -> Result<(), StoreError> {
    let migrated = match database {
        Database::Sqlite(database) => {
            let steps = STEPS
                .iter()
                .map(|(number, about, sqlite, _)| step(*number, about, sqlite));
            Migrator::with_migrations(steps.collect())
                .run(&database.writer)
                .await
        }
        Database::Postgres(pool) => {
            let steps = STEPS
                .iter()
                .map(|(number, about, _, postgres)| step(*number, about, postgres));
            Migrator::with_migrations(steps.collect()).run(pool).await
        }
    };
    migrated.map_err(|error| not_migrated(error, location))
}

/// Which step the store has taken last.
const FORM: Sql = Sql::same("SELECT max(version) FROM _sqlx_migrations");

/// Checks that the store has the form that this program knows.
pub(crate) async fn check_form(
    database: &Database,
    location: &StoreLocation,
) -> Result<(), StoreError> {
    let known = newest();
    let (found,): (Option<i64>,) = read_with!(database, |pool, sql| {
        let row = sqlx::query_as(sql(FORM)).fetch_one(pool).await;
        row.map_err(|error| {
            let what = format!("{location} is not a store of this program");
            StoreError::new(StoreErrorKind::Damaged, what).because(error)
        })?
    });
    match found {
        Some(found) if found == known => Ok(()),
        Some(found) if found > known => Err(newer(found, location)),
        _ => {
            let what = format!(
                "the store {location} has an older form than this program's: the server's next start with this program renews it"
            );
            Err(StoreError::new(StoreErrorKind::Damaged, what))
        }
    }
}

fn newest() -> i64 {
    STEPS.last().map_or(0, |(number, ..)| *number)
}

fn newer(found: i64, location: &StoreLocation) -> StoreError {
    let what = format!(
        "the store {location} has form {found}, and this program, countermand {}, knows up to {}: a newer program has written it",
        env!("CARGO_PKG_VERSION"),
        newest()
    );
    StoreError::new(StoreErrorKind::Newer, what)
}

fn step(number: i64, about: &'static str, sql: &'static str) -> Migration {
    Migration::new(
        number,
        Cow::Borrowed(about),
        MigrationType::Simple,
        sql.into_sql_str(),
        false,
    )
}

fn not_migrated(error: MigrateError, location: &StoreLocation) -> StoreError {
    match error {
        MigrateError::VersionMissing(found) => newer(found, location),
        MigrateError::VersionMismatch(found) => {
            let what = format!(
                "the store {location} has another form {found} than this program's: it is not this program's store"
            );
            StoreError::new(StoreErrorKind::Damaged, what)
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            let what = format!("the store {location} cannot be brought to this program's form");
            StoreError::new(StoreErrorKind::Unavailable, what).because(error)
        }
        error => {
            let what =
                format!("the store {location} cannot be brought to this program's form: {error}");
            StoreError::new(StoreErrorKind::Damaged, what)
        }
    }
}
