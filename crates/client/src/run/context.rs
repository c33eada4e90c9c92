//! What all device queues of a run share.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lock::SemaphoreGuard;
use countermand_core_model::{CancelOutcome, CommandId, DeviceRef};
use countermand_transport::{ApiError, CallLimits, SharedTimer, Urgency};

use super::{
    entries, failures::Failures, limits::Limits, pauses::NEWS_AFTER, recorder::Recorder,
    snapshot::RowStage, state::RunState,
};
use crate::{
    Gaps, RunEvent, RunOptions, StopReason,
    cancel::{Schedule, Target, is_left_open, is_throttled},
    journal::{Entry, Journal},
    provider::ProviderCalls,
    shared::Shared,
};

/// Short, because its queue repeats a reading that fails.
const READING_PATIENCE: Duration = Duration::from_secs(4);

/// How soon a waiting run notices that it is to stop for a reason of its own.
const NOTICED_WITHIN: Duration = Duration::from_secs(1);

/// Nothing may be sent now: the run is stopped, or the provider asked to wait.
#[derive(Debug)]
pub(super) struct HeldBack;

/// The provider's calls, with the limits of each use.
pub(super) struct Calls {
    /// Sends cancels. A stop ends every wait for the provider.
    pub(super) sender: ProviderCalls,
    /// Reads what was sent, with little patience, because it is read again soon.
    pub(super) reader: ProviderCalls,
    /// Reads what is to be sent.
    pub(super) checker: ProviderCalls,
    /// Lists the devices of a sweep.
    pub(super) namer: ProviderCalls,
}

/// What a run is held to by its plan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RunLimits {
    /// It looks for its targets on many devices.
    pub(super) is_sweep: bool,
    /// How many targets it has at most.
    pub(super) most_targets: Option<usize>,
}

/// What all device queues of a run share.
pub(super) struct Context {
    pub(super) calls: Calls,
    pub(super) timer: SharedTimer,
    pub(super) schedule: Schedule,
    pub(super) limits: Limits,
    pub(super) recorder: Recorder,
    pub(super) state: Arc<RunState>,
    pub(super) failures: Failures,
    gaps: Mutex<Gaps>,
    most_targets: Option<usize>,
    /// When the run was first driven.
    pub(super) began: Duration,
    /// How many rows and devices are left to a resumed run.
    left_open: AtomicUsize,
}

impl Context {
    pub(super) fn new(
        shared: &Shared,
        options: &RunOptions,
        run: RunLimits,
        journal: Option<Journal>,
        state: Arc<RunState>,
    ) -> Self {
        let at_once = options.concurrency.max(1);
        let failures = Failures::new(options, shared.org.provider(), at_once);
        state.rows.each_device(|device| failures.plan(device));
        let limits = CallLimits::until(state.stop.handle.clone());
        let reading = limits.clone().with_patience(READING_PATIENCE);
        // Otherwise calls go in the order of their arrival, whatever they are for.
        let urgent = |limits: &CallLimits, urgency| match run.is_sweep {
            true => limits.clone().with_urgency(urgency),
            false => limits.clone(),
        };
        Self {
            calls: Calls {
                sender: shared.limited(urgent(&limits, Urgency::First)),
                checker: shared.limited(limits.clone()),
                reader: shared.limited(urgent(&reading, Urgency::Last)),
                namer: shared.limited(urgent(&limits, Urgency::First)),
            },
            most_targets: run.most_targets,
            timer: shared.timer.clone(),
            schedule: Schedule::of(options),
            limits: Limits::new(at_once, shared.rate),
            recorder: Recorder::new(journal),
            began: Duration::ZERO,
            state,
            failures,
            gaps: Mutex::default(),
            left_open: AtomicUsize::new(0),
        }
    }

    pub(super) fn monotonic(&self) -> Duration {
        self.timer.monotonic()
    }

    /// Changes where more may be pending.
    pub(super) fn gaps<T>(&self, change: impl FnOnce(&mut Gaps) -> T) -> T {
        change(&mut self.gaps.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns whether the run has as many targets as it may have.
    pub(super) fn is_at_limit(&self) -> bool {
        let count = self.state.rows.count();
        self.most_targets.is_some_and(|most| count >= most)
    }

    /// Leaves one more row or device to a resumed run.
    pub(super) fn leave_open(&self) {
        self.left_open.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many rows and devices are left to a resumed run.
    pub(super) fn left_open(&self) -> usize {
        self.left_open.load(Ordering::Relaxed)
    }

    /// Returns whether every row is final.
    pub(super) fn is_finished(&self) -> bool {
        self.state.stop.reason().is_none() && self.left_open() == 0
    }

    /// Waits until another device may be listed. Returns false if the run is stopped.
    pub(super) async fn may_list(&self) -> bool {
        while self.limits.lists_wait() && self.stop_reason().is_none() {
            self.state
                .stop
                .handle
                .sleep(&self.timer, NOTICED_WITHIN)
                .await;
        }
        self.stop_reason().is_none() || self.state.stop.allows_lists(self.monotonic())
    }

    /// Waits for a place among the senders, unless nothing may be sent now.
    pub(super) async fn may_send(&self) -> Result<SemaphoreGuard<'_>, HeldBack> {
        let place = self.limits.sending.acquire().await;
        let may = self.stop_reason().is_none() && self.monotonic() >= self.paused_until();
        may.then_some(place).ok_or(HeldBack)
    }

    /// Returns when the pause ends that the provider asked for.
    pub(super) fn paused_until(&self) -> Duration {
        self.limits.pauses().until()
    }

    /// Waits until then, or until the run is stopped.
    pub(super) async fn wait_until(&self, until: Duration) {
        loop {
            let left = until.saturating_sub(self.monotonic());
            if left.is_zero() || self.stop_reason().is_some() {
                return;
            }
            // It may be stopped for a reason of its own.
            let slice = left.min(NOTICED_WITHIN);
            self.state.stop.handle.sleep(&self.timer, slice).await;
        }
    }

    pub(super) fn is_asked_to_stop(&self) -> bool {
        self.state.stop.handle.is_stopped()
    }

    /// Returns why nothing more is sent, if the run is stopped.
    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        if self.is_asked_to_stop() {
            self.stop_for(StopReason::Requested);
        }
        self.state.stop.reason()
    }

    pub(super) fn stop_for(&self, reason: StopReason) {
        if self.state.stop.set(&reason, self.monotonic()) {
            self.recorder.note(|| Entry::Stopped {
                reason: reason.clone(),
            });
            self.state.events.send(RunEvent::Stopped(reason));
        }
    }

    /// Records what is about to be sent. It may be sent only once this is durable; if it cannot be recorded, the run
    /// stops.
    pub(super) async fn record_intent(
        &self,
        intent: impl FnOnce() -> Entry,
    ) -> Result<(), HeldBack> {
        self.recorder.note(intent);
        self.commit().await
    }

    /// Makes what was recorded durable. If that fails, the run stops.
    pub(super) async fn commit(&self) -> Result<(), HeldBack> {
        self.recorder.flush().await.map_err(|_| {
            self.stop_for(StopReason::JournalFailed);
            HeldBack
        })
    }

    /// Makes what was recorded durable, where nothing depends on it.
    pub(super) async fn persist(&self) {
        // If it fails, the run stops, and what was done is done.
        let _ = self.commit().await;
    }

    /// Takes note of a failed reading. If the whole connection is refused, the run stops.
    pub(super) fn note_reading(&self, error: &ApiError) {
        if error.refuses_connection() {
            self.stop_for(StopReason::ConnectionRefused);
        }
        if let Some(asked) = error.retry_after().filter(|asked| *asked > NEWS_AFTER) {
            self.report_pause(asked);
        }
    }

    /// Takes note of the result of a cancel, and stops the run if there is no point in going on.
    pub(super) fn note_result<T>(&self, device: &DeviceRef, result: &Result<T, ApiError>) {
        self.limits.count_sent();
        if let Err(error) = result
            && is_throttled(error)
            && let Some(asked) = error.retry_after()
        {
            let until = self.monotonic().saturating_add(asked);
            self.limits.pauses().extend(until);
            self.report_pause(asked);
        }
        if let Some(reason) = self.failures.note(device, result) {
            self.stop_for(reason);
        }
    }

    /// Reports a pause once, not for every request that it affects.
    fn report_pause(&self, asked: Duration) {
        let until = self.monotonic().saturating_add(asked);
        if !self.limits.pauses().is_news(until) {
            return;
        }
        let millis = i64::try_from(asked.as_millis()).unwrap_or(i64::MAX);
        if let Some(until) = self.timer.now().plus_millis(millis) {
            self.state.events.send(RunEvent::Paused { until });
        }
    }

    /// Marks how far the cancel of a target is.
    pub(super) fn mark(&self, number: usize, device: &DeviceRef, id: &CommandId, stage: RowStage) {
        self.state.rows.mark(number, stage);
        let events = &self.state.events;
        if !events.are_wanted() {
            return;
        }
        let (device, id) = (device.clone(), id.clone());
        match stage {
            RowStage::Sending => events.send(RunEvent::Sending { device, id }),
            RowStage::Verifying => events.send(RunEvent::Verifying { device, id }),
            RowStage::Watching => events.send(RunEvent::Watching { device, id }),
            RowStage::Queued | RowStage::Settled => {}
        }
    }

    /// Marks how far the cancels of these targets are.
    pub(super) fn mark_all(&self, targets: &[Target], stage: RowStage) {
        for target in targets {
            self.mark(target.number, target.device(), target.id(), stage);
        }
    }

    /// Makes the row of a target final. This is the only place that does.
    pub(super) fn settle(&self, target: Target, watched: bool) {
        let Target {
            number,
            place,
            report,
            is_deferred,
            ..
        } = target;
        if is_deferred || is_left_open(report.outcome, self.state.stop.reason().as_ref()) {
            self.leave_open();
        } else {
            self.recorder.note(|| Entry::settled(number, &report));
        }
        let events = &self.state.events;
        let told = events.are_wanted().then(|| Box::new(report.clone()));
        let elapsed = self.monotonic().saturating_sub(self.began);
        let by_budget = |progress: &_| self.limits.left_by_budget(progress);
        let rows = &self.state.rows;
        let progress = rows.settle(number, place, report, elapsed, by_budget);
        if let Some(report) = told {
            if watched && report.outcome == CancelOutcome::LostRace {
                events.send(RunEvent::Alarm {
                    report: report.clone(),
                });
            }
            events.send(RunEvent::Settled { report, progress });
        }
    }

    /// Seals the journal if every row is final.
    pub(super) async fn seal(&self) {
        if self.is_finished() {
            let progress = self.state.rows.progress();
            self.recorder.note(|| entries::seal(&progress));
        }
        self.persist().await;
    }
}
