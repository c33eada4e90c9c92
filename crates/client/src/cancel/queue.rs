//! The targets of one device, whose cancels depend on each other, and the next [`Step`] for them.
//!
//! A queue takes in what happened and when. Its driver does each step and reports the result.

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

/// The order in which the cancels of a queue are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    /// In any order, several at once (Applivery).
    AtOnce,
    /// One at a time, newest first, because cancelling the head of a queue releases the next command (EnOS).
    NewestFirst,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send the one call for everything pending on the device.
    CancelAll,
    /// Send a cancel for each of these targets.
    Send(Vec<usize>),
    /// Read these targets again, not before the given time.
    Read(Vec<usize>, Duration),
    /// Wait until this time, as the provider asked.
    Wait(Duration),
    /// Every target is settled.
    Done,
}

/// Why a target could not be read.
#[derive(Clone, Debug)]
pub(crate) struct ReadFailure {
    pub(crate) why: String,
    /// The provider refuses to show it, so another reading would fail too.
    pub(crate) is_final: bool,
}

/// A target that the provider named beyond the plan.
pub(crate) struct UnplannedTarget<'a> {
    pub(crate) number: usize,
    pub(crate) command: &'a Command,
    /// The target with which it was cancelled. It shares what is known of that cancel.
    pub(crate) with: usize,
    pub(crate) attempts: u32,
}

/// The targets of one device, whose cancels depend on each other.
#[derive(Clone, Debug, Hash)]
pub(crate) struct DeviceQueue {
    order: Order,
    schedule: Schedule,
    /// The one call for everything has not been sent.
    call: bool,
    targets: Vec<Target>,
    /// No reading is made after this time.
    deadline: Duration,
    /// When the next reading is due.
    due: Duration,
    /// The wait after the next reading.
    wait: Duration,
    /// The provider asked that no cancel be sent before this time.
    not_before: Duration,
    watching: bool,
}

impl DeviceQueue {
    /// Returns a queue of these targets. With `call`, one call cancels them all.
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

    /// Returns a queue that continues at `now` after another process. What may have been sent gets as much time as if
    /// it had just been sent; what one call was to cancel is sent one by one, so that nothing beyond the plan is
    /// cancelled.
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

    /// Returns what to do at `now`.
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

    /// Returns the cancels to send next, if the provider did not ask to wait.
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
                .find(|target| ready(target) || target.blocks_older())
                .filter(ready)
                .map(|target| Step::Send(vec![target.number])),
        }
    }

    /// Sends no cancel before `until`.
    pub(crate) fn hold_until(&mut self, until: Duration) {
        self.not_before = self.not_before.max(until);
    }

    /// Takes in the response to the cancel of a target.
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

    /// Takes in the response to the one call for everything.
    pub(crate) fn take_cancel_all_response(&mut self, response: &CancelResponse, now: Duration) {
        // A refusal of the call refuses no target: each is sent its own cancel.
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

    /// Sends nothing more, because the run is stopped.
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

    /// Adds a target beyond the plan.
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

    /// Takes in a reading of every open target, made from `began` to `now`. `reading` gives the state of a target, or
    /// why it could not be read. Returns the states that are new.
    pub(crate) fn read(
        &mut self,
        mut reading: impl FnMut(&Target) -> Result<CommandState, ReadFailure>,
        began: Duration,
        now: Duration,
    ) -> Vec<(usize, CommandState)> {
        let mut news = Vec::new();
        // Until it is known whether a newer command is pending, no older one is sent.
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
                        // The errors on the way no longer matter.
                        target.report.vendor_code = None;
                        target.report.message = None;
                    }
                    target.settle(outcome);
                }
                Verdict::SendAgain if !target.held_back => target.stage = Stage::Ready,
                Verdict::SendAgain | Verdict::ReadAgain => {
                    target.followed_up |= had_time;
                    newer_in_doubt |= target.blocks_older();
                }
            }
        }
        self.after_reading(now);
        news
    }

    /// Ends watching with one more reading.
    pub(crate) fn end_watch(&mut self, now: Duration) {
        if self.watching {
            self.deadline = now;
            self.due = now;
        }
    }

    /// Returns whether nothing is left but to watch accepted cancels.
    pub(crate) fn is_watching(&self) -> bool {
        self.watching
    }

    /// Changes a target that was read before its cancel.
    pub(crate) fn seen(&mut self, number: usize, see: impl FnOnce(&mut Target)) {
        if let Some(target) = self.find_mut(number) {
            see(target);
        }
    }

    /// Returns the targets in the order in which they are sent.
    pub(crate) fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Returns the target of this number, until it is settled.
    pub(crate) fn find(&self, number: usize) -> Option<&Target> {
        self.targets.iter().find(|target| target.number == number)
    }

    /// Removes and returns the settled targets.
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

    /// Schedules the readings after a response.
    fn read_soon(&mut self, end: ResponseKind, again: bool, now: Duration) {
        let window = match end {
            ResponseKind::Taken => self.schedule.verify_for,
            // At least one reading follows once there was time to show an effect.
            ResponseKind::Lost if again => self.schedule.time_to_show,
            ResponseKind::Lost => self.schedule.verify_for,
            // One reading follows, and more only if it fails.
            ResponseKind::Refused(_) => self.schedule.verify_for,
            ResponseKind::NotSent => Duration::ZERO,
        };
        self.deadline = self.deadline.max(now + window);
        self.wait = self.schedule.first_wait;
        let hangs_on_reading =
            |target: &Target| target.stage == Stage::Open && target.attempt_log.hangs_on_reading();
        let wait = match end {
            _ if self.targets.iter().any(hangs_on_reading) => self.wait,
            // A denial does not depend on what the provider has yet to show.
            ResponseKind::Refused(CancelOutcome::Denied) | ResponseKind::NotSent => Duration::ZERO,
            _ => self.schedule.time_to_show,
        };
        self.due = (now + wait).min(self.deadline.max(now));
    }

    fn after_reading(&mut self, now: Duration) {
        // Targets that wait for the provider to accept cancels again keep nothing else open.
        let sends_more = now >= self.not_before
            && self
                .targets
                .iter()
                .any(|target| target.stage == Stage::Ready);
        if now >= self.deadline && !sends_more {
            let watch = !self.watching && !self.schedule.watch_for.is_zero();
            for target in &mut self.targets {
                let open = target.stage == Stage::Open;
                if open && !(watch && target.attempt_log.hangs_on_reading()) {
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
        // The last reading is made at the deadline, not before.
        self.due = (now + self.wait).min(self.deadline.max(now));
        if now >= self.deadline && sends_more {
            // A newer target still keeps older ones waiting.
            self.due = now + self.wait;
        }
        self.wait = (self.wait * 2).min(longest);
    }
}

fn number(target: &Target) -> usize {
    target.number
}

fn hold_back(target: &mut Target, reason: &StopReason) {
    if target.attempt_log.needs_reading() && target.attempt_log.hangs_on_reading() {
        // The effect of its first cancel is still read.
        target.held_back = true;
        target.stage = Stage::Open;
        return;
    }
    // What the provider said of it is kept.
    if target.report.message.is_none() || target.report.attempts == 0 {
        target.report.message = Some(reason.in_words().to_owned());
    }
    target.settle(target.attempt_log.without_reading());
}
