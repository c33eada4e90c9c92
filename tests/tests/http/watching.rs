//! What was accepted and does not show is watched, as long as was asked; what goes out all the same is an alarm.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use countermand_client::{Observer, RunEvent};
use countermand_core_model::CancelOutcome;
use countermand_simulator::{Fault, FaultKind};
use countermand_tests::{BOTH, TestBed, TestRun, cancel_of, rows::outcomes};

const WATCH: Duration = Duration::from_secs(600);

/// Tells `when` of each event, and gives back what was seen of watching and alarms.
fn watched(
    when: impl Fn(&RunEvent) + Send + Sync + 'static,
) -> (TestRun, Arc<Mutex<Vec<&'static str>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let observe: Observer = Arc::new(move |event| {
        when(&event);
        let word = match event {
            RunEvent::Watching { .. } => "watching",
            RunEvent::Alarm { .. } => "alarm",
            RunEvent::Settled { .. } => "settled",
            _ => return,
        };
        noted.lock().unwrap().push(word);
    });
    let mut run = TestRun::default().observed_by(observe);
    run.options.watch_for = WATCH;
    (run, seen)
}

#[tokio::test]
async fn what_goes_out_though_its_cancel_was_accepted_is_an_alarm() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        let device = bed.device(vendor, 3);
        let ids = bed.add_waiting(&device, 1);
        bed.fault(Fault::always(FaultKind::StaysPending).on(cancel_of(vendor)));
        let (acting, target, id) = (bed.clone(), device.to_string(), ids[0].to_string());
        let (run, seen) = watched(move |event| {
            if matches!(event, RunEvent::Watching { .. }) {
                let order = countermand_simulator::SetState {
                    device: target.clone(),
                    command: id.clone(),
                    state: countermand_simulator::TrueState::Sent,
                };
                acting.simulator.set_state(&order).unwrap();
            }
        });
        let client = bed.client(vendor);
        let result = run.cancel(&bed, &client, &device, &ids).await;
        assert_eq!(outcomes(&result), [CancelOutcome::LostRace], "{vendor}");
        assert_eq!(*seen.lock().unwrap(), ["watching", "alarm", "settled"]);
    }
}

#[tokio::test]
async fn a_cancel_that_shows_late_is_seen_while_it_is_watched() {
    for vendor in BOTH {
        let bed = TestBed::start().await;
        bed.simulator.change_options(|options| {
            options.applivery_cancel_delay_ms = 120_000;
            options.enos_cancel_delay_ms = 120_000;
        });
        let device = bed.device(vendor, 3);
        let ids = bed.add_waiting(&device, 2);
        let (run, seen) = watched(|_| {});
        let client = bed.client(vendor);
        let result = run.cancel(&bed, &client, &device, &ids).await;
        assert_eq!(outcomes(&result), [CancelOutcome::Cancelled; 2], "{vendor}");
        assert_eq!(
            *seen.lock().unwrap(),
            ["watching", "watching", "settled", "settled"]
        );
    }
}

#[tokio::test]
async fn a_watch_ends_after_its_time_or_when_the_run_is_stopped() {
    for vendor in BOTH {
        for stops in [false, true] {
            let bed = TestBed::start().await;
            let device = bed.device(vendor, 3);
            let ids = bed.add_waiting(&device, 1);
            bed.fault(Fault::always(FaultKind::StaysPending).on(cancel_of(vendor)));
            let stop = countermand_client::StopHandle::new();
            let stopping = stop.clone();
            let (mut run, _) = watched(move |event| {
                if stops && matches!(event, RunEvent::Watching { .. }) {
                    stopping.stop();
                }
            });
            run.stop = stop;
            let client = bed.client(vendor);
            let began = bed.timer().monotonic();
            let result = run.cancel(&bed, &client, &device, &ids).await;
            assert_eq!(outcomes(&result), [CancelOutcome::Accepted], "{vendor}");
            let took = bed.timer().monotonic() - began;
            assert_eq!(took > WATCH, !stops, "{vendor} {stops}: {took:?}");
            assert!(took < WATCH * 2, "{took:?}");
        }
    }
}
