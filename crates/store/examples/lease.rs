//! Two instances of a server share a store: one takes a run over, and what the other still writes is refused.

use std::error::Error;

use countermand_core_model::Timestamp;
use countermand_store::{NewRun, Store, StoreLocation};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("countermand-lease-{}", std::process::id()));
    let store = Store::open(&StoreLocation::File(folder.join("store.sqlite"))).await?;
    let now = Timestamp::from_millis(1_770_000_000_000).ok_or("no such time")?;
    let run = NewRun {
        id: "run-1",
        connection: "fleet",
        plan_sha256: "...",
        plan: b"...",
        by: "alice",
        at: now,
        reason: Some("a wrong lock"),
        ticket: None,
        options: "{}",
        progress: "{}",
        approval_targets: None,
        rule: None,
    };
    store.create_run(&run).await?;

    let one = store.register("countermand", now).await?;
    let lease = store.claim("run-1", &one).await?.ok_or("somebody has it")?;
    println!(
        "{:?}",
        store.append(&lease, 0, 1, b"sending\n", "{}").await?
    );

    // The first instance is gone; a file has one user at a time, so its runs are free.
    let other = store.register("countermand", now).await?;
    let lost = store.append(&lease, 1, 1, b"sending\n", "{}").await?;
    let next = store.claim("run-1", &other).await?;
    println!("{lost:?}, and the other has it: {}", next.is_some());

    store.close().await;
    Ok(std::fs::remove_dir_all(folder)?)
}
