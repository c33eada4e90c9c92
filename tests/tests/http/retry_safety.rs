//! Each kind of bad luck, once, at each endpoint that cancels: how often it is asked for, how often it is done,
//! and what is said of it.

use std::time::Duration;

use countermand_core_model::{CancelOutcome as O, Provider};
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{BOTH, TestBed, TestRun, cancel_of, everything_on, rows::row};

/// What must come of it.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    outcome: O,
    /// Requests to cancel on the wire.
    asked: usize,
    /// Those that the vendor processed.
    done: usize,
}

fn http(status: u16, processed: bool, retry_after: Option<&str>) -> FaultKind {
    FaultKind::Http {
        status,
        retry_after: retry_after.map(str::to_owned),
        body: None,
        content_type: None,
        processed,
    }
}

/// A refusal of EnOS's: HTTP 200 with a code.
fn enos_code(code: u32) -> FaultKind {
    FaultKind::Http {
        status: 200,
        retry_after: None,
        body: Some(format!(
            r#"{{"code":{code},"msg":"refused","requestId":"r1"}}"#
        )),
        content_type: None,
        processed: false,
    }
}

fn is_enos_code(fault: &FaultKind, code: u32) -> bool {
    *fault == enos_code(code)
}

/// Every kind that a cancel can meet, with what must come of it.
fn table(vendor: Provider) -> Vec<(FaultKind, Expected)> {
    let expect = |outcome, asked, done| Expected {
        outcome,
        asked,
        done,
    };
    let mut table = vec![
        // Surely not executed: asked for again at once, or when the vendor says.
        (http(429, false, None), expect(O::Cancelled, 2, 1)),
        (http(429, false, Some("3")), expect(O::Cancelled, 2, 1)),
        (http(503, false, None), expect(O::Cancelled, 2, 1)),
        (http(503, false, Some("3")), expect(O::Cancelled, 2, 1)),
        // Perhaps executed, and it was not: a reading shows that it waits, and only then another one goes out.
        (FaultKind::LostBefore, expect(O::Cancelled, 2, 1)),
        (http(500, false, None), expect(O::Cancelled, 2, 1)),
        (http(502, false, None), expect(O::Cancelled, 2, 1)),
        (http(504, false, None), expect(O::Cancelled, 2, 1)),
        // Perhaps executed, and it was: a reading shows it, and nothing goes out again.
        (FaultKind::LostAfter, expect(O::Cancelled, 1, 1)),
        (FaultKind::Truncated, expect(O::Cancelled, 1, 1)),
        (FaultKind::Html, expect(O::Cancelled, 1, 1)),
        (FaultKind::Slow { ms: 2_000 }, expect(O::Cancelled, 1, 1)),
        (http(500, true, None), expect(O::Cancelled, 1, 1)),
        (http(502, true, None), expect(O::Cancelled, 1, 1)),
        (http(504, true, None), expect(O::Cancelled, 1, 1)),
        // The gateway refuses this client: asked for once.
        (http(403, false, None), expect(O::Denied, 1, 0)),
        // Taken, and not kept.
        (FaultKind::ExecutedAllTheSame, expect(O::LostRace, 1, 1)),
        (FaultKind::ExpiresAllTheSame, expect(O::Expired, 1, 1)),
        (FaultKind::StaysPending, expect(O::Accepted, 1, 1)),
    ];
    if vendor == Provider::Enos {
        table.extend([
            // A refused token or signature: renewed or made anew, and asked for again.
            (FaultKind::TokenExpired, expect(O::Cancelled, 2, 1)),
            (FaultKind::Replayed, expect(O::Cancelled, 2, 1)),
            // Refused for good: asked for once.
            (enos_code(99400), expect(O::Rejected, 1, 0)),
            (enos_code(99403), expect(O::Denied, 1, 0)),
            (enos_code(99404), expect(O::NotFound, 1, 0)),
            // It failed inside: perhaps executed, and it was not.
            (enos_code(99500), expect(O::Cancelled, 2, 1)),
        ]);
    } else {
        table.extend([
            // There is no other token: the key itself is refused.
            (FaultKind::TokenExpired, expect(O::Denied, 1, 0)),
            (http(400, false, None), expect(O::Rejected, 1, 0)),
            (http(404, false, None), expect(O::NotFound, 1, 0)),
            (http(422, false, None), expect(O::Rejected, 1, 0)),
        ]);
    }
    table
}

/// A bed whose answers to a cancel show after a moment, and whose slow answers are slow in its own time.
async fn bed(vendor: Provider) -> TestBed {
    let bed = TestBed::start().await;
    bed.simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = 300;
        options.enos_cancel_delay_ms = 300;
    });
    assert!(!bed.devices(vendor).is_empty());
    bed
}

fn patient_run() -> TestRun {
    let mut run = TestRun::one_by_one();
    run.options.verify_for = Duration::from_secs(15);
    run
}

#[tokio::test]
async fn a_cancel_of_one_command() {
    for vendor in BOTH {
        for (fault, expected) in table(vendor) {
            let bed = bed(vendor).await;
            let device = bed.device(vendor, 3);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(Fault::always(fault.clone()).on(cancel_of(vendor)).times(1));
            let client = bed.client(vendor);
            let result = patient_run().cancel(&bed, &client, &device, &ids).await;
            let found = Expected {
                outcome: row(&result, &ids[0]).outcome,
                asked: bed.wire.cancels().len(),
                done: bed.cancels_of(&device, &ids[0]),
            };
            assert_eq!(found, expected, "{vendor} {fault:?}");
        }
    }
}

#[tokio::test]
async fn the_one_call_for_everything() {
    for (fault, expected) in table(Provider::Enos) {
        let bed = bed(Provider::Enos).await;
        let device = bed.device(Provider::Enos, 3);
        let ids = bed.add_waiting(&device, 1);
        let only = bed.waiting(&device);
        bed.fault(Fault::always(fault.clone()).on("enos.cancel_all").times(1));
        let client = bed.client(Provider::Enos);
        let plan = client
            .plan_everything(everything_on(std::slice::from_ref(&device)))
            .await;
        let result = patient_run().run(&bed, &client, plan).await;
        // Where the one call is refused, or did nothing, each command is cancelled on its own.
        let falls_back = is_enos_code(&fault, 99400);
        let again = is_enos_code(&fault, 99500)
            || matches!(
                &fault,
                FaultKind::LostBefore
                    | FaultKind::Http {
                        status: 500 | 502 | 504,
                        processed: false,
                        ..
                    }
            );
        let expected = match (falls_back, again) {
            (true, _) => Expected {
                outcome: O::Cancelled,
                asked: 1 + only.len(),
                done: 1,
            },
            (_, true) => Expected {
                asked: 1 + only.len(),
                ..expected
            },
            _ => expected,
        };
        let found = Expected {
            outcome: row(&result, &ids[0]).outcome,
            asked: bed.wire.cancels().len(),
            done: bed.cancels_of(&device, &ids[0]),
        };
        assert_eq!(found, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_reading_is_made_again_whatever_kept_it_away() {
    for vendor in BOTH {
        for fault in [
            FaultKind::LostBefore,
            FaultKind::LostAfter,
            FaultKind::Truncated,
            FaultKind::Html,
            http(429, false, None),
            http(500, false, None),
            http(502, false, None),
            http(503, false, Some("2")),
            http(504, false, None),
        ] {
            let bed = bed(vendor).await;
            let device = bed.device(vendor, 3);
            let ids = bed.add_waiting(&device, 2);
            // Of each kind of reading the first two go wrong.
            for operation in ["get", "list", "search"] {
                let operation = format!("{vendor}.{operation}");
                if ["applivery.search", "enos.list"].contains(&operation.as_str()) {
                    continue;
                }
                bed.fault(Fault::always(fault.clone()).on(&operation).times(2));
            }
            let client = bed.client(vendor);
            let result = patient_run().cancel(&bed, &client, &device, &ids).await;
            for id in &ids {
                let row = row(&result, id);
                assert_eq!(row.outcome, O::Cancelled, "{vendor} {fault:?} {row:?}");
                assert_eq!(row.attempts, 1, "{vendor} {fault:?}");
            }
        }
    }
}
