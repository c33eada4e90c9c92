//! Sweeps: what a filter matches on all devices of an organization, cancelled as soon as it is found. Whatever fails, is
//! stopped or breaks off, each command that matches gets one row, and nothing else is touched.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use countermand_client::{
    Entry, Filter, Journal, Observer, Plan, RunEvent, RunResult, StopHandle, StopReason, Sweep,
    SweepScope, UnfinishedRun, read_journal,
};
use countermand_core_model::{
    CancelOutcome, DeviceRef, KindName, Provider, SearchText, SeverityLevel,
};
use countermand_simulator::{AddCommands, Fault, FaultKind, SetState, TrueState};
use countermand_tests::{BOTH, Break, FailingStore, TestBed, TestRun, http_answer, list_of};

/// The name of a vendor's list of devices, as the simulator has it.
fn devices_of(vendor: Provider) -> &'static str {
    match vendor {
        Provider::Applivery => "applivery.devices",
        _ => "enos.devices",
    }
}

const fn wrong_kind(vendor: Provider) -> &'static str {
    match vendor {
        Provider::Applivery => "WIPE",
        _ => "stop_turbine",
    }
}

fn wrong(vendor: Provider) -> Sweep {
    let mut filter = Filter::default();
    match vendor {
        Provider::Applivery => filter.kinds = KindName::parse_list("kind", "wipe").unwrap(),
        _ => filter.text = SearchText::parse("text", "stop turbine").ok(),
    }
    Sweep::new(filter).unwrap()
}

/// Devices that are out of reach, each with a wrong command and another one, and the wrong ones.
async fn bed(vendor: Provider, devices: usize) -> (TestBed, BTreeSet<String>) {
    let bed = TestBed::with_devices(devices).await;
    let mut wrong = BTreeSet::new();
    for device in bed.devices(vendor) {
        for id in bed.waiting(&device) {
            bed.simulator
                .set_state(&SetState {
                    device: device.to_string(),
                    command: id.to_string(),
                    state: TrueState::Succeeded,
                })
                .unwrap();
        }
        let order = AddCommands {
            kind: Some(wrong_kind(vendor).to_owned()),
            hold: true,
            ..AddCommands::to(&device.to_string())
        };
        let added = bed.simulator.add_commands(&order).unwrap();
        wrong.insert(added[0].command.clone());
        bed.add_waiting(&device, 1);
    }
    (bed, wrong)
}

fn ids(result: &RunResult) -> BTreeSet<String> {
    let reports = result.reports.iter();
    let ids: BTreeSet<String> = reports.map(|report| report.id.to_string()).collect();
    assert_eq!(ids.len(), result.reports.len(), "each has one row");
    ids
}

fn all_cancelled(bed: &TestBed, result: &RunResult) {
    for report in &result.reports {
        assert_eq!(report.outcome, CancelOutcome::Cancelled, "{report:?}");
        let truth = bed.truth(&report.device, &report.id);
        assert_eq!(truth.state, TrueState::Cancelled);
    }
}

/// What waits after the run, of all that were wrong.
fn still_waits(bed: &TestBed, vendor: Provider, wrong: &BTreeSet<String>) -> usize {
    let devices = bed.devices(vendor);
    let waiting = devices.iter().flat_map(|device| bed.waiting(device));
    waiting.filter(|id| wrong.contains(id.as_str())).count()
}

async fn journal_of(bed: &TestBed, vendor: Provider, store: &FailingStore) -> Journal {
    let client = bed.client(vendor);
    Journal::create(store.clone(), client.timer(), client.header())
        .await
        .unwrap()
}

async fn resumed(bed: &TestBed, vendor: Provider, store: &FailingStore) -> RunResult {
    let client = bed.client(vendor);
    let bytes = store.bytes();
    let mut reader = read_journal(&bytes[..]);
    let unfinished = UnfinishedRun::replay(reader.by_ref()).unwrap();
    assert!(unfinished.sweep().is_some());
    let journal = Journal::go_on(store.clone(), client.timer(), reader.end());
    let run = client.resume(unfinished, &journal).start();
    run.finish().await
}

fn is_sealed(store: &FailingStore) -> bool {
    let bytes = store.bytes();
    UnfinishedRun::replay(read_journal(&bytes[..]))
        .unwrap()
        .is_finished()
}

#[tokio::test]
async fn all_that_matches_in_the_organization_is_cancelled_and_nothing_else() {
    for vendor in BOTH {
        let (bed, wrong_ones) = bed(vendor, 150).await;
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let run = bed.client(vendor).run(Plan::sweeping(wrong(vendor)));
        let run = run.journal(&journal).start();
        let watch = run.watch();
        let result = run.finish().await;
        assert_eq!(ids(&result), wrong_ones, "{vendor}");
        all_cancelled(&bed, &result);
        let status = watch.sweep().unwrap();
        assert!(status.all_known, "{status:?}");
        assert_eq!(
            (status.devices, status.looked_at, status.matching),
            (150, 150, 150)
        );
        assert_eq!((status.left(), status.failed, result.left_open), (0, 0, 0));
        assert!(is_sealed(&store));
        // The others wait as before, and are counted.
        assert_eq!(result.gaps.left_out.count(), 150);
        for device in bed.devices(vendor) {
            assert_eq!(bed.waiting(&device).len(), 1);
        }
    }
}

#[tokio::test]
async fn devices_can_be_named_or_searched_for() {
    let vendor = Provider::Applivery;
    let (bed, _) = bed(vendor, 12).await;
    let named: Vec<DeviceRef> = bed.devices(vendor).into_iter().take(3).collect();
    let listed = bed.client(vendor).devices(None).await.unwrap();
    let name = listed.items[7].name.clone().unwrap();
    let alike = listed.items.iter().filter(|device| device.matches(&name));
    for (scope, devices) in [
        (SweepScope::Devices(named), 3),
        (SweepScope::Search(name.clone()), alike.count()),
    ] {
        let plan = Plan::sweeping(wrong(vendor).over(scope.clone()));
        let run = bed.client(vendor).run(plan).start();
        let watch = run.watch();
        let result = run.finish().await;
        let found: BTreeSet<&DeviceRef> = result.reports.iter().map(|one| &one.device).collect();
        assert_eq!(watch.sweep().unwrap().devices, devices, "{scope:?}");
        assert!(found.len() <= devices && !found.is_empty(), "{scope:?}");
        all_cancelled(&bed, &result);
    }
}

#[tokio::test]
async fn an_organization_without_devices_is_through_at_once() {
    for vendor in BOTH {
        let bed = TestBed::with_devices(0).await;
        let run = bed
            .client(vendor)
            .run(Plan::sweeping(wrong(vendor)))
            .start();
        let watch = run.watch();
        let result = run.finish().await;
        assert!(result.reports.is_empty() && result.stopped.is_none());
        let status = watch.sweep().unwrap();
        assert!(status.all_known && status.devices == 0, "{status:?}");
    }
}

#[tokio::test]
async fn a_sweep_that_is_stopped_is_resumed_with_the_devices_that_are_left() {
    for vendor in BOTH {
        let (bed, wrong_ones) = bed(vendor, 40).await;
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let stop = StopHandle::new();
        let stopping = stop.clone();
        let sent = AtomicUsize::new(0);
        let observe: Observer = Arc::new(move |event| {
            let is_sending = matches!(event, RunEvent::Sending { .. });
            if is_sending && sent.fetch_add(1, Ordering::SeqCst) == 5 {
                stopping.stop();
            }
        });
        let run = bed.client(vendor).run(Plan::sweeping(wrong(vendor)));
        let run = run
            .options(TestRun::one_by_one().options)
            .stop_handle(&stop)
            .observe(observe)
            .journal(&journal);
        let result = run.start().finish().await;
        assert_eq!(result.stopped, Some(StopReason::Requested));
        assert!(result.left_open > 0 && !is_sealed(&store));
        // Other wrong ones that are given after the sweep was asked for may be meant.
        let late = bed.device(vendor, 39);
        bed.simulator.advance(60_000);
        let order = AddCommands {
            kind: Some(wrong_kind(vendor).to_owned()),
            hold: true,
            ..AddCommands::to(&late.to_string())
        };
        bed.simulator.add_commands(&order).unwrap();
        let result = resumed(&bed, vendor, &store).await;
        assert_eq!(ids(&result), wrong_ones, "{vendor}");
        all_cancelled(&bed, &result);
        assert!(is_sealed(&store));
        assert_eq!(still_waits(&bed, vendor, &wrong_ones), 0);
        assert_eq!(bed.waiting(&late).len(), 2, "the later one is left alone");
    }
}

#[tokio::test]
async fn a_process_that_dies_anywhere_in_a_sweep_is_resumed_to_the_end() {
    for vendor in BOTH {
        for at in 0..16 {
            let (bed, wrong_ones) = bed(vendor, 3).await;
            let mut run = TestRun::default();
            run.options.concurrency = 2;
            let dies = |at: usize| Break::Dies {
                at,
                written_permille: [0, 500, 1_000][at % 3],
            };
            let plan = Plan::sweeping(wrong(vendor));
            let ended = run
                .run_broken_off(&bed, || bed.client(vendor), plan, &[dies(at), dies(at / 2)])
                .await;
            let Some(ended) = ended else {
                assert!(at < 2, "the plan was long whole");
                continue;
            };
            assert_eq!(ids(&ended.result), wrong_ones, "{vendor} {at}");
            all_cancelled(&bed, &ended.result);
            let lines = read_journal(&ended.journal[..]).filter_map(Result::ok);
            let lines: Vec<Entry> = lines.map(|(_, entry)| entry).collect();
            let count = |is: fn(&Entry) -> bool| lines.iter().filter(|line| is(line)).count();
            assert_eq!(count(|line| matches!(line, Entry::ToList { .. })), 3);
            assert_eq!(count(|line| matches!(line, Entry::Listed { .. })), 3);
            assert_eq!(count(|line| matches!(line, Entry::AllKnown { .. })), 1);
            assert_eq!(count(|line| matches!(line, Entry::Sealed { .. })), 1);
        }
    }
}

#[tokio::test]
async fn a_process_that_dies_in_a_sweep_for_one_at_most_is_resumed_with_the_one_it_found() {
    // The next append but these seals the journal. Each may be cut within the lines of what was found.
    let cuts = (0..5).flat_map(|at| (0..=10).map(move |tenths| (at, tenths * 100)));
    for (vendor, (at, written_permille)) in BOTH.into_iter().flat_map(|vendor| {
        let cuts = cuts.clone();
        cuts.map(move |cut| (vendor, cut))
    }) {
        let (bed, wrong_ones) = bed(vendor, 3).await;
        let mut run = TestRun::default();
        run.options.concurrency = 1;
        let dies = [Break::Dies {
            at,
            written_permille,
        }];
        let plan = Plan::sweeping(wrong(vendor).at_most(Some(1)));
        let ended = run
            .run_broken_off(&bed, || bed.client(vendor), plan, &dies)
            .await;
        let Some(ended) = ended else {
            assert!(at < 2, "the plan was long whole");
            continue;
        };
        assert_eq!(ended.result.reports.len(), 1, "{vendor} {at}");
        all_cancelled(&bed, &ended.result);
        assert_eq!(still_waits(&bed, vendor, &wrong_ones), 2);
    }
}

#[tokio::test]
async fn a_device_that_cannot_be_looked_at_is_tried_again_and_left_to_whoever_resumes() {
    for vendor in BOTH {
        let (bed, wrong_ones) = bed(vendor, 6).await;
        let odd = bed.device(vendor, 2);
        // One try of the client is several requests.
        bed.fault(
            Fault::always(http_answer(500, "{}"))
                .on(list_of(vendor))
                .device(&odd.to_string()),
        );
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let run = bed.client(vendor).run(Plan::sweeping(wrong(vendor)));
        let run = run.journal(&journal).start();
        let watch = run.watch();
        let result = run.finish().await;
        assert_eq!(result.reports.len(), 5, "{vendor}");
        all_cancelled(&bed, &result);
        assert_eq!((result.gaps.problems.len(), result.left_open), (1, 1));
        let report = result.reports.iter().find(|report| report.device == odd);
        assert!(report.is_none());
        assert_eq!(watch.sweep().unwrap().failed, 1);
        assert!(!is_sealed(&store));
        bed.simulator.clear_faults();
        let result = resumed(&bed, vendor, &store).await;
        assert_eq!(ids(&result), wrong_ones);
        all_cancelled(&bed, &result);
        assert!(is_sealed(&store));
    }
}

#[tokio::test]
async fn a_list_of_devices_that_fails_for_a_while_is_asked_again() {
    for vendor in BOTH {
        let (bed, wrong_ones) = bed(vendor, 30).await;
        bed.fault(
            Fault::always(FaultKind::LostBefore)
                .on(devices_of(vendor))
                .times(12),
        );
        let run = bed
            .client(vendor)
            .run(Plan::sweeping(wrong(vendor)))
            .start();
        let result = run.finish().await;
        assert_eq!(ids(&result), wrong_ones, "{vendor}");
        all_cancelled(&bed, &result);
        assert_eq!(result.gaps.devices_unknown, None);
    }
}

#[tokio::test]
async fn devices_that_never_become_known_are_told_and_left_to_whoever_resumes() {
    for vendor in BOTH {
        let (bed, wrong_ones) = bed(vendor, 6).await;
        bed.fault(Fault::always(http_answer(500, "{}")).on(devices_of(vendor)));
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let run = bed.client(vendor).run(Plan::sweeping(wrong(vendor)));
        let result = run.journal(&journal).start().finish().await;
        assert!(result.reports.is_empty() && result.left_open > 0);
        assert!(result.gaps.devices_unknown.is_some() && !is_sealed(&store));
        bed.simulator.clear_faults();
        let result = resumed(&bed, vendor, &store).await;
        assert_eq!(ids(&result), wrong_ones, "{vendor}");
        assert!(is_sealed(&store));
    }
}

#[tokio::test]
async fn no_more_are_cancelled_than_were_asked_for_at_most() {
    for vendor in BOTH {
        let (bed, wrong_ones) = bed(vendor, 60).await;
        let sweep = wrong(vendor).at_most(Some(10));
        let run = bed.client(vendor).run(Plan::sweeping(sweep)).start();
        let result = run.finish().await;
        assert_eq!(result.reports.len(), 10, "{vendor}");
        all_cancelled(&bed, &result);
        assert_eq!(still_waits(&bed, vendor, &wrong_ones), 50);
        assert!(result.gaps.beyond_limit > 0, "{:?}", result.gaps);
    }
}

#[tokio::test]
async fn a_refused_key_ends_a_sweep() {
    for vendor in BOTH {
        let (bed, _) = bed(vendor, 6).await;
        let mut keys = bed.keys(vendor);
        (keys.key, keys.secret) = ("wrong".to_owned(), "wrong".to_owned());
        let client = bed.client_with(vendor, keys);
        let result = client
            .run(Plan::sweeping(wrong(vendor)))
            .start()
            .finish()
            .await;
        assert_eq!(
            result.stopped,
            Some(StopReason::ConnectionRefused),
            "{vendor}"
        );
        assert!(result.reports.is_empty() && result.left_open > 0);
    }
}

#[tokio::test]
async fn a_sweep_by_severity_takes_what_destroys_and_leaves_what_does_not() {
    let vendor = Provider::Applivery;
    let bed = TestBed::with_devices(1).await;
    let device = bed.device(vendor, 0);
    for kind in [
        "WIPE",
        "LOCK",
        "REBOOT",
        "REQUEST_DEVICE_INFO",
        "SELF_DESTRUCT",
    ] {
        let order = AddCommands {
            kind: Some(kind.to_owned()),
            hold: true,
            ..AddCommands::to(&device.to_string())
        };
        bed.simulator.add_commands(&order).unwrap();
    }
    let filter = Filter {
        severity: Some(SeverityLevel::Disruptive),
        ..Filter::default()
    };
    let plan = Plan::sweeping(Sweep::new(filter).unwrap());
    let result = bed.client(vendor).run(plan).start().finish().await;
    let kinds = result.reports.iter().filter_map(|one| one.kind.as_deref());
    let kinds: BTreeSet<&str> = kinds.collect();
    for kind in ["WIPE", "LOCK", "SELF_DESTRUCT"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    assert!(!kinds.contains("REBOOT") && !kinds.contains("REQUEST_DEVICE_INFO"));
}

#[test]
fn a_sweep_without_any_filter_is_refused_and_says_what_it_would_mean() {
    let mut filter = Filter::default();
    for _ in 0..2 {
        let error = Sweep::new(filter.clone()).unwrap_err().to_string();
        assert!(
            error.contains("everything that is pending in the organization"),
            "{error}"
        );
        filter.created_after = countermand_core_model::Timestamp::from_millis(0);
    }
}
