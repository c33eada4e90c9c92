//! The commands of an EnOS device are a queue: cancelling its head sends the next one out. So the newest is
//! cancelled first, and nothing older is touched while it is not known whether a newer one still waits.

use std::collections::HashMap;

use countermand_core_model::{CancelOutcome, CommandId, CommandTarget, Provider};
use countermand_simulator::{CancelAll, Fault, FaultKind};
use countermand_tests::{Exchange, TestBed, TestRun, cancel_of, rows::outcomes, targets_of};

const ENOS: Provider = Provider::Enos;

/// The commands in the order in which their cancels were processed.
fn order(bed: &TestBed, index: usize) -> Vec<String> {
    let device = bed.device(ENOS, index);
    let mut cancels: Vec<(i64, String)> = bed
        .truths(&device)
        .into_iter()
        .flat_map(|truth| {
            let id = truth.command;
            truth
                .cancels
                .into_iter()
                .map(move |cancel| (cancel.at_ms, id.clone()))
        })
        .filter(|(at_ms, _)| *at_ms > bed.simulator.now_ms() - 3_600_000)
        .collect();
    cancels.sort();
    cancels.into_iter().map(|(_, id)| id).collect()
}

fn newest_first(ids: &[CommandId]) -> Vec<String> {
    ids.iter().rev().map(CommandId::to_string).collect()
}

#[tokio::test]
async fn the_newest_goes_first_in_whatever_order_they_are_named() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    let ids = bed.add_waiting(&device, 5);
    let named: Vec<CommandId> = [2, 0, 4, 1, 3]
        .map(|place: usize| ids[place].clone())
        .to_vec();
    let result = TestRun::default()
        .cancel(&bed, &client, &device, &named)
        .await;
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 5]);
    assert_eq!(order(&bed, 2), newest_first(&ids));
    // The rows stay in the order in which they were asked for.
    let rows: Vec<_> = result
        .reports
        .iter()
        .map(|report| report.id.clone())
        .collect();
    assert_eq!(rows, named);
}

#[tokio::test]
async fn each_device_has_a_queue_of_its_own_and_both_names_of_a_device_are_one_order_each() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let mut targets: Vec<CommandTarget> = Vec::new();
    let mut expected = HashMap::new();
    for index in [0, 1, 2] {
        let device = bed.device(ENOS, index);
        let ids = bed.add_waiting(&device, 4);
        targets.extend(targets_of(&device, &ids));
        expected.insert(index, newest_first(&ids));
    }
    let plan = client.plan_commands(targets).await;
    let result = TestRun::default().run(&bed, &client, plan).await;
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 12]);
    for (index, ids) in expected {
        assert_eq!(order(&bed, index), ids);
    }
}

#[tokio::test]
async fn one_by_one_because_the_one_call_is_refused_it_is_newest_first_as_well() {
    let bed = TestBed::start().await;
    bed.simulator
        .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    bed.add_waiting(&device, 4);
    let waiting = bed.waiting(&device);
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(&bed, &client, devices)
        .await;
    assert_eq!(result.reports.len(), waiting.len());
    assert!(
        result
            .reports
            .iter()
            .all(|row| row.outcome == CancelOutcome::Cancelled),
        "{result:?}"
    );
    assert_eq!(order(&bed, 2), newest_first(&waiting));
    assert_eq!(bed.wire.count("enos.cancel_all"), 1);
}

/// Asserts that between a cancel that got no answer and a cancel of an older command, a reading that began
/// after it showed what became of it.
fn doubts_are_cleared_first(exchanges: &[Exchange], ids: &[CommandId]) {
    let age = |id: &str| ids.iter().position(|known| known.as_str() == id).unwrap();
    let cancels: Vec<&Exchange> = exchanges
        .iter()
        .filter(|exchange| exchange.operation == "enos.cancel")
        .collect();
    for (place, lost) in cancels.iter().enumerate() {
        if lost.answer.is_ok() {
            continue;
        }
        let newer = lost.command.as_deref().unwrap();
        for later in &cancels[place + 1..] {
            let older = later.command.as_deref().unwrap();
            if age(older) >= age(newer) {
                continue;
            }
            // It must not be waiting still: somebody saw it cancelled, or took a later cancel of it.
            let cleared = exchanges.iter().any(|exchange| {
                exchange.began > lost.ended
                    && exchange.ended < later.began
                    && exchange.answer.is_ok()
                    && !exchange.states_of(newer).is_empty()
                    && (exchange.is_cancel() || !exchange.shows_pending(newer))
            });
            assert!(cleared, "{older} was touched while {newer} was in doubt");
        }
    }
}

#[tokio::test]
async fn a_doubtful_newer_cancel_is_cleared_before_an_older_one_is_touched() {
    for (fault, times) in [
        (FaultKind::LostBefore, 1),
        (FaultKind::LostBefore, 2),
        (FaultKind::LostAfter, 1),
        (FaultKind::LostAfter, 2),
    ] {
        for delay_ms in [0, 300] {
            let bed = TestBed::start().await;
            bed.simulator
                .change_options(|options| options.enos_cancel_delay_ms = delay_ms);
            let client = bed.client(ENOS);
            let device = bed.device(ENOS, 2);
            let ids = bed.add_waiting(&device, 4);
            for place in [1, 3] {
                let lost = Fault::always(fault.clone())
                    .command(ids[place].as_str())
                    .times(times);
                bed.fault(lost.on(cancel_of(ENOS)));
            }
            let result = TestRun::default()
                .cancel(&bed, &client, &device, &ids)
                .await;
            assert_eq!(
                outcomes(&result),
                [CancelOutcome::Cancelled; 4],
                "{fault:?} {times} {delay_ms}"
            );
            doubts_are_cleared_first(&bed.wire.exchanges(), &ids);
        }
    }
}

#[tokio::test]
async fn after_the_one_call_is_lost_doubts_are_cleared_in_order_too() {
    let bed = TestBed::start().await;
    let client = bed.client(ENOS);
    let device = bed.device(ENOS, 2);
    bed.add_waiting(&device, 3);
    let waiting = bed.waiting(&device);
    let newest = waiting.last().unwrap();
    bed.fault(Fault::always(FaultKind::LostBefore).on("enos.cancel_all"));
    bed.fault(
        Fault::always(FaultKind::LostBefore)
            .command(newest.as_str())
            .times(1)
            .on(cancel_of(ENOS)),
    );
    let devices = std::slice::from_ref(&device);
    let result = TestRun::default()
        .cancel_everything(&bed, &client, devices)
        .await;
    assert!(
        result
            .reports
            .iter()
            .all(|row| row.outcome == CancelOutcome::Cancelled),
        "{result:?}"
    );
    doubts_are_cleared_first(&bed.wire.exchanges(), &waiting);
    let mut once = order(&bed, 2);
    once.dedup();
    assert_eq!(once, newest_first(&waiting));
}
