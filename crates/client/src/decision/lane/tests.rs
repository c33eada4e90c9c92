use countermand_core_model::{CancelReport, CommandId, DeviceRef, Provider, Timestamp, VendorWord};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

const PACE: Pace = Pace {
    first_wait: SECOND,
    longest_wait: Duration::from_secs(4),
    time_to_show: Duration::from_secs(2),
    verify_for: Duration::from_secs(15),
    watch_for: Duration::ZERO,
    longest_watch_wait: Duration::from_secs(20),
};

/// Target 0 is the oldest.
fn targets(count: usize) -> Vec<Target> {
    let device: DeviceRef = "enos:asset:a".parse().unwrap();
    (0..count)
        .map(|number| {
            let id = CommandId::parse(Provider::Enos, &(100 + number).to_string()).unwrap();
            let created_at = Timestamp::from_millis(i64::try_from(number).unwrap());
            Target::kept(
                number,
                created_at,
                CancelReport::new(device.clone(), id),
                None,
            )
        })
        .collect()
}

fn came(end: End) -> Came {
    Came {
        end,
        attempts: 1,
        word: VendorWord::default(),
    }
}

fn outcomes(lane: &mut Lane) -> Vec<(usize, CancelOutcome)> {
    let settled = lane.take_settled();
    settled
        .iter()
        .map(|target| (target.number, target.report.outcome))
        .collect()
}

#[test]
fn a_queue_is_cancelled_newest_first_and_one_after_the_other() {
    let mut lane = Lane::new(Order::NewestFirst, PACE, false, targets(3));
    for number in [2, 1, 0] {
        assert_eq!(lane.next(), Step::Send(vec![number]));
        lane.came(number, &came(End::Taken), SECOND);
    }
    assert_eq!(lane.next(), Step::Read(vec![2, 1, 0], SECOND * 2));
}

#[test]
fn what_stands_for_itself_is_sent_at_once() {
    let lane = Lane::new(Order::AtOnce, PACE, false, targets(3));
    assert_eq!(lane.next(), Step::Send(vec![0, 1, 2]));
}

#[test]
fn no_older_one_is_touched_while_it_is_not_known_whether_the_newer_one_waits() {
    let mut lane = Lane::new(Order::NewestFirst, PACE, false, targets(2));
    lane.came(1, &came(End::Lost), SECOND);
    assert_eq!(lane.next(), Step::Read(vec![1], SECOND * 2));
    // Too early: this may be of before the cancel.
    lane.read(|_| Ok(CommandState::Pending), SECOND * 2, SECOND * 2);
    assert_eq!(lane.next(), Step::Read(vec![1], SECOND * 3));
    lane.read(|_| Ok(CommandState::Pending), SECOND * 3, SECOND * 3);
    assert_eq!(lane.next(), Step::Send(vec![1]), "it still waits");
    lane.came(1, &came(End::Taken), SECOND * 3);
    assert_eq!(lane.next(), Step::Send(vec![0]));
}

#[test]
fn a_newer_one_that_cannot_be_read_keeps_older_ones_waiting_only_so_long() {
    let mut lane = Lane::new(Order::NewestFirst, PACE, false, targets(2));
    lane.came(1, &came(End::Lost), Duration::ZERO);
    lane.read(|_| Err("no answer".to_owned()), SECOND, SECOND);
    assert_eq!(lane.next(), Step::Read(vec![1], SECOND * 2));
    lane.read(|_| Err("no answer".to_owned()), SECOND * 2, SECOND * 2);
    assert_eq!(lane.next(), Step::Send(vec![0]));
}

#[test]
fn readings_come_soon_and_then_ever_less_often_and_the_last_at_the_deadline() {
    let mut lane = Lane::new(Order::NewestFirst, PACE, false, targets(1));
    lane.came(0, &came(End::Taken), Duration::ZERO);
    let mut times = Vec::new();
    while let Step::Read(_, at) = lane.next() {
        times.push(at.as_secs());
        lane.read(|_| Ok(CommandState::Pending), at, at);
        for (_, outcome) in outcomes(&mut lane) {
            assert_eq!(outcome, CancelOutcome::Accepted);
        }
    }
    assert_eq!(times, [1, 2, 4, 8, 12, 15]);
    assert_eq!(lane.next(), Step::Done);
}

#[test]
fn a_stopped_run_still_reads_what_it_sent() {
    let mut lane = Lane::new(Order::NewestFirst, PACE, false, targets(2));
    lane.came(1, &came(End::Taken), Duration::ZERO);
    lane.held_back(0, &StopReason::Asked);
    assert_eq!(outcomes(&mut lane), [(0, CancelOutcome::NotSent)]);
    assert_eq!(lane.next(), Step::Read(vec![1], SECOND));
    lane.read(|_| Ok(CommandState::Cancelled), SECOND, SECOND);
    assert_eq!(outcomes(&mut lane), [(1, CancelOutcome::Cancelled)]);
    assert_eq!(outcomes(&mut lane), [], "once");
    assert_eq!(lane.next(), Step::Done);
}

#[test]
fn where_the_one_call_is_refused_each_is_sent_on_its_own() {
    let mut lane = Lane::new(Order::NewestFirst, PACE, true, targets(2));
    assert_eq!(lane.next(), Step::SendEverything);
    let refused = came(End::Refused(CancelOutcome::Rejected));
    lane.call_came(&refused, Duration::ZERO);
    assert_eq!(lane.next(), Step::Send(vec![1]));
}

#[test]
fn what_another_process_left_gets_as_much_time_as_if_it_had_just_been_sent() {
    let mut left = targets(1);
    for target in &mut left {
        target.came_before(&Came::never_written());
    }
    let now = SECOND * 100;
    let mut lane = Lane::resumed(Order::NewestFirst, PACE, left, now);
    assert_eq!(lane.next(), Step::Read(vec![0], now));
    lane.read(|_| Ok(CommandState::Pending), now, now);
    assert!(matches!(lane.next(), Step::Read(..)), "not sent again yet");
    lane.read(
        |_| Ok(CommandState::Pending),
        now + SECOND * 2,
        now + SECOND * 2,
    );
    assert_eq!(lane.next(), Step::Send(vec![0]));
}
