//! The two databases, and statements for either.

use std::{
    path::Path,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use countermand_core_model::{ExposeSecret, Secret};
use sqlx::{
    PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    StoreError, StoreErrorKind,
    lock_file::{LockFile, only_ours},
};

/// How long a connection to the database is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many statements run at a time.
const AT_ONCE: u32 = 8;

/// What connections to PostgreSQL ask for, whatever the server's default: what was committed survives its crash; and an
/// instance that is gone in the middle of a transaction keeps the others from a row for seconds, not until TCP notices.
const POSTGRES_OPTIONS: [(&str, &str); 3] = [
    ("synchronous_commit", "on"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "10s"),
];

/// An open database.
#[derive(Debug)]
pub(crate) enum Database {
    Sqlite(SqliteDatabase),
    Postgres(PgPool),
}

/// A file of SQLite. Its one writer never waits for another one; readers see what was committed.
#[derive(Debug)]
pub(crate) struct SqliteDatabase {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    /// Held until it is closed, unless another program works with it.
    lock: Mutex<Option<LockFile>>,
}

/// A statement in the dialects of both.
#[derive(Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Sql {
    /// A statement that both understand in the same way.
    pub(crate) const fn same(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }
}

/// Begins a transaction that will write: SQLite would otherwise notice too late that it may not.
pub(crate) const BEGIN: Sql = Sql {
    sqlite: "BEGIN IMMEDIATE",
    postgres: "BEGIN",
};

/// Evaluates an expression over a pool of connections that may write. `$sql` is the function that chooses the dialect.
macro_rules! write_with {
    ($database:expr, |$pool:ident, $sql:ident| $body:expr) => {
        match $database {
            $crate::database::Database::Sqlite(database) => {
                let ($pool, $sql) = (&database.writer, |sql: $crate::database::Sql| sql.sqlite);
                $body
            }
            $crate::database::Database::Postgres(database) => {
                let ($pool, $sql) = (database, |sql: $crate::database::Sql| sql.postgres);
                $body
            }
        }
    };
}

/// Evaluates an expression over a pool of connections that only read.
macro_rules! read_with {
    ($database:expr, |$pool:ident, $sql:ident| $body:expr) => {
        match $database {
            $crate::database::Database::Sqlite(database) => {
                let ($pool, $sql) = (&database.readers, |sql: $crate::database::Sql| sql.sqlite);
                $body
            }
            $crate::database::Database::Postgres(database) => {
                let ($pool, $sql) = (database, |sql: $crate::database::Sql| sql.postgres);
                $body
            }
        }
    };
}

/// Evaluates an expression in a transaction that writes, and commits it. The expression may end it early by `return
/// Ok(...)`, which undoes what it did.
///
/// A connection whose transaction failed is closed: after a failed commit SQLite has ended the transaction by itself,
/// and the pool's connection would not know.
macro_rules! transaction {
    ($database:expr, |$transaction:ident, $sql:ident| $body:expr) => {
        $crate::database::write_with!($database, |pool, $sql| {
            let mut connection = pool.acquire().await?;
            let done = async {
                let begin = $sql($crate::database::BEGIN);
                let mut $transaction =
                    sqlx::Connection::begin_with(&mut *connection, begin).await?;
                let value = $body;
                $transaction.commit().await?;
                Ok::<_, $crate::StoreError>(value)
            };
            let done = done.await;
            if done.is_err() {
                connection.close_on_drop();
            }
            done
        })
    };
}

pub(crate) use {read_with, transaction, write_with};

impl Database {
    /// Opens a file, which is created where it is missing.
    pub(crate) async fn open_file(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| {
                let what = format!(
                    "the folder of the store {} cannot be made: {error}",
                    path.display()
                );
                StoreError::new(StoreErrorKind::Unavailable, what)
            })?;
        }
        let lock = LockFile::acquire(path)?;
        create(path)?;
        Self::open_pools(path, Some(lock)).await
    }

    /// Opens a file that another program may be working with.
    pub(crate) async fn open_file_beside(path: &Path) -> Result<Self, StoreError> {
        if !path.is_file() {
            let what = format!("there is no store {}", path.display());
            return Err(StoreError::new(StoreErrorKind::Unavailable, what));
        }
        Self::open_pools(path, None).await
    }

    async fn open_pools(path: &Path, lock: Option<LockFile>) -> Result<Self, StoreError> {
        let unusable = |error| {
            let what = format!("the store {} cannot be opened", path.display());
            StoreError::new(StoreErrorKind::Unavailable, what).because(error)
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // What was committed survives a loss of power.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .foreign_keys(true);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone())
            .await
            .map_err(unusable)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(AT_ONCE)
            .acquire_timeout(PATIENCE)
            .connect_with(options.read_only(true))
            .await
            .map_err(unusable)?;
        Ok(Self::Sqlite(SqliteDatabase {
            writer,
            readers,
            lock: Mutex::new(lock),
        }))
    }

    /// Connects to a database of PostgreSQL.
    pub(crate) async fn connect(url: &Secret) -> Result<Self, StoreError> {
        // The cause is left out where it may repeat the URL, which may hold a password.
        let options = PgConnectOptions::from_str(url.expose_secret()).map_err(|_| {
            let what = "store must be postgres://USER:PASSWORD@HOST/DATABASE, with its parts percent-encoded";
            StoreError::new(StoreErrorKind::Location, what)
        })?;
        let pool = PgPoolOptions::new()
            .max_connections(AT_ONCE)
            .acquire_timeout(PATIENCE)
            .connect_with(
                options
                    .application_name("countermand")
                    .options(POSTGRES_OPTIONS),
            )
            .await
            .map_err(|error| {
                let what = "the store's PostgreSQL database cannot be reached";
                StoreError::new(StoreErrorKind::Unavailable, what).because(error)
            })?;
        Ok(Self::Postgres(pool))
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(database) => {
                database.readers.close().await;
                database.writer.close().await;
                // Nothing can be written any more, so it is the next program's.
                let mut lock = database.lock.lock().unwrap_or_else(PoisonError::into_inner);
                drop(lock.take());
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Creates the file where it is missing.
fn create(path: &Path) -> Result<(), StoreError> {
    match only_ours().open(path) {
        Ok(_) => Ok(()),
        Err(error) => {
            let what = format!("the store {} cannot be written: {error}", path.display());
            Err(StoreError::new(StoreErrorKind::Unavailable, what))
        }
    }
}
