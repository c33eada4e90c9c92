//! Plans of what a list showed: nothing is read before the journal has it, each is read just before its cancel,
//! and the gravest goes first.

use countermand_client::{
    Entry, Journal, ListedCommand, Plan, StopReason, Unfinished, read_journal,
};
use countermand_core_model::{
    CancelOutcome, CommandId, CommandState, CommandTarget, KindSeverity, Provider, Timestamp,
};
use countermand_simulator::{AddCommands, SetState, TrueState};
use countermand_tests::{BOTH, Paper, Running, Stage, rows, rows::outcomes, seen_as};

/// What waits on all devices, as a list showed it `age_ms` ago.
fn listed(stage: &Stage, vendor: Provider, age_ms: i64) -> Vec<ListedCommand> {
    let read_at = Timestamp::from_millis(stage.simulator.now_ms() - age_ms).unwrap();
    let devices = stage.devices(vendor).into_iter();
    devices
        .flat_map(|device| {
            let waiting = stage.truths(&device).into_iter();
            let waiting = waiting.filter(|truth| truth.state == TrueState::Pending);
            waiting.map(move |truth| ListedCommand {
                target: CommandTarget::new(
                    device.clone(),
                    CommandId::parse(device.provider(), &truth.command).unwrap(),
                )
                .unwrap(),
                kind: truth.kind,
                name: None,
                state: seen_as(vendor, truth.state),
                created_at: Timestamp::from_millis(truth.created_ms),
                expires_at: None,
                read_at: Some(read_at),
            })
        })
        .collect()
}

/// Every device has commands that wait and stay as they are.
async fn stage(vendor: Provider) -> Stage {
    let stage = Stage::with_devices(6).await;
    for device in stage.devices(vendor) {
        stage.add_waiting(&device, 3);
    }
    stage
}

#[tokio::test]
async fn the_targets_are_in_the_journal_before_anything_is_read() {
    for vendor in BOTH {
        let stage = stage(vendor).await;
        let client = stage.client(vendor);
        let plan = Plan::listed(listed(&stage, vendor, 600_000));
        let total = plan.targets().count();
        assert!(total >= 18);
        let paper = Paper::default();
        let journal = Journal::create(paper.clone(), client.timer(), client.header())
            .await
            .unwrap();
        let running = Running::default();
        // As if the page were closed before the first reading.
        running.stop.stop();
        let result = client
            .run_recorded(plan, running.options, &running.stop, None, &journal)
            .await;
        assert_eq!(result.stopped, Some(StopReason::Asked));
        assert_eq!(outcomes(&result), vec![CancelOutcome::NotSent; total]);
        assert!(stage.wire.exchanges().is_empty(), "nothing was read");
        let bytes = paper.bytes();
        let targets = read_journal(&bytes[..])
            .filter(|line| matches!(line, Ok((_, Entry::Target { before: None, .. }))))
            .count();
        assert_eq!(targets, total);
        let mut reader = read_journal(&bytes[..]);
        let unfinished = Unfinished::replay(reader.by_ref()).unwrap();
        assert_eq!((unfinished.in_doubt(), unfinished.to_send()), (0, total));
        let journal = Journal::go_on(paper, client.timer(), reader.end());
        let running = Running::default();
        let result = client
            .resume(unfinished, running.options, &running.stop, None, &journal)
            .await;
        assert_eq!(
            outcomes(&result),
            vec![CancelOutcome::Cancelled; total],
            "{vendor}"
        );
    }
}

#[tokio::test]
async fn each_is_read_just_before_its_cancel_unless_it_was_read_just_now() {
    for vendor in BOTH {
        for (age_ms, is_fresh) in [(2_000, true), (60_000, false), (-60_000, false)] {
            let stage = stage(vendor).await;
            let client = stage.client(vendor);
            let plan = Plan::listed(listed(&stage, vendor, age_ms));
            let (names, begun) = (rows::names(&plan), rows::Begun::now(&stage));
            let mut running = Running::one_by_one();
            running.options.concurrency = 1;
            let result = client.run(plan, running.options, &running.stop, None).await;
            rows::are_true(&stage, begun, &names, &result);
            for report in &result.reports {
                assert_eq!(report.outcome, CancelOutcome::Cancelled);
                assert_eq!(report.before, Some(CommandState::Pending), "{report:?}");
            }
            let exchanges = stage.wire.exchanges();
            let first = exchanges
                .iter()
                .position(countermand_tests::Exchange::is_cancel)
                .unwrap();
            // One device's commands are read before their cancels, and not those of all devices.
            let reads = exchanges[..first].iter();
            let reads = reads
                .filter(|exchange| !exchange.operation.contains("token"))
                .count();
            assert!(
                if is_fresh {
                    reads == 0
                } else {
                    (1..=4).contains(&reads)
                },
                "{vendor} {age_ms}: {reads}"
            );
        }
    }
}

#[tokio::test]
async fn what_went_out_meanwhile_is_seen_before_its_cancel() {
    for vendor in BOTH {
        let stage = stage(vendor).await;
        let client = stage.client(vendor);
        let device = stage.device(vendor, 2);
        let id = stage.add(&device, TrueState::Pending, 5);
        let mut commands = listed(&stage, vendor, 60_000);
        commands.retain(|listed| listed.target.id().same(&id));
        let changed = SetState {
            device: device.to_string(),
            command: id.to_string(),
            state: TrueState::Sent,
        };
        stage.simulator.set_state(&changed).unwrap();
        let running = Running::default();
        let plan = Plan::listed(commands);
        let result = client.run(plan, running.options, &running.stop, None).await;
        assert_eq!(
            outcomes(&result),
            [CancelOutcome::AlreadyDelivered],
            "{vendor}"
        );
        assert!(stage.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn the_gravest_go_first() {
    for age_ms in [0, 60_000] {
        let stage = Stage::with_devices(12).await;
        let kinds = [
            "REBOOT",
            "LOCK",
            "WIPE",
            "RELINQUISH_OWNERSHIP",
            "CLEAR_APP_DATA",
        ];
        let vendor = Provider::Applivery;
        for (place, device) in stage.devices(vendor).into_iter().enumerate() {
            for turn in 0..2 {
                let kind = kinds[(place + turn * 2) % kinds.len()];
                let order = AddCommands {
                    kind: Some(kind.to_owned()),
                    hold: true,
                    ..AddCommands::to(&device.to_string())
                };
                stage.simulator.add_commands(&order).unwrap();
            }
        }
        let commands = listed(&stage, vendor, age_ms);
        let kind_of = |id: &str| {
            let listed = commands
                .iter()
                .find(|listed| listed.target.id().as_str() == id);
            listed.unwrap().kind.clone()
        };
        let client = stage.client(vendor);
        let plan = Plan::listed(commands.clone());
        let running = Running::default();
        client.run(plan, running.options, &running.stop, None).await;
        let order: Vec<(KindSeverity, String)> = stage
            .wire
            .cancels()
            .iter()
            .map(|cancel| kind_of(cancel.command.as_deref().unwrap()))
            .map(|kind| (KindSeverity::of(&kind), kind))
            .collect();
        assert_eq!(order.len(), commands.len());
        assert!(
            order.windows(2).all(|pair| pair[0].0 >= pair[1].0),
            "{age_ms}: {order:?}"
        );
    }
}
