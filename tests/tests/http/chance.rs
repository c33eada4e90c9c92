//! Fleets, faults and plans by chance, from seeds that stay the same: whatever happens, no row says what the
//! ledger does not.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use countermand_client::{
    FollowedRun, Observer, Plan, RunEvent, RunWatch, UnfinishedRun, read_journal,
};
use countermand_core_model::{
    CancelOutcome, CancelReport, CommandTarget, DeviceRef, Provider, SeverityRules,
};
use countermand_simulator::{
    AddCommands, AppliveryCancelAnswer, CancelAll, Fault, FaultKind, NotCached, TrueState,
};
use countermand_tests::{
    BOTH, Break, Interrupted, TestBed, TestRun, cancel_of, everything_on, get_of, http_answer,
    list_of, targets_of,
};

use crate::everything_on::listed;

/// So many cases at each vendor.
const CASES: u64 = 25;

/// SplitMix64: the same on every machine.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        let place = usize::try_from(self.below(choices.len() as u64)).unwrap();
        choices[place].clone()
    }

    fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

fn http(status: u16, processed: bool) -> FaultKind {
    FaultKind::Http {
        status,
        retry_after: None,
        body: None,
        content_type: None,
        processed,
    }
}

/// What can happen to a cancel.
fn to_a_cancel(vendor: Provider) -> Vec<FaultKind> {
    let mut faults = vec![
        FaultKind::LostBefore,
        FaultKind::LostAfter,
        FaultKind::Truncated,
        FaultKind::Html,
        FaultKind::GoesOutFirst,
        FaultKind::ExecutedAllTheSame,
        FaultKind::ExpiresAllTheSame,
        FaultKind::StaysPending,
        FaultKind::AnotherCommand,
        http(429, false),
        http(500, false),
        http(500, true),
        http(502, true),
        http(503, false),
        http(504, true),
        http(403, false),
    ];
    match vendor {
        Provider::Applivery => faults.extend([
            http_answer(
                400,
                r#"{"status":false,"error":{"code":5050,"message":"no"}}"#,
            ),
            http_answer(
                403,
                r#"{"status":false,"error":{"code":4003,"message":"no"}}"#,
            ),
            FaultKind::TokenExpired,
        ]),
        _ => faults.extend([
            http_answer(
                200,
                r#"{"code":99400,"msg":"no","requestId":"r","data":null}"#,
            ),
            http_answer(
                200,
                r#"{"code":99403,"msg":"no","requestId":"r","data":null}"#,
            ),
            FaultKind::TokenExpired,
            FaultKind::Replayed,
        ]),
    }
    faults
}

/// What can happen to a reading.
fn to_a_reading() -> Vec<FaultKind> {
    vec![
        FaultKind::LostBefore,
        FaultKind::Truncated,
        FaultKind::Html,
        FaultKind::GoesOutFirst,
        FaultKind::AnotherCommand,
        http(429, false),
        http(500, false),
        http(503, false),
    ]
}

fn set_up(bed: &TestBed, vendor: Provider, dice: &mut Dice) -> Vec<DeviceRef> {
    let delay_ms = dice.one_of(&[0, 0, 300, 2_000, 30_000]);
    let answer = dice.one_of(&[
        AppliveryCancelAnswer::Published,
        AppliveryCancelAnswer::Pending,
        AppliveryCancelAnswer::CanceledOk,
        AppliveryCancelAnswer::Empty,
    ]);
    let refuses = NotCached::Error {
        code: 99400,
        msg: "not cached".to_owned(),
    };
    let not_cached = dice.one_of(&[NotCached::Empty, refuses]);
    let cancel_all = dice.one_of(&[CancelAll::Allowed, CancelAll::Allowed, CancelAll::Refused]);
    bed.simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = delay_ms;
        options.enos_cancel_delay_ms = delay_ms;
        options.applivery_cancel_answer = answer;
        options.enos_not_cached = not_cached;
        options.enos_cancel_all = cancel_all;
    });
    let mut devices = bed.devices(vendor);
    // The one with a long past would only make every list long.
    devices.remove(1);
    devices.truncate(2 + usize::try_from(dice.below(3)).unwrap());
    for device in &devices {
        for _ in 0..dice.below(4) {
            let order = AddCommands {
                state: dice.one_of(&[
                    TrueState::Pending,
                    TrueState::Pending,
                    TrueState::Pending,
                    TrueState::Pending,
                    TrueState::Sent,
                    TrueState::Succeeded,
                    TrueState::Cancelled,
                ]),
                age_s: u32::try_from(dice.below(20)).unwrap(),
                ttl_s: dice.one_of(&[21, 25, 40, 3_600]),
                count: 1 + u32::try_from(dice.below(3)).unwrap(),
                ..AddCommands::to(&device.to_string())
            };
            bed.simulator.add_commands(&order).unwrap();
        }
        // Some are within reach: their commands go out while they are being cancelled.
        if dice.is(30) {
            bed.simulator
                .set_online(&device.to_string(), Some(true))
                .unwrap();
        }
    }
    devices
}

fn break_things(bed: &TestBed, vendor: Provider, dice: &mut Dice) {
    let cancels = [cancel_of(vendor), "enos.cancel_all"];
    for _ in 0..dice.below(4) {
        let operation = match vendor {
            Provider::Applivery => cancels[0],
            _ => dice.one_of(&cancels),
        };
        let mut fault = Fault::always(dice.one_of(&to_a_cancel(vendor))).on(operation);
        fault.skip = u32::try_from(dice.below(4)).unwrap();
        fault.times = dice.one_of(&[None, Some(1), Some(2), Some(5)]);
        fault.probability = dice.one_of(&[None, Some(0.3), Some(0.7)]);
        bed.fault(fault);
    }
    for _ in 0..dice.below(3) {
        let operation = dice.one_of(&[get_of(vendor), list_of(vendor)]);
        let mut fault = Fault::always(dice.one_of(&to_a_reading())).on(operation);
        fault.skip = u32::try_from(dice.below(8)).unwrap();
        fault.times = dice.one_of(&[Some(1), Some(3), Some(20), None]);
        fault.probability = dice.one_of(&[Some(0.2), Some(0.6)]);
        bed.fault(fault);
    }
}

/// Rows, and how often the process died on the way to them.
async fn one_case(vendor: Provider, seed: u64, mortal: bool, lists: bool) -> (usize, usize) {
    let mut dice = Dice(seed);
    let bed = TestBed::start().await;
    let client = bed.client(vendor);
    let devices = set_up(&bed, vendor, &mut dice);
    let plan = if lists {
        let age_ms = dice.one_of(&[1_000, 60_000]);
        Plan::everything_on(devices.iter().map(|device| {
            let mut known = listed(&bed, device, age_ms, 0);
            // A list that showed only some of it was not whole.
            if dice.is(60) {
                known.waiting.retain(|_| dice.is(60));
                known.read_at = None;
            }
            known
        }))
    } else if dice.is(40) {
        client.plan_everything(everything_on(&devices)).await
    } else {
        let mut targets: Vec<CommandTarget> = Vec::new();
        for device in &devices {
            let mut ids = bed.waiting(device);
            ids.retain(|_| dice.is(80));
            targets.extend(targets_of(device, &ids));
        }
        client.plan_commands(targets).await
    };
    break_things(&bed, vendor, &mut dice);
    let mut run = TestRun::default();
    run.options.concurrency = dice.one_of(&[1, 2, 8]);
    run.options.most_failures_in_a_row = dice.one_of(&[2, 5, 20]);
    if dice.is(20) {
        let (stop, sending) = (run.stop.clone(), AtomicUsize::new(0));
        let stop_at = usize::try_from(dice.below(5)).unwrap();
        let observe: Observer = Arc::new(move |event| {
            if matches!(event, RunEvent::Sending { .. })
                && sending.fetch_add(1, Ordering::SeqCst) == stop_at
            {
                stop.stop();
            }
        });
        run.observe = Some(observe);
    }
    if !mortal {
        return (run.run(&bed, &client, plan).await.reports.len(), 0);
    }
    let breaks: Vec<Break> = (0..1 + dice.below(3))
        .map(|_| Break::Dies {
            at: usize::try_from(dice.below(12)).unwrap(),
            written_permille: usize::try_from(dice.one_of(&[0, 0, 300, 990, 1_000])).unwrap(),
        })
        .collect();
    let ended = run
        .run_broken_off(&bed, || bed.client(vendor), plan, &breaks)
        .await;
    ended.map_or((0, 1), |ended| {
        agrees(&ended);
        can_be_followed(&ended.journal);
        (ended.result.reports.len(), ended.deaths)
    })
}

/// The journal is whole, and says of each target what its row says.
fn agrees(ended: &Interrupted) {
    let mut reader = read_journal(&ended.journal[..]);
    let told = UnfinishedRun::replay(reader.by_ref()).unwrap();
    // A row that a stopped run leaves open has no line that says why: whoever resumes it goes on with it.
    let is_stopped = ended.result.stopped.is_some();
    let said = |mut reports: Vec<CancelReport>| -> Vec<CancelReport> {
        for report in &mut reports {
            // A key that was refused says nothing about the target.
            if is_stopped && report.outcome == CancelOutcome::Denied {
                report.outcome = CancelOutcome::NotSent;
            }
            let is_open = match report.outcome {
                CancelOutcome::NotSent => true,
                CancelOutcome::Accepted | CancelOutcome::Unknown => is_stopped,
                _ => false,
            };
            if is_open {
                report.vendor_code = None;
                report.message = None;
            }
        }
        // What a run lists is told in the order in which that was done.
        reports.sort_by(|a, b| a.id.cmp(&b.id));
        reports
    };
    assert_eq!(said(told.reports()), said(ended.result.reports.clone()));
    let is_over = ended.result.stopped.is_none() && ended.result.left_open == 0;
    assert_eq!(reader.end().sealed, is_over);
}

/// Whoever follows the journal line by line knows at each line what somebody knows who reads the journal up to there.
fn can_be_followed(journal: &[u8]) {
    let lines: Vec<&[u8]> = journal.split_inclusive(|byte| *byte == b'\n').collect();
    let whole = lines.iter().filter(|line| line.ends_with(b"\n")).count();
    let mut follower = FollowedRun::new(SeverityRules::default());
    let mut shown = 0;
    for count in 1..=whole {
        let line = lines[count - 1].strip_suffix(b"\n").unwrap();
        let elapsed = (count % 2 == 0).then_some(Duration::from_secs(9));
        if let Some(RunEvent::Settled { progress, .. }) = follower.take(line, elapsed).unwrap() {
            shown = progress.done;
            assert_eq!(progress, follower.watch().progress());
        }
        let mut late = FollowedRun::new(SeverityRules::default());
        for line in &lines[..count] {
            late.take(line.strip_suffix(b"\n").unwrap(), None).unwrap();
        }
        let result = late.finish();
        let read = UnfinishedRun::replay(read_journal(&lines[..count].concat()[..])).unwrap();
        let told = RunWatch::of_journal(&read, SeverityRules::default()).snapshot();
        let followed = late.watch().snapshot();
        assert_eq!(
            (followed.rows, followed.progress),
            (told.rows, told.progress)
        );
        assert_eq!(late.is_finished(), read.is_finished());
        let left = read.in_doubt() + read.to_send() + read.devices_to_list();
        assert_eq!(result.left_open, left);
    }
    if follower.is_finished() {
        assert_eq!(shown, follower.watch().progress().total);
    }
}

/// Tries all cases, and says how many rows and deaths there were.
fn all_cases(mortal: bool, lists: bool) -> (usize, usize) {
    let (mut rows, mut deaths) = (0, 0);
    let mut wrong = Vec::new();
    for vendor in BOTH {
        for seed in 0..CASES {
            let case = std::panic::catch_unwind(|| {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build().unwrap();
                runtime.block_on(one_case(vendor, seed, mortal, lists))
            });
            match case {
                Ok((more, died)) => {
                    rows += more;
                    deaths += died;
                }
                // What is wrong with it was printed as it panicked.
                Err(_) => wrong.push(format!("{vendor} {seed}")),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    (rows, deaths)
}

#[test]
fn whatever_happens_no_row_says_what_is_not_so() {
    let (rows, _) = all_cases(false, false);
    assert!(rows > 250, "only {rows} rows: the cases try too little");
}

#[test]
fn whatever_happens_to_a_process_that_dies_and_one_that_goes_on_no_row_says_what_is_not_so() {
    let (rows, deaths) = all_cases(true, false);
    assert!(rows > 150, "only {rows} rows: the cases try too little");
    assert!(
        deaths > 25,
        "only {deaths} deaths: the cases try too little"
    );
}

#[test]
fn whatever_happens_to_a_run_that_lists_no_row_says_what_is_not_so() {
    for mortal in [false, true] {
        let (rows, deaths) = all_cases(mortal, true);
        assert!(rows > 150, "only {rows} rows: the cases try too little");
        assert!(deaths > 25 || !mortal, "only {deaths} deaths");
    }
}
