//! What becomes of a cancel that the vendor answered.

use std::sync::{Arc, Mutex};

use countermand_client::{Observer, RunEvent, RunOptions};
use countermand_core_model::{CancelOutcome, CommandId, CommandState, Provider};
use countermand_simulator::{
    AppliveryCancelAnswer, Fault, FaultKind, NotCached, SetState, TrueState,
};
use countermand_tests::{
    BOTH, TestBed, TestRun, cancel_of, get_of, list_of, rows::outcomes, rows::row, targets_of,
};

fn show_cancels_after(bed: &TestBed, ms: u32) {
    bed.simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = ms;
        options.enos_cancel_delay_ms = ms;
    });
}

#[tokio::test]
async fn cancelled_is_said_only_after_the_vendor_shows_it() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        show_cancels_after(&bed, 3_000);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 3);
        let told: Arc<Mutex<Vec<(CommandId, TrueState)>>> = Arc::default();
        let observe: Observer = Arc::new({
            let (bed, told) = (bed.clone(), told.clone());
            move |event| {
                if let RunEvent::Settled { report, .. } = event {
                    let truth = bed.truth(&report.device, &report.id);
                    assert_eq!(report.outcome, CancelOutcome::Cancelled);
                    told.lock().unwrap().push((report.id.clone(), truth.state));
                }
            }
        });
        let run = TestRun::default().observed_by(observe);
        let result = run.cancel(&bed, &bed.client(vendor), &device, &ids).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 3]);
        let told = told.lock().unwrap().clone();
        assert_eq!(told.len(), 3);
        assert!(
            told.iter().all(|(_, state)| *state == TrueState::Cancelled),
            "{told:?}"
        );
        for id in &ids {
            let report = row(&result, id);
            assert_eq!(report.before, Some(CommandState::Pending));
            assert_eq!(report.attempts, 1, "an accepted cancel is never sent again");
            assert_eq!(report.vendor_code, None);
            assert_eq!(report.message, None);
            assert_eq!(report.request_id.is_some(), vendor == Provider::Enos);
        }
    }
}

#[tokio::test]
async fn many_at_once_are_all_cancelled() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let mut targets = Vec::new();
        for device in bed.devices(vendor) {
            let ids = bed.add_waiting(&device, 20);
            targets.extend(targets_of(&device, &ids));
        }
        let plan = client.plan_commands(targets).await;
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 120]);
        assert_eq!(bed.wire.cancels().len(), 120);
    }
}

#[tokio::test]
async fn whatever_applivery_answers_to_a_cancel_it_takes() {
    for answer in [
        AppliveryCancelAnswer::Published,
        AppliveryCancelAnswer::Pending,
        AppliveryCancelAnswer::CanceledOk,
        AppliveryCancelAnswer::Empty,
    ] {
        let bed = TestBed::start().await;
        bed.simulator
            .change_options(|options| options.applivery_cancel_answer = answer);
        let device = bed.device(Provider::Applivery, 1);
        let ids = bed.add_waiting(&device, 2);
        let client = bed.client(Provider::Applivery);
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(
            outcomes(&result),
            [CancelOutcome::Cancelled; 2],
            "{answer:?}"
        );
        assert_eq!(bed.wire.cancels().len(), 2, "{answer:?}");
    }
}

#[tokio::test]
async fn a_cancel_that_does_not_show_in_time_is_accepted_and_not_sent_again() {
    for vendor in BOTH {
        for delay_ms in [60_000, u32::MAX] {
            let bed = TestBed::start().await;
            show_cancels_after(&bed, delay_ms);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 2);
            if delay_ms == u32::MAX {
                bed.fault(Fault::always(FaultKind::StaysPending).on(cancel_of(vendor)));
                show_cancels_after(&bed, 100);
            }
            let begun_ms = bed.simulator.now_ms();
            let client = bed.client(vendor);
            let result = TestRun::default()
                .cancel(&bed, &client, &device, &ids)
                .await;
            assert_eq!(outcomes(&result), [CancelOutcome::Accepted; 2]);
            for id in &ids {
                assert_eq!(row(&result, id).after, Some(CommandState::Pending));
                assert_eq!(bed.cancels_of(&device, id), 1);
            }
            let took_ms = bed.simulator.now_ms() - begun_ms;
            assert!(
                (15_000..15_200).contains(&took_ms),
                "read again for {took_ms} ms"
            );
        }
    }
}

#[tokio::test]
async fn at_least_one_reading_is_made_and_the_last_one_at_the_deadline() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        show_cancels_after(&bed, 0);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        let mut run = TestRun::default();
        run.options.verify_for = std::time::Duration::ZERO;
        let client = bed.client(vendor);
        let result = run.cancel(&bed, &client, &device, &ids).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        // It shows a moment before the deadline.
        show_cancels_after(&bed, 14_900);
        let ids = bed.add_waiting(&device, 1);
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
    }
}

#[tokio::test]
async fn an_accepted_cancel_that_came_too_late_lost_the_race() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        let late = Fault::always(FaultKind::ExecutedAllTheSame).command(ids[0].as_str());
        bed.fault(late.on(cancel_of(vendor)));
        let client = bed.client(vendor);
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(row(&result, &ids[0]).outcome, CancelOutcome::LostRace);
        assert!(
            row(&result, &ids[0])
                .after
                .is_some_and(CommandState::reached_device)
        );
        assert_eq!(row(&result, &ids[1]).outcome, CancelOutcome::Cancelled);
        assert_eq!(bed.wire.cancels().len(), 2);
    }
}

#[tokio::test]
async fn what_expires_while_it_is_cancelled_is_expired_and_not_cancelled() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        let expires = Fault::always(FaultKind::ExpiresAllTheSame).command(ids[1].as_str());
        bed.fault(expires.on(cancel_of(vendor)));
        let client = bed.client(vendor);
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(row(&result, &ids[0]).outcome, CancelOutcome::Cancelled);
        assert_eq!(row(&result, &ids[1]).outcome, CancelOutcome::Expired);
        assert_eq!(row(&result, &ids[1]).after, Some(CommandState::Expired));
    }
}

/// Each command changes between the plan and its cancel.
async fn changed_after_the_plan(
    vendor: Provider,
    not_cached: Option<NotCached>,
    state: TrueState,
) -> (CancelOutcome, Option<i64>) {
    let bed = TestBed::start().await;
    if let Some(answer) = not_cached {
        bed.simulator
            .change_options(|options| options.enos_not_cached = answer);
    }
    let client = bed.client(vendor);
    let device = bed.device(vendor, 2);
    let ids = bed.add_waiting(&device, 1);
    let plan = client.plan_commands(targets_of(&device, &ids)).await;
    assert_eq!(plan.to_send(), 1);
    let changed = SetState {
        device: device.to_string(),
        command: ids[0].to_string(),
        state,
    };
    bed.simulator.set_state(&changed).unwrap();
    let result = TestRun::default().run(&bed, &client, plan).await;
    let report = row(&result, &ids[0]);
    assert_eq!(report.before, Some(CommandState::Pending));
    assert_eq!(report.attempts, 1);
    assert!(report.after.is_some(), "it is read again: {report:?}");
    let code = report
        .vendor_code
        .as_ref()
        .and_then(countermand_core_model::ProviderCode::number);
    (report.outcome, code)
}

#[tokio::test]
async fn what_goes_out_between_the_plan_and_the_cancel_lost_the_race() {
    // Applivery refuses, with a code: it is read again, and what is read outranks the refusal.
    for state in [TrueState::Sent, TrueState::Succeeded, TrueState::Failed] {
        assert_eq!(
            changed_after_the_plan(Provider::Applivery, None, state).await,
            (CancelOutcome::LostRace, Some(5106)),
            "{state:?}"
        );
    }
    // EnOS may say "OK" to nothing, and the reading tells; or refuse.
    for state in [
        TrueState::Sent,
        TrueState::Succeeded,
        TrueState::Failed,
        TrueState::TimedOut,
    ] {
        assert_eq!(
            changed_after_the_plan(Provider::Enos, Some(NotCached::Empty), state).await,
            (CancelOutcome::LostRace, None),
            "{state:?}"
        );
        let refuses = NotCached::Error {
            code: 99400,
            msg: "the command is not cached".to_owned(),
        };
        assert_eq!(
            changed_after_the_plan(Provider::Enos, Some(refuses), state).await,
            (CancelOutcome::LostRace, Some(99400)),
            "{state:?}"
        );
    }
}

#[tokio::test]
async fn what_somebody_else_cancels_or_what_expires_meanwhile_is_said_as_it_is() {
    for vendor in BOTH {
        let cancelled = changed_after_the_plan(vendor, None, TrueState::Cancelled).await;
        assert_eq!(cancelled, (CancelOutcome::Cancelled, None), "{vendor}");
        let (expired, _) = changed_after_the_plan(vendor, None, TrueState::Expired).await;
        assert_eq!(expired, CancelOutcome::Expired, "{vendor}");
    }
}

#[tokio::test]
async fn what_goes_out_as_the_cancel_arrives_is_never_said_to_be_cancelled() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        let goes = Fault::always(FaultKind::GoesOutFirst).command(ids[1].as_str());
        bed.fault(goes.on(cancel_of(vendor)));
        let client = bed.client(vendor);
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(row(&result, &ids[0]).outcome, CancelOutcome::Cancelled);
        assert_eq!(row(&result, &ids[1]).outcome, CancelOutcome::LostRace);
        assert!(
            row(&result, &ids[1])
                .after
                .is_some_and(CommandState::reached_device)
        );
    }
}

#[tokio::test]
async fn a_command_that_the_answer_names_beside_the_target_gets_a_row_of_its_own() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        let named = Fault::always(FaultKind::AnotherCommand).command(ids[1].as_str());
        bed.fault(named.on(cancel_of(vendor)));
        let client = bed.client(vendor);
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids[1..])
            .await;
        assert_eq!(result.reports.len(), 2, "{result:?}");
        assert_eq!(row(&result, &ids[1]).outcome, CancelOutcome::Cancelled);
        let other = row(&result, &ids[0]);
        assert_eq!(other.before, None);
        assert_eq!(other.after, Some(CommandState::Pending), "it was read too");
        assert_ne!(other.outcome, CancelOutcome::Cancelled);
    }
}

#[tokio::test]
async fn a_target_that_another_targets_answer_names_still_has_one_row() {
    for vendor in BOTH {
        for run in [TestRun::default(), TestRun::one_by_one()] {
            let bed = TestBed::start().await;
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 3);
            bed.fault(Fault::always(FaultKind::AnotherCommand).on(cancel_of(vendor)));
            let client = bed.client(vendor);
            // Each answer names the one before; the oldest's one that no plan holds.
            let result = run.cancel(&bed, &client, &device, &ids).await;
            for id in &ids {
                assert_eq!(row(&result, id).outcome, CancelOutcome::Cancelled);
            }
            assert_eq!(result.reports.len(), 4, "{result:?}");
        }
    }
}

#[tokio::test]
async fn where_nothing_can_be_read_after_an_accepted_cancel_it_is_accepted() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        for operation in [get_of(vendor), list_of(vendor)] {
            bed.fault(Fault::always(FaultKind::Html).on(operation));
        }
        let run = TestRun {
            options: RunOptions::default(),
            ..TestRun::default()
        };
        let result = run.run(&bed, &client, plan).await;
        let report = row(&result, &ids[0]);
        assert_eq!(report.outcome, CancelOutcome::Accepted);
        assert_eq!(report.after, None);
        assert!(
            report
                .message
                .as_ref()
                .is_some_and(|said| said.contains("reading")),
            "{report:?}"
        );
    }
}
