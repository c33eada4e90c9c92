//! The store, opened.

use std::sync::Arc;

use crate::{
    StoreError, StoreLocation,
    database::Database,
    migrations::{check_form, migrate},
};

/// An open store. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) database: Arc<Database>,
}

impl Store {
    /// Opens the store at `location`, creates it where it is missing, and brings it to the form that this program
    /// knows.
    ///
    /// # Errors
    /// When it cannot be reached or written, another program uses its file, or a newer program has written it.
    pub async fn open(location: &StoreLocation) -> Result<Self, StoreError> {
        let database = match location {
            StoreLocation::File(path) => Database::open_file(path).await?,
            StoreLocation::Postgres(url) => Database::connect(url).await?,
        };
        migrate(&database, location).await?;
        Ok(Self {
            database: Arc::new(database),
        })
    }

    /// Opens a store that is there, beside the server that may be working with it, and leaves its form as it is.
    ///
    /// # Errors
    /// When it is not there, cannot be reached, or has another form than this program knows.
    pub async fn open_beside(location: &StoreLocation) -> Result<Self, StoreError> {
        let database = match location {
            StoreLocation::File(path) => Database::open_file_beside(path).await?,
            StoreLocation::Postgres(url) => Database::connect(url).await?,
        };
        check_form(&database, location).await?;
        Ok(Self {
            database: Arc::new(database),
        })
    }

    /// Returns whether only one program at a time can use it.
    pub fn is_exclusive(&self) -> bool {
        matches!(*self.database, Database::Sqlite(_))
    }

    /// Ends its connections.
    pub async fn close(&self) {
        self.database.close().await;
    }
}
