//! A run, watched: progress as it goes, and a way to stop it without losing an answer.

use std::{pin::pin, sync::Arc, time::Duration};

use countermand_client::{
    CancelReport, Client, Gaps, Journal, Observer, Plan, RowStage, RunEvent, RunOptions, RunResult,
    RunSnapshot, StopReason, Unfinished,
};
use countermand_core_model::{CommandState, Timestamp};

use super::journalling::{MANY, say_without_a_journal};
use crate::{
    output::{alarm, say},
    progress::{ProgressLine, in_words},
    signals::Signals,
};

/// How a run ended.
#[derive(Debug)]
pub(in crate::commands) struct Watched {
    /// A row for each target.
    pub(in crate::commands) reports: Vec<CancelReport>,
    /// Why it stopped early, where it did.
    pub(in crate::commands) stopped: Option<StopReason>,
    /// Whether any cancel left, or may have.
    pub(in crate::commands) any_sent: bool,
    /// Devices that the run itself was to list, and could not, or not wholly.
    pub(in crate::commands) gaps: Gaps,
    /// How many rows and devices whoever resumes the run goes on with.
    pub(in crate::commands) left_open: usize,
    /// Whether it was ended at once, before all that was sent was read again.
    pub(in crate::commands) broken_off: bool,
}

/// What is to be run.
#[derive(Debug)]
pub(in crate::commands) enum Work<'a> {
    /// A plan, with or without a journal.
    Plan(Plan, Option<&'a Journal>),
    /// What another process has left undone, with its journal.
    Rest(Unfinished, &'a Journal),
}

/// Runs it. The first signal stops the sending, and what was sent is still read again; the second
/// ends it at once, and each target whose cancel was under way is `unknown`.
pub(in crate::commands) async fn run(
    client: &Client,
    work: Work<'_>,
    options: RunOptions,
    signals: &mut Signals,
) -> Watched {
    let is_kept = !matches!(work, Work::Plan(_, None));
    let run = match work {
        Work::Plan(plan, None) => client.run(plan),
        Work::Plan(plan, Some(journal)) => client.run(plan).journal(journal),
        Work::Rest(rest, journal) => client.resume(rest, journal),
    };
    let progress = Arc::new(ProgressLine::default());
    let observer: Observer = {
        let (progress, timer) = (Arc::clone(&progress), client.timer());
        Arc::new(move |event| tell(&event, &progress, is_kept, timer.now()))
    };
    let run = run.options(options).observe(observer).start();
    let watch = run.watch();
    progress.found(watch.progress().total);
    let mut running = pin!(run.finish());
    let mut tick = tokio::time::interval(BETWEEN_TICKS);
    loop {
        tokio::select! {
            result = &mut running => {
                progress.clear();
                return Watched::ended(result);
            }
            _ = tick.tick() => progress.show(),
            () = signals.next() => {
                progress.clear();
                if watch.is_stopped() {
                    return Watched::broken_off(watch.snapshot());
                }
                watch.stop();
                say("stopping: no more cancels are sent, and those already sent are still checked; interrupt again to exit at once");
            }
        }
    }
}

/// Says what must be said at once, and shows how far the run is.
fn tell(event: &RunEvent, progress: &ProgressLine, is_kept: bool, now: Timestamp) {
    match event {
        RunEvent::Settled { progress: far, .. } => progress.update(far),
        RunEvent::Found { total, .. } => {
            if *total == MANY && !is_kept {
                progress.clear();
                say_without_a_journal(MANY);
            }
            progress.found(*total);
        }
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
        }
    }

    /// A run that was ended at once: what was under way is unknown, the rest was not sent.
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
            stopped: Some(StopReason::Asked),
        }
    }
}

/// Nothing else tells that the time goes by.
const BETWEEN_TICKS: Duration = Duration::from_secs(1);

/// The vendor's wish to wait, which is no error: the run goes on by itself.
fn pause_words(until: Timestamp, now: Timestamp) -> String {
    let millis = until.as_millis().saturating_sub(now.as_millis());
    let left = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    format!(
        "the provider asks to wait until {until} ({}); the run then continues",
        in_words(left)
    )
}

/// What became of a target that was taken to be stopped.
fn alarm_words(report: &CancelReport) -> String {
    let CancelReport { device, id, .. } = report;
    match report.after {
        Some(CommandState::Sent) => format!("{device} {id} went to its device all the same"),
        _ => format!("{device} {id} was executed all the same"),
    }
}
