//! What a run knows while it runs: of each target, and of itself.

use std::{
    cmp::Reverse,
    collections::HashSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lock::{Semaphore, SemaphoreGuard};
use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandId, DeviceRef, Timestamp,
};
use countermand_transport::{ApiError, CancelEffect, SharedTimer};

use crate::{
    Observer, Planned, RunEvent, RunOptions, StopHandle, StopReason,
    client::Shared,
    decision::{self, Trial},
    vendor::Vendor,
};

/// One of the vendors advises to wait so long before reading what was changed.
const SHOWN_AFTER: Duration = Duration::from_secs(2);

/// One target on its way to its outcome.
pub(super) struct Target {
    position: Position,
    created_at: Option<Timestamp>,
    pub(super) report: CancelReport,
    pub(super) trial: Trial,
    /// No cancel is to be sent: the report already says why.
    pub(super) decided: bool,
    /// Why the latest reading failed, if it did.
    pub(super) unread: Option<String>,
    /// When the latest cancel came back, with an answer or without one.
    returned_at: Duration,
}

/// A row's place in the result: the place in the plan, and whether it comes after that, beyond the plan.
pub(super) type Position = (usize, bool);

impl Target {
    pub(super) fn new(position: usize, planned: Planned) -> Self {
        let decided = !planned.would_be_sent();
        let mut report = planned.report();
        if !decided {
            // Until something is known to have left, nothing was sent.
            report.outcome = CancelOutcome::NotSent;
        }
        let created_at = planned.created_at();
        Self {
            position: (position, false),
            created_at,
            report,
            trial: Trial::default(),
            decided,
            unread: None,
            returned_at: Duration::ZERO,
        }
    }

    /// A target that no plan held: the vendor named it beside those that were asked for.
    pub(super) fn beyond_plan(
        position: usize,
        command: &Command,
        trial: Trial,
        attempts: u32,
    ) -> Self {
        let mut report = CancelReport::new(command.device.clone(), command.id.clone());
        report.attempts = attempts;
        Self {
            position: (position, true),
            created_at: command.created_at,
            report,
            trial,
            decided: false,
            unread: None,
            returned_at: Duration::ZERO,
        }
    }

    /// The place in the plan.
    pub(super) fn position(&self) -> usize {
        self.position.0
    }

    pub(super) fn device(&self) -> &DeviceRef {
        &self.report.device
    }

    pub(super) fn id(&self) -> &CommandId {
        &self.report.id
    }

    pub(super) fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// The latest cancel came back with `error`, at `now`.
    pub(super) fn failed(&mut self, error: &ApiError, now: Duration) {
        self.returned_at = now;
        self.trial.failed(error);
        self.report.attempts += error.attempts();
        decision::note(&mut self.report, error);
    }

    /// The run was stopped before its cancel was sent.
    pub(super) fn held_back(&mut self, reason: &StopReason) {
        if self.report.attempts == 0 {
            self.report.message = Some(reason.in_words().to_owned());
        }
    }

    /// No further reading is made: the time is up.
    pub(super) fn time_is_up(&mut self) {
        self.report.outcome = self.trial.without_reading();
        if let (None, Some(unread)) = (&self.report.message, self.unread.take()) {
            self.report.message = Some(format!("reading it again failed: {unread}"));
        }
    }

    /// The vendor took the latest cancel.
    pub(super) fn accepted(&mut self, attempts: u32, request_id: Option<String>) {
        self.trial.accepted();
        self.report.attempts += attempts;
        self.report.vendor_code = None;
        self.report.message = None;
        self.report.request_id = request_id;
    }
}

/// Settled rows, with their place in the result.
pub(super) type Rows = Vec<(Position, CancelReport)>;

/// What all lanes of a run share.
pub(super) struct Context<'a> {
    pub(super) vendor: &'a Vendor,
    pub(super) timer: &'a SharedTimer,
    pub(super) options: RunOptions,
    sending: Semaphore,
    reading: Semaphore,
    stop: &'a StopHandle,
    stopped: Mutex<Option<StopReason>>,
    failures_in_a_row: AtomicU32,
    observe: Option<Observer>,
    done: AtomicUsize,
    /// Every target there is a row for or will be, of all lanes: an answer may name another lane's.
    named: Mutex<HashSet<(DeviceRef, String)>>,
}

impl<'a> Context<'a> {
    pub(super) fn new<'p>(
        shared: &'a Shared,
        options: RunOptions,
        stop: &'a StopHandle,
        observe: Option<Observer>,
        planned: impl Iterator<Item = &'p Planned>,
    ) -> Self {
        let at_once = options.concurrency.max(1);
        Self {
            vendor: &shared.vendor,
            timer: &shared.timer,
            options,
            sending: Semaphore::new(at_once),
            reading: Semaphore::new(at_once),
            stop,
            stopped: Mutex::default(),
            failures_in_a_row: AtomicU32::new(0),
            observe,
            done: AtomicUsize::new(0),
            named: Mutex::new(
                planned
                    .map(|target| name(target.device(), target.id()))
                    .collect(),
            ),
        }
    }

    /// A place among those that send; once the run is stopped, why it is.
    pub(super) async fn may_send(&self) -> Result<SemaphoreGuard<'_>, StopReason> {
        let place = self.sending.acquire().await;
        if self.stop.is_stopped() {
            self.stop_for(StopReason::Asked);
        }
        self.stopped().map_or(Ok(place), Err)
    }

    /// A place among those that read.
    pub(super) async fn may_read(&self) -> SemaphoreGuard<'_> {
        self.reading.acquire().await
    }

    /// How long a vendor may take to show what became of a cancel.
    pub(super) fn time_to_show(&self) -> Duration {
        SHOWN_AFTER.min(self.options.verify_for / 4)
    }

    /// Had the vendor time, before `now`, to show what became of the latest cancel?
    pub(super) fn had_time(&self, target: &Target, now: Duration) -> bool {
        now.saturating_sub(target.returned_at) >= self.time_to_show()
    }

    pub(super) fn monotonic(&self) -> Duration {
        self.timer.monotonic()
    }

    pub(super) fn stopped(&self) -> Option<StopReason> {
        self.stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn stop_for(&self, reason: StopReason) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped.is_none() {
            *stopped = Some(reason.clone());
            drop(stopped);
            self.tell(RunEvent::Stopped(reason));
        }
    }

    /// Takes note of how a cancel fared, and stops the run where going on would be senseless.
    pub(super) fn note_success(&self) {
        self.failures_in_a_row.store(0, Ordering::SeqCst);
    }

    /// Takes note of how a cancel fared, and stops the run where going on would be senseless.
    pub(super) fn note_failure(&self, error: &ApiError) {
        if error.refuses_connection() {
            self.stop_for(StopReason::ConnectionRefused);
        } else if error.cancel_effect() == CancelEffect::Refused {
            // The vendor works, and refuses this target.
            self.note_success();
        } else if self.failures_in_a_row.fetch_add(1, Ordering::SeqCst) + 1
            >= self.options.most_failures_in_a_row
        {
            self.stop_for(StopReason::TooManyFailures);
        }
    }

    /// Is this named for the first time? From now on it is a target.
    pub(super) fn is_beyond_plan(&self, device: &DeviceRef, id: &CommandId) -> bool {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.insert(name(device, id))
    }

    pub(super) fn tell(&self, event: RunEvent) {
        if let Some(observe) = &self.observe {
            observe(event);
        }
    }

    pub(super) fn tell_sending(&self, target: &Target) {
        self.tell(RunEvent::Sending {
            device: target.device().clone(),
            id: target.id().clone(),
        });
    }

    pub(super) fn tell_verifying(&self, target: &Target) {
        self.tell(RunEvent::Verifying {
            device: target.device().clone(),
            id: target.id().clone(),
        });
    }

    /// The end of a target: the only place where a row comes to be.
    pub(super) fn settle(&self, rows: &mut Rows, target: Target) {
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        let total = self
            .named
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        self.tell(RunEvent::Settled {
            report: Box::new(target.report.clone()),
            done,
            total,
        });
        rows.push((target.position, target.report));
    }
}

/// What tells targets apart: the case of Applivery's hexadecimal ids does not.
fn name(device: &DeviceRef, id: &CommandId) -> (DeviceRef, String) {
    (device.clone(), id.as_str().to_ascii_lowercase())
}

/// What to read again.
pub(super) fn ids(targets: &[Target]) -> Vec<CommandId> {
    targets.iter().map(|target| target.id().clone()).collect()
}

/// The order in which the queue of an EnOS device is cancelled. Without a creation time the id decides: the
/// vendor's ids grow.
pub(super) fn newest_first(target: &Target) -> Reverse<(Option<Timestamp>, usize, CommandId)> {
    let id = target.id();
    Reverse((target.created_at(), id.as_str().len(), id.clone()))
}

/// When the oldest of them was given; none where one of them does not tell.
pub(super) fn oldest(targets: &[Target]) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = targets.iter().map(Target::created_at).collect();
    times?.into_iter().min()
}
