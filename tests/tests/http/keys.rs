//! The right key, a wrong key, another organisation, no server.

use countermand_client::Client;
use countermand_core_model::{CancelOutcome, CommandTarget, Provider};
use countermand_tests::{BOTH, Keys, TestBed, TestRun, targets_of};
use countermand_transport::{ApiError, ApiErrorKind, Hold, TransportErrorKind};

fn code(error: &ApiError) -> Option<i64> {
    error
        .word()
        .code
        .as_ref()
        .and_then(countermand_core_model::ProviderCode::number)
}

/// Clients whose keys are wrong, each with what the vendor says to that.
fn with_wrong_keys(bed: &TestBed, vendor: Provider) -> Vec<(Client, i64)> {
    let with = |change: fn(&mut Keys), code| {
        let mut keys = bed.keys(vendor);
        change(&mut keys);
        (bed.client_with(vendor, keys), code)
    };
    match vendor {
        Provider::Applivery => vec![with(|keys| keys.key.push('x'), 4004)],
        _ => vec![
            with(|keys| keys.key.push('x'), 1002),
            with(|keys| keys.secret.push('x'), 1003),
        ],
    }
}

#[tokio::test]
async fn the_right_key_opens_its_organisation() {
    let bed = TestBed::start().await;
    let found = bed.client(Provider::Applivery).check().await.unwrap();
    assert_eq!(found.name.as_deref(), Some("Simulated Logistics"));
    let found = bed.client(Provider::Enos).check().await.unwrap();
    assert_eq!(found.name, None);
}

#[tokio::test]
async fn a_wrong_key_is_said_to_be_one() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        for (client, expected) in with_wrong_keys(&bed, vendor) {
            let error = client.check().await.unwrap_err();
            assert_eq!(error.kind(), ApiErrorKind::Unauthorized, "{error}");
            assert_eq!(code(&error), Some(expected), "{error}");
            assert!(error.refuses_connection());
            assert!(client.devices(None).await.is_err());
            assert!(client.list(&bed.device(vendor, 0), None).await.is_err());
        }
    }
}

#[tokio::test]
async fn another_organisation_is_not_opened() {
    let bed = TestBed::start().await;
    for (vendor, org, kind, expected) in [
        (
            Provider::Applivery,
            "somebody-else",
            ApiErrorKind::NotFound,
            3001,
        ),
        (
            Provider::Enos,
            "o15999999999999",
            ApiErrorKind::Denied,
            99403,
        ),
    ] {
        let keys = Keys {
            org: org.to_owned(),
            ..bed.keys(vendor)
        };
        let error = bed.client_with(vendor, keys).check().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(code(&error), Some(expected), "{error}");
        assert!(!error.refuses_connection());
    }
}

#[tokio::test]
async fn a_wrong_base_url_is_told_from_a_wrong_key() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let mut keys = bed.keys(vendor);
        match vendor {
            Provider::Applivery => keys.base_url = keys.base_url.replace("/v1", "/v2"),
            _ => keys.base_url.push_str("/gateway"),
        }
        let error = bed.client_with(vendor, keys).check().await.unwrap_err();
        assert_ne!(error.kind(), ApiErrorKind::Unauthorized, "{error}");
        assert!(!error.refuses_connection(), "{error}");
        assert!(error.to_string().contains("base URL"), "{error}");
    }
}

#[tokio::test]
async fn with_a_wrong_key_every_target_is_not_sent_and_nothing_is_cancelled() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        // More than are read one by one, and fewer.
        for count in [2, 6] {
            let ids = bed.add_waiting(&device, count);
            for (client, expected) in with_wrong_keys(&bed, vendor) {
                let result = TestRun::default()
                    .cancel(&bed, &client, &device, &ids)
                    .await;
                assert!(!result.any_sent());
                for report in &result.reports {
                    assert_eq!(report.outcome, CancelOutcome::NotSent, "{report:?}");
                    assert_eq!(report.before, None);
                    let code = report
                        .vendor_code
                        .as_ref()
                        .and_then(countermand_core_model::ProviderCode::number);
                    assert_eq!(code, Some(expected), "{report:?}");
                    assert!(report.message.is_some());
                }
                let devices = std::slice::from_ref(&device);
                let result = TestRun::default()
                    .cancel_everything(&bed, &client, devices)
                    .await;
                assert!(result.reports.is_empty());
                assert_eq!(result.gaps.problems.len(), 1, "{result:?}");
                assert_eq!(result.gaps.problems[0].0, device);
            }
        }
        assert!(bed.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_sent() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 2);
        let ids = bed.add_waiting(&device, 2);
        // A port that was free a moment ago.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let mut keys = bed.keys(vendor);
        let real = keys
            .base_url
            .rsplit(':')
            .next()
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        keys.base_url = keys.base_url.replace(real, &port.to_string());
        let client = bed.client_with(vendor, keys);
        let error = client.check().await.unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Transport, "{error}");
        let kind = error.transport().unwrap().kind();
        let expected = match vendor {
            Provider::Applivery => TransportErrorKind::Connect,
            // The first thing that it asks for is a token.
            _ => TransportErrorKind::HeldBack(Hold::Transient),
        };
        assert_eq!(kind, expected, "{error}");
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert!(!result.any_sent());
        for report in &result.reports {
            assert_eq!(report.outcome, CancelOutcome::NotSent, "{report:?}");
            assert!(report.message.is_some(), "{report:?}");
        }
    }
}

#[tokio::test]
async fn a_refused_key_is_tried_once_however_many_devices_have_commands_to_read() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let targets: Vec<CommandTarget> = (0..6)
            .flat_map(|index| {
                let device = bed.device(vendor, index);
                let ids = bed.add_waiting(&device, 2);
                targets_of(&device, &ids)
            })
            .collect();
        let mut keys = bed.keys(vendor);
        keys.key.push('x');
        let client = bed.client_with(vendor, keys);
        let before = bed.wire.exchanges().len();
        let plan = client.plan_commands(targets.clone()).await;
        assert_eq!(bed.wire.exchanges().len() - before, 1, "{vendor}");
        let rows = plan.dry_run();
        assert_eq!(rows.len(), targets.len());
        for row in &rows {
            assert_eq!(row.outcome, CancelOutcome::NotSent);
            assert!(row.message.is_some());
        }
        assert!(!plan.any_answered());
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(result.left_open, targets.len());
    }
}
