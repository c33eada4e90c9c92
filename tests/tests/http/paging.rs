//! A list ends whatever the server does, and says whether it is whole.

use countermand_core_model::{CommandState, PageEnd, Provider};
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{BOTH, TestBed, TestRun, everything_on, http_answer, list_of};

/// What a server does to its pages; and, of the 133 commands at Applivery (100 a page) and the 123 at
/// EnOS (50 a page), how many are then seen, how the list ends and after how many requests.
type Case = (FaultKind, usize, PageEnd, usize);

fn cases(vendor: Provider) -> Vec<Case> {
    use FaultKind::{
        BareArray, HasNextAlways, HasNextMissing, ItemsOnly, PageRepeated, PagingIgnored,
    };
    use PageEnd::{Complete, Repeated};
    match vendor {
        Provider::Applivery => vec![
            (PageRepeated, 100, Repeated, 2),
            (HasNextAlways, 133, Repeated, 3),
            (HasNextMissing, 133, Complete, 2),
            (PagingIgnored, 100, Repeated, 2),
            (ItemsOnly, 133, Complete, 3),
            (BareArray, 133, Complete, 3),
        ],
        _ => vec![
            (PageRepeated, 50, Repeated, 2),
            (HasNextAlways, 123, Repeated, 4),
            (HasNextMissing, 123, Complete, 4),
            (PagingIgnored, 100, Repeated, 2),
            (ItemsOnly, 123, Complete, 4),
            (BareArray, 123, Complete, 4),
        ],
    }
}

fn whole(vendor: Provider) -> (usize, usize) {
    match vendor {
        Provider::Applivery => (133, 2),
        _ => (123, 3),
    }
}

#[tokio::test]
async fn a_list_goes_to_its_end() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let (commands, pages) = whole(vendor);
        let listing = bed
            .client(vendor)
            .list(&bed.device(vendor, 1), None)
            .await
            .unwrap();
        assert_eq!(listing.items.len(), commands);
        assert_eq!(listing.end, PageEnd::Complete);
        assert_eq!(bed.wire.count(list_of(vendor)), pages);
    }
}

#[tokio::test]
async fn a_list_ends_whatever_the_server_does_and_says_so() {
    for vendor in BOTH {
        for (fault, commands, end, requests) in cases(vendor) {
            let bed = TestBed::start().await;
            let because = format!("{vendor} {fault:?}");
            bed.fault(Fault::always(fault).on(list_of(vendor)));
            let device = bed.device(vendor, 1);
            let listing = bed.client(vendor).list(&device, None).await.unwrap();
            assert_eq!(listing.items.len(), commands, "{because}");
            assert_eq!(listing.end, end, "{because}");
            assert_eq!(bed.wire.count(list_of(vendor)), requests, "{because}");
            // Newest first, so what is missing is never what waits.
            let pending = bed.waiting(&device);
            let seen = listing
                .items
                .iter()
                .filter(|c| c.state == CommandState::Pending);
            assert_eq!(seen.count(), pending.len(), "{because}");
        }
    }
}

#[tokio::test]
async fn a_list_that_may_not_be_whole_is_said_of_everything_that_waits() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        bed.fault(Fault::always(FaultKind::HasNextAlways).on(list_of(vendor)));
        let device = bed.device(vendor, 1);
        let client = bed.client(vendor);
        let plan = client
            .plan_everything(everything_on(std::slice::from_ref(&device)))
            .await;
        assert_eq!(plan.gaps().incomplete, std::slice::from_ref(&device));
        let result = TestRun::default().run(&bed, &client, plan).await;
        assert_eq!(result.gaps.incomplete, [device]);
        assert_eq!(result.reports.len(), 3);
    }
}

#[tokio::test]
async fn a_list_of_devices_goes_to_its_end_and_ends() {
    for (vendor, operation, pages) in [
        (Provider::Applivery, "applivery.devices", 5),
        (Provider::Enos, "enos.devices", 3),
    ] {
        let bed = TestBed::with_devices(430).await;
        // Not every token opens the list over all platforms.
        let refused = http_answer(
            403,
            r#"{"status":false,"error":{"code":4003,"message":"No"}}"#,
        );
        let without_the_other_list = || {
            bed.simulator.clear_faults();
            bed.fault(Fault::always(refused.clone()).on("applivery.all_devices"));
        };
        without_the_other_list();
        let client = bed.client(vendor);
        let listing = client.devices(None).await.unwrap();
        assert_eq!(listing.items.len(), 430);
        assert!(listing.is_whole());
        assert_eq!(bed.wire.count(operation), pages);
        for fault in [FaultKind::PageRepeated, FaultKind::HasNextAlways] {
            without_the_other_list();
            bed.fault(Fault::always(fault).on(operation));
            let listing = client.devices(None).await.unwrap();
            assert_eq!(listing.end, PageEnd::Repeated);
            assert!(!listing.is_whole());
        }
    }
}

#[tokio::test]
async fn devices_that_fit_on_no_page_come_in_one_more_call() {
    let bed = TestBed::with_devices(430).await;
    let client = bed.client(Provider::Applivery);
    let listing = client.devices(None).await.unwrap();
    assert_eq!(listing.items.len(), 430);
    assert!(listing.is_whole());
    assert_eq!(bed.wire.count("applivery.devices"), 1);
    assert_eq!(bed.wire.count("applivery.all_devices"), 1);
    let few = TestBed::with_devices(40).await;
    let client = few.client(Provider::Applivery);
    assert_eq!(client.devices(None).await.unwrap().items.len(), 40);
    assert_eq!(few.wire.count("applivery.all_devices"), 0);
}
