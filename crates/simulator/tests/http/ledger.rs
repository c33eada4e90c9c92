//! What the ledger says of cancels and refusals.

use countermand_simulator::{Fault, FaultKind};

use crate::support::{Lab, lab};

async fn cancel(lab: &Lab, device: &str, id: &str) {
    lab.enos("cancel", device, &format!("&commandId={id}"), None)
        .await;
}

/// Whether each cancel came after a reading that showed the command waiting.
async fn seen_before_each_cancel(between: Option<FaultKind>, by_list: bool) -> Vec<bool> {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let id = lab.enos_cached(&device).await[0].clone();
    lab.sim
        .fault(Fault::always(FaultKind::StaysPending).on("enos.cancel"))
        .unwrap();
    cancel(&lab, &device, &id).await;
    lab.sim.advance(1_000);
    if let Some(kind) = between {
        let reading = if by_list { "enos.search" } else { "enos.get" };
        lab.sim.fault(Fault::always(kind).on(reading)).unwrap();
        let query = match by_list {
            true => lab.enos_query("search", &device, ""),
            false => lab.enos_query("get", &device, &format!("&commandId={id}")),
        };
        // What becomes of the answer is the fault's.
        let _ = lab
            .try_enos("commands", &query, by_list.then_some("{}"))
            .await;
    }
    cancel(&lab, &device, &id).await;
    let ledger = lab.sim.ledger_of(&device).unwrap();
    let entry = ledger.commands.iter().find(|one| one.command == id);
    let cancels = entry.unwrap().cancels.iter();
    cancels.map(|cancel| cancel.seen_pending).collect()
}

#[tokio::test]
async fn a_cancel_tells_whether_a_reading_has_shown_its_command_waiting_since_the_last() {
    for by_list in [false, true] {
        let harmless = Some(FaultKind::Slow { ms: 0 });
        // The first came after the list that named it.
        assert_eq!(seen_before_each_cancel(None, by_list).await, [true, false]);
        assert_eq!(
            seen_before_each_cancel(harmless, by_list).await,
            [true, true]
        );
        for spoilt in [
            FaultKind::LostBefore,
            FaultKind::LostAfter,
            FaultKind::Truncated,
            FaultKind::Html,
        ] {
            let seen = seen_before_each_cancel(Some(spoilt.clone()), by_list).await;
            assert_eq!(seen, [true, false], "{spoilt:?}");
        }
    }
}

#[tokio::test]
async fn what_the_vendors_refuse_is_counted_apart() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let id = lab.enos_cached(&device).await[0].clone();
    cancel(&lab, &device, &id).await;
    cancel(&lab, &device, "1").await;
    lab.sim.fault(Fault::always(FaultKind::Replayed)).unwrap();
    cancel(&lab, &device, &id).await;
    let (status, _) = lab
        .get(lab.commands_url(&lab.applivery_device(0), "/none"))
        .await;
    assert_eq!(status.as_u16(), 422);
    let requests = lab.sim.ledger().requests;
    let counts = |operation: &str| {
        let count = &requests[operation];
        (count.received, count.processed, count.refused)
    };
    assert_eq!(counts("enos.cancel"), (3, 3, 2));
    assert_eq!(counts("enos.search"), (1, 1, 0));
    assert_eq!(counts("applivery.get"), (1, 1, 1));
}
