//! Everything that waits on a device.

use std::collections::BTreeSet;

use countermand_core_model::{CancelOutcome, CommandId, Provider};
use countermand_simulator::{CancelAll, Fault, FaultKind, TrueState};
use countermand_tests::{BOTH, TestBed, TestRun, everything_on, http_answer, rows::row};

const ENOS: Provider = Provider::Enos;

fn ids(result: &countermand_client::RunResult) -> BTreeSet<CommandId> {
    result
        .reports
        .iter()
        .map(|report| report.id.clone())
        .collect()
}

fn all_are(result: &countermand_client::RunResult, outcome: CancelOutcome) {
    for report in &result.reports {
        assert_eq!(report.outcome, outcome, "{report:?}");
    }
}

#[tokio::test]
async fn all_that_waits_is_cancelled_and_nothing_else_is_touched() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let devices = [bed.device(vendor, 2), bed.device(vendor, 0)];
        bed.add(&devices[0], TrueState::Sent, 60);
        bed.add(&devices[1], TrueState::Succeeded, 60);
        bed.add_waiting(&devices[1], 5);
        let elsewhere = bed.device(vendor, 1);
        let expected: Vec<CommandId> = devices
            .iter()
            .flat_map(|device| bed.waiting(device))
            .collect();
        let others = bed.waiting(&elsewhere);
        let result = TestRun::default()
            .cancel_everything(&bed, &client, &devices)
            .await;
        all_are(&result, CancelOutcome::Cancelled);
        assert_eq!(ids(&result), expected.iter().cloned().collect());
        assert!(devices.iter().all(|device| bed.waiting(device).is_empty()));
        assert_eq!(bed.waiting(&elsewhere), others);
        let requests = bed.wire.cancels().len();
        assert_eq!(requests, if vendor == ENOS { 2 } else { expected.len() });
    }
}

#[tokio::test]
async fn where_nothing_waits_nothing_is_sent() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let devices = std::slice::from_ref(&device);
        TestRun::default()
            .cancel_everything(&bed, &client, devices)
            .await;
        let before = bed.wire.cancels().len();
        let plan = client.plan_everything(everything_on(devices)).await;
        assert_eq!(plan.to_send(), 0);
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert!(result.reports.is_empty() && result.gaps.problems.is_empty());
        assert_eq!(bed.wire.cancels().len(), before);
    }
}

#[tokio::test]
async fn a_full_queue_of_enos_is_cancelled_by_its_one_call() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    let room = 50 - bed.waiting(&device).len();
    bed.add_waiting(&device, u32::try_from(room).unwrap());
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(&bed, &client, devices)
        .await;
    assert_eq!(result.reports.len(), 50);
    all_are(&result, CancelOutcome::Cancelled);
    assert_eq!(bed.wire.cancels().len(), 1);
}

#[tokio::test]
async fn where_the_one_call_is_refused_each_command_is_cancelled_on_its_own() {
    let bed = TestBed::start().await;
    bed.simulator
        .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    bed.add_waiting(&device, 3);
    let waiting = bed.waiting(&device);
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(&bed, &client, devices)
        .await;
    all_are(&result, CancelOutcome::Cancelled);
    assert_eq!(ids(&result), waiting.iter().cloned().collect());
    for id in &waiting {
        let cancels = bed.truth(&device, id).cancels;
        assert_eq!(cancels.len(), 1);
        assert!(!cancels[0].all);
        assert_eq!(row(&result, id).vendor_code, None);
    }
}

#[tokio::test]
async fn a_command_given_after_the_plan_gets_a_row_of_its_own() {
    // The call's answer names it; and where that answer is lost, the reading does.
    for lost in [false, true] {
        let bed = TestBed::start().await;
        bed.simulator
            .change_options(|options| options.enos_cancel_delay_ms = 0);
        let client = bed.client(ENOS);
        let device = bed.device(ENOS, 2);
        let waiting = bed.waiting(&device);
        let plan = client
            .plan_everything(everything_on(std::slice::from_ref(&device)))
            .await;
        assert_eq!(plan.targets().count(), waiting.len());
        if lost {
            bed.fault(Fault::always(FaultKind::LostAfter).on("enos.cancel_all"));
        }
        let new = bed.add(&device, TrueState::Pending, 0);
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(result.reports.len(), waiting.len() + 1, "lost: {lost}");
        all_are(&result, CancelOutcome::Cancelled);
        assert_eq!(row(&result, &new).before, None);
        assert_eq!(bed.cancels_of(&device, &new), 1);
        assert_eq!(bed.wire.cancels().len(), 1);
    }
}

#[tokio::test]
async fn a_command_cancelled_by_somebody_else_long_before_gets_no_row() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    bed.add(&device, TrueState::Cancelled, 600);
    bed.add(&device, TrueState::Cancelled, 1);
    let waiting = bed.waiting(&device);
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(&bed, &client, devices)
        .await;
    assert_eq!(ids(&result), waiting.iter().cloned().collect());
}

#[tokio::test]
async fn the_one_call_whose_answer_is_lost_is_settled_by_reading() {
    for fault in [
        FaultKind::LostBefore,
        FaultKind::LostAfter,
        FaultKind::Html,
        FaultKind::Truncated,
    ] {
        let bed = TestBed::start().await;
        bed.simulator
            .change_options(|options| options.enos_cancel_delay_ms = 0);
        let client = bed.client(ENOS);
        let device = bed.device(ENOS, 2);
        bed.add_waiting(&device, 3);
        let waiting = bed.waiting(&device);
        bed.fault(Fault::always(fault.clone()).on("enos.cancel_all").times(1));
        let devices = std::slice::from_ref(&device);
        let result = TestRun::default()
            .cancel_everything(&bed, &client, devices)
            .await;
        all_are(&result, CancelOutcome::Cancelled);
        assert_eq!(ids(&result), waiting.iter().cloned().collect(), "{fault:?}");
        for id in &waiting {
            assert_eq!(bed.cancels_of(&device, id), 1, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn the_head_that_goes_out_as_the_one_call_arrives_lost_the_race() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    let waiting = bed.waiting(&device);
    bed.fault(Fault::always(FaultKind::GoesOutFirst).on("enos.cancel_all"));
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(&bed, &client, devices)
        .await;
    assert_eq!(row(&result, &waiting[0]).outcome, CancelOutcome::LostRace);
    for id in &waiting[1..] {
        assert_eq!(row(&result, id).outcome, CancelOutcome::Cancelled);
    }
}

#[tokio::test]
async fn a_refused_device_is_denied_and_the_others_go_on() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let devices = [bed.device(ENOS, 0), bed.device(ENOS, 2)];
    let refused = bed.waiting(&devices[0]);
    let body = r#"{"code":99403,"msg":"no permission","requestId":"r-1","data":null}"#;
    let denied = Fault::always(http_answer(200, body)).device(&devices[0].to_string());
    bed.fault(denied.on("enos.cancel_all"));
    let result = TestRun::default()
        .cancel_everything(&bed, &client, &devices)
        .await;
    assert_eq!(result.stopped, None);
    for report in &result.reports {
        let denied = refused.contains(&report.id);
        let outcome = if denied {
            CancelOutcome::Denied
        } else {
            CancelOutcome::Cancelled
        };
        assert_eq!(report.outcome, outcome, "{report:?}");
        if denied {
            assert_eq!(report.request_id.as_deref(), Some("r-1"));
            assert_eq!(report.message.as_deref(), Some("no permission"));
        }
    }
}

#[tokio::test]
async fn a_device_that_cannot_be_listed_is_a_problem_and_the_others_go_on() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let devices = [bed.device(vendor, 0), bed.device(vendor, 2)];
        let list = countermand_tests::list_of(vendor);
        bed.fault(
            Fault::always(FaultKind::Html)
                .device(&devices[0].to_string())
                .on(list),
        );
        let waiting = bed.waiting(&devices[1]);
        let result = TestRun::default()
            .cancel_everything(&bed, &client, &devices)
            .await;
        assert_eq!(result.gaps.problems.len(), 1);
        assert_eq!(result.gaps.problems[0].0, devices[0]);
        assert_eq!(ids(&result), waiting.into_iter().collect());
        all_are(&result, CancelOutcome::Cancelled);
    }
}
