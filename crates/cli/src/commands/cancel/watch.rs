//! A run, watched: progress as it goes, and a way to stop it without losing an answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use countermand_client::{
    CancelOutcome, CancelReport, Client, Plan, RunEvent, RunOptions, StopHandle, StopReason,
};
use countermand_core_model::{CommandId, DeviceRef};

use crate::{output::say, progress::Progress, signals::Signals};

/// How a run ended.
#[derive(Debug)]
pub(super) struct Watched {
    /// A row for each target.
    pub(super) reports: Vec<CancelReport>,
    /// Why it stopped early, where it did.
    pub(super) stopped: Option<StopReason>,
    /// Whether any cancel left, or may have.
    pub(super) any_sent: bool,
    /// Whether it was ended at once, before all that was sent was read again.
    pub(super) broken_off: bool,
}

/// Runs `plan`. The first signal stops the sending, and what was sent is still read again; the second
/// ends it at once, and each target whose cancel was under way is `unknown`.
pub(super) async fn run(
    client: &Client,
    plan: Plan,
    options: RunOptions,
    signals: &mut Signals,
) -> Watched {
    let seen = Arc::new(Mutex::new(Seen::of(&plan)));
    let progress = Arc::new(Progress::start());
    let observer = {
        let (seen, progress) = (Arc::clone(&seen), Arc::clone(&progress));
        Arc::new(move |event: RunEvent| {
            if let RunEvent::Settled {
                progress: reached, ..
            } = &event
            {
                progress.update(reached.done, reached.total);
            }
            seen.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(event);
        })
    };
    let stop = StopHandle::new();
    let mut running = std::pin::pin!(client.run(plan, options, &stop, Some(observer)));
    loop {
        tokio::select! {
            result = &mut running => {
                progress.clear();
                return Watched {
                    any_sent: result.any_sent(),
                    broken_off: false,
                    reports: result.reports,
                    stopped: result.stopped,
                };
            }
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

/// What is known of each target from the run's events.
#[derive(Debug, Default)]
struct Seen(HashMap<Key, Row>);

/// Applivery's ids are the same in either case.
type Key = (DeviceRef, String);

#[derive(Debug)]
struct Row {
    /// Its place in the result.
    place: usize,
    report: CancelReport,
    sent: bool,
}

impl Seen {
    fn of(plan: &Plan) -> Self {
        let mut seen = Self::default();
        for target in plan.targets() {
            seen.row(target.device().clone(), target.id().clone())
                .report
                .before = target.before();
        }
        seen
    }

    fn take(&mut self, event: RunEvent) {
        match event {
            RunEvent::Sending { device, id } | RunEvent::Verifying { device, id } => {
                let row = self.row(device, id);
                row.sent = true;
                row.report.outcome = CancelOutcome::Unknown;
                row.report.attempts = row.report.attempts.max(1);
                row.report.message = Some("interrupted before it was settled".to_owned());
            }
            RunEvent::Settled { report, .. } => {
                let row = self.row(report.device.clone(), report.id.clone());
                row.report = *report;
            }
            _ => {}
        }
    }

    /// The row of a target; one beyond the plan, which the vendor's answer named, comes to be here.
    fn row(&mut self, device: DeviceRef, id: CommandId) -> &mut Row {
        let place = self.0.len();
        let key = (device.clone(), id.as_str().to_ascii_lowercase());
        self.0.entry(key).or_insert_with(|| Row {
            place,
            report: CancelReport::new(device, id),
            sent: false,
        })
    }

    /// The rows of a run that was ended at once: what was under way is unknown, the rest was not sent.
    fn broken_off(self) -> Watched {
        let mut rows: Vec<Row> = self.0.into_values().collect();
        rows.sort_by_key(|row| row.place);
        Watched {
            any_sent: rows.iter().any(|row| row.sent),
            broken_off: true,
            reports: rows.into_iter().map(|row| row.report).collect(),
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
            seen.row(device.clone(), id(text));
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
