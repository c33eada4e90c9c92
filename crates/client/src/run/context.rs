//! What all lanes of a run share.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lock::{Semaphore, SemaphoreGuard, SemaphoreGuardArc};
use countermand_core_model::{CancelOutcome, CancelReport, CommandId, DeviceRef};
use countermand_transport::{ApiError, ApiErrorKind, CallLimits, CancelEffect, SharedTimer};

use super::{
    denials::Denials,
    gaps::Gaps,
    pauses::{NEWS_AFTER, Pauses},
    target_set::TargetSet,
};
use crate::{
    Observer, Progress, RunEvent, RunOptions, StopHandle, StopReason,
    client::Shared,
    decision::{Pace, Place, Target, is_left_open, is_throttled},
    journal::{Entry, Journal},
    provider::ProviderCalls,
};

/// A reading that fails is made again by its lane: the layers below need not insist.
const READING_PATIENCE: Duration = Duration::from_secs(4);

/// After a run stopped for what became of its cancels, it still lists for so long what it did not send.
const LISTED_AFTER_STOP: Duration = Duration::from_secs(10);

/// While it waits, a run notices within this time that it is to stop for a reason of its own.
const NOTICED_WITHIN: Duration = Duration::from_secs(1);

/// Nothing may be sent now: the run is stopped, or the vendor asked to wait.
#[derive(Debug)]
pub(super) struct HeldBack;

/// What a run stands on.
pub(crate) struct Stand<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) options: RunOptions,
    pub(crate) stop: &'a StopHandle,
    pub(crate) observe: Option<Observer>,
    pub(crate) journal: Option<&'a Journal>,
}

/// What all lanes of a run share.
pub(super) struct Context<'a> {
    /// Sends cancels: no wait for the vendor outlasts a stop.
    pub(super) sender: ProviderCalls,
    /// Reads what was sent, with little patience: it is read again soon.
    pub(super) reader: ProviderCalls,
    /// Reads what is still to be sent.
    pub(super) looker: ProviderCalls,
    pub(super) timer: &'a SharedTimer,
    pub(super) pace: Pace,
    /// Requests a second that the connection may make.
    budget: Option<f64>,
    most_failures_in_a_row: u32,
    /// Those whose cancels are under way.
    sending: Semaphore,
    /// Those that are being read.
    reading: Semaphore,
    /// Those that are read before their cancel.
    looking: Semaphore,
    at_once: usize,
    /// Lanes that still have something to send.
    lanes: Arc<Semaphore>,
    pub(super) stop: &'a StopHandle,
    stopped: Mutex<Option<StopReason>>,
    failures_in_a_row: AtomicU32,
    denials: Mutex<Denials>,
    pauses: Mutex<Pauses>,
    observe: Option<Observer>,
    journal: Option<&'a Journal>,
    began: Duration,
    progress: Mutex<Progress>,
    sent: AtomicUsize,
    /// How many rows are not final in the journal: whoever resumes it goes on with them.
    left_open: AtomicUsize,
    rows: Mutex<Vec<(Place, CancelReport)>>,
    named: Mutex<TargetSet>,
    next_number: AtomicUsize,
    gaps: Mutex<Gaps>,
    /// No further device is listed for now.
    lists_wait: AtomicBool,
    /// Until when devices are listed though the run is stopped; none where none is.
    lists_until: Mutex<Option<Duration>>,
}

impl<'a> Context<'a> {
    /// A context for a run over `total` targets that have these names.
    pub(super) fn new<'t>(
        stand: Stand<'a>,
        total: usize,
        names: impl Iterator<Item = (&'t DeviceRef, &'t CommandId)>,
    ) -> Self {
        let at_once = stand.options.concurrency.max(1);
        let mut named = TargetSet::with_capacity(total);
        let mut denials = Denials::new(stand.shared.org.provider(), at_once);
        for (device, id) in names {
            named.insert(id);
            denials.plan(device);
        }
        let limits = CallLimits::until(stand.stop.clone());
        let calls = |limits| stand.shared.limited(limits);
        Self {
            sender: calls(limits.clone()),
            looker: calls(limits.clone()),
            reader: calls(limits.with_patience(READING_PATIENCE)),
            timer: &stand.shared.timer,
            pace: Pace::of(&stand.options),
            budget: stand
                .shared
                .rate
                .map(|rate| f64::from(rate.per_hour.get()) / 3600.0),
            most_failures_in_a_row: most_failures(&stand.options, at_once),
            sending: Semaphore::new(at_once),
            reading: Semaphore::new(at_once),
            looking: Semaphore::new(at_once),
            at_once,
            lanes: Arc::new(Semaphore::new(at_once)),
            stop: stand.stop,
            stopped: Mutex::default(),
            failures_in_a_row: AtomicU32::new(0),
            denials: Mutex::new(denials),
            pauses: Mutex::default(),
            observe: stand.observe,
            journal: stand.journal,
            began: stand.shared.timer.monotonic(),
            progress: Mutex::new(Progress::of(total)),
            sent: AtomicUsize::new(0),
            left_open: AtomicUsize::new(0),
            rows: Mutex::new(Vec::with_capacity(total)),
            named: Mutex::new(named),
            next_number: AtomicUsize::new(total),
            gaps: Mutex::default(),
            lists_wait: AtomicBool::new(false),
            lists_until: Mutex::default(),
        }
    }

    /// There may be targets on this device, once it is listed.
    pub(super) fn may_mean(&self, device: &DeviceRef) {
        lock(&self.denials).plan(device);
    }

    /// May further devices be listed? What is being listed is not held up.
    pub(super) fn list_ahead(&self, may: bool) {
        self.lists_wait.store(!may, Ordering::Relaxed);
    }

    /// Waits until a further device may be listed. False where none may: the run is stopped.
    pub(super) async fn may_list(&self) -> bool {
        while self.lists_wait.load(Ordering::Relaxed) && self.stop_reason().is_none() {
            self.stop.sleep(self.timer, NOTICED_WITHIN).await;
        }
        let is_in_time = |until| self.monotonic() < until;
        self.stop_reason().is_none()
            || !self.is_asked_to_stop() && lock(&self.lists_until).is_some_and(is_in_time)
    }

    /// How many may be under way at once.
    pub(super) fn at_once(&self) -> usize {
        self.at_once
    }

    /// A device was listed, or was not, or not wholly. `is_left`: whoever resumes the run lists it.
    pub(super) fn list_ended(&self, take: impl FnOnce(&mut Gaps), is_left: bool) {
        take(&mut lock(&self.gaps));
        self.left_open
            .fetch_add(usize::from(is_left), Ordering::Relaxed);
    }

    /// Where more may wait than there are targets.
    pub(super) fn take_gaps(&self) -> Gaps {
        std::mem::take(&mut lock(&self.gaps))
    }

    /// How many rows and devices whoever resumes the run goes on with.
    pub(super) fn left_open(&self) -> usize {
        self.left_open.load(Ordering::Relaxed)
    }

    /// A place for one more lane with something to send.
    pub(super) async fn lane(&self) -> SemaphoreGuardArc {
        self.lanes.acquire_arc().await
    }

    /// Waits until no lane has anything to send.
    pub(super) async fn nothing_to_send(&self) {
        let mut places = Vec::with_capacity(self.at_once);
        for _ in 0..self.at_once {
            places.push(self.lanes.acquire().await);
        }
    }

    /// A place among those that send, unless nothing may be sent now.
    pub(super) async fn may_send(&self) -> Result<SemaphoreGuard<'_>, HeldBack> {
        let place = self.sending.acquire().await;
        let may = self.stop_reason().is_none() && self.monotonic() >= self.paused_until();
        may.then_some(place).ok_or(HeldBack)
    }

    /// Why nothing more is sent, once that is so.
    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        if self.is_asked_to_stop() {
            self.stop_for(StopReason::Asked);
        }
        self.stopped()
    }

    /// Until when the vendor asked to wait.
    pub(super) fn paused_until(&self) -> Duration {
        lock(&self.pauses).until()
    }

    /// Told where it is news: not of each request that is asked to come again at that time.
    fn tell_of_pause(&self, asked: Duration) {
        if !lock(&self.pauses).is_news(self.monotonic().saturating_add(asked)) {
            return;
        }
        let millis = i64::try_from(asked.as_millis()).unwrap_or(i64::MAX);
        if let Some(until) = self.timer.now().plus_millis(millis) {
            self.tell(RunEvent::Paused { until });
        }
    }

    /// Waits until then, or until the run is stopped.
    pub(super) async fn wait_until(&self, until: Duration) {
        loop {
            let left = until.saturating_sub(self.monotonic());
            if left.is_zero() || self.stop_reason().is_some() {
                return;
            }
            // It may be stopped for another reason than that somebody asks.
            self.stop.sleep(self.timer, left.min(NOTICED_WITHIN)).await;
        }
    }

    /// A place among those that read what is still to be sent: not one that somebody has who reads what was.
    pub(super) async fn may_look(&self) -> SemaphoreGuard<'_> {
        self.looking.acquire().await
    }

    /// A place among those that read.
    pub(super) async fn may_read(&self) -> SemaphoreGuard<'_> {
        self.reading.acquire().await
    }

    pub(super) fn monotonic(&self) -> Duration {
        self.timer.monotonic()
    }

    pub(super) fn is_asked_to_stop(&self) -> bool {
        self.stop.is_stopped()
    }

    pub(super) fn stopped(&self) -> Option<StopReason> {
        lock(&self.stopped).clone()
    }

    fn stop_for(&self, reason: StopReason) {
        let mut stopped = lock(&self.stopped);
        if stopped.is_none() {
            *stopped = Some(reason.clone());
            drop(stopped);
            *lock(&self.lists_until) = match reason {
                // Reading goes on: what waits is told as not sent.
                StopReason::TooManyDenials | StopReason::TooManyFailures => {
                    Some(self.monotonic().saturating_add(LISTED_AFTER_STOP))
                }
                _ => None,
            };
            self.note(|| Entry::Stopped {
                reason: reason.clone(),
            });
            self.tell(RunEvent::Stopped(reason));
        }
    }

    /// Writes down what is about to be sent. It may only be sent once this is durable; where it cannot be
    /// written, the run stops.
    pub(super) async fn intend(&self, intent: impl FnOnce() -> Entry) -> Result<(), HeldBack> {
        self.note(intent);
        self.commit().await
    }

    /// Makes durable what was noted of what is about to be sent; where that fails, the run stops.
    pub(super) async fn commit(&self) -> Result<(), HeldBack> {
        let Some(journal) = self.journal else {
            return Ok(());
        };
        journal.flush().await.map_err(|_| {
            self.journal_failed();
            HeldBack
        })
    }

    /// Writes down what happened; durable with the next intent, or the next [`Self::keep`].
    pub(super) fn note(&self, entry: impl FnOnce() -> Entry) {
        if let Some(journal) = self.journal {
            journal.note(&entry());
        }
    }

    /// Makes durable what was noted.
    pub(super) async fn keep(&self) {
        // The run stops where it fails, and what was done is done.
        let _ = self.commit().await;
    }

    pub(super) fn journal_failed(&self) {
        self.stop_for(StopReason::JournalFailed);
    }

    /// Takes note of how a reading fared: where the connection is refused as a whole, the run stops.
    pub(super) fn note_reading(&self, error: &ApiError) {
        if error.refuses_connection() {
            self.stop_for(StopReason::ConnectionRefused);
        }
        if let Some(asked) = error.retry_after().filter(|asked| *asked > NEWS_AFTER) {
            self.tell_of_pause(asked);
        }
    }

    /// Takes note of how a cancel fared, and stops the run where going on would be senseless.
    pub(super) fn note_result<T>(&self, device: &DeviceRef, result: &Result<T, ApiError>) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let is_denied = matches!(result, Err(error) if error.kind() == ApiErrorKind::Denied);
        match result {
            _ if is_denied => {
                self.failures_in_a_row.store(0, Ordering::SeqCst);
                if lock(&self.denials).denied(device) {
                    self.stop_for(StopReason::TooManyDenials);
                }
                return;
            }
            Ok(_) => self.failures_in_a_row.store(0, Ordering::SeqCst),
            Err(error) if error.refuses_connection() => {
                self.stop_for(StopReason::ConnectionRefused);
            }
            // Its answer says nothing about what this key may do.
            Err(error) if error.is_stopped() => return,
            // The vendor works, and refuses this target.
            Err(error)
                if error.cancel_effect() == CancelEffect::Refused && !is_throttled(error) =>
            {
                self.failures_in_a_row.store(0, Ordering::SeqCst);
            }
            Err(error) => {
                if is_throttled(error)
                    && let Some(asked) = error.retry_after()
                {
                    lock(&self.pauses).extend(self.monotonic().saturating_add(asked));
                    self.tell_of_pause(asked);
                }
                let failures = self.failures_in_a_row.fetch_add(1, Ordering::SeqCst) + 1;
                if failures >= self.most_failures_in_a_row {
                    self.stop_for(StopReason::TooManyFailures);
                }
                return;
            }
        }
        lock(&self.denials).end();
    }

    /// The number of a target that is named for the first time, by the vendor; from now on it is one.
    pub(super) fn beyond_plan(&self, id: &CommandId) -> Option<usize> {
        let is_new = lock(&self.named).insert(id);
        is_new.then(|| {
            let mut progress = lock(&self.progress);
            progress.total += 1;
            self.next_number.fetch_add(1, Ordering::SeqCst)
        })
    }

    pub(super) fn tell(&self, event: RunEvent) {
        if let Some(observe) = &self.observe {
            observe(event);
        }
    }

    pub(super) fn is_told(&self) -> bool {
        self.observe.is_some()
    }

    /// The end of a target: the only place where a row comes to be.
    pub(super) fn settle(&self, target: Target, watched: bool) {
        let Target {
            number,
            place,
            report,
            left_for_later,
            ..
        } = target;
        if left_for_later || is_left_open(report.outcome, self.stopped().as_ref()) {
            self.left_open.fetch_add(1, Ordering::Relaxed);
        } else {
            self.note(|| Entry::settled(number, &report));
        }
        let progress = {
            let mut progress = lock(&self.progress);
            let elapsed = self.monotonic().saturating_sub(self.began);
            let by_budget = self.left_by_budget(&progress);
            progress.settled(report.outcome, elapsed, by_budget);
            *progress
        };
        if self.is_told() {
            if watched && report.outcome == CancelOutcome::LostRace {
                self.tell(RunEvent::Alarm {
                    report: Box::new(report.clone()),
                });
            }
            self.tell(RunEvent::Settled {
                report: Box::new(report.clone()),
                progress,
            });
        }
        lock(&self.rows).push((place, report));
    }

    /// Is every row final?
    pub(super) fn is_finished(&self) -> bool {
        self.stopped().is_none() && self.left_open() == 0
    }

    /// Settled by an earlier process: its row, and no news.
    pub(super) fn was_settled(&self, target: Target) {
        lock(&self.progress).was_settled(target.report.outcome);
        lock(&self.rows).push((target.place, target.report));
    }

    /// How long the cancels that are left take at least.
    fn left_by_budget(&self, progress: &Progress) -> Option<Duration> {
        let left = progress
            .total
            .saturating_sub(self.sent.load(Ordering::Relaxed).max(progress.done));
        Duration::try_from_secs_f64(left as f64 / self.budget?).ok()
    }

    /// The rows, in the order of the plan.
    pub(super) fn into_rows(self) -> Vec<CancelReport> {
        let mut rows = self
            .rows
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        rows.sort_unstable_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, report)| report).collect()
    }

    /// How many targets have which outcome.
    pub(super) fn progress(&self) -> Progress {
        *lock(&self.progress)
    }
}

/// What is under way together fails together, whatever befell it: before the run gives up, something that was
/// sent after that has to fail, too.
fn most_failures(options: &RunOptions, at_once: usize) -> u32 {
    let twice = u32::try_from(at_once.saturating_mul(2)).unwrap_or(u32::MAX);
    options.most_failures_in_a_row.max(twice)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
