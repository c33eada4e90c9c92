//! Runs a plan, shows its progress, and stops on a signal without losing an answer.

use std::{
    pin::pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use countermand_client::{
    CancelOutcome, CancelReport, Gaps, Observer, Plan, RowStage, RunEvent, RunOptions, RunResult,
    RunSnapshot, StopHandle, StopReason, UnfinishedRun,
};
use countermand_core_model::{CommandState, Timestamp};

use super::journalling::{MANY, Recording, say_without_a_journal};
use crate::{
    output::{alarm, say},
    progress::{ProgressLine, in_words},
    settings::Session,
    signals::Signals,
};

/// How a run ended.
#[derive(Debug)]
pub(in crate::commands) struct Watched {
    /// A row for each target.
    pub(in crate::commands) reports: Vec<CancelReport>,
    /// Why it stopped early, if it did.
    pub(in crate::commands) stopped: Option<StopReason>,
    /// The number of failed cancels after which it stopped, if these were the reason.
    pub(in crate::commands) stopped_after: Option<usize>,
    /// Whether any cancel left, or may have.
    pub(in crate::commands) any_sent: bool,
    /// Devices that the run could not list, or not completely.
    pub(in crate::commands) gaps: Gaps,
    /// The number of rows and devices that are left to `resume`.
    pub(in crate::commands) left_open: usize,
    /// Whether it was ended at once, before everything that was sent was read again.
    pub(in crate::commands) broken_off: bool,
    /// Its journal.
    pub(in crate::commands) recording: Option<Recording>,
}

/// What to run.
#[derive(Debug)]
pub(in crate::commands) enum Work {
    /// A plan, with or without a journal.
    Plan(Plan, Option<Recording>),
    /// The rest of an interrupted run, with its journal.
    Rest(UnfinishedRun, Recording),
}

/// Runs it. The first signal stops the sending, and what was sent is still read again. The second ends the run at once,
/// and each target whose cancel was in flight is `unknown`. `max_errors` failed cancels stop the sending as well.
pub(in crate::commands) async fn run(
    session: &Session,
    work: Work,
    options: RunOptions,
    max_errors: Option<usize>,
    signals: &mut Signals,
) -> Watched {
    let client = &session.client;
    let has_journal = !matches!(work, Work::Plan(_, None));
    let mut recording = None;
    let run = match work {
        Work::Plan(plan, None) => client.run(plan),
        Work::Plan(plan, Some(new)) => client.run(plan).journal(&recording.insert(new).journal),
        Work::Rest(rest, old) => client.resume(rest, &recording.insert(old).journal),
    };
    let progress = Arc::new(ProgressLine::default());
    let stop = StopHandle::new();
    let errors = Arc::new(Errors::default());
    let observer: Observer = {
        let (progress, timer) = (Arc::clone(&progress), client.timer());
        let (errors, stop) = (Arc::clone(&errors), stop.clone());
        Arc::new(move |event| {
            if errors.reach(max_errors, &event) {
                stop.stop();
            }
            tell(&event, &progress, has_journal, timer.now());
        })
    };
    let run = run
        .options(options)
        .severity_rules(session.severity_rules.clone())
        .stop_handle(&stop)
        .observe(observer)
        .start();
    let watch = run.watch();
    progress.found(watch.progress().total);
    let mut tick = tokio::time::interval(BETWEEN_TICKS);
    let mut ended = {
        let mut running = pin!(run.finish());
        loop {
            tokio::select! {
                result = &mut running => {
                    progress.clear();
                    break Watched::ended(result);
                }
                _ = tick.tick() => progress.show(),
                () = signals.next() => {
                    progress.clear();
                    if watch.is_stopped() {
                        break Watched::broken_off(watch.snapshot());
                    }
                    watch.stop();
                    say("Stopping: sending no more cancels, still checking those already sent. Interrupt again to exit at once.");
                }
            }
        }
    };
    ended.recording = recording;
    ended.stopped_after = errors.stopped_after();
    ended
}

/// The failed cancels of a run.
#[derive(Debug, Default)]
struct Errors {
    count: AtomicUsize,
    stopped_after: OnceLock<usize>,
}

impl Errors {
    /// Counts a failed cancel. Returns whether the run is to stop now, because there are `most`.
    fn reach(&self, most: Option<usize>, event: &RunEvent) -> bool {
        let RunEvent::Settled { report, .. } = event else {
            return false;
        };
        if self.stopped_after().is_some() || !is_failure(report.outcome) {
            return false;
        }
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        most.is_some_and(|most| count >= most) && self.stopped_after.set(count).is_ok()
    }

    fn stopped_after(&self) -> Option<usize> {
        self.stopped_after.get().copied()
    }
}

/// Returns whether the provider refused a cancel, or nobody knows what became of it. Before the run is stopped, a
/// command that was not sent could not be read.
fn is_failure(outcome: CancelOutcome) -> bool {
    outcome.is_unplanned() || outcome == CancelOutcome::Unknown
}

/// Prints what must be known at once, and updates the progress.
fn tell(event: &RunEvent, progress: &ProgressLine, has_journal: bool, now: Timestamp) {
    match event {
        RunEvent::Settled { progress: far, .. } => progress.update(far),
        RunEvent::Found { total, .. } => {
            if *total == MANY && !has_journal {
                progress.clear();
                say_without_a_journal(MANY);
            }
            progress.found(*total);
        }
        RunEvent::LookedAt { status } => progress.looked_at(*status),
        RunEvent::Alarm { report } => {
            progress.clear();
            alarm(&alarm_words(report));
        }
        RunEvent::Paused { until } => {
            progress.clear();
            say(&pause_words(*until, now));
        }
        _ => {}
    }
}

impl Watched {
    fn ended(result: RunResult) -> Self {
        Self {
            any_sent: result.any_sent(),
            broken_off: false,
            left_open: result.left_open,
            gaps: result.gaps,
            reports: result.reports,
            stopped: result.stopped,
            stopped_after: None,
            recording: None,
        }
    }

    /// Returns the result of a run that was ended at once: what was in flight is unknown, the rest was not sent.
    fn broken_off(snapshot: RunSnapshot) -> Self {
        let reports: Vec<CancelReport> = snapshot
            .rows
            .into_iter()
            .map(|row| {
                let mut report = row.report;
                if matches!(row.stage, RowStage::Sending | RowStage::Verifying) {
                    report.message = Some("interrupted before it was settled".to_owned());
                }
                report
            })
            .collect();
        Self {
            any_sent: reports.iter().any(|row| row.attempts > 0),
            broken_off: true,
            left_open: reports.len(),
            gaps: Gaps::default(),
            reports,
            stopped: Some(StopReason::Requested),
            stopped_after: None,
            recording: None,
        }
    }
}

/// How often the progress is shown although nothing was settled.
const BETWEEN_TICKS: Duration = Duration::from_secs(1);

/// Describes a wait that the provider asked for. It is no error: the run continues by itself.
fn pause_words(until: Timestamp, now: Timestamp) -> String {
    let millis = until.as_millis().saturating_sub(now.as_millis());
    let left = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    format!(
        "The provider asks to wait until {until} ({}); the run continues then.",
        in_words(left)
    )
}

/// Describes a target that ran although it counted as stopped.
fn alarm_words(report: &CancelReport) -> String {
    let CancelReport { device, id, .. } = report;
    match report.after {
        Some(CommandState::Sent) => format!("{device} {id} was sent to its device after all"),
        _ => format!("{device} {id} was executed after all"),
    }
}
