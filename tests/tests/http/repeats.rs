//! What is repeated by itself, and how long after: only what surely was not executed.

use countermand_core_model::{CancelOutcome, Provider};
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{BOTH, TestBed, TestRun, cancel_of, get_of, rows::outcomes};
use countermand_transport::ApiErrorKind;

fn busy(status: u16, retry_after: Option<&str>) -> FaultKind {
    FaultKind::Http {
        status,
        retry_after: retry_after.map(str::to_owned),
        body: None,
        content_type: None,
        processed: false,
    }
}

#[tokio::test]
async fn a_cancel_that_is_put_off_is_sent_again_after_the_time_that_was_asked_for() {
    for vendor in BOTH {
        for (fault, least_ms) in [
            (busy(429, Some("7")), 7_000),
            (busy(503, Some("9")), 9_000),
            (busy(429, None), 100),
            (busy(503, None), 100),
        ] {
            let because = format!("{vendor} {fault:?}");
            let bed = TestBed::start().await;
            let client = bed.client(vendor);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(Fault::always(fault).on(cancel_of(vendor)).times(1));
            let begun_ms = bed.simulator.now_ms();
            let result = TestRun::default()
                .cancel(&bed, &client, &device, &ids)
                .await;
            assert_eq!(outcomes(&result), [CancelOutcome::Cancelled], "{because}");
            assert_eq!(result.reports[0].attempts, 2, "{because}");
            assert_eq!(bed.cancels_of(&device, &ids[0]), 1, "{because}");
            let cancel = bed.truth(&device, &ids[0]).cancels[0];
            assert!(cancel.at_ms - begun_ms >= least_ms, "{because}: {cancel:?}");
        }
    }
}

#[tokio::test]
async fn a_cancel_that_is_put_off_for_ever_is_given_up_and_was_not_executed() {
    for vendor in BOTH {
        for fault in [busy(429, None), busy(503, None), busy(429, Some("3600"))] {
            let asks_to_wait =
                matches!(&fault, FaultKind::Http { retry_after, .. } if retry_after.is_some());
            let bed = TestBed::start().await;
            let client = bed.client(vendor);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(Fault::always(fault).on(cancel_of(vendor)));
            let begun_ms = bed.simulator.now_ms();
            let result = TestRun::default()
                .cancel(&bed, &client, &device, &ids)
                .await;
            assert_eq!(outcomes(&result), [CancelOutcome::NotSent]);
            let report = &result.reports[0];
            assert!(report.message.is_some(), "{report:?}");
            assert_eq!(bed.wire.cancels().len(), report.attempts as usize);
            // It is asked again when the vendor said, an hour later each time; where it does not say, sooner.
            let waited = bed.simulator.now_ms() - begun_ms;
            assert_eq!(report.attempts == 3, asks_to_wait, "{report:?}");
            assert_eq!(waited >= 2 * 3_600_000, asks_to_wait, "{waited} ms");
            assert_eq!(bed.cancels_of(&device, &ids[0]), 0);
        }
    }
}

#[tokio::test]
async fn a_read_that_is_put_off_for_ever_is_given_up_with_what_the_vendor_said() {
    for vendor in BOTH {
        for (status, kind) in [
            (429, ApiErrorKind::RateLimited),
            (503, ApiErrorKind::Unavailable),
            (500, ApiErrorKind::Server),
            (502, ApiErrorKind::Server),
            (504, ApiErrorKind::Server),
        ] {
            let bed = TestBed::start().await;
            let client = bed.client(vendor);
            let device = bed.device(vendor, 2);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(Fault::always(busy(status, Some("2"))).on(get_of(vendor)));
            let error = client.get(&device, &ids[0]).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(
                error.retry_after().map(|wait| wait.as_secs()),
                Some(2),
                "{error}"
            );
            assert_eq!(error.attempts(), 5, "{error}");
            assert_eq!(bed.wire.count(get_of(vendor)), 5);
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_of_the_vendors_is_unreadable_and_says_so() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 1);
        bed.fault(Fault::always(FaultKind::Html));
        for error in [
            client.get(&device, &ids[0]).await.unwrap_err(),
            client.list(&device, None).await.unwrap_err(),
            client.devices(None).await.unwrap_err(),
            client.check().await.unwrap_err(),
        ] {
            let expected = match vendor {
                Provider::Applivery => ApiErrorKind::Unreadable,
                // Without a token nothing else is even asked.
                _ => ApiErrorKind::Unavailable,
            };
            assert_eq!(error.kind(), expected, "{error}");
            assert!(
                !error.to_string().contains("guest network"),
                "no text of the page: {error}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_of_html_in_place_of_an_answer_of_enos_is_unreadable() {
    let bed = TestBed::start().await;
    let client = bed.client(Provider::Enos);
    let device = bed.device(Provider::Enos, 2);
    let ids = bed.add_waiting(&device, 1);
    for operation in ["enos.get", "enos.search", "enos.devices"] {
        bed.fault(Fault::always(FaultKind::Html).on(operation));
    }
    for error in [
        client.get(&device, &ids[0]).await.unwrap_err(),
        client.list(&device, None).await.unwrap_err(),
        client.devices(None).await.unwrap_err(),
        client.check().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{error}");
    }
}
