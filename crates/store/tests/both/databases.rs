//! A test for each of the two databases.

use std::future::Future;

use countermand_store::{Store, StoreLocation};
use countermand_test_postgres::Postgres;

/// Runs `test` over a new store of each kind.
pub(crate) async fn in_both<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    test(Store::open(&file).await.unwrap()).await;
    let postgres = Postgres::start().unwrap();
    let database: StoreLocation = postgres.database().unwrap().parse().unwrap();
    test(Store::open(&database).await.unwrap()).await;
}
