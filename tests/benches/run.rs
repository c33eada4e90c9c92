//! Ten thousand EnOS commands cancelled and read again over loopback, against wrk with the same requests on
//! the same server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod own_process;
mod playing;
mod rounds;
mod server;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use countermand_client::{CancelOutcome, FileJournal, Journal, RunOptions, RunResult, StopHandle};
use countermand_core_model::CommandTarget;
use countermand_transport::{ReqwestTransport, SharedTimer, TokioTimer, Transport};
use playing::Recorder;
use rounds::median;
use serde_json::json;
use server::Server;

const DEVICES: usize = 500;
const PER_DEVICE: usize = 20;
const TARGETS: f64 = (DEVICES * PER_DEVICE) as f64;
const CONCURRENCY: usize = 32;
const ROUNDS: usize = 5;
/// Of the requests per second that wrk reaches.
const LEAST: f64 = 0.7;
/// Cancels and readings of single commands, for each target.
const MOST_REQUESTS: f64 = 1.1;

/// One run of the client.
struct Measured {
    took: Duration,
    cpu: Duration,
    requests: Vec<(String, u64)>,
}

impl Measured {
    fn count(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        let counts = self.requests.iter();
        counts
            .filter(|(operation, _)| wanted(operation))
            .map(|(_, count)| count)
            .sum()
    }

    fn per_second(&self) -> f64 {
        self.count(|operation| !operation.contains("token")) as f64 / self.took.as_secs_f64()
    }
}

fn main() {
    // One thread, as the command line has for its runs.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = std::env::temp_dir().join(format!("countermand-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    runtime.block_on(measure(&folder));
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn measure(folder: &Path) {
    let (mut plain, mut kept, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let backend = ReqwestTransport::new().unwrap();
        // Anew in each round: some requests name a time, and would find more as it goes by.
        let recorder = Recorder::new(backend.clone());
        let first = cancel(recorder.clone(), None).await;
        bare.push(play(&recorder.into_requests(), &first, folder).await);
        plain.push(cancel(backend.clone(), None).await);
        let journal = folder.join(format!("journal-{round}"));
        kept.push(cancel(backend, Some(&journal)).await);
    }
    let middle = |runs: &[Measured], value: fn(&Measured) -> f64| {
        median(runs.iter().map(value).collect::<Vec<f64>>())
    };
    let cpu = |run: &Measured| run.cpu.as_secs_f64() * 1e6 / TARGETS;
    let wrk = median(bare);
    figure("run/wrk", wrk, "requests/s");
    for (name, runs) in [("run", &plain), ("run with a journal", &kept)] {
        let rate = middle(runs, Measured::per_second);
        figure(&format!("{name}/countermand"), rate, "requests/s");
        figure(&format!("{name}/CPU per target"), middle(runs, cpu), "µs");
        let (name, ratio) = (format!("{name}/ratio"), rate / wrk);
        match name.starts_with("run/") {
            true => limited(&name, ratio, "of wrk", ("at_least", LEAST)),
            // The disk decides about this one.
            false => figure(&name, ratio, "of wrk"),
        }
    }
    let single = |run: &Measured| {
        run.count(|operation| operation.contains(".cancel") || operation.ends_with(".get")) as f64
            / TARGETS
    };
    limited(
        "run/requests per target",
        middle(&plain, single),
        "cancels and single reads",
        ("limit", MOST_REQUESTS),
    );
    let pages = |run: &Measured| run.count(|operation| operation.ends_with(".search")) as f64;
    figure("run/list pages", middle(&plain, pages), "pages");
}

/// Plans, cancels and reads again what waits on a server of its own.
async fn cancel(backend: impl Transport, journal: Option<&Path>) -> Measured {
    let server = Server::start(DEVICES).await;
    let targets = server.add(PER_DEVICE).await;
    let timer: SharedTimer = Arc::new(TokioTimer::new());
    let client = server.client(backend, timer.clone());
    // The token is there before the time is taken, as wrk's is.
    client.check().await.unwrap();
    let before = server.requests().await;

    let (began, cpu) = (Instant::now(), own_process::cpu());
    let result = run(&client, targets.clone(), timer, journal).await;
    let (took, cpu) = (began.elapsed(), own_process::cpu() - cpu);

    let outcomes = result.reports.iter().map(|report| report.outcome);
    let cancelled = outcomes.filter(|outcome| *outcome == CancelOutcome::Cancelled);
    assert_eq!(cancelled.count(), targets.len());
    assert_eq!(server.cancelled(&targets).await, targets.len());
    let requests = since(&before, server.requests().await);
    Measured {
        took,
        cpu,
        requests,
    }
}

async fn run(
    client: &countermand_client::Client,
    targets: Vec<CommandTarget>,
    timer: SharedTimer,
    journal: Option<&Path>,
) -> RunResult {
    let options = RunOptions {
        concurrency: CONCURRENCY,
        ..RunOptions::default()
    };
    let stop = StopHandle::default();
    let journal = match journal {
        Some(path) => {
            let file = FileJournal::create(path).unwrap();
            Some(Journal::create(file, timer, client.header()).await.unwrap())
        }
        None => None,
    };
    let plan = client.plan_commands(targets).await;
    match journal {
        Some(journal) => {
            client
                .run(plan)
                .options(options)
                .stop_handle(&stop)
                .journal(&journal)
                .start()
                .finish()
                .await
        }
        None => {
            client
                .run(plan)
                .options(options)
                .stop_handle(&stop)
                .start()
                .finish()
                .await
        }
    }
}

/// Requests per second of wrk, which sends what `first` sent.
async fn play(requests: &[Vec<u8>], first: &Measured, folder: &Path) -> f64 {
    let server = Server::start(DEVICES).await;
    let targets = server.add(PER_DEVICE).await;
    // The same token as in every fresh simulator: so the requests are signed as they must be.
    let client = server.client(
        ReqwestTransport::new().unwrap(),
        Arc::new(TokioTimer::new()),
    );
    client.check().await.unwrap();
    let before = server.requests().await;
    let pass = playing::play(server.authority(), requests, CONCURRENCY, folder);
    // Each was answered with 200 and code 0, or the ledger would name it a refusal; and as many of each kind.
    assert_eq!(pass.answers, requests.len() as u64);
    assert_eq!(server.cancelled(&targets).await, targets.len());
    assert_eq!(since(&before, server.requests().await), first.requests);
    requests.len() as f64 / pass.took.as_secs_f64()
}

fn since(before: &[(String, u64)], after: Vec<(String, u64)>) -> Vec<(String, u64)> {
    after
        .into_iter()
        .map(|(operation, count)| {
            let earlier = before.iter().find(|(known, _)| *known == operation);
            let count = count - earlier.map_or(0, |(_, count)| *count);
            (operation, count)
        })
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn figure(name: &str, value: f64, unit: &str) {
    println!(
        "{}",
        json!({"name": name, "value": rounded(value), "unit": unit})
    );
}

fn limited(name: &str, value: f64, unit: &str, (bound, limit): (&str, f64)) {
    println!(
        "{}",
        json!({"name": name, "value": rounded(value), "unit": unit, bound: limit})
    );
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
