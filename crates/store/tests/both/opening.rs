//! Opening a store, again, by others, and in vain.

use std::fs;

use countermand_core_model::Timestamp;
use countermand_store::{Store, StoreErrorKind, StoreLocation};
use countermand_test_postgres::Postgres;

fn now() -> Timestamp {
    Timestamp::from_millis(1_770_000_000_000).unwrap()
}

#[tokio::test]
async fn a_file_is_made_kept_and_used_by_one_program_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/store.sqlite");
    let location = StoreLocation::File(path.clone());
    let store = Store::open(&location).await.unwrap();
    let instance = store.register("countermand", now()).await.unwrap();
    let error = Store::open(&location).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::InUse);
    assert!(
        error.to_string().contains(&path.display().to_string()),
        "{error}"
    );
    let beside = Store::open_beside(&location).await.unwrap();
    assert_eq!(beside.instances().await.unwrap().len(), 1);
    beside.close().await;
    store.close().await;
    // Whoever still has it cannot use it.
    let next = Store::open(&location).await.unwrap();
    assert!(store.beat(&instance).await.is_err());
    assert!(next.beat(&instance).await.unwrap(), "it is still there");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else may read it");
    }
}

#[tokio::test]
async fn several_programs_use_one_database_of_postgresql() {
    let postgres = Postgres::start().unwrap();
    let location: StoreLocation = postgres.database().unwrap().parse().unwrap();
    // Both find nothing, and both would make the tables.
    let (one, other) = tokio::join!(Store::open(&location), Store::open(&location));
    let (one, other) = (one.unwrap(), other.unwrap());
    let first = one.register("countermand", now()).await.unwrap();
    other.register("countermand", now()).await.unwrap();
    assert!(one.beat(&first).await.unwrap());
    assert_eq!(other.instances().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_newer_program_s_store_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let location = StoreLocation::File(path.clone());
    drop(Store::open(&location).await.unwrap());
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (999, 'of the future', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    pool.close().await;
    for opened in [
        Store::open(&location).await,
        Store::open_beside(&location).await,
    ] {
        let error = opened.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Newer);
        assert!(error.to_string().contains("999"), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_made_beside_a_server_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let location = StoreLocation::File(path.clone());
    let error = Store::open_beside(&location).await.unwrap_err();
    assert!(error.to_string().contains("there is no store"), "{error}");
    assert!(!path.exists());
    let postgres = Postgres::start().unwrap();
    let empty: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let error = Store::open_beside(&empty).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Damaged);
}

#[tokio::test]
async fn what_is_no_store_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    fs::write(
        &path,
        "this is a letter to a friend, and no database at all".repeat(100),
    )
    .unwrap();
    let error = Store::open(&StoreLocation::File(path.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(
        error.to_string().contains(&path.display().to_string()),
        "{error}"
    );
    let in_a_file = StoreLocation::File(path.join("store.sqlite"));
    let error = Store::open(&in_a_file).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let nobody: StoreLocation = "postgres://u:s3cr3t@127.0.0.1:1/none".parse().unwrap();
    let error = Store::open(&nobody).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
}
