//! A run, watched: progress as it goes, and a way to stop it without losing an answer.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use countermand_client::{
    CancelOutcome, CancelReport, Client, Journal, Observer, Plan, RunEvent, RunOptions, StopHandle,
    StopReason, Unfinished,
};
use countermand_core_model::{CommandId, CommandState, DeviceRef, Timestamp};

use super::{MANY, say_without_a_journal};
use crate::{
    commands::unlisted::Gaps,
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
    /// How many devices it listed itself.
    pub(in crate::commands) listed: usize,
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
    let seen = Arc::new(Mutex::new(Seen::of(&work)));
    let progress = Arc::new(ProgressLine::start(work.total()));
    let timer = client.timer();
    let is_kept = !matches!(work, Work::Plan(_, None));
    let observer: Observer = {
        let (seen, progress) = (Arc::clone(&seen), Arc::clone(&progress));
        Arc::new(move |event: RunEvent| {
            match &event {
                RunEvent::Settled { progress: now, .. } => progress.update(now),
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
                    say(&pause_words(*until, timer.now()));
                }
                _ => {}
            }
            seen.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(event);
        })
    };
    let stop = StopHandle::new();
    let observe = Some(observer);
    let running = async {
        match work {
            Work::Plan(plan, None) => client.run(plan, options, &stop, observe).await,
            Work::Plan(plan, Some(journal)) => {
                let run = client.run_recorded(plan, options, &stop, observe, journal);
                run.await
            }
            Work::Rest(rest, journal) => {
                client.resume(rest, options, &stop, observe, journal).await
            }
        }
    };
    let mut running = std::pin::pin!(running);
    let mut tick = tokio::time::interval(BETWEEN_TICKS);
    loop {
        tokio::select! {
            result = &mut running => {
                progress.clear();
                return Watched {
                    any_sent: result.any_sent(),
                    broken_off: false,
                    left_open: result.left_open,
                    listed: result.listed,
                    gaps: Gaps {
                        problems: result.problems,
                        not_asked: result.not_asked.len(),
                        incomplete: result.incomplete,
                        unclear: result.unclear,
                        left_out: result.left_out,
                    },
                    reports: result.reports,
                    stopped: result.stopped,
                };
            }
            _ = tick.tick() => progress.show(),
            () = signals.next() => {
                progress.clear();
                if stop.is_stopped() {
                    break;
                }
                stop.stop();
                say("stopping: nothing more is sent, and what was sent is being read again; once more to end at once");
            }
        }
    }
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *seen).broken_off()
}

impl Work<'_> {
    fn total(&self) -> usize {
        match self {
            Self::Plan(plan, _) => plan.targets().count(),
            Self::Rest(rest, _) => rest.reports().len(),
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
        "the vendor asks to wait until {until} ({}); the run goes on then by itself",
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

/// What is known of each target from the run's events: a row each, and where to find it. There may be a
/// million of them.
#[derive(Debug, Default)]
struct Seen {
    rows: Vec<CancelReport>,
    /// By a row's hash its place in `rows`; where another row has that hash, the next free number has it.
    places: HashMap<u64, usize>,
    hasher: RandomState,
}

impl Seen {
    fn of(work: &Work<'_>) -> Self {
        let mut seen = Self::default();
        match work {
            Work::Plan(plan, _) => {
                for target in plan.targets() {
                    seen.row(target.device(), target.id()).before = target.before();
                }
            }
            Work::Rest(rest, _) => {
                for report in rest.reports() {
                    seen.set(report);
                }
            }
        }
        seen
    }

    fn take(&mut self, event: RunEvent) {
        match event {
            RunEvent::Sending { device, id } | RunEvent::Verifying { device, id } => {
                let row = self.row(&device, &id);
                row.outcome = CancelOutcome::Unknown;
                row.attempts = row.attempts.max(1);
                row.message = Some("interrupted before it was settled".to_owned());
            }
            RunEvent::Watching { device, id } => {
                let row = self.row(&device, &id);
                row.outcome = CancelOutcome::Accepted;
                row.message = None;
            }
            RunEvent::Found {
                device, id, before, ..
            } => self.row(&device, &id).before = Some(before),
            RunEvent::Settled { report, .. } => self.set(*report),
            _ => {}
        }
    }

    fn set(&mut self, report: CancelReport) {
        let row = self.row(&report.device, &report.id);
        *row = report;
    }

    /// The row of a target; one beyond the plan, which the vendor's answer named, comes to be here.
    fn row(&mut self, device: &DeviceRef, id: &CommandId) -> &mut CancelReport {
        // Applivery's ids are the same in either case.
        let key = (device, id.as_str().to_ascii_lowercase());
        let mut number = self.hasher.hash_one(key);
        let mut place = self.rows.len();
        while let Some(taken) = self.places.get(&number) {
            let is_it = |row: &CancelReport| row.device == *device && row.id.same(id);
            if self.rows.get(*taken).is_some_and(is_it) {
                place = *taken;
                break;
            }
            number = number.wrapping_add(1);
        }
        if place == self.rows.len() {
            self.places.insert(number, place);
            self.rows
                .push(CancelReport::new(device.clone(), id.clone()));
        }
        &mut self.rows[place]
    }

    /// The rows of a run that was ended at once: what was under way is unknown, the rest was not sent.
    fn broken_off(self) -> Watched {
        Watched {
            any_sent: self.rows.iter().any(|row| row.attempts > 0),
            broken_off: true,
            left_open: self.rows.len(),
            listed: 0,
            gaps: Gaps::default(),
            reports: self.rows,
            stopped: Some(StopReason::Asked),
        }
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::Provider;

    use super::*;

    #[test]
    fn a_run_that_was_ended_at_once_loses_no_target() {
        let device: DeviceRef = "enos:asset:a".parse().unwrap();
        let id = |text| CommandId::parse(Provider::Enos, text).unwrap();
        let mut seen = Seen::default();
        for text in ["1", "2", "3"] {
            seen.row(&device, &id(text));
        }
        for text in ["1", "2", "9"] {
            let (device, id) = (device.clone(), id(text));
            seen.take(RunEvent::Sending { device, id });
        }
        let mut settled = CancelReport::new(device, id("2"));
        settled.outcome = CancelOutcome::Cancelled;
        seen.take(RunEvent::Settled {
            report: Box::new(settled),
            progress: countermand_client::Progress::of(3),
        });
        let ended = seen.broken_off();
        let rows: Vec<_> = ended
            .reports
            .iter()
            .map(|report| (report.id.as_str(), report.outcome))
            .collect();
        assert_eq!(
            rows,
            [
                ("1", CancelOutcome::Unknown),
                ("2", CancelOutcome::Cancelled),
                ("3", CancelOutcome::NotSent),
                ("9", CancelOutcome::Unknown),
            ]
        );
        assert!(ended.any_sent);
    }
}
