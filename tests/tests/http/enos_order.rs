//! The commands of an EnOS device are a queue: cancelling its head sends the next one out. So the newest is
//! cancelled first, and nothing older is touched while it is not known whether a newer one still waits.

use std::collections::HashMap;

use countermand_core_model::{CancelOutcome, CommandId, CommandTarget, Provider};
use countermand_simulator::{CancelAll, Fault, FaultKind};
use countermand_tests::{Exchange, Running, Stage, cancel_of, rows::outcomes, these};

const ENOS: Provider = Provider::Enos;

/// The commands in the order in which their cancels were processed.
fn order(stage: &Stage, index: usize) -> Vec<String> {
    let device = stage.device(ENOS, index);
    let mut cancels: Vec<(i64, String)> = stage
        .truths(&device)
        .into_iter()
        .flat_map(|truth| {
            let id = truth.command;
            truth
                .cancels
                .into_iter()
                .map(move |cancel| (cancel.at_ms, id.clone()))
        })
        .filter(|(at_ms, _)| *at_ms > stage.simulator.now_ms() - 3_600_000)
        .collect();
    cancels.sort();
    cancels.into_iter().map(|(_, id)| id).collect()
}

fn newest_first(ids: &[CommandId]) -> Vec<String> {
    ids.iter().rev().map(CommandId::to_string).collect()
}

#[tokio::test]
async fn the_newest_goes_first_in_whatever_order_they_are_named() {
    let stage = Stage::start().await;
    let client = stage.client(ENOS);
    let device = stage.device(ENOS, 2);
    let ids = stage.add_waiting(&device, 5);
    let named: Vec<CommandId> = [2, 0, 4, 1, 3]
        .map(|place: usize| ids[place].clone())
        .to_vec();
    let result = Running::default()
        .cancel(&stage, &client, &device, &named)
        .await;
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 5]);
    assert_eq!(order(&stage, 2), newest_first(&ids));
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
    let stage = Stage::start().await;
    let client = stage.client(ENOS);
    let mut targets: Vec<CommandTarget> = Vec::new();
    let mut expected = HashMap::new();
    for index in [0, 1, 2] {
        let device = stage.device(ENOS, index);
        let ids = stage.add_waiting(&device, 4);
        targets.extend(these(&device, &ids));
        expected.insert(index, newest_first(&ids));
    }
    let plan = client.plan_commands(targets).await;
    let result = Running::default().run(&stage, &client, plan).await;
    assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 12]);
    for (index, ids) in expected {
        assert_eq!(order(&stage, index), ids);
    }
}

#[tokio::test]
async fn one_by_one_because_the_one_call_is_refused_it_is_newest_first_as_well() {
    let stage = Stage::start().await;
    stage
        .simulator
        .change_options(|options| options.enos_cancel_all = CancelAll::Refused);
    let client = stage.client(ENOS);
    let device = stage.device(ENOS, 2);
    stage.add_waiting(&device, 4);
    let waiting = stage.waiting(&device);
    let devices = std::slice::from_ref(&device);
    let result = Running::default()
        .cancel_everything(&stage, &client, devices)
        .await;
    assert_eq!(result.reports.len(), waiting.len());
    assert!(
        result
            .reports
            .iter()
            .all(|row| row.outcome == CancelOutcome::Cancelled),
        "{result:?}"
    );
    assert_eq!(order(&stage, 2), newest_first(&waiting));
    assert_eq!(stage.wire.count("enos.cancel_all"), 1);
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
            let stage = Stage::start().await;
            stage
                .simulator
                .change_options(|options| options.enos_cancel_delay_ms = delay_ms);
            let client = stage.client(ENOS);
            let device = stage.device(ENOS, 2);
            let ids = stage.add_waiting(&device, 4);
            for place in [1, 3] {
                let lost = Fault::always(fault.clone())
                    .command(ids[place].as_str())
                    .times(times);
                stage.fault(lost.on(cancel_of(ENOS)));
            }
            let result = Running::default()
                .cancel(&stage, &client, &device, &ids)
                .await;
            assert_eq!(
                outcomes(&result),
                [CancelOutcome::Cancelled; 4],
                "{fault:?} {times} {delay_ms}"
            );
            doubts_are_cleared_first(&stage.wire.exchanges(), &ids);
        }
    }
}

#[tokio::test]
async fn after_the_one_call_is_lost_doubts_are_cleared_in_order_too() {
    let stage = Stage::start().await;
    let client = stage.client(ENOS);
    let device = stage.device(ENOS, 2);
    stage.add_waiting(&device, 3);
    let waiting = stage.waiting(&device);
    let newest = waiting.last().unwrap();
    stage.fault(Fault::always(FaultKind::LostBefore).on("enos.cancel_all"));
    stage.fault(
        Fault::always(FaultKind::LostBefore)
            .command(newest.as_str())
            .times(1)
            .on(cancel_of(ENOS)),
    );
    let devices = std::slice::from_ref(&device);
    let result = Running::default()
        .cancel_everything(&stage, &client, devices)
        .await;
    assert!(
        result
            .reports
            .iter()
            .all(|row| row.outcome == CancelOutcome::Cancelled),
        "{result:?}"
    );
    doubts_are_cleared_first(&stage.wire.exchanges(), &waiting);
    let mut once = order(&stage, 2);
    once.dedup();
    assert_eq!(once, newest_first(&waiting));
}
