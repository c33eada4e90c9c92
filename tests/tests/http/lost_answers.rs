//! Cancels whose answer is lost, or says nothing: reading again tells, and nothing is sent blindly.

use std::time::Duration;

use countermand_core_model::{CancelOutcome, CommandState, Provider};
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{
    BOTH, TestBed, TestRun, cancel_of, get_of, http_answer, list_of, rows::outcomes, rows::row,
    targets_of,
};

/// An answer of HTTP 500 to what was done all the same.
fn failed_after() -> FaultKind {
    FaultKind::Http {
        status: 500,
        retry_after: None,
        body: None,
        content_type: None,
        processed: true,
    }
}

/// An answer of HTTP 500 to what was not done.
fn failed_before() -> FaultKind {
    FaultKind::Http {
        status: 500,
        retry_after: None,
        body: None,
        content_type: None,
        processed: false,
    }
}

async fn with(
    vendor: Provider,
    delay_ms: u32,
    fault: Fault,
) -> (TestBed, countermand_client::RunResult) {
    let bed = TestBed::start().await;
    bed.simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = delay_ms;
        options.enos_cancel_delay_ms = delay_ms;
    });
    let device = bed.device(vendor, 2);
    let ids = bed.add_waiting(&device, 1);
    bed.fault(fault.on(cancel_of(vendor)));
    let client = bed.client(vendor);
    let result = TestRun::default()
        .cancel(&bed, &client, &device, &ids)
        .await;
    (bed, result)
}

fn processed(bed: &TestBed, vendor: Provider) -> usize {
    let device = bed.device(vendor, 2);
    let id = bed.truths(&device).pop().unwrap().command;
    let id = countermand_core_model::CommandId::parse(vendor, &id).unwrap();
    bed.cancels_of(&device, &id)
}

#[tokio::test]
async fn lost_before_it_was_done_it_is_read_still_waiting_and_sent_again() {
    for vendor in BOTH {
        for fault in [FaultKind::LostBefore, failed_before()] {
            let (bed, result) = with(vendor, 300, Fault::always(fault).times(1)).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
            assert_eq!(result.reports[0].attempts, 2);
            assert_eq!(processed(&bed, vendor), 1, "only the second was done");
            assert_eq!(bed.wire.cancels().len(), 2);
        }
    }
}

#[tokio::test]
async fn lost_after_it_was_done_it_is_read_cancelled_and_not_sent_again() {
    for vendor in BOTH {
        for fault in [
            FaultKind::LostAfter,
            FaultKind::Truncated,
            FaultKind::Html,
            failed_after(),
        ] {
            let because = format!("{vendor} {fault:?}");
            let (bed, result) = with(vendor, 0, Fault::always(fault).times(1)).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled], "{because}");
            assert_eq!(result.reports[0].attempts, 1, "{because}");
            assert_eq!(result.reports[0].message, None, "{because}");
            assert_eq!(processed(&bed, vendor), 1, "{because}");
        }
    }
}

#[tokio::test]
async fn lost_after_it_was_done_and_shown_a_little_later_it_is_waited_for() {
    for vendor in BOTH {
        // EnOS advises to wait two seconds before what was changed is read.
        for delay_ms in [300, 1_500] {
            let lost = Fault::always(FaultKind::LostAfter).times(1);
            let (bed, result) = with(vendor, delay_ms, lost).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
            assert_eq!(processed(&bed, vendor), 1, "{vendor} {delay_ms}");
            assert_eq!(result.reports[0].attempts, 1);
        }
    }
}

#[tokio::test]
async fn lost_after_it_was_done_and_shown_much_later_a_second_cancel_does_no_harm() {
    for vendor in BOTH {
        // That a reading showed it waiting is held to by the rules for every run.
        let lost = Fault::always(FaultKind::LostAfter).times(1);
        let (bed, result) = with(vendor, 6_000, lost).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(processed(&bed, vendor), 2);
        assert_eq!(result.reports[0].attempts, 2);
    }
}

#[tokio::test]
async fn a_refusal_of_the_second_cancel_does_not_settle_the_first_whose_answer_was_lost() {
    for vendor in BOTH {
        for (delay_ms, outcome) in [
            (6_000, CancelOutcome::Cancelled),
            (60_000, CancelOutcome::Unknown),
        ] {
            let bed = TestBed::start().await;
            bed.simulator.change_options(|options| {
                options.applivery_cancel_delay_ms = delay_ms;
                options.enos_cancel_delay_ms = delay_ms;
            });
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(
                Fault::always(FaultKind::LostAfter)
                    .times(1)
                    .on(cancel_of(vendor)),
            );
            let (status, body) = match vendor {
                Provider::Applivery => (
                    400,
                    r#"{"status":false,"error":{"code":5050,"message":"no"}}"#,
                ),
                _ => (200, r#"{"code":99400,"msg":"no","requestId":"r"}"#),
            };
            bed.fault(Fault::always(http_answer(status, body)).on(cancel_of(vendor)));
            let client = bed.client(vendor);
            let result = TestRun::default()
                .cancel(&bed, &client, &device, &ids)
                .await;
            assert_eq!(outcomes(&result), [outcome], "{vendor}");
            assert_eq!(bed.cancels_of(&device, &ids[0]), 1);
        }
    }
}

#[tokio::test]
async fn answers_that_are_lost_again_and_again_end_in_what_reading_shows() {
    for vendor in BOTH {
        let (bed, result) = with(vendor, 0, Fault::always(FaultKind::LostBefore)).await;
        let report = &result.reports[0];
        assert_eq!(report.outcome, CancelOutcome::Unknown);
        assert_eq!(report.after, Some(CommandState::Pending));
        assert!(report.message.is_some(), "{report:?}");
        assert!((2..=4).contains(&report.attempts), "{report:?}");
        assert_eq!(processed(&bed, vendor), 0);
        let (bed, result) = with(vendor, 0, Fault::always(FaultKind::LostAfter)).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(processed(&bed, vendor), 1);
    }
}

#[tokio::test]
async fn lost_where_nothing_can_be_read_is_unknown_and_not_sent_again() {
    for vendor in BOTH {
        for fault in [FaultKind::LostBefore, FaultKind::LostAfter] {
            let bed = TestBed::start().await;
            let client = bed.client(vendor);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 1);
            let plan = client.plan_commands(targets_of(&device, &ids)).await;
            bed.fault(Fault::always(fault).on(cancel_of(vendor)));
            for operation in [get_of(vendor), list_of(vendor)] {
                bed.fault(Fault::always(failed_before()).on(operation));
            }
            let result = TestRun::default().run(&bed, &client, plan).await;
            let report = row(&result, &ids[0]);
            assert_eq!(report.outcome, CancelOutcome::Unknown, "{report:?}");
            assert_eq!(report.attempts, 1, "{report:?}");
            assert!(report.message.is_some(), "{report:?}");
            assert_eq!(bed.wire.cancels().len(), 1);
        }
    }
}

#[tokio::test]
async fn lost_and_executed_lost_the_race() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        bed.simulator.change_options(|options| {
            options.applivery_cancel_delay_ms = 0;
            options.enos_cancel_delay_ms = 0;
        });
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        // The cancel does not arrive, and the command goes out before the reading.
        bed.fault(Fault::always(FaultKind::LostBefore).on(cancel_of(vendor)));
        bed.fault(Fault::always(FaultKind::GoesOutFirst).on(get_of(vendor)));
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::LostRace]);
        assert_eq!(result.reports[0].attempts, 1);
    }
}

#[tokio::test]
async fn reads_that_are_lost_or_fail_are_made_again() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        for fault in [
            FaultKind::LostBefore,
            FaultKind::LostAfter,
            FaultKind::Truncated,
            failed_before(),
        ] {
            bed.simulator.clear_faults();
            for operation in [get_of(vendor), list_of(vendor)] {
                bed.fault(Fault::always(fault.clone()).on(operation).times(2));
            }
            assert_eq!(
                client.get(&device, &ids[0]).await.unwrap().id,
                ids[0],
                "{fault:?}"
            );
            assert!(
                client.list(&device, None).await.unwrap().is_whole(),
                "{fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_counts_as_lost() {
    for vendor in BOTH {
        let bed = TestBed::in_real_time().await;
        let mut connection = TestBed::connection(vendor, bed.keys(vendor));
        connection.timeouts.attempt = Duration::from_millis(400);
        let client = bed.connect(connection);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        bed.simulator.change_options(|options| {
            options.applivery_cancel_delay_ms = 0;
            options.enos_cancel_delay_ms = 0;
        });
        bed.fault(Fault::always(FaultKind::Slow { ms: 60_000 }).on(cancel_of(vendor)));
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(result.reports[0].attempts, 1);
        assert_eq!(bed.cancels_of(&device, &ids[0]), 1);
    }
}
