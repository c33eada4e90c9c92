//! What is seen before a cancel decides whether one is sent at all.

use countermand_client::Filter;
use countermand_core_model::{
    CancelOutcome, CommandId, CommandState, CommandTarget, DeviceRef, KindName, Provider,
};
use countermand_simulator::{Fault, FaultKind, TrueState};
use countermand_tests::{
    BOTH, TestBed, TestRun, everything_on, expected_state, get_of, http_answer, list_of,
    rows::{outcomes, row},
    targets_of,
};

const NOT_WAITING: [(TrueState, CancelOutcome); 6] = [
    (TrueState::Sent, CancelOutcome::AlreadyDelivered),
    (TrueState::Succeeded, CancelOutcome::AlreadyFinished),
    (TrueState::Failed, CancelOutcome::AlreadyFinished),
    (TrueState::Cancelled, CancelOutcome::AlreadyFinished),
    (TrueState::Expired, CancelOutcome::AlreadyFinished),
    (TrueState::TimedOut, CancelOutcome::AlreadyFinished),
];

#[tokio::test]
async fn what_does_not_wait_is_sent_no_cancel() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        // One at a time, which are read one by one, and then all together, which are listed.
        let ids: Vec<CommandId> = NOT_WAITING
            .iter()
            .map(|(state, _)| bed.add(&device, *state, 60))
            .collect();
        let mut results = vec![
            TestRun::default()
                .cancel(&bed, &client, &device, &ids)
                .await,
        ];
        for id in &ids {
            let one = std::slice::from_ref(id);
            results.push(TestRun::default().cancel(&bed, &client, &device, one).await);
        }
        for report in results.iter().flat_map(|result| &result.reports) {
            let place = ids.iter().position(|id| *id == report.id).unwrap();
            let (state, outcome) = NOT_WAITING[place];
            assert_eq!(report.outcome, outcome, "{report:?}");
            assert_eq!(
                report.before,
                Some(expected_state(vendor, state)),
                "{report:?}"
            );
            assert_eq!(report.after, None, "{report:?}");
            assert_eq!(report.is_cancelled_now(), state == TrueState::Cancelled);
        }
        assert!(results.iter().all(|result| !result.any_sent()));
        assert!(bed.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_sent_and_sends_nothing() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let waits = bed.add(&device, TrueState::Pending, 60);
        let sent = bed.add(&device, TrueState::Sent, 60);
        let plan = client
            .plan_commands(targets_of(&device, &[waits.clone(), sent]))
            .await;
        let said: Vec<_> = plan.dry_run().iter().map(|report| report.outcome).collect();
        assert_eq!(
            said,
            [CancelOutcome::Planned, CancelOutcome::AlreadyDelivered]
        );
        assert_eq!(plan.to_send(), 1);
        let plan = client
            .plan_everything(everything_on(std::slice::from_ref(&device)))
            .await;
        assert!(
            plan.dry_run()
                .iter()
                .all(|report| report.outcome == CancelOutcome::Planned)
        );
        assert_eq!(plan.to_send(), bed.waiting(&device).len());
        assert!(bed.wire.cancels().is_empty());
        assert_eq!(bed.cancels_of(&device, &waits), 0);
    }
}

#[tokio::test]
async fn a_target_named_twice_is_one_target() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        let in_capitals = CommandId::parse(vendor, &ids[0].as_str().to_uppercase()).unwrap();
        let named = [ids[0].clone(), ids[1].clone(), ids[0].clone(), in_capitals];
        let plan = client.plan_commands(targets_of(&device, &named)).await;
        assert_eq!(plan.targets().count(), 2);
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 2]);
        assert_eq!(bed.wire.cancels().len(), 2);
        let twice = [device.clone(), device.clone()];
        let plan = client.plan_everything(everything_on(&twice)).await;
        assert_eq!(plan.targets().count(), bed.waiting(&device).len());
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert!(
            result.reports.iter().all(|report| report.attempts == 1),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_the_rest_goes_on() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let good = bed.add(&device, TrueState::Pending, 60);
        let (nobody, nothing) = match vendor {
            Provider::Applivery => ("applivery:NOBODY1", "65e8c0ffee65e8c0ffee65e8"),
            _ => ("enos:asset:NoSuchAsset", "1234567890123456789"),
        };
        let nobody: DeviceRef = nobody.parse().unwrap();
        let nothing = CommandId::parse(vendor, nothing).unwrap();
        let target = |device: &DeviceRef, id: &CommandId| {
            CommandTarget::new(device.clone(), id.clone()).unwrap()
        };
        let plan = client
            .plan_commands(vec![
                target(&device, &nothing),
                target(&nobody, &good),
                target(&device, &good),
            ])
            .await;
        // The ledger knows nothing of the first two, so the run is not held to it.
        let result = client.run(plan).start().finish().await;
        use CancelOutcome::{Cancelled, NotFound};
        assert_eq!(outcomes(&result), [NotFound, NotFound, Cancelled]);
        for report in &result.reports[..2] {
            assert!(
                report.vendor_code.is_some() && report.message.is_some(),
                "{report:?}"
            );
            assert_eq!(report.attempts, 0);
        }
        assert_eq!(bed.wire.cancels().len(), 1);
    }
}

/// The command as the vendor might print it in a state that nobody knows.
fn unknown(vendor: Provider, id: &CommandId) -> String {
    match vendor {
        // The published contradiction.
        Provider::Applivery => format!(
            r#"{{"id":"{id}","status":"PENDING","config":{{"done":true,"metadata":{{"type":"LOCK"}}}}}}"#
        ),
        _ => format!(r#"{{"commandId":"{id}","state":42,"commandType":2}}"#),
    }
}

#[tokio::test]
async fn a_state_that_nobody_knows_is_sent_a_cancel_where_the_command_was_named() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let id = bed.add(&device, TrueState::Pending, 60);
        let command = unknown(vendor, &id);
        let body = match vendor {
            Provider::Applivery => format!(r#"{{"status":true,"data":{command}}}"#),
            _ => {
                format!(r#"{{"code":0,"msg":"OK","requestId":"r","data":{command}}}"#)
            }
        };
        bed.fault(
            Fault::always(http_answer(200, body))
                .on(get_of(vendor))
                .times(1),
        );
        let plan = client
            .plan_commands(targets_of(&device, std::slice::from_ref(&id)))
            .await;
        assert_eq!(plan.dry_run()[0].before, Some(CommandState::Unknown));
        assert_eq!(plan.dry_run()[0].outcome, CancelOutcome::Planned);
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled]);
    }
}

#[tokio::test]
async fn a_state_that_nobody_knows_is_left_out_of_everything_that_waits() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let id = bed.add(&device, TrueState::Pending, 60);
        let command = unknown(vendor, &id);
        let body = match vendor {
            Provider::Applivery => {
                format!(r#"{{"status":true,"data":{{"items":[{command}],"hasNextPage":false}}}}"#)
            }
            _ => format!(
                r#"{{"code":0,"msg":"OK","requestId":"r","data":[{command}],"pagination":{{"pageNo":1,"pageSize":50,"totalSize":1}}}}"#
            ),
        };
        bed.fault(Fault::always(http_answer(200, body)).on(list_of(vendor)));
        let devices = std::slice::from_ref(&device);
        let result = TestRun::default()
            .cancel_everything(&bed, &client, devices)
            .await;
        assert!(result.reports.is_empty(), "{result:?}");
        assert!(bed.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn a_state_that_nobody_knows_is_left_out_of_what_a_filter_means_and_counted() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let id = bed.add(&device, TrueState::Sent, 60);
        let command = unknown(vendor, &id);
        let (body, kind, other) = match vendor {
            Provider::Applivery => (
                format!(r#"{{"status":true,"data":{{"items":[{command}],"hasNextPage":false}}}}"#),
                "LOCK",
                "WIPE",
            ),
            // A search for what waits does not show it.
            _ => (
                format!(
                    r#"{{"code":0,"msg":"OK","requestId":"r","data":[{command}],"pagination":{{"pageNo":1,"pageSize":50,"totalSize":1}}}}"#
                ),
                "service invocation",
                "measurement point setting",
            ),
        };
        for (asked_for, unclear, left_out) in [(kind, 1, 0), (other, 0, 1)] {
            bed.fault(
                Fault::always(http_answer(200, body.clone()))
                    .on(list_of(vendor))
                    .times(1),
            );
            let filter = Filter {
                kinds: KindName::parse_list("kind", asked_for).unwrap(),
                ..Filter::default()
            };
            let plan = client.plan_matching(vec![device.clone()], &filter).await;
            assert!(plan.targets().all(|target| *target.id() != id));
            let found: usize = plan.gaps().unclear.iter().map(|(_, count)| count).sum();
            assert_eq!(found, unclear, "{vendor} {asked_for}");
            assert_eq!(plan.gaps().left_out.may_wait(), left_out, "{vendor}");
        }
    }
}

#[tokio::test]
async fn what_goes_out_while_the_plan_is_made_is_seen_as_sent() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        let goes = Fault::always(FaultKind::GoesOutFirst).command(ids[0].as_str());
        bed.fault(goes.on(get_of(vendor)));
        let result = TestRun::default()
            .cancel(&bed, &client, &device, &ids)
            .await;
        assert_eq!(
            row(&result, &ids[0]).outcome,
            CancelOutcome::AlreadyDelivered
        );
        assert_eq!(row(&result, &ids[1]).outcome, CancelOutcome::Cancelled);
    }
}
