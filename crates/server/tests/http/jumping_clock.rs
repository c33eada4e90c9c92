//! Servers whose wall clock jumps while they drive runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use countermand_core_model::Timestamp;
use countermand_simulator::{Fault, FaultKind, Simulator};
use countermand_store::StoreLocation;
use countermand_test_postgres::Postgres;
use countermand_transport::{BoxFuture, Timer, TokioTimer};
use serde_json::json;

use crate::{
    house::{House, simulated, start_at, tokens},
    run_houses::{client, held, judge, plan, until},
};

const HOUR_MS: i64 = 3_600_000;

/// The machine's clock, whose wall clock is set as far as one likes. Its monotonic one goes on as it did.
#[derive(Clone, Default)]
struct JumpingClock {
    machine: TokioTimer,
    offset_ms: Arc<AtomicI64>,
}

impl Timer for JumpingClock {
    fn now(&self) -> Timestamp {
        let offset = self.offset_ms.load(Ordering::SeqCst);
        Timestamp::from_millis(self.machine.now().as_millis() + offset).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.machine.sleep(duration)
    }
}

async fn server(simulator: &Simulator, store: &StoreLocation, clock: &JumpingClock) -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Some(Arc::new(clock.clone()) as _);
    let started = start_at(
        folder,
        simulated(simulator),
        tokens(),
        Some(store.clone()),
        clock,
    );
    started.await.unwrap()
}

/// The clock of the server that drives the run jumps (or of the one that looks on): an hour ahead, and two back.
async fn jump_while_a_run_goes_on(store: StoreLocation, instances: usize) {
    let (simulator, devices) = held(40, 4).await;
    simulator
        .fault(Fault::always(FaultKind::Slow { ms: 50 }).on("applivery.cancel"))
        .unwrap();
    let clock = JumpingClock::default();
    let mut houses = vec![server(&simulator, &store, &clock).await];
    let right = JumpingClock::default();
    for _ in 1..instances {
        houses.push(server(&simulator, &store, &right).await);
    }
    let house = &houses[0];
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    for (done, hours) in [(5, 1), (40, -1), (80, 0)] {
        let is_there = |run: &serde_json::Value| run["done"].as_u64() >= Some(done);
        until(|| house.run(id), is_there, "so many are done").await;
        clock.offset_ms.store(hours * HOUR_MS, Ordering::SeqCst);
    }
    simulator.clear_faults();
    let done = house.run_in(id, "finished").await;
    assert_eq!(done["stopped_by"], json!(null), "nobody stopped it");
    judge(&simulator, &devices, &house.journal(id).await);
    for house in houses {
        house.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_loses_no_run_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    jump_while_a_run_goes_on(file, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_whose_clocks_differ_by_an_hour_take_nothing_from_each_other_twice() {
    let postgres = Postgres::start().unwrap();
    let store = postgres.database().unwrap().parse().unwrap();
    jump_while_a_run_goes_on(store, 2).await;
}
