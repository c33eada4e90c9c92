//! EnOS's token: one for all calls, renewed before it ends and when it is refused; signatures anew for each
//! attempt.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use countermand_client::{Client, Observer, RunEvent, RunResult, StopReason};
use countermand_core_model::{CancelOutcome, CommandId, Provider};
use countermand_simulator::{Fault, FaultKind, TokenErrorField};
use countermand_tests::{TestBed, TestRun, http_answer, rows::outcomes, rows::row, targets_of};
use countermand_transport::{ApiErrorKind, TokioTimer};

const ENOS: Provider = Provider::Enos;

/// Calls `act` when the cancel with this number is about to be sent.
fn when_sending(number: usize, act: impl Fn() + Send + Sync + 'static) -> Observer {
    let sending = AtomicUsize::new(0);
    Arc::new(move |event| {
        if matches!(event, RunEvent::Sending { .. })
            && sending.fetch_add(1, Ordering::SeqCst) + 1 == number
        {
            act();
        }
    })
}

/// Cancels three commands each on four devices at once, with this observer.
async fn cancel_many(bed: &TestBed, client: &Client, observe: Observer) -> RunResult {
    let mut targets = Vec::new();
    for index in 0..4 {
        let device = bed.device(ENOS, index);
        let ids: Vec<CommandId> = bed.add_waiting(&device, 3);
        targets.extend(targets_of(&device, &ids));
    }
    let plan = client.plan_commands(targets).await;
    let result = TestRun::default()
        .observed_by(observe)
        .run(bed, client, plan)
        .await;
    for report in &result.reports {
        assert_eq!(report.outcome, CancelOutcome::Cancelled, "{report:?}");
        assert_eq!(bed.cancels_of(&report.device, &report.id), 1, "{report:?}");
    }
    result
}

#[tokio::test]
async fn however_many_calls_there_are_there_is_one_token() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    cancel_many(&bed, &client, Arc::new(|_| ())).await;
    assert_eq!(bed.wire.count("enos.token_get"), 1);
    assert_eq!(bed.wire.count("enos.token_refresh"), 0);
    let again = client.clone();
    again.check().await.unwrap();
    assert_eq!(bed.wire.count("enos.token_get"), 1, "clones share it");
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_of_a_run_is_renewed_once_and_all_is_cancelled() {
    for http in [200, 401] {
        for field in [TokenErrorField::Code, TokenErrorField::Status] {
            let bed = TestBed::start().await;
            bed.simulator.change_options(|options| {
                options.enos_token_error_http = http;
                options.enos_token_error_field = field;
            });
            let client = bed.client(ENOS);
            let simulator = Arc::clone(&bed.simulator);
            let expires = when_sending(5, move || simulator.expire_tokens());
            cancel_many(&bed, &client, expires).await;
            // What was forgotten cannot be refreshed: that is tried once, and a new one is got once.
            assert_eq!(bed.wire.count("enos.token_refresh"), 1, "{http} {field:?}");
            assert_eq!(bed.wire.count("enos.token_get"), 2, "{http} {field:?}");
            assert_eq!(bed.wire.tokens().len(), 2);
        }
    }
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends_and_no_call_ever_sees_an_expired_one() {
    let bed = TestBed::start().await;
    bed.simulator.change_options(|options| {
        options.enos_token_ttl_s = 600;
        options.enos_token_grace_s = 0;
    });
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 0);
    for step in 1..=10 {
        client.list(&device, None).await.unwrap();
        client.check().await.unwrap();
        bed.simulator.advance(280_000);
        let expected = step * 280 / 600;
        assert!(bed.wire.count("enos.token_refresh") + 1 >= expected);
    }
    assert_eq!(
        bed.wire.count("enos.token_get"),
        1,
        "refreshed, not got anew"
    );
    assert!(bed.wire.count("enos.token_refresh") >= 4);
    for exchange in bed.wire.exchanges() {
        let (status, body) = exchange.answer.unwrap();
        assert!(
            status == 200 && !body.contains("1203"),
            "{} {body}",
            exchange.line
        );
    }
}

#[tokio::test]
async fn calls_at_once_wait_for_one_refresh() {
    let bed = TestBed::start().await;
    bed.simulator
        .change_options(|options| options.enos_token_ttl_s = 600);
    let client = bed.client(ENOS);
    client.check().await.unwrap();
    bed.simulator.advance(570_000);
    cancel_many(&bed, &client, Arc::new(|_| ())).await;
    assert_eq!(bed.wire.count("enos.token_refresh"), 1);
    assert_eq!(bed.wire.count("enos.token_get"), 1);
}

#[tokio::test]
async fn a_call_refused_as_a_repetition_is_signed_anew_and_done_once() {
    for http in [200, 401] {
        let bed = TestBed::start().await;
        bed.simulator
            .change_options(|options| options.enos_token_error_http = http);
        let client = bed.client(ENOS);
        let device = bed.device(ENOS, 2);
        let ids = bed.add_waiting(&device, 1);
        bed.fault(
            Fault::always(FaultKind::Replayed)
                .on("enos.cancel")
                .times(1),
        );
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
        assert_eq!(result.reports[0].attempts, 2);
        assert_eq!(bed.cancels_of(&device, &ids[0]), 1);
        assert_eq!(
            bed.wire.count("enos.token_get"),
            1,
            "that is no matter of the token"
        );
        bed.fault(
            Fault::always(FaultKind::Replayed)
                .on("enos.token_get")
                .times(1),
        );
        assert!(bed.client(ENOS).check().await.is_ok());
    }
}

#[tokio::test]
async fn equal_reads_in_the_same_moment_are_all_taken() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    let ids = bed.add_waiting(&device, 1);
    let reads = (0..40).map(|_| {
        let (client, device, id) = (client.clone(), device.clone(), ids[0].clone());
        tokio::spawn(async move { client.get(&device, &id).await })
    });
    for read in reads.collect::<Vec<_>>() {
        read.await.unwrap().unwrap();
    }
    assert_eq!(
        bed.wire.count("enos.get"),
        40,
        "none was refused as a repetition"
    );
}

#[tokio::test]
async fn a_token_that_is_refused_for_ever_stops_the_run() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    let ids = bed.add_waiting(&device, 4);
    let breaks = {
        let bed = bed.clone();
        when_sending(3, move || {
            bed.simulator.expire_tokens();
            let body = r#"{"status":1002,"msg":"appKey does not exist","data":null}"#;
            for operation in ["enos.token_get", "enos.token_refresh"] {
                bed.fault(Fault::always(http_answer(200, body)).on(operation));
            }
        })
    };
    let run = TestRun::one_by_one().observed_by(breaks);
    let result = run.cancel(&bed, &client, &device, &ids).await;
    assert_eq!(result.stopped, Some(StopReason::ConnectionRefused));
    // Newest first: the two before it were taken, and could not be read again.
    assert_eq!(row(&result, &ids[3]).outcome, CancelOutcome::Accepted);
    assert_eq!(row(&result, &ids[2]).outcome, CancelOutcome::Accepted);
    assert_eq!(row(&result, &ids[1]).outcome, CancelOutcome::Denied);
    assert_eq!(row(&result, &ids[0]).outcome, CancelOutcome::NotSent);
    assert_eq!(bed.cancels_of(&device, &ids[1]), 0);
}

#[tokio::test]
async fn every_error_of_the_token_service_keeps_its_code_and_sends_nothing() {
    for (code, kind) in [
        (1001, ApiErrorKind::Unauthorized),
        (1002, ApiErrorKind::Unauthorized),
        (1003, ApiErrorKind::Unauthorized),
        (1004, ApiErrorKind::Unauthorized),
        (1005, ApiErrorKind::Unavailable),
        (1202, ApiErrorKind::Unauthorized),
        (1203, ApiErrorKind::Unauthorized),
        (1204, ApiErrorKind::Unauthorized),
    ] {
        let bed = TestBed::start().await;
        let body = format!(r#"{{"status":{code},"msg":"said {code}","data":null}}"#);
        bed.fault(Fault::always(http_answer(200, body)).on("enos.token_get"));
        let error = bed.client(ENOS).check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(
            error
                .word()
                .code
                .as_ref()
                .and_then(countermand_core_model::ProviderCode::number),
            Some(code)
        );
        assert_eq!(error.word().message, Some(format!("said {code}")));
        assert_eq!(bed.wire.count("enos.devices"), 0);
    }
}

#[tokio::test]
async fn a_token_service_that_cannot_be_reached_for_a_moment_is_asked_again() {
    for fault in [
        FaultKind::LostBefore,
        FaultKind::Truncated,
        http_answer(503, ""),
    ] {
        let bed = TestBed::start().await;
        bed.fault(Fault::always(fault.clone()).on("enos.token_get").times(2));
        bed.client(ENOS)
            .check()
            .await
            .unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    }
}

#[tokio::test]
async fn a_clock_that_is_too_far_off_is_said_by_the_vendors_code() {
    let bed = TestBed::start().await;
    // This client lives by the machine's clock, the vendor by one that stands months away.
    let connection = TestBed::connection(ENOS, bed.keys(ENOS));
    let timer = Arc::new(TokioTimer::new());
    let client = Client::connect(connection, bed.wire.clone(), timer).unwrap();
    let error = client.check().await.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Unauthorized, "{error}");
    let code = error
        .word()
        .code
        .as_ref()
        .and_then(countermand_core_model::ProviderCode::number);
    assert_eq!(code, Some(1004), "{error}");
    assert!(error.to_string().contains("the clock"), "{error}");
}

#[tokio::test]
async fn a_new_token_that_somebody_else_ends_at_once_is_renewed_once_more() {
    for (times, cancelled) in [(2, true), (3, false)] {
        let bed = TestBed::start().await;
        let client = bed.client(ENOS);
        let device = bed.device(ENOS, 2);
        let ids = bed.add_waiting(&device, 1);
        let ends = Fault::always(FaultKind::TokenExpired).on("enos.cancel");
        bed.fault(ends.times(times));
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        let row = row(&result, &ids[0]);
        assert_eq!(row.attempts, 3);
        match cancelled {
            true => assert_eq!(row.outcome, CancelOutcome::Cancelled),
            false => assert_eq!(result.stopped, Some(StopReason::ConnectionRefused)),
        }
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_token_is_asked_past_for_a_cancel_too() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    let ids = bed.add_waiting(&device, 1);
    let ends = {
        let bed = bed.clone();
        when_sending(1, move || {
            bed.simulator.expire_tokens();
            for fault in [FaultKind::Html, http_answer(500, "")] {
                bed.fault(Fault::always(fault).on("enos.token_get").times(1));
            }
        })
    };
    let run = TestRun::default().observed_by(ends);
    let result = run.cancel(&bed, &client, &device, &ids).await;
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
    assert_eq!(bed.cancels_of(&device, &ids[0]), 1);
}
