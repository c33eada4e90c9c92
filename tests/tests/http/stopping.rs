//! Runs that end before all is sent: asked to, refused as a whole, or failing again and again.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use countermand_client::{Observer, RunEvent, StopReason};
use countermand_core_model::{CancelOutcome, Provider};
use countermand_simulator::{CancelAll, Fault, FaultKind};
use countermand_tests::{
    BOTH, TestBed, TestRun, cancel_of, http_answer, rows::outcomes, targets_of,
};

/// The commands in the order in which their cancels went out.
fn in_order(bed: &TestBed) -> Vec<String> {
    let cancels = bed.wire.cancels();
    cancels
        .into_iter()
        .filter_map(|cancel| cancel.command)
        .collect()
}

#[tokio::test]
async fn what_is_stopped_sends_nothing_more_and_still_reads_what_was_sent() {
    for vendor in BOTH {
        for stop_at in [1, 3] {
            let bed = TestBed::start().await;
            let client = bed.client(vendor);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 6);
            let mut run = TestRun::one_by_one();
            let (stop, sending) = (run.stop.clone(), AtomicUsize::new(0));
            run.observe = Some(Arc::new(move |event| {
                if matches!(event, RunEvent::Sending { .. })
                    && sending.fetch_add(1, Ordering::SeqCst) + 1 == stop_at
                {
                    stop.stop();
                }
            }));
            let result = run.cancel(&bed, &client, &device, &ids).await;
            assert_eq!(result.stopped, Some(StopReason::Requested));
            let sent = in_order(&bed);
            assert_eq!(sent.len(), stop_at);
            for report in &result.reports {
                if sent.contains(&report.id.to_string()) {
                    assert_eq!(report.outcome, CancelOutcome::Cancelled, "{report:?}");
                } else {
                    assert_eq!(report.outcome, CancelOutcome::NotSent, "{report:?}");
                    assert!(
                        report
                            .message
                            .as_ref()
                            .is_some_and(|said| said.contains("stopped"))
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_stopped_before_it_begins_sends_nothing() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let run = TestRun::default();
        run.stop.stop();
        let ids = bed.add_waiting(&device, 2);
        let result = run.clone().cancel(&bed, &client, &device, &ids).await;
        assert_eq!(outcomes(&result), [CancelOutcome::NotSent; 2]);
        let devices = std::slice::from_ref(&device);
        let result = run.cancel_everything(&bed, &client, devices).await;
        assert_eq!(outcomes(&result), [CancelOutcome::NotSent; 5]);
        assert!(!result.any_sent());
        assert!(bed.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn what_is_stopped_after_the_one_call_was_refused_was_not_sent() {
    let bed = TestBed::start().await;
    bed.simulator
        .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
    let client = bed.client(Provider::Enos);
    let device = bed.device(Provider::Enos, 2);
    let mut run = TestRun::default();
    let stop = run.stop.clone();
    run.observe = Some(Arc::new(move |event| {
        if matches!(event, RunEvent::Sending { .. }) {
            stop.stop();
        }
    }));
    let devices = std::slice::from_ref(&device);
    let result = run.cancel_everything(&bed, &client, devices).await;
    assert_eq!(result.stopped, Some(StopReason::Requested));
    assert!(result.any_sent());
    for report in &result.reports {
        assert_eq!(report.outcome, CancelOutcome::NotSent, "{report:?}");
        assert_eq!(report.attempts, 1);
    }
    assert_eq!(bed.wire.cancels().len(), 1);
}

/// Ways in which a vendor refuses the connection as a whole.
fn refusals(vendor: Provider) -> Vec<FaultKind> {
    let gateway = r#"{"message":"Your IP address is not allowed"}"#;
    match vendor {
        Provider::Applivery => vec![
            http_answer(
                401,
                r#"{"status":false,"error":{"code":4004,"message":"Invalid Token"}}"#,
            ),
            http_answer(403, gateway),
        ],
        _ => vec![
            http_answer(401, r#"{"message":"Invalid authentication credentials"}"#),
            http_answer(403, gateway),
            http_answer(
                200,
                r#"{"code":1203,"msg":"access token expired","data":null}"#,
            ),
        ],
    }
}

#[tokio::test]
async fn a_connection_refused_as_a_whole_stops_the_run() {
    for vendor in BOTH {
        for refusal in refusals(vendor) {
            let because = format!("{vendor} {refusal:?}");
            let bed = TestBed::start().await;
            let client = bed.client(vendor);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 6);
            let fault = Fault {
                skip: 2,
                ..Fault::always(refusal).on(cancel_of(vendor))
            };
            bed.fault(fault);
            let run = TestRun::one_by_one();
            let result = run.cancel(&bed, &client, &device, &ids).await;
            assert_eq!(
                result.stopped,
                Some(StopReason::ConnectionRefused),
                "{because}"
            );
            let mut sent = in_order(&bed);
            // EnOS is asked once more with a new token: that may be what is refused.
            sent.dedup();
            assert_eq!(sent.len(), 3, "{because}");
            use CancelOutcome::{Cancelled, Denied, NotSent};
            for report in &result.reports {
                let place = sent.iter().position(|id| *id == report.id.to_string());
                let outcome = match place {
                    Some(0 | 1) => Cancelled,
                    Some(_) => Denied,
                    None => NotSent,
                };
                assert_eq!(report.outcome, outcome, "{because}: {report:?}");
            }
            let denied = result
                .reports
                .iter()
                .find(|row| row.outcome == Denied)
                .unwrap();
            assert!(denied.message.is_some(), "{because}: {denied:?}");
        }
    }
}

#[tokio::test]
async fn failures_in_a_row_stop_the_run_and_refusals_of_single_targets_do_not() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 8);
        bed.fault(Fault::always(http_answer(500, "")).on(cancel_of(vendor)));
        let mut run = TestRun::one_by_one();
        run.options.most_failures_in_a_row = 3;
        let result = run.clone().cancel(&bed, &client, &device, &ids).await;
        assert_eq!(result.stopped, Some(StopReason::TooManyFailures));
        assert_eq!(bed.wire.cancels().len(), 3);
        for report in &result.reports {
            let outcome = match report.attempts {
                0 => CancelOutcome::NotSent,
                _ => CancelOutcome::Unknown,
            };
            assert_eq!(report.outcome, outcome, "{report:?}");
        }
        bed.simulator.clear_faults();
        let body = match vendor {
            Provider::Applivery => r#"{"status":false,"error":{"code":5050,"message":"no"}}"#,
            _ => r#"{"code":99403,"msg":"no","requestId":"r"}"#,
        };
        let status = if vendor == Provider::Enos { 200 } else { 400 };
        bed.fault(Fault::always(http_answer(status, body)).on(cancel_of(vendor)));
        let result = run.cancel(&bed, &client, &device, &ids).await;
        assert_eq!(result.stopped, None);
        assert!(
            result.reports.iter().all(|report| report.attempts == 1),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn what_failed_together_is_not_taken_for_failures_in_a_row() {
    let bed = TestBed::start().await;
    let client = bed.client(Provider::Applivery);
    let mut targets = Vec::new();
    for index in 0..4 {
        let device = bed.device(Provider::Applivery, index);
        let ids = bed.add_waiting(&device, 4);
        targets.extend(targets_of(&device, &ids));
    }
    // Whatever is under way when the vendor stumbles.
    let stumbles = Fault::always(http_answer(500, "")).on(cancel_of(Provider::Applivery));
    bed.fault(stumbles.times(8));
    let mut run = TestRun::default();
    run.options.concurrency = 8;
    run.options.most_failures_in_a_row = 4;
    let plan = client.plan_commands(targets).await;
    let result = run.run(&bed, &client, plan).await;
    assert_eq!(result.stopped, None);
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 16]);
}

#[tokio::test]
async fn each_row_is_told_once_and_the_stop_too() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 5);
        let events: Arc<Mutex<Vec<RunEvent>>> = Arc::default();
        let mut run = TestRun::one_by_one();
        let (heard, stop) = (Arc::clone(&events), run.stop.clone());
        let observe: Observer = Arc::new(move |event| {
            if matches!(&event, RunEvent::Settled { progress, .. } if progress.done == 2) {
                stop.stop();
            }
            heard.lock().unwrap().push(event);
        });
        run.observe = Some(observe);
        let result = run.cancel(&bed, &client, &device, &ids).await;
        let events = events.lock().unwrap();
        let mut settled = Vec::new();
        let mut stops = 0;
        for event in events.iter() {
            match event {
                RunEvent::Settled { report, progress } => {
                    settled.push((**report).clone());
                    assert_eq!((progress.done, progress.total), (settled.len(), 5));
                    let counted: usize = progress.counts().map(|(_, count)| count).sum();
                    assert_eq!(counted, progress.done);
                }
                RunEvent::Stopped(_) => stops += 1,
                _ => {}
            }
        }
        assert_eq!(stops, usize::from(result.stopped.is_some()));
        let mut rows = result.reports.clone();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        settled.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(settled, rows);
    }
}
