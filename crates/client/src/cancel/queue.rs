//! A queue: targets whose cancels hang together, and what is to be done next for them.
//!
//! A queue is told what happened and the time, and says the next [`Step`]. Whoever drives it does the
//! step and tells it what came of that; how long that takes and what else goes on does not matter here.

#[cfg(test)]
mod tests;

use std::time::Duration;

use countermand_core_model::{CancelOutcome, Command, CommandState};

use super::{
    CancelResponse, ResponseKind, Schedule, Target,
    attempts::Verdict,
    target::{Stage, newest_first},
};
use crate::StopReason;

/// In which order the cancels of a queue go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    /// In any order, several at once: each command stands for itself (Applivery).
    AtOnce,
    /// One after the other, the newest first: cancelling the head of a queue sends the next one out (EnOS).
    NewestFirst,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send the one call for everything that waits on the device.
    CancelAll,
    /// Send a cancel for each of these targets.
    Send(Vec<usize>),
    /// Read these targets again, not before the given time.
    Read(Vec<usize>, Duration),
    /// Nothing can be done before this time: the vendor asked to wait.
    Wait(Duration),
    /// Nothing is left: every target is settled.
    Done,
}

/// A target could not be read.
#[derive(Clone, Debug)]
pub(crate) struct ReadFailure {
    pub(crate) why: String,
    /// The vendor refuses it: another reading would fare alike.
    pub(crate) is_final: bool,
}

/// A target that the vendor named beside those of the plan.
pub(crate) struct UnplannedTarget<'a> {
    pub(crate) number: usize,
    pub(crate) command: &'a Command,
    /// The target with which it was cancelled: what is known of that cancel holds for this one too.
    pub(crate) with: usize,
    pub(crate) attempts: u32,
}

/// Targets whose cancels hang together: those of one device.
#[derive(Clone, Debug, Hash)]
pub(crate) struct DeviceQueue {
    order: Order,
    schedule: Schedule,
    /// The one call for everything is still to be sent.
    call: bool,
    targets: Vec<Target>,
    /// The reading after this time is the last.
    deadline: Duration,
    /// When to read next.
    due: Duration,
    /// How long to wait after the next reading.
    wait: Duration,
    /// The vendor asked to wait until then: no cancel is sent before.
    not_before: Duration,
    watching: bool,
}

impl DeviceQueue {
    /// A queue of these targets. With `call` one call cancels them all.
    pub(crate) fn new(
        order: Order,
        schedule: Schedule,
        call: bool,
        mut targets: Vec<Target>,
    ) -> Self {
        if order == Order::NewestFirst {
            targets.sort_by_cached_key(newest_first);
        }
        let anything_to_send = targets.iter().any(|target| target.stage == Stage::Ready);
        Self {
            order,
            schedule,
            call: call && anything_to_send,
            targets,
            deadline: Duration::ZERO,
            due: Duration::ZERO,
            wait: schedule.first_wait,
            not_before: Duration::ZERO,
            watching: false,
        }
    }

    /// A queue that goes on at `now` with what another process left: whatever may have been sent gets as much
    /// time as if it had just been sent. What was not sent by one call is sent one by one: exactly what the
    /// plan held, and nothing that came to wait since.
    pub(crate) fn resumed(
        order: Order,
        schedule: Schedule,
        targets: Vec<Target>,
        now: Duration,
    ) -> Self {
        let mut queue = Self::new(order, schedule, false, targets);
        for target in &mut queue.targets {
            target.returned_at = now;
        }
        queue.due = now;
        queue.deadline = now + schedule.verify_for;
        queue
    }

    /// What is to be done next, at `now`.
    pub(crate) fn next(&self, now: Duration) -> Step {
        let send = self.to_send();
        if now >= self.not_before
            && let Some(step) = send
        {
            return step;
        }
        let open = |target: &&Target| target.stage == Stage::Open;
        let open: Vec<usize> = self.targets.iter().filter(open).map(number).collect();
        match send {
            Some(_) if open.is_empty() || self.not_before < self.due => Step::Wait(self.not_before),
            None if open.is_empty() => Step::Done,
            _ => Step::Read(open, self.due),
        }
    }

    /// The cancels that are next to be sent, were it not for the vendor's wish to wait.
    fn to_send(&self) -> Option<Step> {
        let ready = |target: &&Target| target.stage == Stage::Ready;
        if self.call && self.targets.iter().any(|target| ready(&target)) {
            return Some(Step::CancelAll);
        }
        match self.order {
            Order::AtOnce => {
                let ready: Vec<usize> = self.targets.iter().filter(ready).map(number).collect();
                (!ready.is_empty()).then_some(Step::Send(ready))
            }
            Order::NewestFirst => self
                .targets
                .iter()
                .find(|target| ready(target) || target.keeps_older_waiting())
                .filter(ready)
                .map(|target| Step::Send(vec![target.number])),
        }
    }

    /// The vendor asked to wait: no cancel is sent before `until`.
    pub(crate) fn hold_until(&mut self, until: Duration) {
        self.not_before = self.not_before.max(until);
    }

    /// The cancel of this target came back.
    pub(crate) fn take_response(
        &mut self,
        number: usize,
        response: &CancelResponse,
        now: Duration,
    ) {
        if let Some(target) = self.find_mut(number) {
            let again = target.attempt_log.is_in_doubt();
            target.take_response(response, now);
            self.answered(response, again, now);
        }
    }

    /// The one call for everything came back.
    pub(crate) fn take_cancel_all_response(&mut self, response: &CancelResponse, now: Duration) {
        // A refusal of the call is none of what it was for: each is still to be sent a cancel of its own.
        let one_by_one = response.leaves_one_by_one();
        for target in &mut self.targets {
            if target.stage == Stage::Ready {
                if one_by_one {
                    target.call_refused(response);
                } else {
                    target.take_response(response, now);
                }
            }
        }
        let is_ready = |target: &Target| target.stage == Stage::Ready;
        self.call = response.retry_after.is_some() && self.targets.iter().any(is_ready);
        self.answered(response, false, now);
    }

    /// The run is stopped: what is still to be sent is not sent.
    pub(crate) fn hold_back(&mut self, reason: &StopReason) {
        self.call = false;
        for target in &mut self.targets {
            if target.stage == Stage::Ready {
                hold_back(target, reason);
            }
        }
    }

    fn answered(&mut self, response: &CancelResponse, again: bool, now: Duration) {
        if let Some(wait) = response.retry_after {
            self.hold_until(now + wait);
        } else {
            self.read_soon(response.kind, again, now);
        }
    }

    /// A target that no plan held: the vendor named it beside those that were asked for.
    pub(crate) fn add(&mut self, beyond: &UnplannedTarget<'_>) {
        let Some(with) = self
            .targets
            .iter()
            .find(|target| target.number == beyond.with)
        else {
            return;
        };
        let mut target = Target::beyond_plan(
            beyond.number,
            beyond.command.device.clone(),
            beyond.command.id.clone(),
            beyond.command.created_at,
            with,
        );
        target.report.attempts = beyond.attempts;
        let key = newest_first(&target);
        let at = match self.order {
            Order::NewestFirst => self
                .targets
                .partition_point(|other| newest_first(other) <= key),
            Order::AtOnce => self.targets.len(),
        };
        self.targets.insert(at, target);
    }

    /// Every open target was read, by a reading that began at `began` and ended at `now`, or could not be:
    /// `reading` gives the state, or why there is none. Says which states are news.
    pub(crate) fn read(
        &mut self,
        mut reading: impl FnMut(&Target) -> Result<CommandState, ReadFailure>,
        began: Duration,
        now: Duration,
    ) -> Vec<(usize, CommandState)> {
        let mut news = Vec::new();
        // While it is not known whether a newer one still waits, no older one of the queue is touched.
        let mut newer_in_doubt = false;
        let time_to_show = self.schedule.time_to_show;
        for target in &mut self.targets {
            if target.stage != Stage::Open {
                continue;
            }
            let in_order = self.order == Order::NewestFirst;
            let had_time = !(in_order && newer_in_doubt)
                && began.saturating_sub(target.returned_at) >= time_to_show;
            let verdict = match reading(target) {
                Ok(state) => {
                    let is_news = target.report.after != Some(state);
                    target.was_read(state);
                    let verdict = target.attempt_log.reading(state, had_time);
                    if is_news || verdict == Verdict::SendAgain {
                        news.push((target.number, state));
                    }
                    verdict
                }
                Err(ReadFailure { why, is_final }) => {
                    target.unread = Some(why);
                    target.attempt_log.no_reading(is_final)
                }
            };
            match verdict {
                Verdict::Settled(outcome) => {
                    if outcome == CancelOutcome::Cancelled {
                        // What went wrong on the way was overtaken by what the vendor now reports.
                        target.report.vendor_code = None;
                        target.report.message = None;
                    }
                    target.settle(outcome);
                }
                Verdict::SendAgain if !target.held_back => target.stage = Stage::Ready,
                Verdict::SendAgain | Verdict::ReadAgain => {
                    target.looked_into |= had_time;
                    newer_in_doubt |= target.keeps_older_waiting();
                }
            }
        }
        self.after_reading(now);
        news
    }

    /// Nobody watches any longer: the next reading is the last.
    pub(crate) fn end_watch(&mut self, now: Duration) {
        if self.watching {
            self.deadline = now;
            self.due = now;
        }
    }

    /// Is all that is left to be done to watch what was accepted?
    pub(crate) fn is_watching(&self) -> bool {
        self.watching
    }

    /// A target that was not sent yet was read again: what was seen is in `target`.
    pub(crate) fn seen(&mut self, number: usize, see: impl FnOnce(&mut Target)) {
        if let Some(target) = self.find_mut(number) {
            see(target);
        }
    }

    /// The targets, in the order in which they are sent.
    pub(crate) fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The target of this number, while it is not settled.
    pub(crate) fn find(&self, number: usize) -> Option<&Target> {
        self.targets.iter().find(|target| target.number == number)
    }

    /// Takes out what is settled: each target comes out once.
    pub(crate) fn take_settled(&mut self) -> Vec<Target> {
        self.targets
            .extract_if(.., |target| target.stage == Stage::Settled)
            .collect()
    }

    fn find_mut(&mut self, number: usize) -> Option<&mut Target> {
        self.targets
            .iter_mut()
            .find(|target| target.number == number)
    }

    /// When to read what just came back, and until when.
    fn read_soon(&mut self, end: ResponseKind, again: bool, now: Duration) {
        let window = match end {
            ResponseKind::Taken => self.schedule.verify_for,
            // Lost again: at least one reading follows, when there was time to show it.
            ResponseKind::Lost if again => self.schedule.time_to_show,
            ResponseKind::Lost => self.schedule.verify_for,
            // One reading follows as well, and more only where it cannot be had.
            ResponseKind::Refused(_) => self.schedule.verify_for,
            ResponseKind::NotSent => Duration::ZERO,
        };
        self.deadline = self.deadline.max(now + window);
        self.wait = self.schedule.first_wait;
        let hangs_on_a_reading = |target: &Target| {
            target.stage == Stage::Open && target.attempt_log.waits_for_a_reading()
        };
        let wait = match end {
            _ if self.targets.iter().any(hangs_on_a_reading) => self.wait,
            // Why it is not allowed has nothing to do with what the vendor has yet to show.
            ResponseKind::Refused(CancelOutcome::Denied) | ResponseKind::NotSent => Duration::ZERO,
            _ => self.schedule.time_to_show,
        };
        self.due = (now + wait).min(self.deadline.max(now));
    }

    fn after_reading(&mut self, now: Duration) {
        // What is sent only when the vendor has time again keeps nothing else open.
        let sends_more = now >= self.not_before
            && self
                .targets
                .iter()
                .any(|target| target.stage == Stage::Ready);
        if now >= self.deadline && !sends_more {
            let watch = !self.watching && !self.schedule.watch_for.is_zero();
            for target in &mut self.targets {
                let open = target.stage == Stage::Open;
                if open && !(watch && target.attempt_log.waits_for_a_reading()) {
                    target.time_is_up();
                }
            }
            if watch {
                self.watching = true;
                self.deadline = now + self.schedule.watch_for;
            }
        }
        let longest = if self.watching {
            self.schedule.longest_watch_wait
        } else {
            self.schedule.longest_wait
        };
        // The last reading is made at the deadline, not some time before it.
        self.due = (now + self.wait).min(self.deadline.max(now));
        if now >= self.deadline && sends_more {
            // The time is up, and a newer one still keeps older ones waiting.
            self.due = now + self.wait;
        }
        self.wait = (self.wait * 2).min(longest);
    }
}

#[cfg(test)]
impl DeviceQueue {
    /// Is there a row to take out?
    pub(super) fn has_settled(&self) -> bool {
        let mut targets = self.targets.iter();
        targets.any(|target| target.stage == Stage::Settled)
    }

    /// This queue with every time as it looks from `now`: what differs in nothing else goes on alike.
    pub(super) fn as_seen_from(&self, now: Duration) -> Self {
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

fn number(target: &Target) -> usize {
    target.number
}

fn hold_back(target: &mut Target, reason: &StopReason) {
    if target.attempt_log.needs_reading() && target.attempt_log.waits_for_a_reading() {
        // It was to be sent another: what became of the first is still read.
        target.held_back = true;
        target.stage = Stage::Open;
        return;
    }
    // What the vendor said of it, if it did, says more.
    if target.report.message.is_none() || target.report.attempts == 0 {
        target.report.message = Some(reason.in_words().to_owned());
    }
    target.settle(target.attempt_log.without_reading());
}
