//! Plans of what a list showed: nothing is read before the journal has it, each is read just before its cancel,
//! and the gravest goes first.

use countermand_client::{
    Entry, Journal, ListedCommand, Plan, StopReason, UnfinishedRun, read_journal,
};
use countermand_core_model::{
    CancelOutcome, CommandId, CommandState, CommandTarget, KindSeverity, Provider, SeverityRules,
    Timestamp,
};
use countermand_simulator::{AddCommands, SetState, TrueState};
use countermand_tests::{
    BOTH, FailingStore, TestBed, TestRun, expected_state, rows, rows::outcomes,
};

/// What waits on all devices, as a list showed it `age_ms` ago.
fn listed(bed: &TestBed, vendor: Provider, age_ms: i64) -> Vec<ListedCommand> {
    let read_at = Timestamp::from_millis(bed.simulator.now_ms() - age_ms).unwrap();
    let devices = bed.devices(vendor).into_iter();
    devices
        .flat_map(|device| {
            let waiting = bed.truths(&device).into_iter();
            let waiting = waiting.filter(|truth| truth.state == TrueState::Pending);
            waiting.map(move |truth| ListedCommand {
                target: CommandTarget::new(
                    device.clone(),
                    CommandId::parse(device.provider(), &truth.command).unwrap(),
                )
                .unwrap(),
                kind: truth.kind,
                name: None,
                state: expected_state(vendor, truth.state),
                created_at: Timestamp::from_millis(truth.created_ms),
                expires_at: None,
                read_at: Some(read_at),
            })
        })
        .collect()
}

/// Every device has commands that wait and stay as they are.
async fn bed(vendor: Provider) -> TestBed {
    let bed = TestBed::with_devices(6).await;
    for device in bed.devices(vendor) {
        bed.add_waiting(&device, 3);
    }
    bed
}

#[tokio::test]
async fn the_targets_are_in_the_journal_before_anything_is_read() {
    for vendor in BOTH {
        let bed = bed(vendor).await;
        let client = bed.client(vendor);
        let plan = Plan::listed(listed(&bed, vendor, 600_000));
        let total = plan.targets().count();
        assert!(total >= 18);
        let store = FailingStore::default();
        let journal = Journal::create(store.clone(), client.timer(), client.header())
            .await
            .unwrap();
        let run = TestRun::default();
        // As if the page were closed before the first reading.
        run.stop.stop();
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .journal(&journal)
            .start()
            .finish()
            .await;
        assert_eq!(result.stopped, Some(StopReason::Requested));
        assert_eq!(outcomes(&result), vec![CancelOutcome::NotSent; total]);
        assert!(bed.wire.exchanges().is_empty(), "nothing was read");
        let bytes = store.bytes();
        let targets = read_journal(&bytes[..])
            .filter(|line| matches!(line, Ok((_, Entry::Target { before: None, .. }))))
            .count();
        assert_eq!(targets, total);
        let mut reader = read_journal(&bytes[..]);
        let unfinished = UnfinishedRun::replay(reader.by_ref()).unwrap();
        assert_eq!((unfinished.in_doubt(), unfinished.to_send()), (0, total));
        let journal = Journal::go_on(store, client.timer(), reader.end());
        let run = TestRun::default();
        let result = client
            .resume(unfinished, &journal)
            .options(run.options)
            .stop_handle(&run.stop)
            .start()
            .finish()
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
            let bed = bed(vendor).await;
            let client = bed.client(vendor);
            let plan = Plan::listed(listed(&bed, vendor, age_ms));
            let (names, begun) = (rows::names(&plan), rows::Begun::now(&bed));
            let mut run = TestRun::one_by_one();
            run.options.concurrency = 1;
            let result = client
                .run(plan)
                .options(run.options)
                .stop_handle(&run.stop)
                .start()
                .finish()
                .await;
            rows::assert_all(&bed, begun, &names, &result);
            for report in &result.reports {
                assert_eq!(report.outcome, CancelOutcome::Cancelled);
                assert_eq!(report.before, Some(CommandState::Pending), "{report:?}");
            }
            let exchanges = bed.wire.exchanges();
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
        let bed = bed(vendor).await;
        let client = bed.client(vendor);
        let device = bed.device(vendor, 2);
        let id = bed.add(&device, TrueState::Pending, 5);
        let mut commands = listed(&bed, vendor, 60_000);
        commands.retain(|listed| listed.target.id().same(&id));
        let changed = SetState {
            device: device.to_string(),
            command: id.to_string(),
            state: TrueState::Sent,
        };
        bed.simulator.set_state(&changed).unwrap();
        let run = TestRun::default();
        let plan = Plan::listed(commands);
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .start()
            .finish()
            .await;
        assert_eq!(
            outcomes(&result),
            [CancelOutcome::AlreadyDelivered],
            "{vendor}"
        );
        assert!(bed.wire.cancels().is_empty());
    }
}

#[tokio::test]
async fn the_gravest_go_first_as_the_operator_says() {
    let said = SeverityRules::parse([("reboot", "destructive"), ("LOCK", "disruptive")]).unwrap();
    let each =
        [0, 60_000].map(|age_ms| [(age_ms, SeverityRules::default()), (age_ms, said.clone())]);
    for (age_ms, rules) in each.into_iter().flatten() {
        let bed = TestBed::with_devices(12).await;
        let kinds = [
            "REBOOT",
            "LOCK",
            "WIPE",
            "RELINQUISH_OWNERSHIP",
            "CLEAR_APP_DATA",
        ];
        let vendor = Provider::Applivery;
        for (place, device) in bed.devices(vendor).into_iter().enumerate() {
            for turn in 0..2 {
                let kind = kinds[(place + turn * 2) % kinds.len()];
                let order = AddCommands {
                    kind: Some(kind.to_owned()),
                    hold: true,
                    ..AddCommands::to(&device.to_string())
                };
                bed.simulator.add_commands(&order).unwrap();
            }
        }
        let commands = listed(&bed, vendor, age_ms);
        let kind_of = |id: &str| {
            let listed = commands
                .iter()
                .find(|listed| listed.target.id().as_str() == id);
            listed.unwrap().kind.clone()
        };
        let client = bed.client(vendor);
        let plan = Plan::listed(commands.clone());
        let run = TestRun::default();
        client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .severity_rules(rules.clone())
            .start()
            .finish()
            .await;
        let order: Vec<(KindSeverity, String)> = bed
            .wire
            .cancels()
            .iter()
            .map(|cancel| kind_of(cancel.command.as_deref().unwrap()))
            .map(|kind| (rules.of_command(&kind, None), kind))
            .collect();
        assert_eq!(order.len(), commands.len());
        assert!(
            order.windows(2).all(|pair| pair[0].0 >= pair[1].0),
            "{age_ms}: {order:?}"
        );
    }
}
