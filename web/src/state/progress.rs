//! A run as it is shown: what it told so far. It decides no outcome.

use std::collections::{HashMap, HashSet};

use countermand_client::{CancelOutcome, CancelReport, RunEvent, RunResult, StopReason};
use countermand_core_model::{Command, CommandState, CommandTarget, DeviceRef};

use super::{outcome, problem::Problem};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The targets are read before anything is sent.
    Planning,
    /// Cancels are sent and read again.
    Going,
    /// It is over.
    Over,
}

/// What becomes of a target while a run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// Nothing was told of it yet.
    Queued,
    /// Its cancel is being sent.
    Sending,
    /// It is being read again.
    Verifying,
    /// It is settled.
    Settled(Box<CancelReport>),
}

/// A run.
#[derive(Clone, Debug)]
pub struct Progress {
    /// How far it is.
    pub phase: Phase,
    /// How many are settled.
    pub done: usize,
    /// How many there are, as far as is known.
    pub total: usize,
    /// Why it stopped before all was sent.
    pub stopped: Option<StopReason>,
    /// The settled rows: as they came, and when it is over what asks for attention first.
    pub reports: Vec<CancelReport>,
    /// Devices of which could not be listed what waits, with the reason.
    pub problems: Vec<(DeviceRef, Problem)>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
    /// What was asked for; anything else that is settled is beyond the plan.
    asked: HashSet<CommandTarget>,
    /// What each target is called.
    titles: HashMap<CommandTarget, String>,
    live: HashMap<CommandTarget, Live>,
    /// What reading again after the run showed.
    read_again: HashMap<CommandTarget, Result<CommandState, Problem>>,
    counts: [usize; CancelOutcome::ALL.len()],
}

impl Progress {
    /// A run of these commands that begins with reading them.
    pub fn new<'a>(commands: impl IntoIterator<Item = &'a Command>) -> Self {
        let mut titles = HashMap::new();
        for command in commands {
            if let Ok(target) = CommandTarget::new(command.device.clone(), command.id.clone()) {
                titles.insert(target, super::rows::title(command));
            }
        }
        Self {
            phase: Phase::Planning,
            done: 0,
            total: titles.len(),
            stopped: None,
            reports: Vec::new(),
            problems: Vec::new(),
            incomplete: Vec::new(),
            asked: titles.keys().cloned().collect(),
            live: HashMap::new(),
            read_again: HashMap::new(),
            counts: Default::default(),
            titles,
        }
    }

    /// The plan holds these.
    pub fn planned(&mut self, targets: impl Iterator<Item = (CommandTarget, Option<String>)>) {
        self.phase = Phase::Going;
        self.total = 0;
        for (target, title) in targets {
            self.total += 1;
            if let Some(title) = title {
                self.titles.insert(target.clone(), title);
            }
            self.asked.insert(target);
        }
    }

    /// Takes in what the run tells.
    pub fn apply(&mut self, event: RunEvent) {
        match event {
            RunEvent::Sending { device, id } => self.set_live(device, id, Live::Sending),
            RunEvent::Verifying { device, id } => self.set_live(device, id, Live::Verifying),
            RunEvent::Settled { report, progress } => {
                self.done = progress.done;
                self.total = progress.total;
                self.count(report.outcome);
                self.reports.push((*report).clone());
                self.set_live(
                    report.device.clone(),
                    report.id.clone(),
                    Live::Settled(report),
                );
            }
            RunEvent::Stopped(reason) => self.stopped = Some(reason),
            // What later versions tell is not shown.
            _ => {}
        }
    }

    /// The run is over, with this result.
    pub fn finish(&mut self, result: RunResult) {
        self.phase = Phase::Over;
        self.stopped = result.stopped;
        self.problems = result
            .problems
            .iter()
            .map(|(device, error)| (device.clone(), Problem::of(error)))
            .collect();
        self.incomplete = result.incomplete;
        self.counts = Default::default();
        self.done = result.reports.len();
        self.total = result.reports.len();
        for report in &result.reports {
            self.count(report.outcome);
            let settled = Live::Settled(Box::new(report.clone()));
            self.set_live(report.device.clone(), report.id.clone(), settled);
        }
        self.reports = result.reports;
        // What asks for attention comes first; otherwise the plan's order stays.
        self.reports
            .sort_by_key(|report| outcome::attention(report.outcome));
    }

    fn count(&mut self, outcome: CancelOutcome) {
        if let Some(count) = place(outcome).and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
        }
    }

    fn set_live(&mut self, device: DeviceRef, id: countermand_core_model::CommandId, live: Live) {
        if let Ok(target) = CommandTarget::new(device, id) {
            self.live.insert(target, live);
        }
    }

    /// What becomes of a target; none where the run has nothing to do with it.
    pub fn live(&self, target: &CommandTarget) -> Option<&Live> {
        self.live
            .get(target)
            .or_else(|| self.asked.contains(target).then_some(&Live::Queued))
    }

    /// Every target that it is about.
    pub fn targets(&self) -> HashSet<CommandTarget> {
        self.asked.iter().chain(self.live.keys()).cloned().collect()
    }

    /// Every device that it is about.
    pub fn devices(&self) -> Vec<DeviceRef> {
        let mut devices: Vec<DeviceRef> = self
            .targets()
            .iter()
            .map(|target| target.device().clone())
            .collect();
        devices.sort();
        devices.dedup();
        devices
    }

    /// What a target is called.
    pub fn title(&self, target: &CommandTarget) -> &str {
        self.titles
            .get(target)
            .map_or(crate::text::command(), String::as_str)
    }

    /// Was it settled without having been asked for?
    pub fn is_beyond(&self, target: &CommandTarget) -> bool {
        !self.asked.contains(target)
    }

    /// A target was read again after the run.
    pub fn was_read_again(&mut self, target: CommandTarget, found: Result<CommandState, Problem>) {
        self.read_again.insert(target, found);
    }

    /// What reading it again after the run showed.
    pub fn reading_after(&self, target: &CommandTarget) -> Option<&Result<CommandState, Problem>> {
        self.read_again.get(target)
    }

    /// How many have each outcome; none where it is zero.
    pub fn counts(&self) -> impl Iterator<Item = (CancelOutcome, usize)> {
        CancelOutcome::ALL
            .into_iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.counts()
            .filter(|(outcome, _)| outcome::failed(*outcome))
            .map(|(_, count)| count)
            .sum()
    }
}

fn place(outcome: CancelOutcome) -> Option<usize> {
    CancelOutcome::ALL
        .iter()
        .position(|known| *known == outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::{command, target};

    fn lock(number: u32) -> Command {
        command("applivery:A", number, "LOCK", CommandState::Pending)
    }

    fn settled(number: u32, outcome: CancelOutcome, done: usize, total: usize) -> RunEvent {
        let command = lock(number);
        let mut report = CancelReport::new(command.device, command.id);
        report.outcome = outcome;
        let mut progress = countermand_client::Progress::of(total);
        progress.done = done;
        RunEvent::Settled {
            report: Box::new(report),
            progress,
        }
    }

    fn run_of(count: u32) -> Progress {
        let commands: Vec<Command> = (1..=count).map(lock).collect();
        let mut progress = Progress::new(&commands);
        progress.planned(
            commands
                .iter()
                .map(|command| (target(command), Some(crate::state::rows::title(command)))),
        );
        progress
    }

    #[test]
    fn a_row_goes_from_queued_to_its_outcome() {
        let mut progress = run_of(2);
        let one = lock(1);
        assert_eq!(progress.live(&target(&one)), Some(&Live::Queued));
        progress.apply(RunEvent::Sending {
            device: one.device.clone(),
            id: one.id.clone(),
        });
        assert_eq!(progress.live(&target(&one)), Some(&Live::Sending));
        progress.apply(RunEvent::Verifying {
            device: one.device.clone(),
            id: one.id.clone(),
        });
        assert_eq!(progress.live(&target(&one)), Some(&Live::Verifying));
        progress.apply(settled(1, CancelOutcome::Cancelled, 1, 2));
        assert!(matches!(
            progress.live(&target(&one)),
            Some(Live::Settled(_))
        ));
        assert_eq!(progress.live(&target(&lock(9))), None);
        assert_eq!(progress.polite(), "1 of 2 done");
    }

    #[test]
    fn failures_are_counted_and_a_lost_race_is_an_alarm() {
        let mut progress = run_of(3);
        progress.apply(settled(1, CancelOutcome::Cancelled, 1, 3));
        assert_eq!(progress.alarm(), None);
        progress.apply(settled(2, CancelOutcome::LostRace, 2, 3));
        progress.apply(settled(3, CancelOutcome::AlreadyFinished, 3, 3));
        assert_eq!(progress.polite(), "3 of 3 done, 1 failed");
        assert!(
            progress
                .alarm()
                .unwrap()
                .contains("1 command went to its device")
        );
    }

    #[test]
    fn a_row_beyond_the_plan_is_known_as_such() {
        let mut progress = run_of(1);
        progress.apply(settled(7, CancelOutcome::Cancelled, 1, 2));
        assert!(progress.is_beyond(&target(&lock(7))));
        assert!(!progress.is_beyond(&target(&lock(1))));
        assert!(progress.targets().contains(&target(&lock(7))));
    }

    #[test]
    fn the_end_counts_what_the_result_holds_and_nothing_twice() {
        let mut progress = run_of(2);
        progress.apply(settled(1, CancelOutcome::Cancelled, 1, 2));
        let row = |number: u32, outcome| {
            let command = lock(number);
            let mut report = CancelReport::new(command.device, command.id);
            report.outcome = outcome;
            report
        };
        let mut result = RunResult::default();
        result.reports = vec![
            row(1, CancelOutcome::Cancelled),
            row(2, CancelOutcome::NotSent),
        ];
        result.stopped = Some(StopReason::Asked);
        progress.finish(result);
        assert_eq!(progress.phase, Phase::Over);
        assert_eq!(progress.summary(), "2 commands: 1 cancelled, 1 not sent.");
        assert_eq!(
            progress.reports[0].outcome,
            CancelOutcome::NotSent,
            "what was not done comes first"
        );
        assert!(progress.alarm().is_some(), "a stop is said at once");
    }

    #[test]
    fn a_run_that_found_nothing_says_so() {
        let mut progress = Progress::new(&[]);
        progress.finish(RunResult::default());
        assert!(!progress.summary().contains("cancelled"));
    }

    #[test]
    fn the_word_cancelled_is_not_in_a_summary_without_such_an_outcome() {
        for outcome in CancelOutcome::ALL {
            let mut progress = run_of(1);
            progress.apply(settled(1, outcome, 1, 1));
            progress.phase = Phase::Over;
            let said = progress.summary().contains("cancelled");
            assert_eq!(
                said,
                outcome == CancelOutcome::Cancelled,
                "{}",
                progress.summary()
            );
        }
    }
}
