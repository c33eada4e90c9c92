//! What it costs that all instances add to one audit: batches of one line, each durable, by one writer and by many at
//! once; and beside it as many lines of runs' journals, which wait for nobody. `cargo bench -p countermand-store`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

use std::time::Instant;

use countermand_core_model::Timestamp;
use countermand_store::{Appended, AuditHead, NewLines, NewRun, Store, StoreLocation};
use countermand_test_postgres::Postgres;

const BATCHES: u32 = 2_000;
const WRITERS: u32 = 8;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    let sqlite = [Store::open(&file).await.unwrap()];
    let postgres = Postgres::start_durable().unwrap();
    let database: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let open = async || Store::open(&database).await.unwrap();
    let postgres = [open().await, open().await];
    println!(
        "batches a second                    audit, 1    audit, {WRITERS}    journals, {WRITERS}"
    );
    for (name, stores) in [
        ("SQLite, one instance", &sqlite[..]),
        ("PostgreSQL, one instance", &postgres[..1]),
        ("PostgreSQL, two instances", &postgres[..]),
    ] {
        let single = rate(stores, 1, audit).await;
        let many = rate(stores, WRITERS, audit).await;
        let journals = rate(stores, WRITERS, journal).await;
        println!("{name:<32}{single:>12.0}{many:>12.0}{journals:>15.0}");
    }
}

async fn rate<F: Future<Output = ()> + Send + 'static>(
    stores: &[Store],
    writers: u32,
    write: impl Fn(Store, String, u32) -> F,
) -> f64 {
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (writer, store) in (0..writers).zip(stores.iter().cycle()) {
        let name = format!("{began:?}-{writer}");
        tasks.push(tokio::spawn(write(store.clone(), name, BATCHES / writers)));
    }
    for task in tasks {
        task.await.unwrap();
    }
    f64::from(BATCHES) / began.elapsed().as_secs_f64()
}

fn now() -> Timestamp {
    Timestamp::from_millis(0).unwrap()
}

async fn audit(store: Store, name: String, count: u32) {
    let line = |head: &AuditHead| {
        Some(NewLines {
            lines: 1,
            bytes: text(),
            last_sha256: format!("{:064x}", head.lines),
            checkpoint: None,
            notices: Vec::new(),
        })
    };
    for number in 0..count {
        let batch = format!("{name}-{number}");
        let added = store.append_audit(batch.as_bytes(), now(), &line);
        added.await.unwrap();
    }
}

async fn journal(store: Store, name: String, count: u32) {
    let run = NewRun {
        id: &name,
        connection: "fleet",
        plan_sha256: &name,
        plan: b"",
        by: "alice",
        at: now(),
        reason: None,
        ticket: None,
        options: "{}",
        progress: "{}",
        approval_targets: None,
        rule: None,
    };
    store.create_run(&run).await.unwrap();
    let instance = store.register("countermand", now()).await.unwrap();
    let lease = store.claim(&name, &instance).await.unwrap();
    let Some(lease) = lease else { return };
    for number in 0..count {
        let added = store.append(&lease, number.into(), 1, &text(), "{}").await;
        // In a file, each instance that registers ends the one before.
        if added.unwrap() == Appended::Lost {
            return;
        }
    }
}

/// A line of a usual length.
fn text() -> Vec<u8> {
    let mut line = vec![b'x'; 400];
    line.push(b'\n');
    line
}
