//! A refusal says what it says, and no more: of which kind of request, for which target, until when.

use std::{sync::Arc, time::Duration};

use countermand_client::{
    Journal, Observer, RunEvent, RunResult, StopReason, UnfinishedRun, read_journal,
};
use countermand_core_model::{CancelOutcome, Provider};
use countermand_simulator::{CancelAll, Fault, FaultKind};
use countermand_tests::{
    BOTH, FailingStore, TestBed, TestRun, cancel_of, everything_on, get_of, http_answer,
    rows::outcomes, rows::row, targets_of,
};

const ENOS: Provider = Provider::Enos;
const APPLIVERY: Provider = Provider::Applivery;

fn busy(retry_after: &str) -> FaultKind {
    FaultKind::Http {
        status: 429,
        body: None,
        content_type: None,
        retry_after: Some(retry_after.to_owned()),
        processed: false,
    }
}

/// Goes on with what `store` holds until everything is settled.
async fn resumed(bed: &TestBed, vendor: Provider, store: &FailingStore) -> RunResult {
    let client = bed.client(vendor);
    let bytes = store.bytes();
    let mut reader = read_journal(&bytes[..]);
    let unfinished = UnfinishedRun::replay(reader.by_ref()).unwrap();
    let end = reader.end();
    let journal = Journal::go_on(FailingStore::with(bytes.clone()), client.timer(), end);
    let run = TestRun::one_by_one();
    client
        .resume(unfinished, &journal)
        .options(run.options)
        .stop_handle(&run.stop)
        .start()
        .finish()
        .await
}

#[tokio::test]
async fn a_run_that_is_stopped_after_the_one_call_was_refused_is_resumed_to_its_end() {
    for stop_at in 1..5 {
        let bed = TestBed::start().await;
        bed.simulator
            .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
        let device = bed.device(ENOS, 2);
        bed.add_waiting(&device, 4);
        let waiting = bed.waiting(&device);
        let client = bed.client(ENOS);
        let store = FailingStore::default();
        let journal = Journal::create(store.clone(), client.timer(), client.header())
            .await
            .unwrap();
        let run = TestRun::one_by_one();
        let (stop, cancels) = (run.stop.clone(), bed.wire.clone());
        let observe: Observer = Arc::new(move |event| {
            if matches!(event, RunEvent::Sending { .. }) && cancels.cancels().len() + 1 >= stop_at {
                stop.stop();
            }
        });
        let devices = everything_on(std::slice::from_ref(&device));
        let plan = client.plan_everything(devices).await;
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .observe(Some(observe))
            .journal(&journal)
            .start()
            .finish()
            .await;
        assert_eq!(result.stopped, Some(StopReason::Requested));
        for report in &result.reports {
            let expected = [CancelOutcome::NotSent, CancelOutcome::Cancelled];
            assert!(expected.contains(&report.outcome), "{stop_at} {report:?}");
        }
        let result = resumed(&bed, ENOS, &store).await;
        assert_eq!(result.reports.len(), waiting.len());
        for report in &result.reports {
            assert_eq!(
                report.outcome,
                CancelOutcome::Cancelled,
                "{stop_at} {report:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_that_is_refused_in_the_middle_loses_no_target_for_the_next_one() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        bed.simulator
            .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 6);
        let refused = http_answer(
            401,
            r#"{"status":false,"error":{"code":4004,"message":"Invalid Token"},"message":"Invalid authentication credentials"}"#,
        );
        bed.fault(
            Fault::always(refused)
                .on(cancel_of(vendor))
                .command(ids[2].as_str()),
        );
        let client = bed.client(vendor);
        let store = FailingStore::default();
        let journal = Journal::create(store.clone(), client.timer(), client.header())
            .await
            .unwrap();
        let run = TestRun::one_by_one();
        let devices = everything_on(std::slice::from_ref(&device));
        let plan = client.plan_everything(devices).await;
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .journal(&journal)
            .start()
            .finish()
            .await;
        assert_eq!(
            result.stopped,
            Some(StopReason::ConnectionRefused),
            "{vendor}"
        );
        assert_eq!(row(&result, &ids[2]).outcome, CancelOutcome::Denied);
        bed.simulator.clear_faults();
        let result = resumed(&bed, vendor, &store).await;
        for report in &result.reports {
            assert_eq!(
                report.outcome,
                CancelOutcome::Cancelled,
                "{vendor} {report:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_that_may_not_cancel_stops_the_run_and_a_single_denied_target_does_not() {
    let denied = || {
        http_answer(
            403,
            r#"{"status":false,"error":{"code":4003,"message":"Forbidden"}}"#,
        )
    };
    for devices in [1, 5] {
        let bed = TestBed::with_devices(6).await;
        let mut targets = Vec::new();
        for device in &bed.devices(APPLIVERY)[..devices] {
            targets.extend(targets_of(device, &bed.add_waiting(device, 30)));
        }
        bed.fault(Fault::always(denied()).on("applivery.cancel"));
        let client = bed.client(APPLIVERY);
        let plan = client.plan_commands(targets.clone()).await;
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(result.stopped, Some(StopReason::TooManyDenials));
        let tried = bed.wire.cancels().len();
        assert!((16..=32).contains(&tried), "{tried} of {}", targets.len());
        let outcomes = outcomes(&result);
        let count = |outcome| outcomes.iter().filter(|one| **one == outcome).count();
        assert_eq!(count(CancelOutcome::Denied), tried);
        assert_eq!(count(CancelOutcome::NotSent), targets.len() - tried);
    }
    let bed = TestBed::start().await;
    let device = bed.device(APPLIVERY, 2);
    let ids = bed.add_waiting(&device, 30);
    bed.fault(
        Fault::always(denied())
            .on("applivery.cancel")
            .command(ids[3].as_str()),
    );
    let client = bed.client(APPLIVERY);
    let result = TestRun::default()
        .cancel(&bed, &client, &device, &ids)
        .await;
    assert_eq!(result.stopped, None);
    for report in &result.reports {
        let is_denied = report.id == ids[3];
        assert_eq!(
            report.outcome == CancelOutcome::Denied,
            is_denied,
            "{report:?}"
        );
        assert_eq!(
            report.outcome == CancelOutcome::Cancelled,
            !is_denied,
            "{report:?}"
        );
    }
}

#[tokio::test]
async fn a_key_that_may_not_cancel_leaves_its_targets_for_the_next_one() {
    let bed = TestBed::with_devices(6).await;
    let device = bed.device(APPLIVERY, 2);
    let targets = targets_of(&device, &bed.add_waiting(&device, 40));
    let denied = r#"{"status":false,"error":{"code":4003,"message":"Forbidden"}}"#;
    bed.fault(Fault::always(http_answer(403, denied)).on("applivery.cancel"));
    let client = bed.client(APPLIVERY);
    let store = FailingStore::default();
    let journal = Journal::create(store.clone(), client.timer(), client.header())
        .await
        .unwrap();
    let run = TestRun::default();
    let plan = client.plan_commands(targets).await;
    let result = client
        .run(plan)
        .options(run.options)
        .stop_handle(&run.stop)
        .journal(&journal)
        .start()
        .finish()
        .await;
    assert_eq!(result.stopped, Some(StopReason::TooManyDenials));
    assert!(outcomes(&result).contains(&CancelOutcome::Denied));
    bed.simulator.clear_faults();
    let result = resumed(&bed, APPLIVERY, &store).await;
    assert_eq!(outcomes(&result), vec![CancelOutcome::Cancelled; 40]);
}

/// A cancel whose answer is lost when the run is stopped is in doubt, and its command may wait on.
#[tokio::test]
async fn what_is_in_doubt_when_a_run_is_stopped_is_settled_by_who_resumes_it() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 3);
        bed.fault(Fault::always(FaultKind::LostBefore).on(cancel_of(vendor)));
        let client = bed.client(vendor);
        let store = FailingStore::default();
        let journal = Journal::create(store.clone(), client.timer(), client.header())
            .await
            .unwrap();
        let run = TestRun::one_by_one();
        let stop = run.stop.clone();
        let observe: Observer = Arc::new(move |event| {
            if matches!(event, RunEvent::Sending { .. }) {
                stop.stop();
            }
        });
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        let (options, observe) = (run.options, Some(observe));
        let result = client
            .run(plan)
            .options(options)
            .stop_handle(&run.stop)
            .observe(observe)
            .journal(&journal)
            .start()
            .finish()
            .await;
        assert_eq!(result.stopped, Some(StopReason::Requested));
        for report in &result.reports {
            let expected = [CancelOutcome::NotSent, CancelOutcome::Unknown];
            assert!(expected.contains(&report.outcome), "{vendor} {report:?}");
        }
        assert!(outcomes(&result).contains(&CancelOutcome::Unknown));
        bed.simulator.clear_faults();
        let result = resumed(&bed, vendor, &store).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 3], "{vendor}");
    }
}

#[tokio::test]
async fn a_vendor_that_asks_to_wait_an_hour_is_waited_for_and_meanwhile_what_was_sent_is_read() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let other = bed.device(vendor, 4);
        let ids = bed.add_waiting(&device, 1);
        let throttled = bed.add_waiting(&other, 1);
        let fault = Fault::always(busy("3600")).on(cancel_of(vendor)).times(1);
        bed.fault(fault.command(throttled[0].as_str()));
        let begun_ms = bed.simulator.now_ms();
        let mut run = TestRun::default();
        let simulator = bed.simulator.clone();
        let settled = Arc::new(std::sync::Mutex::new(Vec::new()));
        let told = settled.clone();
        run.observe = Some(Arc::new(move |event| {
            let mut told = told.lock().unwrap();
            let ms = simulator.now_ms() - begun_ms;
            match event {
                RunEvent::Settled { report, .. } => told.push((report.id.to_string(), ms)),
                RunEvent::Paused { until } => {
                    told.push(("paused".to_owned(), until.as_millis() - begun_ms));
                }
                _ => {}
            }
        }));
        let client = bed.client(vendor);
        let mut targets = targets_of(&device, &ids);
        targets.extend(targets_of(&other, &throttled));
        let plan = client.plan_commands(targets).await;
        let result = run.run(&bed, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 2], "{vendor}");
        let settled = settled.lock().unwrap();
        let [(paused, until), (first, soon), (last, late)] = &settled[..] else {
            panic!("{vendor}: {settled:?}");
        };
        assert_eq!(
            (paused.as_str(), first.as_str()),
            ("paused", ids[0].as_str())
        );
        assert_eq!(last, throttled[0].as_str());
        assert!(
            (3_600_000..3_620_000).contains(until),
            "{vendor}: {settled:?}"
        );
        assert!(*soon < 15_000, "{vendor}: {settled:?}");
        assert!(*late >= 3_600_000, "{vendor}: {settled:?}");
    }
}

#[tokio::test]
async fn readings_that_are_put_off_for_an_hour_do_not_outlast_the_time_to_verify() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        let client = bed.client(vendor);
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        for reading in [get_of(vendor), countermand_tests::list_of(vendor)] {
            bed.fault(Fault::always(busy("3600")).on(reading));
        }
        let begun_ms = bed.simulator.now_ms();
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Accepted], "{vendor}");
        let message = result.reports[0].message.as_deref().unwrap();
        assert!(message.contains("reading it again failed"), "{message}");
        let took = bed.simulator.now_ms() - begun_ms;
        assert!(took <= 20_000, "{vendor}: {took} ms");
    }
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_vendor_at_once() {
    let bed = TestBed::in_real_time().await;
    let device = bed.device(APPLIVERY, 2);
    let ids = bed.add_waiting(&device, 3);
    bed.fault(Fault::always(busy("3600")).on("applivery.cancel"));
    let mut run = TestRun::default();
    let stop = run.stop.clone();
    run.observe = Some(Arc::new(move |event| {
        if matches!(event, RunEvent::Paused { .. }) {
            stop.stop();
        }
    }));
    let client = bed.client(APPLIVERY);
    let plan = client.plan_commands(targets_of(&device, &ids)).await;
    let run = run.run(&bed, &client, plan);
    // Generous: a wait that was not ended would take an hour.
    let result = tokio::time::timeout(Duration::from_secs(60), run)
        .await
        .unwrap();
    assert_eq!(result.stopped, Some(StopReason::Requested));
    assert_eq!(outcomes(&result), [CancelOutcome::NotSent; 3]);
}
