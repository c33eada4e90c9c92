//! Runs that end before all is sent: asked to, refused as a whole, or failing again and again.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use countermand_client::{Observer, RunEvent, StopReason};
use countermand_core_model::{CancelOutcome, Provider};
use countermand_simulator::{CancelAll, Fault, FaultKind};
use countermand_tests::{BOTH, Running, Stage, answers, cancel_of, rows::outcomes, these};

/// The commands in the order in which their cancels went out.
fn in_order(stage: &Stage) -> Vec<String> {
    let cancels = stage.wire.cancels();
    cancels
        .into_iter()
        .filter_map(|cancel| cancel.command)
        .collect()
}

#[tokio::test]
async fn what_is_stopped_sends_nothing_more_and_still_reads_what_was_sent() {
    for vendor in BOTH {
        for stop_at in [1, 3] {
            let stage = Stage::start().await;
            let client = stage.client(vendor);
            let device = stage.device(vendor, 2);
            let ids = stage.add_waiting(&device, 6);
            let mut running = Running::one_by_one();
            let (stop, sending) = (running.stop.clone(), AtomicUsize::new(0));
            running.observe = Some(Arc::new(move |event| {
                if matches!(event, RunEvent::Sending { .. })
                    && sending.fetch_add(1, Ordering::SeqCst) + 1 == stop_at
                {
                    stop.stop();
                }
            }));
            let result = running.cancel(&stage, &client, &device, &ids).await;
            assert_eq!(result.stopped, Some(StopReason::Asked));
            let sent = in_order(&stage);
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
        let stage = Stage::start().await;
        let client = stage.client(vendor);
        let device = stage.device(vendor, 2);
        let running = Running::default();
        running.stop.stop();
        let ids = stage.add_waiting(&device, 2);
        let result = running.clone().cancel(&stage, &client, &device, &ids).await;
        assert_eq!(outcomes(&result), [CancelOutcome::NotSent; 2]);
        let devices = std::slice::from_ref(&device);
        let result = running.cancel_everything(&stage, &client, devices).await;
        assert_eq!(outcomes(&result), [CancelOutcome::NotSent; 5]);
        assert!(!result.any_sent());
        assert!(stage.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn what_is_stopped_after_the_one_call_was_refused_was_not_sent() {
    let stage = Stage::start().await;
    stage
        .simulator
        .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
    let client = stage.client(Provider::Enos);
    let device = stage.device(Provider::Enos, 2);
    let mut running = Running::default();
    let stop = running.stop.clone();
    running.observe = Some(Arc::new(move |event| {
        if matches!(event, RunEvent::Sending { .. }) {
            stop.stop();
        }
    }));
    let devices = std::slice::from_ref(&device);
    let result = running.cancel_everything(&stage, &client, devices).await;
    assert_eq!(result.stopped, Some(StopReason::Asked));
    assert!(result.any_sent());
    for report in &result.reports {
        assert_eq!(report.outcome, CancelOutcome::NotSent, "{report:?}");
        assert_eq!(report.attempts, 1);
    }
    assert_eq!(stage.wire.cancels().len(), 1);
}

/// Ways in which a vendor refuses the connection as a whole.
fn refusals(vendor: Provider) -> Vec<FaultKind> {
    let gateway = r#"{"message":"Your IP address is not allowed"}"#;
    match vendor {
        Provider::Applivery => vec![
            answers(
                401,
                r#"{"status":false,"error":{"code":4004,"message":"Invalid Token"}}"#,
            ),
            answers(403, gateway),
        ],
        Provider::Enos => vec![
            answers(401, r#"{"message":"Invalid authentication credentials"}"#),
            answers(403, gateway),
            answers(
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
            let stage = Stage::start().await;
            let client = stage.client(vendor);
            let device = stage.device(vendor, 2);
            let ids = stage.add_waiting(&device, 6);
            let fault = Fault {
                skip: 2,
                ..Fault::always(refusal).on(cancel_of(vendor))
            };
            stage.fault(fault);
            let running = Running::one_by_one();
            let result = running.cancel(&stage, &client, &device, &ids).await;
            assert_eq!(
                result.stopped,
                Some(StopReason::ConnectionRefused),
                "{because}"
            );
            let mut sent = in_order(&stage);
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
        let stage = Stage::start().await;
        let client = stage.client(vendor);
        let device = stage.device(vendor, 2);
        let ids = stage.add_waiting(&device, 8);
        stage.fault(Fault::always(answers(500, "")).on(cancel_of(vendor)));
        let mut running = Running::one_by_one();
        running.options.most_failures_in_a_row = 3;
        let result = running.clone().cancel(&stage, &client, &device, &ids).await;
        assert_eq!(result.stopped, Some(StopReason::TooManyFailures));
        assert_eq!(stage.wire.cancels().len(), 3);
        for report in &result.reports {
            let outcome = match report.attempts {
                0 => CancelOutcome::NotSent,
                _ => CancelOutcome::Unknown,
            };
            assert_eq!(report.outcome, outcome, "{report:?}");
        }
        stage.simulator.clear_faults();
        let body = match vendor {
            Provider::Applivery => r#"{"status":false,"error":{"code":5050,"message":"no"}}"#,
            Provider::Enos => r#"{"code":99403,"msg":"no","requestId":"r"}"#,
        };
        let status = if vendor == Provider::Enos { 200 } else { 400 };
        stage.fault(Fault::always(answers(status, body)).on(cancel_of(vendor)));
        let result = running.cancel(&stage, &client, &device, &ids).await;
        assert_eq!(result.stopped, None);
        assert!(
            result.reports.iter().all(|report| report.attempts == 1),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn what_failed_together_is_not_taken_for_failures_in_a_row() {
    let stage = Stage::start().await;
    let client = stage.client(Provider::Applivery);
    let mut targets = Vec::new();
    for index in 0..4 {
        let device = stage.device(Provider::Applivery, index);
        let ids = stage.add_waiting(&device, 4);
        targets.extend(these(&device, &ids));
    }
    // Whatever is under way when the vendor stumbles.
    let stumbles = Fault::always(answers(500, "")).on(cancel_of(Provider::Applivery));
    stage.fault(stumbles.times(8));
    let mut running = Running::default();
    running.options.concurrency = 8;
    running.options.most_failures_in_a_row = 4;
    let plan = client.plan_commands(targets).await;
    let result = running.run(&stage, &client, plan).await;
    assert_eq!(result.stopped, None);
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 16]);
}

#[tokio::test]
async fn each_row_is_told_once_and_the_stop_too() {
    for vendor in BOTH {
        let stage = Stage::start().await;
        let client = stage.client(vendor);
        let device = stage.device(vendor, 2);
        let ids = stage.add_waiting(&device, 5);
        let events: Arc<Mutex<Vec<RunEvent>>> = Arc::default();
        let mut running = Running::one_by_one();
        let (heard, stop) = (Arc::clone(&events), running.stop.clone());
        let observe: Observer = Arc::new(move |event| {
            if matches!(&event, RunEvent::Settled { progress, .. } if progress.done == 2) {
                stop.stop();
            }
            heard.lock().unwrap().push(event);
        });
        running.observe = Some(observe);
        let result = running.cancel(&stage, &client, &device, &ids).await;
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
