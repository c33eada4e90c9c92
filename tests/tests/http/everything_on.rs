//! Everything on devices that the run itself lists: each device's cancels follow its own list, what is known before is
//! in the journal before anything is read, and whoever resumes the run goes on listing.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use countermand_client::{
    Entry, Filter, Journal, ListedCommand, ListedDevice, Observer, Plan, RunEvent, RunResult,
    SavedPlan, StopReason, UnfinishedRun, read_journal,
};
use countermand_core_model::{
    AllPending, CancelOutcome, CommandId, CommandState, CommandTarget, DeviceRef, KindSeverity,
    Provider, Timestamp,
};
use countermand_simulator::{AddCommands, CancelAll, Fault, FaultKind, TrueState};
use countermand_tests::{BOTH, FailingStore, TestBed, TestRun, http_answer, list_of, rows::row};

/// As a list of `age_ms` ago showed it, without the newest `missing`.
pub(crate) fn listed(
    bed: &TestBed,
    device: &DeviceRef,
    age_ms: i64,
    missing: usize,
) -> ListedDevice {
    let read_at = Timestamp::from_millis(bed.simulator.now_ms() - age_ms);
    let mut waiting = bed.truths(device);
    waiting.retain(|truth| truth.state == TrueState::Pending);
    waiting.sort_by_key(|truth| truth.created_ms);
    waiting.truncate(waiting.len() - missing);
    let waiting: Vec<ListedCommand> = waiting
        .into_iter()
        .map(|truth| ListedCommand {
            target: CommandTarget::new(
                device.clone(),
                CommandId::parse(device.provider(), &truth.command).unwrap(),
            )
            .unwrap(),
            kind: truth.kind,
            name: None,
            state: CommandState::Pending,
            created_at: Timestamp::from_millis(truth.created_ms),
            expires_at: None,
            read_at,
        })
        .collect();
    ListedDevice {
        target: AllPending::on(device.clone()),
        newest_seen: waiting.iter().filter_map(|listed| listed.created_at).max(),
        waiting,
        read_at,
    }
}

fn unread(devices: &[DeviceRef]) -> Plan {
    let devices = devices.iter().cloned().map(AllPending::on);
    Plan::everything_on(devices.map(ListedDevice::unread))
}

fn ids(result: &RunResult) -> BTreeSet<CommandId> {
    let reports = result.reports.iter();
    reports.map(|report| report.id.clone()).collect()
}

fn all_cancelled(result: &RunResult) {
    for report in &result.reports {
        assert_eq!(report.outcome, CancelOutcome::Cancelled, "{report:?}");
        assert_eq!(report.before, Some(CommandState::Pending), "{report:?}");
    }
}

/// Every device has commands that wait and stay as they are.
async fn bed(vendor: Provider, devices: usize) -> (TestBed, BTreeSet<CommandId>) {
    let bed = TestBed::with_devices(devices).await;
    let mut waiting = BTreeSet::new();
    for device in bed.devices(vendor) {
        bed.add_waiting(&device, 3);
        waiting.extend(bed.waiting(&device));
    }
    (bed, waiting)
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
    let journal = Journal::go_on(store.clone(), client.timer(), reader.end());
    let run = TestRun::default();
    client
        .resume(unfinished, &journal)
        .options(run.options)
        .stop_handle(&run.stop)
        .start()
        .finish()
        .await
}

#[tokio::test]
async fn all_that_waits_is_cancelled_and_the_first_does_not_wait_for_the_last_list() {
    for vendor in BOTH {
        for known in [false, true] {
            let (bed, waiting) = bed(vendor, 24).await;
            let devices = bed.devices(vendor);
            let client = bed.client(vendor);
            let plan = if known {
                let devices = devices.iter();
                Plan::everything_on(devices.map(|device| listed(&bed, device, 60_000, 1)))
            } else {
                unread(&devices)
            };
            let found = Arc::new(Mutex::new(BTreeSet::new()));
            let told = Arc::clone(&found);
            let observe: Observer = Arc::new(move |event| {
                if let RunEvent::Found { id, .. } = event {
                    told.lock().unwrap().insert(id);
                }
            });
            let asked: BTreeSet<CommandId> = plan.targets().map(|t| t.id().clone()).collect();
            let run = TestRun::default().observed_by(observe);
            let result = run.run(&bed, &client, plan).await;
            all_cancelled(&result);
            assert_eq!(ids(&result), waiting);
            assert_eq!(result.left_open, 0);
            let told = found.lock().unwrap().clone();
            assert_eq!(told, &waiting - &asked, "{vendor}: each is told once");
            let exchanges = bed.wire.exchanges();
            let first = exchanges
                .iter()
                .position(countermand_tests::Exchange::is_cancel)
                .unwrap();
            let lists = |operation: &str| operation == list_of(vendor);
            let before = exchanges[..first].iter();
            let before = before.filter(|one| lists(one.operation)).count();
            let all = exchanges.iter();
            let all = all.filter(|one| lists(one.operation)).count();
            assert!(all >= devices.len());
            assert!(before < devices.len(), "{vendor}: {before} of {all}");
            if vendor == Provider::Enos {
                assert_eq!(bed.wire.cancels().len(), devices.len(), "one call each");
            }
            let order: Vec<&DeviceRef> = result.reports.iter().map(|row| &row.device).collect();
            let mut parts: Vec<&DeviceRef> = order;
            parts.dedup();
            let devices: Vec<&DeviceRef> = devices.iter().collect();
            assert_eq!(parts, devices, "rows are in the order of the devices");
        }
    }
}

#[tokio::test]
async fn what_was_listed_just_now_is_not_listed_again() {
    for vendor in BOTH {
        let (bed, waiting) = bed(vendor, 6).await;
        let devices = bed.devices(vendor);
        let plan = devices.iter();
        let plan = Plan::everything_on(plan.map(|device| listed(&bed, device, 2_000, 0)));
        let client = bed.client(vendor);
        let result = TestRun::one_by_one().run(&bed, &client, plan).await;
        all_cancelled(&result);
        assert_eq!(ids(&result), waiting);
        let exchanges = bed.wire.exchanges();
        let asked = exchanges
            .iter()
            .find(|exchange| !exchange.operation.contains("token"));
        assert!(asked.unwrap().is_cancel(), "{vendor}");
    }
}

#[tokio::test]
async fn a_run_that_is_closed_before_its_first_list_is_resumed_to_its_end() {
    for vendor in BOTH {
        for known in [false, true] {
            let bed = TestBed::with_devices(6).await;
            let devices = bed.devices(vendor);
            for device in &devices {
                bed.add_waiting(device, 3);
            }
            let client = bed.client(vendor);
            let plan = if known {
                let devices = devices.iter();
                Plan::everything_on(devices.map(|device| listed(&bed, device, 60_000, 1)))
            } else {
                unread(&devices)
            };
            let targets = plan.targets().count();
            let store = FailingStore::default();
            let journal = journal_of(&bed, vendor, &store).await;
            let run = TestRun::default();
            run.stop.stop();
            let result = client
                .run(plan)
                .options(run.options)
                .stop_handle(&run.stop)
                .journal(&journal)
                .start()
                .finish()
                .await;
            assert_eq!(result.stopped, Some(StopReason::Requested));
            assert_eq!(result.gaps.not_asked.len(), devices.len());
            assert!(bed.wire.exchanges().is_empty(), "nothing was read");
            let bytes = store.bytes();
            let unfinished = UnfinishedRun::replay(read_journal(&bytes[..])).unwrap();
            assert!(unfinished.is_planned());
            assert_eq!(unfinished.devices_to_list(), devices.len());
            assert_eq!(unfinished.to_send(), targets);
            // What is given after that was asked for is not meant.
            bed.simulator.advance(2_000);
            let later = bed.add(&devices[2], TrueState::Pending, 0);
            // Nothing that waits now has ended by itself until it is read.
            let waiting = devices.iter().flat_map(|device| bed.waiting(device));
            let waiting: BTreeSet<CommandId> = waiting.filter(|id| *id != later).collect();
            let result = resumed(&bed, vendor, &store).await;
            let cancelled = result.reports.iter();
            let cancelled = cancelled.filter(|row| row.outcome == CancelOutcome::Cancelled);
            let cancelled: BTreeSet<CommandId> = cancelled.map(|row| row.id.clone()).collect();
            assert_eq!(cancelled, waiting, "{vendor} {known}");
            assert_eq!(result.gaps.incomplete, [devices[2].clone()], "it is said");
            assert_eq!(bed.waiting(&devices[2]), [later]);
            assert!(
                UnfinishedRun::replay(read_journal(&store.bytes()[..]))
                    .unwrap()
                    .is_finished()
            );
        }
    }
}

/// A plan for everything on these devices, as another process reads it; two commands of each are not known.
async fn handed_over(bed: &TestBed, vendor: Provider, devices: &[DeviceRef]) -> SavedPlan {
    let known = devices.iter().map(|device| listed(bed, device, 60_000, 2));
    let plan = Plan::everything_on(known);
    let text = bed.client(vendor).encode_whole_plan(&plan).unwrap();
    let read = SavedPlan::read(&*text).unwrap();
    assert_eq!(read.everything.len(), devices.len());
    assert!(read.targets.len() >= devices.len());
    read
}

#[tokio::test]
async fn what_is_given_after_a_plan_was_asked_for_is_left_alone() {
    for vendor in BOTH {
        let (bed, waiting) = bed(vendor, 4).await;
        let devices = bed.devices(vendor);
        let client = bed.client(vendor);
        let asked_at = client.timer().now();
        let saved = handed_over(&bed, vendor, &devices).await;
        bed.simulator.advance(2_000);
        let later = bed.add(&devices[1], TrueState::Pending, 0);
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let run = TestRun::default();
        let result = client
            .run(saved.into_plan(asked_at))
            .options(run.options)
            .stop_handle(&run.stop)
            .journal(&journal)
            .start()
            .finish()
            .await;
        all_cancelled(&result);
        assert_eq!(ids(&result), waiting, "{vendor}");
        assert_eq!(bed.waiting(&devices[1]), [later], "{vendor}");
        assert_eq!(result.gaps.incomplete, [devices[1].clone()], "it is said");
        let bytes = store.bytes();
        let asked = read_journal(&bytes[..]).filter_map(|line| match line.unwrap().1 {
            Entry::ToList { asked_at, .. } => Some(asked_at),
            _ => None,
        });
        assert_eq!(asked.collect::<Vec<_>>(), vec![asked_at; devices.len()]);
    }
}

#[tokio::test]
async fn a_plan_of_everything_that_is_read_again_cancels_everything() {
    for vendor in BOTH {
        let (bed, waiting) = bed(vendor, 4).await;
        let devices = bed.devices(vendor);
        let saved = handed_over(&bed, vendor, &devices).await;
        let client = bed.client(vendor);
        let known = saved.targets.len();
        let applied = client.apply(saved).await;
        assert!(applied.drift.is_empty(), "{:?}", applied.drift);
        assert_eq!(applied.plan.to_list().count(), devices.len());
        assert_eq!(applied.plan.to_send(), known);
        assert!(known < waiting.len());
        let result = TestRun::default().run(&bed, &client, applied.plan).await;
        all_cancelled(&result);
        assert_eq!(ids(&result), waiting, "{vendor}");
    }
}

#[tokio::test]
async fn the_gravest_goes_first_of_all_that_is_known() {
    let bed = TestBed::with_devices(12).await;
    let vendor = Provider::Applivery;
    let kinds = ["REBOOT", "LOCK", "WIPE", "RELINQUISH_OWNERSHIP"];
    for (place, device) in bed.devices(vendor).into_iter().enumerate() {
        for turn in 0..2 {
            let order = AddCommands {
                kind: Some(kinds[(place + turn * 2) % kinds.len()].to_owned()),
                hold: true,
                ..AddCommands::to(&device.to_string())
            };
            bed.simulator.add_commands(&order).unwrap();
        }
    }
    let devices = bed.devices(vendor);
    let known: Vec<ListedDevice> = devices
        .iter()
        .map(|device| listed(&bed, device, 60_000, 0))
        .collect();
    let kind_of = |id: &str| {
        let mut known = known.iter().flat_map(|device| &device.waiting);
        let listed = known.find(|listed| listed.target.id().as_str() == id);
        listed.unwrap().kind.clone()
    };
    let client = bed.client(vendor);
    let plan = Plan::everything_on(known.clone());
    let run = TestRun::default();
    client
        .run(plan)
        .options(run.options)
        .stop_handle(&run.stop)
        .start()
        .finish()
        .await;
    let order: Vec<(KindSeverity, String)> = bed
        .wire
        .cancels()
        .iter()
        .map(|cancel| kind_of(cancel.command.as_deref().unwrap()))
        .map(|kind| (KindSeverity::of(&kind), kind))
        .collect();
    assert!(order.len() >= 24);
    assert!(
        order.windows(2).all(|pair| pair[0].0 >= pair[1].0),
        "{order:?}"
    );
}

#[tokio::test]
async fn a_device_that_cannot_be_listed_is_said_and_what_is_known_of_it_is_cancelled() {
    for vendor in BOTH {
        let (bed, _) = bed(vendor, 6).await;
        let devices = bed.devices(vendor);
        let refused = match vendor {
            Provider::Applivery => http_answer(
                403,
                r#"{"status":false,"error":{"code":4003,"message":"no"}}"#,
            ),
            _ => http_answer(
                200,
                r#"{"code":99403,"msg":"no","requestId":"r","data":null}"#,
            ),
        };
        bed.fault(
            Fault::always(refused)
                .on(list_of(vendor))
                .device(&devices[3].to_string()),
        );
        let known = listed(&bed, &devices[3], 60_000, 1);
        let expected = known.waiting.len();
        let others = devices[..2].iter().cloned().map(AllPending::on);
        let others = others.map(ListedDevice::unread);
        let plan = Plan::everything_on(others.chain([known]));
        let client = bed.client(vendor);
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let run = TestRun::default();
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .journal(&journal)
            .start()
            .finish()
            .await;
        all_cancelled(&result);
        let problems: Vec<&DeviceRef> = result
            .gaps
            .problems
            .iter()
            .map(|(device, _)| device)
            .collect();
        assert_eq!(problems, [&devices[3]], "{vendor}");
        let of_it = result.reports.iter();
        let of_it = of_it.filter(|report| report.device == devices[3]).count();
        assert_eq!(of_it, expected);
        // The provider said no: nobody need ask again.
        assert!(
            UnfinishedRun::replay(read_journal(&store.bytes()[..]))
                .unwrap()
                .is_finished()
        );
    }
}

#[tokio::test]
async fn a_device_that_does_not_answer_is_left_for_whoever_resumes() {
    for vendor in BOTH {
        let (bed, waiting) = bed(vendor, 6).await;
        let devices = bed.devices(vendor);
        bed.fault(
            Fault::always(FaultKind::LostBefore)
                .on(list_of(vendor))
                .device(&devices[3].to_string()),
        );
        let client = bed.client(vendor);
        let store = FailingStore::default();
        let journal = journal_of(&bed, vendor, &store).await;
        let run = TestRun::default();
        let plan = unread(&devices);
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .journal(&journal)
            .start()
            .finish()
            .await;
        all_cancelled(&result);
        assert_eq!((result.stopped, result.left_open), (None, 1));
        assert_eq!(result.gaps.problems.len(), 1);
        bed.simulator.clear_faults();
        let result = resumed(&bed, vendor, &store).await;
        all_cancelled(&result);
        assert_eq!(ids(&result), waiting, "{vendor}");
        assert!(result.gaps.problems.is_empty());
    }
}

#[tokio::test]
async fn a_refused_key_is_asked_about_once() {
    for vendor in BOTH {
        let (bed, _) = bed(vendor, 6).await;
        let mut keys = bed.keys(vendor);
        keys.key = "not-the-key".to_owned();
        let client = bed.client_with(vendor, keys);
        let plan = unread(&bed.devices(vendor));
        let run = TestRun::default();
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .start()
            .finish()
            .await;
        assert_eq!(result.stopped, Some(StopReason::ConnectionRefused));
        assert_eq!(
            (result.gaps.problems.len(), result.gaps.not_asked.len()),
            (1, 5)
        );
        assert!(result.reports.is_empty());
        let listed = bed.wire.count(list_of(vendor));
        assert!(listed <= 1, "{vendor}: {listed}");
    }
}

#[tokio::test]
async fn one_device_under_two_names_is_cancelled_once() {
    let bed = TestBed::start().await;
    let vendor = Provider::Applivery;
    let devices = bed.devices(vendor);
    bed.add_waiting(&devices[2], 3);
    let waiting = bed.waiting(&devices[2]);
    let twice = ListedDevice {
        target: AllPending::on(devices[2].clone()),
        ..listed(&bed, &devices[2], 60_000, 0)
    };
    let plan = Plan::everything_on([twice.clone(), twice]);
    assert_eq!(plan.targets().count(), waiting.len());
    let client = bed.client(vendor);
    let result = TestRun::default().run(&bed, &client, plan).await;
    all_cancelled(&result);
    for id in &waiting {
        assert_eq!(row(&result, id).attempts, 1);
    }
}

#[tokio::test]
async fn what_is_not_clear_any_more_is_left_out_and_has_its_row() {
    let vendor = Provider::Applivery;
    let (bed, _) = bed(vendor, 6).await;
    let device = bed.device(vendor, 2);
    let known = listed(&bed, &device, 60_000, 0);
    let id = known.waiting[0].target.id().clone();
    let body = format!(
        r#"{{"status":true,"data":{{"items":[{{"id":"{id}","type":"LOCK","status":"MAYBE","createdAt":"2026-03-01T07:00:00.000Z"}}],"hasNextPage":false}}}}"#
    );
    bed.fault(Fault::always(http_answer(200, body)).on("applivery.list"));
    let (client, run) = (bed.client(vendor), TestRun::default());
    let plan = Plan::everything_on([known]);
    let result = client
        .run(plan)
        .options(run.options)
        .stop_handle(&run.stop)
        .start()
        .finish()
        .await;
    assert_eq!(row(&result, &id).outcome, CancelOutcome::NotSent);
    assert_eq!(result.gaps.unclear, [(device.clone(), 1)]);
    assert_eq!(bed.cancels_of(&device, &id), 0);
}

#[tokio::test]
async fn a_process_that_dies_anywhere_is_resumed_to_the_end() {
    for vendor in BOTH {
        for call in [CancelAll::Allowed, CancelAll::Refused] {
            for at in 0..14 {
                let (bed, waiting) = bed(vendor, 3).await;
                bed.simulator
                    .change_options(|options| options.enos_cancel_all = call);
                let devices = bed.devices(vendor);
                let mut known: Vec<ListedDevice> = devices[1..]
                    .iter()
                    .map(|device| listed(&bed, device, 60_000, 1))
                    .collect();
                known.push(ListedDevice::unread(AllPending::on(devices[0].clone())));
                let plan = Plan::everything_on(known);
                let mut run = TestRun::default();
                run.options.concurrency = 2;
                let breaks = [countermand_tests::Break::Dies {
                    at,
                    written_permille: [0, 500, 1_000][at % 3],
                }];
                let ended = run
                    .run_broken_off(&bed, || bed.client(vendor), plan, &breaks)
                    .await;
                let Some(ended) = ended else {
                    assert!(at < 2, "the plan was long whole");
                    continue;
                };
                assert_eq!(ids(&ended.result), waiting, "{vendor} {at}");
                for report in &ended.result.reports {
                    assert_eq!(
                        report.outcome,
                        CancelOutcome::Cancelled,
                        "{vendor} {call:?} {at} {report:?}"
                    );
                }
                let lines = read_journal(&ended.journal[..]).filter(std::result::Result::is_ok);
                let listed = lines
                    .filter(|line| matches!(line, Ok((_, Entry::Listed { .. }))))
                    .count();
                assert_eq!(listed, devices.len());
            }
        }
    }
}

#[tokio::test]
async fn what_a_filter_lets_through_is_cancelled_by_id_and_resumed_with_the_filter() {
    for vendor in BOTH {
        for stop in [false, true] {
            let (bed, _) = bed(vendor, 6).await;
            let devices = bed.devices(vendor);
            let cutoff = bed.simulator.now_ms() - 50_000;
            let (mut meant, mut all) = (BTreeSet::new(), 0);
            for device in &devices {
                bed.add(device, TrueState::Pending, 100);
                for truth in bed.truths(device) {
                    if truth.state == TrueState::Pending {
                        all += 1;
                        if truth.created_ms < cutoff {
                            meant.insert(CommandId::parse(vendor, &truth.command).unwrap());
                        }
                    }
                }
            }
            let client = bed.client(vendor);
            let filter = Filter {
                created_before: Timestamp::from_millis(cutoff),
                ..Filter::default()
            };
            let plan = Plan::matching_on(devices.clone(), filter);
            let store = FailingStore::default();
            let journal = journal_of(&bed, vendor, &store).await;
            let run = TestRun::default();
            if stop {
                run.stop.stop();
            }
            let mut result = client
                .run(plan)
                .options(run.options)
                .stop_handle(&run.stop)
                .journal(&journal)
                .start()
                .finish()
                .await;
            if stop {
                assert!(result.reports.is_empty());
                result = resumed(&bed, vendor, &store).await;
            }
            all_cancelled(&result);
            assert_eq!(ids(&result), meant, "{vendor} {stop}");
            assert_eq!(result.gaps.left_out.count(), all - meant.len());
            assert_eq!(bed.wire.count("enos.cancel_all"), 0);
            let left: usize = devices.iter().map(|device| bed.waiting(device).len()).sum();
            assert_eq!(left, all - meant.len());
        }
    }
}

/// One device that the key may not touch, listed first, is no reason to leave the others.
#[tokio::test]
async fn a_device_that_may_not_be_touched_does_not_stop_the_others() {
    let vendor = Provider::Enos;
    let bed = TestBed::with_devices(6).await;
    let devices = bed.devices(vendor);
    bed.add_waiting(&devices[2], 30);
    bed.add_waiting(&devices[3], 2);
    let denied = r#"{"code":99403,"msg":"no","requestId":"r","data":null}"#;
    bed.fault(
        Fault::always(http_answer(200, denied))
            .on("enos.cancel")
            .device(&devices[2].to_string()),
    );
    let filter = Filter {
        created_after: Timestamp::from_millis(1),
        ..Filter::default()
    };
    let plan = Plan::matching_on(devices.clone(), filter);
    let client = bed.client(vendor);
    let result = TestRun::one_by_one().run(&bed, &client, plan).await;
    assert_eq!(result.stopped, None);
    for report in &result.reports {
        let expected = match report.device == devices[2] {
            true => CancelOutcome::Denied,
            false => CancelOutcome::Cancelled,
        };
        assert_eq!(report.outcome, expected, "{report:?}");
    }
}

#[tokio::test]
async fn lists_do_not_run_far_ahead_of_the_cancels() {
    let vendor = Provider::Applivery;
    let bed = TestBed::with_devices(90).await;
    let devices = bed.devices(vendor);
    for device in &devices {
        bed.add(device, TrueState::Pending, 60);
    }
    let slow = Fault::always(FaultKind::Slow { ms: 400 }).times(8);
    bed.fault(slow.on("applivery.cancel"));
    let client = bed.client(vendor);
    let result = TestRun::one_by_one()
        .run(&bed, &client, unread(&devices))
        .await;
    let cancelled = result.reports.iter();
    let cancelled = cancelled.filter(|row| row.outcome == CancelOutcome::Cancelled);
    assert!(cancelled.count() >= devices.len());
    let (mut lists, mut cancels) = (0, 0);
    for exchange in bed.wire.exchanges() {
        if exchange.is_cancel() {
            cancels += 1;
        } else if cancels < 8 && exchange.operation == list_of(vendor) {
            lists += 1;
        }
    }
    // As many as wait for their turn, and as were sent; reading again is by command.
    assert!(lists < devices.len(), "{lists} lists before the 8th cancel");
}

/// A key that may not cancel stops the run; what waits on the devices that were not listed yet has its row all the same.
#[tokio::test]
async fn what_a_key_may_not_cancel_has_its_row_on_every_device() {
    let vendor = Provider::Applivery;
    let bed = TestBed::with_devices(80).await;
    let devices = bed.devices(vendor);
    for device in &devices {
        bed.add(device, TrueState::Pending, 60);
    }
    let waiting: usize = devices.iter().map(|device| bed.waiting(device).len()).sum();
    let denied = r#"{"status":false,"error":{"code":4003,"message":"no"}}"#;
    bed.fault(Fault::always(http_answer(403, denied)).on("applivery.cancel"));
    let client = bed.client(vendor);
    let plan = unread(&devices);
    let result = TestRun::default().run(&bed, &client, plan).await;
    assert_eq!(result.stopped, Some(StopReason::TooManyDenials));
    assert_eq!(result.reports.len(), waiting);
    let tried = bed.wire.cancels().len();
    assert!(tried <= 40, "{tried} of {waiting}");
    let denied = result.reports.iter();
    let denied = denied
        .filter(|row| row.outcome == CancelOutcome::Denied)
        .count();
    assert_eq!(denied, tried);
    assert!(result.gaps.not_asked.is_empty());
}
