//! A wrong wipe goes to ten thousand devices, and two minutes later somebody presses the brake. How many devices are saved,
//! beside an oracle that knows when each device comes back, and beside a list of everything before the first cancel. By the
//! simulator's clock, over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod figure;

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use countermand_client::{Client, Filter, Plan, RunOptions, RunResult, Sweep};
use countermand_core_model::{CancelOutcome, KindName, Provider};
use countermand_simulator::{
    Fault, FaultKind, Incident, LedgerEntry, Provider as SimulatedProvider, RequestLimit, TrueState,
};
use countermand_tests::{TestBed, Wire};
use countermand_transport::{RateLimit, RequestClass, SharedTimer, Transport, TransportError};
use figure::Figure;
use http::{Request, Response};
use tokio::runtime::{Builder, Runtime};

const DEVICES: usize = 10_000;
const PER_HOUR: u32 = 10_000;
/// From the wipe to the press, in milliseconds.
const UNTIL_PRESSED_MS: u32 = 120_000;

/// How absences are distributed, the shortest one and how heavy the tail is, and how many fleets are made like that.
const FLEETS: [(&str, u32, u32, u64); 3] = [
    ("absences of 10 min and more, very heavy tail", 600, 120, 1),
    ("absences of 10 min and more", 600, 150, 3),
    ("absences of 20 min and more, lighter tail", 1_200, 200, 1),
];

/// How a wrong command is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Brake,
    ListThenCancel,
}

/// What came of it.
struct Outcome {
    saved: usize,
    oracle: usize,
    first_cancel: Duration,
    longest_gap: Duration,
    wrong: usize,
    missing: usize,
    doubled: usize,
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    with_faults(&runtime);
    let bursts = [(100, "burst of 100"), (PER_HOUR, "10,000 at once")];
    for (fleet, shortest_s, tail_percent, seeds) in FLEETS {
        for (burst, spent) in bursts {
            let mut shares = Vec::new();
            let mut times_as_many = Vec::new();
            let (mut first, mut gap, mut bad) = (Duration::ZERO, Duration::ZERO, 0);
            for seed in 1..=seeds {
                let incident = Incident {
                    shortest_s,
                    tail_percent,
                    seed,
                    ..Incident::at(SimulatedProvider::Applivery)
                };
                let run = |way, faults| runtime.block_on(stop(way, &incident, burst, faults));
                let brake = run(Way::Brake, false);
                let listed = run(Way::ListThenCancel, false);
                eprintln!(
                    "{fleet}, {spent}, seed {seed}: brake {} of the oracle's {}, list then cancel {}",
                    brake.saved, brake.oracle, listed.saved
                );
                shares.push(brake.saved as f64 / brake.oracle as f64);
                times_as_many.push(brake.saved as f64 / listed.saved as f64);
                first = first.max(brake.first_cancel);
                gap = gap.max(brake.longest_gap);
                bad += brake.wrong + brake.missing + brake.doubled;
            }
            let worst = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
            let name = |what: &str| format!("brake, {fleet}, {spent}: {what}");
            let unit = "times";
            Figure::new(name("saved, of the oracle's"), worst(&shares), unit).print();
            Figure::new(
                name("saved, of list then cancel"),
                worst(&times_as_many),
                unit,
            )
            .print();
            Figure::new(name("first cancel"), first.as_secs_f64(), "s")
                .limited_to(2.0)
                .print();
            Figure::new(
                name("longest pause between requests"),
                gap.as_secs_f64(),
                "s",
            )
            .limited_to(1.0)
            .print();
            Figure::new(name("wrong, missing, doubled"), bad as f64, "rows")
                .limited_to(0.0)
                .print();
        }
    }
}

/// A fifth of the requests meets a fault, and no row is wrong for it.
fn with_faults(runtime: &Runtime) {
    let (_, shortest_s, tail_percent, _) = FLEETS[1];
    let incident = Incident {
        shortest_s,
        tail_percent,
        ..Incident::at(SimulatedProvider::Applivery)
    };
    let faulty = runtime.block_on(stop(Way::Brake, &incident, PER_HOUR, true));
    let bad = faulty.wrong + faulty.missing + faulty.doubled;
    let name = "brake, 20% faults: wrong, missing, doubled".to_owned();
    Figure::new(name, bad as f64, "rows")
        .limited_to(0.0)
        .print();
}

/// Lets a wipe go to everything, presses the brake, and looks at what became of it.
async fn stop(way: Way, incident: &Incident, burst: u32, faults: bool) -> Outcome {
    let bed = TestBed::with_devices(DEVICES).await;
    bed.simulator.change_options(|options| {
        options.applivery_requests = Some(RequestLimit {
            per_hour: PER_HOUR,
            burst,
        });
    });
    let given_ms = bed.simulator.now_ms();
    bed.simulator.incident(incident).unwrap();
    bed.simulator.advance(UNTIL_PRESSED_MS);
    let pressed_ms = bed.simulator.now_ms();
    let contacts = bed.simulator.next_contacts(SimulatedProvider::Applivery);
    if faults {
        for (kind, probability) in [
            (FaultKind::LostAfter, 0.05),
            (FaultKind::LostBefore, 0.05),
            (FaultKind::StaysPending, 0.05),
            (FaultKind::GoesOutFirst, 0.05),
        ] {
            bed.fault(Fault {
                probability: Some(probability),
                ..Fault::always(kind)
            });
        }
    }
    let log = Log::default();
    let client = client(&bed, burst, &log);
    let result = match way {
        Way::Brake => {
            let mut filter = wipes();
            filter.created_after =
                countermand_core_model::Timestamp::from_millis(given_ms - 1_800_000);
            let plan = Plan::sweeping(Sweep::new(filter).unwrap());
            run(&client, plan, 32).await
        }
        Way::ListThenCancel => {
            let devices = client.devices(None).await.unwrap().items;
            let devices = devices.into_iter().map(|device| device.device).collect();
            let plan = client.plan_matching(devices, &wipes()).await;
            run(&client, plan, 8).await
        }
    };
    outcome(&bed, &result, &log, pressed_ms, given_ms, burst, &contacts)
}

async fn run(client: &Client, plan: Plan, concurrency: usize) -> RunResult {
    let options = RunOptions {
        concurrency,
        ..RunOptions::default()
    };
    client.run(plan).options(options).start().finish().await
}

fn wipes() -> Filter {
    Filter {
        kinds: KindName::parse_list("kind", "WIPE").unwrap(),
        ..Filter::default()
    }
}

fn outcome(
    bed: &TestBed,
    result: &RunResult,
    log: &Log,
    pressed_ms: i64,
    given_ms: i64,
    burst: u32,
    contacts: &[Option<i64>],
) -> Outcome {
    let ledger = bed.simulator.ledger();
    let wipes = ledger.commands.iter();
    let wipes = wipes.filter(|entry| entry.kind == "WIPE" && entry.device.starts_with("applivery"));
    let wipes: HashMap<&str, &LedgerEntry> =
        wipes.map(|entry| (entry.command.as_str(), entry)).collect();
    let of_incident = |entry: &&&LedgerEntry| entry.created_ms >= given_ms;
    let saved = wipes.values().filter(of_incident);
    let saved = saved
        .filter(|entry| entry.state == TrueState::Cancelled)
        .count();
    let still_waiting = wipes.values().filter(of_incident);
    let still_waiting = still_waiting
        .filter(|entry| entry.state == TrueState::Pending)
        .count();
    let mut rows: HashMap<&str, CancelOutcome> = HashMap::new();
    let mut doubled = 0;
    let mut wrong = 0;
    for report in &result.reports {
        doubled += usize::from(rows.insert(report.id.as_str(), report.outcome).is_some());
        let truth = wipes.get(report.id.as_str()).map(|entry| entry.state);
        let is_cancelled = truth == Some(TrueState::Cancelled);
        wrong += usize::from(report.outcome == CancelOutcome::Cancelled && !is_cancelled);
    }
    // Whatever was cancelled has a row, and whatever was not looked at was given up by nobody.
    let cancelled = wipes
        .iter()
        .filter(|(_, entry)| !entry.cancels.is_empty() && of_incident(entry));
    let missing = cancelled.filter(|(id, _)| !rows.contains_key(*id)).count();
    let given_up = still_waiting.saturating_sub(
        rows.values()
            .filter(|outcome| **outcome != CancelOutcome::Cancelled)
            .count(),
    );
    let (first_cancel, longest_gap) = log.figures(pressed_ms);
    Outcome {
        saved,
        oracle: oracle(contacts, pressed_ms, burst),
        first_cancel,
        longest_gap,
        wrong,
        missing: missing + given_up,
        doubled,
    }
}

/// How many devices somebody saves who knows when each comes back: a look and a cancel for each that can still be reached in
/// time, those first that come back first.
fn oracle(contacts: &[Option<i64>], pressed_ms: i64, burst: u32) -> usize {
    let mut contacts: Vec<i64> = contacts
        .iter()
        .map(|contact| contact.unwrap_or(i64::MAX))
        .filter(|contact| *contact > pressed_ms)
        .collect();
    contacts.sort_unstable();
    let interval_ms = 3_600_000.0 / f64::from(PER_HOUR);
    let at = |request: usize| {
        let waited = request.saturating_sub(burst as usize);
        pressed_ms as f64 + waited as f64 * interval_ms
    };
    let mut saved = 0;
    for contact in contacts {
        if at(2 * (saved + 1)) < contact as f64 {
            saved += 1;
        }
    }
    saved
}

fn client(bed: &TestBed, burst: u32, log: &Log) -> Client {
    let vendor = Provider::Applivery;
    let mut connection = TestBed::connection(vendor, bed.keys(vendor));
    connection.rate = Some(RateLimit {
        per_hour: NonZeroU32::new(PER_HOUR).unwrap(),
        burst: NonZeroU32::new(burst).unwrap(),
    });
    let transport = Logged {
        inner: bed.wire.clone(),
        timer: bed.timer(),
        log: log.clone(),
    };
    Client::connect(connection, transport, bed.timer()).unwrap()
}

/// When each request left, and whether it was a cancel.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(i64, bool)>>>);

impl Log {
    /// When the first cancel left after the press, and the longest time between two requests as long as there was a look or
    /// a cancel to come.
    fn figures(&self, pressed_ms: i64) -> (Duration, Duration) {
        let log = self.0.lock().unwrap();
        let ms = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap());
        let first = log
            .iter()
            .find(|(_, is_cancel)| *is_cancel)
            .map_or(0, |(at, _)| at - pressed_ms);
        let last_cancel = log
            .iter()
            .rposition(|(_, is_cancel)| *is_cancel)
            .unwrap_or(0);
        let busy = &log[..=last_cancel];
        let gaps = busy.windows(2).map(|pair| pair[1].0 - pair[0].0);
        (ms(first), ms(gaps.max().unwrap_or(0)))
    }
}

struct Logged {
    inner: Wire,
    timer: SharedTimer,
    log: Log,
}

impl Transport for Logged {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_cancel = RequestClass::of(&request) == RequestClass::Cancel;
        let at = self.timer.now().as_millis();
        self.log.0.lock().unwrap().push((at, is_cancel));
        self.inner.send(request).await
    }
}
