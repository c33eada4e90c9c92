//! A thousand to a million targets planned, cancelled and read again without any network: the time for each
//! must stay the same, and a million must fit into a gibibyte.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod own_process;
mod rounds;
mod vendor;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use countermand_client::{
    CancelOutcome, Client, Connection, Credentials, FileJournal, Filter, Journal, RunOptions,
    StopHandle,
};
use countermand_core_model::{DeviceRef, Organization, Provider, Secret};
use countermand_transport::{BaseUrl, SharedTimer};
use rounds::median;
use serde::{Deserialize, Serialize};
use serde_json::json;
use vendor::{InstantTimer, InstantVendor, PER_DEVICE};

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// The dearest target, as times the cheapest.
const LIMIT: f64 = 1.5;
/// In MiB, for the largest.
const MOST_MEMORY: f64 = 1024.0;
/// Small runs are over too soon to be timed: so many targets are run one run after the other.
const AT_LEAST: usize = 100_000;

/// What one process with one size reports.
#[derive(Serialize, Deserialize)]
struct Report {
    /// Processor time for each target, in microseconds.
    cpu: f64,
    /// In MiB.
    memory: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, child, targets, journal] if child == "child" => {
            let folder = Some(journal).filter(|folder| !folder.is_empty());
            let report = measure(targets.parse().unwrap(), folder.map(PathBuf::from));
            println!("{}", serde_json::to_string(&report).unwrap());
        }
        _ => compare(),
    }
}

fn compare() {
    let folder = std::env::temp_dir().join(format!("countermand-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, journal) in [
        ("bookkeeping", None),
        ("bookkeeping with a journal", Some(folder.as_path())),
    ] {
        let reports = SIZES.map(|targets| in_a_process_of_its_own(targets, journal));
        for (targets, report) in SIZES.iter().zip(&reports) {
            figure(
                &format!("{name}/{targets}/CPU per target"),
                report.cpu,
                "µs",
                None,
            );
            let limit = (*targets == SIZES[SIZES.len() - 1]).then_some(MOST_MEMORY);
            figure(
                &format!("{name}/{targets}/memory"),
                report.memory,
                "MiB",
                limit,
            );
        }
        let times = || reports.iter().map(|report| report.cpu);
        let spread = times().fold(0.0, f64::max) / times().fold(f64::INFINITY, f64::min);
        figure(
            &format!("{name}/dearest to cheapest"),
            spread,
            "times",
            Some(LIMIT),
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn in_a_process_of_its_own(targets: usize, journal: Option<&Path>) -> Report {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["child", &targets.to_string()])
        .arg(journal.unwrap_or(Path::new("")))
        .stderr(std::process::Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{targets} targets");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn measure(targets: usize, folder: Option<PathBuf>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let rounds = AT_LEAST.div_ceil(targets);
    // What is set up at the first run is not what a target costs, unless there is only one run.
    let warm_up = usize::from(rounds > 1);
    let mut all = Vec::new();
    for round in 0..rounds + warm_up {
        let path = folder
            .as_ref()
            .map(|folder| folder.join(format!("{targets}-{round}")));
        let took = runtime.block_on(run(targets, path.as_deref()));
        if round >= warm_up {
            all.push(took.as_secs_f64() * 1e6 / targets as f64);
        }
        if let Some(path) = path {
            std::fs::remove_file(path).unwrap();
        }
    }
    // A run of a thousand takes less than the system's clock tells apart: their mean, else the median.
    let cpu = if targets < 10_000 {
        all.iter().sum::<f64>() / all.len() as f64
    } else {
        median(all)
    };
    Report {
        cpu,
        memory: own_process::peak_memory() as f64 / f64::from(1 << 20),
    }
}

/// Processor time from the plan to the last outcome.
async fn run(targets: usize, journal: Option<&Path>) -> Duration {
    let timer: SharedTimer = Arc::new(InstantTimer::new());
    let client = client(InstantVendor::new(targets), timer.clone());
    let devices: Vec<DeviceRef> = (0..targets / PER_DEVICE)
        .map(|device| format!("enos:asset:a{device}").parse().unwrap())
        .collect();
    let options = RunOptions {
        concurrency: 32,
        ..RunOptions::default()
    };
    let stop = StopHandle::default();

    let began = own_process::cpu();
    let plan = client.plan_matching(devices, &Filter::default()).await;
    let result = match journal {
        Some(path) => {
            let file = FileJournal::create(path).unwrap();
            let journal = Journal::create(file, timer, client.header()).await.unwrap();
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
    };
    let took = own_process::cpu() - began;

    let outcomes = result.reports.iter().map(|report| report.outcome);
    let cancelled = outcomes.filter(|outcome| *outcome == CancelOutcome::Cancelled);
    assert_eq!(cancelled.count(), targets);
    took
}

fn client(vendor: InstantVendor, timer: SharedTimer) -> Client {
    let credentials = Credentials::enos(
        Secret::from("bench-app-key".to_owned()),
        Secret::from("bench-app-secret".to_owned()),
    );
    let org = Organization::parse(Provider::Enos, vendor::ORG).unwrap();
    let base = BaseUrl::parse("http://127.0.0.1:1").unwrap();
    let connection = Connection::new(org, base, credentials).unwrap();
    Client::connect(connection, vendor, timer).unwrap()
}

fn figure(name: &str, value: f64, unit: &str, limit: Option<f64>) {
    let value = (value * 1_000.0).round() / 1_000.0;
    let mut figure = json!({"name": name, "value": value, "unit": unit});
    if let Some(limit) = limit {
        figure["limit"] = json!(limit);
    }
    println!("{figure}");
}
