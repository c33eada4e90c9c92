//! Cancels whose answer is lost, or says nothing: reading again tells, and nothing is sent blindly.

use std::time::Duration;

use countermand_core_model::{CancelOutcome, CommandState, Provider};
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{
    BOTH, Running, Stage, answers, cancel_of, get_of, list_of, rows::outcomes, rows::row, these,
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
) -> (Stage, countermand_client::RunResult) {
    let stage = Stage::start().await;
    stage.simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = delay_ms;
        options.enos_cancel_delay_ms = delay_ms;
    });
    let device = stage.device(vendor, 2);
    let ids = stage.add_waiting(&device, 1);
    stage.fault(fault.on(cancel_of(vendor)));
    let client = stage.client(vendor);
    let result = Running::default()
        .cancel(&stage, &client, &device, &ids)
        .await;
    (stage, result)
}

fn processed(stage: &Stage, vendor: Provider) -> usize {
    let device = stage.device(vendor, 2);
    let id = stage.truths(&device).pop().unwrap().command;
    let id = countermand_core_model::CommandId::parse(vendor, &id).unwrap();
    stage.cancels_of(&device, &id)
}

#[tokio::test]
async fn lost_before_it_was_done_it_is_read_still_waiting_and_sent_again() {
    for vendor in BOTH {
        for fault in [FaultKind::LostBefore, failed_before()] {
            let (stage, result) = with(vendor, 300, Fault::always(fault).times(1)).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
            assert_eq!(result.reports[0].attempts, 2);
            assert_eq!(processed(&stage, vendor), 1, "only the second was done");
            assert_eq!(stage.wire.cancels().len(), 2);
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
            let (stage, result) = with(vendor, 0, Fault::always(fault).times(1)).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled], "{because}");
            assert_eq!(result.reports[0].attempts, 1, "{because}");
            assert_eq!(result.reports[0].message, None, "{because}");
            assert_eq!(processed(&stage, vendor), 1, "{because}");
        }
    }
}

#[tokio::test]
async fn lost_after_it_was_done_and_shown_a_little_later_it_is_waited_for() {
    for vendor in BOTH {
        // EnOS advises to wait two seconds before what was changed is read.
        for delay_ms in [300, 1_500] {
            let lost = Fault::always(FaultKind::LostAfter).times(1);
            let (stage, result) = with(vendor, delay_ms, lost).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
            assert_eq!(processed(&stage, vendor), 1, "{vendor} {delay_ms}");
            assert_eq!(result.reports[0].attempts, 1);
        }
    }
}

#[tokio::test]
async fn lost_after_it_was_done_and_shown_much_later_a_second_cancel_does_no_harm() {
    for vendor in BOTH {
        // That a reading showed it waiting is held to by the rules for every run.
        let lost = Fault::always(FaultKind::LostAfter).times(1);
        let (stage, result) = with(vendor, 6_000, lost).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(processed(&stage, vendor), 2);
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
            let stage = Stage::start().await;
            stage.simulator.change_options(|options| {
                options.applivery_cancel_delay_ms = delay_ms;
                options.enos_cancel_delay_ms = delay_ms;
            });
            let device = stage.device(vendor, 2);
            let ids = stage.add_waiting(&device, 1);
            stage.fault(
                Fault::always(FaultKind::LostAfter)
                    .times(1)
                    .on(cancel_of(vendor)),
            );
            let (status, body) = match vendor {
                Provider::Applivery => (
                    400,
                    r#"{"status":false,"error":{"code":5050,"message":"no"}}"#,
                ),
                Provider::Enos => (200, r#"{"code":99400,"msg":"no","requestId":"r"}"#),
            };
            stage.fault(Fault::always(answers(status, body)).on(cancel_of(vendor)));
            let client = stage.client(vendor);
            let result = Running::default()
                .cancel(&stage, &client, &device, &ids)
                .await;
            assert_eq!(outcomes(&result), [outcome], "{vendor}");
            assert_eq!(stage.cancels_of(&device, &ids[0]), 1);
        }
    }
}

#[tokio::test]
async fn answers_that_are_lost_again_and_again_end_in_what_reading_shows() {
    for vendor in BOTH {
        let (stage, result) = with(vendor, 0, Fault::always(FaultKind::LostBefore)).await;
        let report = &result.reports[0];
        assert_eq!(report.outcome, CancelOutcome::Unknown);
        assert_eq!(report.after, Some(CommandState::Pending));
        assert!(report.message.is_some(), "{report:?}");
        assert!((2..=4).contains(&report.attempts), "{report:?}");
        assert_eq!(processed(&stage, vendor), 0);
        let (stage, result) = with(vendor, 0, Fault::always(FaultKind::LostAfter)).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(processed(&stage, vendor), 1);
    }
}

#[tokio::test]
async fn lost_where_nothing_can_be_read_is_unknown_and_not_sent_again() {
    for vendor in BOTH {
        for fault in [FaultKind::LostBefore, FaultKind::LostAfter] {
            let stage = Stage::start().await;
            let client = stage.client(vendor);
            let device = stage.device(vendor, 2);
            let ids = stage.add_waiting(&device, 1);
            let plan = client.plan_commands(these(&device, &ids)).await;
            stage.fault(Fault::always(fault).on(cancel_of(vendor)));
            for operation in [get_of(vendor), list_of(vendor)] {
                stage.fault(Fault::always(failed_before()).on(operation));
            }
            let result = Running::default().run(&stage, &client, plan).await;
            let report = row(&result, &ids[0]);
            assert_eq!(report.outcome, CancelOutcome::Unknown, "{report:?}");
            assert_eq!(report.attempts, 1, "{report:?}");
            assert!(report.message.is_some(), "{report:?}");
            assert_eq!(stage.wire.cancels().len(), 1);
        }
    }
}

#[tokio::test]
async fn lost_and_executed_lost_the_race() {
    for vendor in BOTH {
        let stage = Stage::start().await;
        stage.simulator.change_options(|options| {
            options.applivery_cancel_delay_ms = 0;
            options.enos_cancel_delay_ms = 0;
        });
        let client = stage.client(vendor);
        let device = stage.device(vendor, 2);
        let ids = stage.add_waiting(&device, 1);
        let plan = client.plan_commands(these(&device, &ids)).await;
        // The cancel does not arrive, and the command goes out before the reading.
        stage.fault(Fault::always(FaultKind::LostBefore).on(cancel_of(vendor)));
        stage.fault(Fault::always(FaultKind::GoesOutFirst).on(get_of(vendor)));
        let result = Running::default().run(&stage, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::LostRace]);
        assert_eq!(result.reports[0].attempts, 1);
    }
}

#[tokio::test]
async fn reads_that_are_lost_or_fail_are_made_again() {
    for vendor in BOTH {
        let stage = Stage::start().await;
        let client = stage.client(vendor);
        let device = stage.device(vendor, 2);
        let ids = stage.add_waiting(&device, 1);
        for fault in [
            FaultKind::LostBefore,
            FaultKind::LostAfter,
            FaultKind::Truncated,
            failed_before(),
        ] {
            stage.simulator.clear_faults();
            for operation in [get_of(vendor), list_of(vendor)] {
                stage.fault(Fault::always(fault.clone()).on(operation).times(2));
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
        let stage = Stage::in_real_time().await;
        let mut connection = Stage::connection(vendor, stage.keys(vendor));
        connection.timeouts.attempt = Duration::from_millis(400);
        let client = stage.connect(connection);
        let device = stage.device(vendor, 2);
        let ids = stage.add_waiting(&device, 1);
        stage.simulator.change_options(|options| {
            options.applivery_cancel_delay_ms = 0;
            options.enos_cancel_delay_ms = 0;
        });
        stage.fault(Fault::always(FaultKind::Slow { ms: 60_000 }).on(cancel_of(vendor)));
        let result = Running::default()
            .cancel(&stage, &client, &device, &ids)
            .await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(result.reports[0].attempts, 1);
        assert_eq!(stage.cancels_of(&device, &ids[0]), 1);
    }
}
