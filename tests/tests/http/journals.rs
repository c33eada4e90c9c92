//! What stands in a journal stands there before it happens, and whoever reads it can go on.

use countermand_client::{Entry, Journal, Plan, StopReason, UnfinishedRun, read_journal};
use countermand_core_model::{CancelOutcome, CommandId, DeviceRef, Provider};
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{
    BOTH, Break, FailingStore, TestBed, TestRun, everything_on, get_of, rows, rows::outcomes,
    targets_of,
};

/// The ways in which commands are meant.
const WAYS: [Way; 2] = [Way::These, Way::Everything];

#[derive(Clone, Copy, Debug)]
enum Way {
    These,
    Everything,
}

async fn plan(
    bed: &TestBed,
    vendor: Provider,
    way: Way,
    device: &DeviceRef,
    ids: &[CommandId],
) -> Plan {
    let client = bed.client(vendor);
    match way {
        Way::These => client.plan_commands(targets_of(device, ids)).await,
        Way::Everything => {
            client
                .plan_everything(everything_on(std::slice::from_ref(device)))
                .await
        }
    }
}

/// The commands that the journal says a cancel was about to be sent for.
fn intended(bytes: &[u8]) -> usize {
    let entries = read_journal(bytes).map(|line| line.unwrap().1);
    entries
        .map(|entry| match entry {
            Entry::Sending { .. } => 1,
            Entry::SendingEverything { count, .. } => count,
            _ => 0,
        })
        .sum()
}

#[tokio::test]
async fn nothing_is_sent_whose_intent_cannot_be_written() {
    for vendor in BOTH {
        for way in WAYS {
            let mut was_sent = Vec::new();
            // The header is the first append, the plan the second.
            for at in 1..16 {
                let bed = TestBed::start().await;
                let device = bed.device(vendor, 2);
                let ids = bed.add_waiting(&device, 4);
                let plan = plan(&bed, vendor, way, &device, &ids).await;
                let (planned, begun) = (rows::names(&plan), rows::Begun::now(&bed));
                let client = bed.client(vendor);
                let store = FailingStore::default().breaking(Break::Fails { at });
                let journal = Journal::create(store.clone(), client.timer(), client.header())
                    .await
                    .unwrap();
                let mut run = TestRun::one_by_one();
                run.options.concurrency = 1;
                let result = client
                    .run(plan)
                    .options(run.options)
                    .stop_handle(&run.stop)
                    .journal(&journal)
                    .start()
                    .finish()
                    .await;
                rows::assert_all(&bed, begun, &planned, &result);
                let sent: usize = ids.iter().map(|id| bed.cancels_of(&device, id)).sum();
                assert!(sent <= intended(&store.bytes()), "{vendor} {way:?} {at}");
                let whole = result
                    .reports
                    .iter()
                    .all(|report| report.outcome == CancelOutcome::Cancelled);
                if result.stopped.is_none() {
                    assert!(whole, "{vendor} {way:?} {at}: {:?}", outcomes(&result));
                } else {
                    assert_eq!(result.stopped, Some(StopReason::JournalFailed));
                }
                was_sent.push(sent);
            }
            assert_eq!(was_sent[0], 0, "the plan could not be written");
            assert!(was_sent.contains(&4), "{vendor} {way:?}: {was_sent:?}");
        }
    }
}

#[tokio::test]
async fn wherever_a_process_dies_another_one_comes_to_the_same_end() {
    for vendor in BOTH {
        for way in WAYS {
            for written_permille in [0, 500, 1_000] {
                let mut deaths = 0;
                for at in 1.. {
                    let bed = TestBed::start().await;
                    let device = bed.device(vendor, 2);
                    let ids = bed.add_waiting(&device, 3);
                    let plan = plan(&bed, vendor, way, &device, &ids).await;
                    let dies = Break::Dies {
                        at,
                        written_permille,
                    };
                    let ended = TestRun::one_by_one()
                        .run_broken_off(&bed, || bed.client(vendor), plan, &[dies])
                        .await;
                    let because = format!("{vendor} {way:?} {at} {written_permille}");
                    let Some(ended) = ended else {
                        assert_eq!(at, 1, "{because}: only a plan may be written by halves");
                        continue;
                    };
                    let outcomes = outcomes(&ended.result);
                    // The device has commands of its own, too.
                    assert!(outcomes.len() >= 3, "{because}");
                    assert!(
                        outcomes
                            .iter()
                            .all(|outcome| *outcome == CancelOutcome::Cancelled),
                        "{because}: {outcomes:?}"
                    );
                    let mut reader = read_journal(&ended.journal[..]);
                    assert!(reader.by_ref().all(|line| line.is_ok()), "{because}");
                    assert!(reader.end().sealed, "{because}");
                    for id in &ids {
                        assert_eq!(bed.cancels_of(&device, id), 1, "{because}: once");
                    }
                    deaths += ended.deaths;
                    if ended.deaths == 0 {
                        break;
                    }
                }
                assert!(deaths > 3, "{vendor} {way:?}: {deaths}");
            }
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_because_the_key_is_refused_is_left_for_whoever_resumes() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        bed.simulator.change_options(|options| {
            options.applivery_cancel_delay_ms = 1_000;
            options.enos_cancel_delay_ms = 1_000;
        });
        let device = bed.device(vendor, 3);
        let ids = bed.add_waiting(&device, 3);
        let client = bed.client(vendor);
        let plan = client.plan_commands(targets_of(&device, &ids)).await;
        for operation in ["get", "list", "search"] {
            let operation = format!("{vendor}.{operation}");
            if !["applivery.search", "enos.list"].contains(&operation.as_str()) {
                let refused = FaultKind::Http {
                    status: 401,
                    retry_after: None,
                    body: None,
                    content_type: None,
                    processed: false,
                };
                bed.fault(Fault::always(refused).on(&operation));
            }
        }
        let store = FailingStore::default();
        let journal = Journal::create(store.clone(), client.timer(), client.header())
            .await
            .unwrap();
        let run = TestRun::default();
        let result = client
            .run(plan)
            .options(run.options)
            .stop_handle(&run.stop)
            .journal(&journal)
            .start()
            .finish()
            .await;
        assert_eq!(outcomes(&result), [CancelOutcome::Accepted; 3], "{vendor}");
        assert_eq!(result.stopped, Some(StopReason::ConnectionRefused));

        // Another process, when the key is let in again.
        bed.simulator.clear_faults();
        let bytes = store.bytes();
        let mut reader = read_journal(&bytes[..]);
        let unfinished = UnfinishedRun::replay(reader.by_ref()).unwrap();
        assert!(!unfinished.is_finished());
        assert_eq!((unfinished.in_doubt(), unfinished.to_send()), (3, 0));
        let journal = Journal::go_on(store.clone(), client.timer(), reader.end());
        let result = client
            .resume(unfinished, &journal)
            .options(run.options)
            .stop_handle(&run.stop)
            .start()
            .finish()
            .await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 3], "{vendor}");
        let bytes = store.bytes();
        let mut reader = read_journal(&bytes[..]);
        assert!(reader.by_ref().all(|line| line.is_ok()));
        assert!(reader.end().sealed);
    }
}

#[tokio::test]
async fn what_could_not_be_read_at_first_is_read_again_before_it_is_left_for_later() {
    for vendor in BOTH {
        for (failures, outcome) in [(2, CancelOutcome::Cancelled), (3, CancelOutcome::NotSent)] {
            let bed = TestBed::start().await;
            let device = bed.device(vendor, 3);
            let ids = bed.add_waiting(&device, 1);
            let client = bed.client(vendor);
            let plan = client.plan_commands(targets_of(&device, &ids)).await;
            let store = FailingStore::default();
            let journal = Journal::create(store.clone(), client.timer(), client.header())
                .await
                .unwrap();
            let stopped = TestRun::default();
            stopped.stop.stop();
            client
                .run(plan)
                .options(stopped.options)
                .stop_handle(&stopped.stop)
                .journal(&journal)
                .start()
                .finish()
                .await;

            let misread = Fault::always(FaultKind::AnotherCommand).on(get_of(vendor));
            bed.fault(misread.times(failures));
            let bytes = store.bytes();
            let mut reader = read_journal(&bytes[..]);
            let unfinished = UnfinishedRun::replay(reader.by_ref()).unwrap();
            let journal = Journal::go_on(store.clone(), client.timer(), reader.end());
            let run = TestRun::default();
            let result = client
                .resume(unfinished, &journal)
                .options(run.options)
                .stop_handle(&run.stop)
                .start()
                .finish()
                .await;
            let because = format!("{vendor} {failures}");
            assert_eq!(outcomes(&result), [outcome], "{because}");
            let sent = bed.cancels_of(&device, &ids[0]);
            assert_eq!(
                sent,
                usize::from(outcome == CancelOutcome::Cancelled),
                "{because}"
            );
            // What was not sent, another process may send.
            let bytes = store.bytes();
            let mut reader = read_journal(&bytes[..]);
            assert!(reader.by_ref().all(|line| line.is_ok()), "{because}");
            assert_eq!(reader.end().sealed, sent == 1, "{because}");
        }
    }
}
