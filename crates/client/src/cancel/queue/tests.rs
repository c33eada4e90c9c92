use countermand_core_model::{
    CancelReport, CommandId, DeviceRef, Provider, ProviderDetail, Timestamp,
};

use super::*;

impl DeviceQueue {
    pub(in crate::cancel) fn has_settled(&self) -> bool {
        let mut targets = self.targets.iter();
        targets.any(|target| target.stage == Stage::Settled)
    }

    /// Returns this queue with its times relative to `now`, so that queues that behave alike are equal.
    pub(in crate::cancel) fn as_seen_from(&self, now: Duration) -> Self {
        let mut queue = self.clone();
        queue.due = queue.due.saturating_sub(now);
        queue.deadline = queue.deadline.saturating_sub(now);
        queue.not_before = queue.not_before.saturating_sub(now);
        for target in &mut queue.targets {
            let ago = now.saturating_sub(target.returned_at);
            target.returned_at = ago.min(self.schedule.time_to_show);
        }
        queue
    }
}

const SECOND: Duration = Duration::from_secs(1);

const PACE: Schedule = Schedule {
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
            Target::recorded(
                number,
                created_at,
                CancelReport::new(device.clone(), id),
                None,
            )
        })
        .collect()
}

fn response(end: ResponseKind) -> CancelResponse {
    CancelResponse {
        kind: end,
        refuses_connection: false,
        retry_after: None,
        attempts: 1,
        detail: ProviderDetail::default(),
    }
}

fn unread(is_final: bool) -> ReadFailure {
    ReadFailure {
        why: "no answer".to_owned(),
        is_final,
    }
}

fn outcomes(queue: &mut DeviceQueue) -> Vec<(usize, CancelOutcome)> {
    let settled = queue.take_settled();
    settled
        .iter()
        .map(|target| (target.number, target.report.outcome))
        .collect()
}

#[test]
fn a_queue_is_cancelled_newest_first_and_one_after_the_other() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, false, targets(3));
    for number in [2, 1, 0] {
        assert_eq!(queue.next(Duration::MAX), Step::Send(vec![number]));
        queue.take_response(number, &response(ResponseKind::Taken), SECOND);
    }
    assert_eq!(
        queue.next(Duration::MAX),
        Step::Read(vec![2, 1, 0], SECOND * 2)
    );
}

#[test]
fn what_stands_for_itself_is_sent_at_once() {
    let queue = DeviceQueue::new(Order::AtOnce, PACE, false, targets(3));
    assert_eq!(queue.next(Duration::MAX), Step::Send(vec![0, 1, 2]));
}

#[test]
fn no_older_one_is_touched_while_it_is_not_known_whether_the_newer_one_waits() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, false, targets(2));
    queue.take_response(1, &response(ResponseKind::Lost), SECOND);
    assert_eq!(queue.next(Duration::MAX), Step::Read(vec![1], SECOND * 2));
    // Too early: this may be of before the cancel.
    queue.read(|_| Ok(CommandState::Pending), SECOND * 2, SECOND * 2);
    assert_eq!(queue.next(Duration::MAX), Step::Read(vec![1], SECOND * 3));
    queue.read(|_| Ok(CommandState::Pending), SECOND * 3, SECOND * 3);
    assert_eq!(
        queue.next(Duration::MAX),
        Step::Send(vec![1]),
        "it still waits"
    );
    queue.take_response(1, &response(ResponseKind::Taken), SECOND * 3);
    assert_eq!(queue.next(Duration::MAX), Step::Send(vec![0]));
}

#[test]
fn a_newer_one_that_cannot_be_read_keeps_older_ones_waiting_only_so_long() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, false, targets(2));
    queue.take_response(1, &response(ResponseKind::Lost), Duration::ZERO);
    queue.read(|_| Err(unread(false)), SECOND, SECOND);
    assert_eq!(queue.next(Duration::MAX), Step::Read(vec![1], SECOND * 2));
    queue.read(|_| Err(unread(false)), SECOND * 2, SECOND * 2);
    assert_eq!(queue.next(Duration::MAX), Step::Send(vec![0]));
}

#[test]
fn readings_come_soon_and_then_ever_less_often_and_the_last_at_the_deadline() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, false, targets(1));
    queue.take_response(0, &response(ResponseKind::Taken), Duration::ZERO);
    let mut times = Vec::new();
    while let Step::Read(_, at) = queue.next(Duration::MAX) {
        times.push(at.as_secs());
        queue.read(|_| Ok(CommandState::Pending), at, at);
        for (_, outcome) in outcomes(&mut queue) {
            assert_eq!(outcome, CancelOutcome::Accepted);
        }
    }
    assert_eq!(times, [1, 2, 4, 8, 12, 15]);
    assert_eq!(queue.next(Duration::MAX), Step::Done);
}

#[test]
fn a_stopped_run_still_reads_what_it_sent() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, false, targets(2));
    queue.take_response(1, &response(ResponseKind::Taken), Duration::ZERO);
    queue.hold_back(&StopReason::Requested);
    assert_eq!(outcomes(&mut queue), [(0, CancelOutcome::NotSent)]);
    assert_eq!(queue.next(Duration::MAX), Step::Read(vec![1], SECOND));
    queue.read(|_| Ok(CommandState::Cancelled), SECOND, SECOND);
    assert_eq!(outcomes(&mut queue), [(1, CancelOutcome::Cancelled)]);
    assert_eq!(outcomes(&mut queue), [], "once");
    assert_eq!(queue.next(Duration::MAX), Step::Done);
}

#[test]
fn where_the_one_call_is_refused_each_is_sent_on_its_own() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, true, targets(2));
    assert_eq!(queue.next(Duration::MAX), Step::CancelAll);
    let refused = response(ResponseKind::Refused(CancelOutcome::Rejected));
    queue.take_cancel_all_response(&refused, Duration::ZERO);
    assert_eq!(queue.next(Duration::MAX), Step::Send(vec![1]));
}

#[test]
fn what_another_process_left_gets_as_much_time_as_if_it_had_just_been_sent() {
    let mut left = targets(1);
    for target in &mut left {
        target.replay_response(&CancelResponse::never_written());
    }
    let now = SECOND * 100;
    let mut queue = DeviceQueue::resumed(Order::NewestFirst, PACE, left, now);
    assert_eq!(queue.next(Duration::MAX), Step::Read(vec![0], now));
    queue.read(|_| Ok(CommandState::Pending), now, now);
    assert!(
        matches!(queue.next(Duration::MAX), Step::Read(..)),
        "not sent again yet"
    );
    queue.read(
        |_| Ok(CommandState::Pending),
        now + SECOND * 2,
        now + SECOND * 2,
    );
    assert_eq!(queue.next(Duration::MAX), Step::Send(vec![0]));
}

#[test]
fn where_the_one_call_is_refused_and_the_run_is_stopped_nothing_was_sent_for_the_rest() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, true, targets(3));
    let refused = response(ResponseKind::Refused(CancelOutcome::Rejected));
    queue.take_cancel_all_response(&refused, Duration::ZERO);
    queue.take_response(2, &response(ResponseKind::Taken), SECOND);
    queue.hold_back(&StopReason::Requested);
    let not_sent = queue.take_settled();
    assert_eq!(not_sent.len(), 2);
    for target in not_sent {
        assert_eq!(target.report.outcome, CancelOutcome::NotSent);
        let message = target.report.message.as_deref();
        assert_eq!(message, Some(StopReason::Requested.in_words()));
    }
}

#[test]
fn a_refused_key_leaves_its_targets_to_whoever_resumes() {
    let refused = CancelResponse {
        refuses_connection: true,
        ..response(ResponseKind::Refused(CancelOutcome::Denied))
    };
    for call in [false, true] {
        let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, call, targets(1));
        if call {
            queue.take_cancel_all_response(&refused, Duration::ZERO);
        } else {
            queue.take_response(0, &refused, Duration::ZERO);
        }
        queue.read(|_| Err(unread(true)), SECOND, SECOND);
        let [target] = &queue.take_settled()[..] else {
            panic!("it is settled");
        };
        assert_eq!(target.report.outcome, CancelOutcome::Denied);
        assert!(target.is_deferred);
    }
}

#[test]
fn a_vendor_without_time_is_asked_again_when_it_said_and_meanwhile_the_others_are_read() {
    let mut queue = DeviceQueue::new(Order::AtOnce, PACE, false, targets(2));
    queue.take_response(0, &response(ResponseKind::Taken), Duration::ZERO);
    let throttled = CancelResponse {
        retry_after: Some(SECOND * 3600),
        ..response(ResponseKind::NotSent)
    };
    queue.take_response(1, &throttled, Duration::ZERO);
    assert_eq!(queue.next(SECOND), Step::Read(vec![0], SECOND));
    let mut at = SECOND;
    while let Step::Read(_, due) = queue.next(at) {
        at = due;
        queue.read(|_| Ok(CommandState::Pending), at, at);
    }
    assert_eq!(
        outcomes(&mut queue),
        [(0, CancelOutcome::Accepted)],
        "at its deadline, not when the vendor has time again"
    );
    assert_eq!(at, PACE.verify_for);
    let then = SECOND * 3600;
    assert_eq!(queue.next(at), Step::Wait(then));
    assert_eq!(queue.next(then), Step::Send(vec![1]));
    // It is not insisted for ever.
    queue.take_response(1, &throttled, then);
    queue.take_response(1, &throttled, then * 2);
    let settled = queue.take_settled();
    assert_eq!(settled[0].report.outcome, CancelOutcome::NotSent);
    assert_eq!(settled[0].report.attempts, 3);
    assert!(settled[0].is_deferred);
}

#[test]
fn the_one_call_is_sent_again_when_the_vendor_has_time() {
    let mut queue = DeviceQueue::new(Order::NewestFirst, PACE, true, targets(2));
    let throttled = CancelResponse {
        retry_after: Some(SECOND * 5),
        ..response(ResponseKind::NotSent)
    };
    queue.take_cancel_all_response(&throttled, SECOND);
    assert_eq!(queue.next(SECOND), Step::Wait(SECOND * 6));
    assert_eq!(queue.next(SECOND * 6), Step::CancelAll);
    queue.take_cancel_all_response(&response(ResponseKind::Taken), SECOND * 6);
    assert!(matches!(queue.next(SECOND * 6), Step::Read(..)));
}

#[test]
fn a_refusal_is_not_final_before_a_reading() {
    let refused = response(ResponseKind::Refused(CancelOutcome::Rejected));
    let ends = |reading: fn() -> Result<CommandState, ReadFailure>| {
        let mut queue = DeviceQueue::new(Order::AtOnce, PACE, false, targets(1));
        queue.take_response(0, &refused, Duration::ZERO);
        let mut at = Duration::ZERO;
        let mut readings = 0;
        while let Step::Read(_, due) = queue.next(at) {
            at = due;
            queue.read(|_| reading(), at, at);
            readings += 1;
            let settled = outcomes(&mut queue);
            if let [(_, outcome)] = settled[..] {
                return (outcome, readings);
            }
        }
        unreachable!("it is read until it is settled")
    };
    use CancelOutcome as Outcome;
    assert_eq!(ends(|| Ok(CommandState::Succeeded)), (Outcome::LostRace, 1));
    assert_eq!(ends(|| Ok(CommandState::Pending)), (Outcome::Rejected, 1));
    assert_eq!(ends(|| Err(unread(true))), (Outcome::Rejected, 1));
    let (outcome, readings) = ends(|| Err(unread(false)));
    assert_eq!(outcome, Outcome::Unknown);
    assert!(readings > 3, "as long as a cancel that was taken");
}
