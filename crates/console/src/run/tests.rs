//! What a run's events come to.

use std::ops::{Deref, DerefMut};

use countermand_client::{CancelOutcome, StopReason};
use countermand_core_model::Command;

use super::*;
use crate::results::Shown;
use crate::testing::{TestRow, command, run_rows, target};

fn lock(number: u32) -> Command {
    command("applivery:A", number, "LOCK", CommandState::Pending)
}

fn row(number: u32, outcome: CancelOutcome) -> CancelReport {
    let command = lock(number);
    let mut report = CancelReport::new(command.device, command.id);
    report.outcome = outcome;
    report
}

/// A run whose rows and events are made up.
struct TestRun {
    run: Run,
    rows: Vec<TestRow>,
}

impl TestRun {
    /// Settles a target as the client does: the row first, then the event.
    fn settle(&mut self, mut report: CancelReport, total: usize) {
        let id = &report.id;
        let known = self.rows.iter().position(|row| row.report.id == *id);
        let number = known.unwrap_or_else(|| {
            self.rows.push(TestRow {
                report: report.clone(),
                name: None,
                is_unplanned: true,
                is_settled: true,
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[number];
        report.kind = report.kind.or(row.report.kind.take());
        (row.report, row.is_settled) = (report.clone(), true);
        self.show_rows();
        let told = self.run.results.numbers().count() + 1;
        let settled = self.rows.iter().filter(|row| row.is_settled);
        let outcomes = settled.map(|row| (row.report.outcome, 1));
        let mut progress = Progress::counted(outcomes);
        assert_eq!(progress.done, told);
        progress.total = total;
        let report = Box::new(report);
        self.run.apply(RunEvent::Settled { report, progress });
    }

    fn settled(&mut self, number: u32, outcome: CancelOutcome, total: usize) {
        self.settle(row(number, outcome), total);
    }

    fn show_rows(&mut self) {
        self.run.rows = Some(run_rows(&self.rows));
    }
}

impl Deref for TestRun {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl DerefMut for TestRun {
    fn deref_mut(&mut self) -> &mut Run {
        &mut self.run
    }
}

fn queued(report: CancelReport) -> TestRow {
    TestRow {
        report,
        name: None,
        is_unplanned: false,
        is_settled: false,
    }
}

fn run_with(rows: Vec<TestRow>) -> TestRun {
    let mut run = Run::planning(0);
    run.keep(JournalState::Written);
    run.begin(run_rows(&rows));
    TestRun { run, rows }
}

fn run_of(count: u32) -> TestRun {
    let rows = (1..=count).map(|number| {
        let mut report = row(number, CancelOutcome::NotSent);
        report.kind = Some("LOCK".to_owned());
        queued(report)
    });
    run_with(rows.collect())
}

fn shown(shown: Shown) -> ResultFilter {
    ResultFilter { shown, kind: None }
}

fn outcomes(progress: &Run, filter: Shown) -> Vec<CancelOutcome> {
    let rows = progress.rows(shown(filter), 0, usize::MAX);
    rows.iter().map(|row| row.report.outcome).collect()
}

#[test]
fn a_row_goes_from_queued_to_its_outcome() {
    let mut progress = run_of(2);
    let one = target(&lock(1));
    let stage = |run: &Run| run.row(&one).map(|row| row.stage);
    assert_eq!(stage(&progress), Some(RowStage::Queued));
    progress.settled(1, CancelOutcome::Cancelled, 2);
    assert_eq!(stage(&progress), Some(RowStage::Settled));
    assert!(!progress.has(&target(&lock(9))));
    assert_eq!(progress.status().polite(), "1 of 2 done");
}

#[test]
fn failures_are_counted_and_a_lost_race_is_an_alarm() {
    let mut progress = run_of(3);
    progress.settled(1, CancelOutcome::Cancelled, 3);
    assert_eq!(progress.status().alarm(), None);
    progress.settled(2, CancelOutcome::LostRace, 3);
    progress.settled(3, CancelOutcome::AlreadyFinished, 3);
    let status = progress.status();
    assert_eq!(status.polite(), "3 of 3 done, 2 need attention");
    assert!(
        status
            .alarm()
            .unwrap()
            .contains("1 command was sent to its device")
    );
}

#[test]
fn a_row_beyond_the_plan_is_known_as_such() {
    let mut progress = run_of(1);
    progress.settled(7, CancelOutcome::Cancelled, 2);
    progress.settled(1, CancelOutcome::Cancelled, 2);
    let rows = progress.rows(ResultFilter::ALL, 0, 10);
    let beyond: Vec<(bool, &str)> = rows
        .iter()
        .map(|row| (row.is_unplanned, &*row.title))
        .collect();
    assert_eq!(beyond, [(true, crate::text::command()), (false, "LOCK")]);
    assert!(progress.has(&target(&lock(7))));
    assert_eq!(progress.run.rows.as_ref().unwrap().progress().total, 2);
}

#[test]
fn the_end_counts_what_the_result_holds_and_nothing_twice() {
    let mut progress = run_of(2);
    progress.settled(1, CancelOutcome::Cancelled, 2);
    let mut result = RunResult::default();
    result.stopped = Some(StopReason::Requested);
    progress.finish(result);
    let status = progress.status();
    assert_eq!(status.phase, Phase::Over);
    assert_eq!(
        status.summary(),
        "2 commands: 1 cancelled, 1 cancel not sent."
    );
    assert!(status.alarm().is_some(), "a stop is said at once");
    assert!(status.can_resume(), "its journal is not sealed");
    assert_eq!(
        outcomes(&progress, Shown::All),
        [CancelOutcome::NotSent, CancelOutcome::Cancelled],
        "what was not done comes first"
    );
    assert_eq!(
        outcomes(&progress, Shown::Group(OutcomeGroup::Safe)),
        [CancelOutcome::Cancelled]
    );
}

#[test]
fn every_reason_to_stop_has_words_of_its_own_and_a_run_without_journal_is_not_resumed() {
    let mut said: Vec<String> = StopReason::ALL
        .into_iter()
        .map(|reason| {
            let mut progress = run_of(1);
            progress.keep(JournalState::None);
            progress.apply(RunEvent::Stopped(reason.clone()));
            let mut result = RunResult::default();
            result.stopped = Some(reason);
            progress.finish(result);
            assert!(!progress.status().can_resume());
            progress.status().alarm().unwrap()
        })
        .collect();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), StopReason::ALL.len());
}

#[test]
fn only_what_is_safe_to_send_again_is_offered() {
    let mut progress = run_of(4);
    let kinds = [
        CancelOutcome::NotSent,
        CancelOutcome::Unknown,
        CancelOutcome::Denied,
        CancelOutcome::LostRace,
    ];
    for (number, outcome) in (1..).zip(kinds) {
        progress.settled(number, outcome, 4);
    }
    progress.end();
    assert_eq!(progress.to_try_again(), [target(&lock(1))]);
    assert_eq!(
        progress.to_read_again(),
        [4, 2, 3, 1].map(|number| target(&lock(number))),
        "whatever is not final or not good, the gravest first"
    );
    progress.was_read_again(&target(&lock(2)), Ok(CommandState::Succeeded));
    assert_eq!(progress.to_try_again(), [target(&lock(1))]);
    progress.was_read_again(&target(&lock(2)), Ok(CommandState::Pending));
    assert_eq!(
        progress.to_try_again(),
        [target(&lock(2)), target(&lock(1))]
    );
}

#[test]
fn what_ran_is_said_first_and_its_rows_come_first() {
    let mut rows = Vec::new();
    let kinds = [
        ("LOCK", CancelOutcome::Cancelled, None),
        (
            "LOCK",
            CancelOutcome::LostRace,
            Some(CommandState::Succeeded),
        ),
        ("WIPE", CancelOutcome::Rejected, Some(CommandState::Pending)),
        (
            "WIPE",
            CancelOutcome::LostRace,
            Some(CommandState::Succeeded),
        ),
        ("WIPE", CancelOutcome::Unknown, None),
        (
            "RELINQUISH_OWNERSHIP",
            CancelOutcome::AlreadyFinished,
            Some(CommandState::Failed),
        ),
    ];
    for (number, (kind, outcome, after)) in (1..).zip(kinds) {
        let mut report = row(number, outcome);
        (report.kind, report.after) = (Some(kind.to_owned()), after);
        rows.push(report);
    }
    let mut progress = run_with(rows.iter().cloned().map(queued).collect());
    for report in rows {
        progress.settle(report, 6);
    }
    progress.end();
    let rows = progress.rows(ResultFilter::ALL, 0, 10);
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (&*row.title, row.report.outcome))
        .collect();
    assert_eq!(
        shown,
        [
            ("WIPE", CancelOutcome::LostRace),
            ("LOCK", CancelOutcome::LostRace),
            ("RELINQUISH_OWNERSHIP", CancelOutcome::AlreadyFinished),
            ("WIPE", CancelOutcome::Unknown),
            ("WIPE", CancelOutcome::Rejected),
            ("LOCK", CancelOutcome::Cancelled),
        ]
    );
    let alarms = progress.status().alarms();
    assert_eq!(alarms[..2], ["1 device was wiped.", "1 device was locked."]);
    // Read again, the doubtful one ran, too. Both commands were of one device.
    progress.was_read_again(&target(&lock(5)), Ok(CommandState::Sent));
    let alarms = progress.status().alarms();
    assert!(
        alarms.contains(&"WIPE: 1 command was sent to its device and may have run.".to_owned())
    );
    progress.was_read_again(&target(&lock(5)), Ok(CommandState::Succeeded));
    assert_eq!(progress.status().alarms().len(), 3);
}

#[test]
fn a_run_that_found_nothing_says_so() {
    let mut progress = Run::planning(3);
    progress.finish(RunResult::default());
    assert!(!progress.status().summary().contains("cancelled"));
}

#[test]
fn the_word_cancelled_is_not_in_a_summary_without_such_an_outcome() {
    for outcome in CancelOutcome::ALL {
        let mut progress = run_of(1);
        progress.settled(1, outcome, 1);
        progress.end();
        let said = progress.status().summary();
        assert_eq!(
            said.contains("cancelled"),
            outcome == CancelOutcome::Cancelled,
            "{said}"
        );
    }
}

#[test]
fn what_the_table_shows_to_have_run_since_is_said_as_well() {
    let mut progress = run_of(2);
    for (number, outcome) in [(1, CancelOutcome::LostRace), (2, CancelOutcome::Cancelled)] {
        let mut report = row(number, outcome);
        report.kind = Some("WIPE".to_owned());
        progress.settle(report, 2);
    }
    let (one, other) = (target(&lock(1)), target(&lock(2)));
    progress.was_listed_again(&one, CommandState::Succeeded);
    assert!(progress.reading_after(&one).is_none(), "the run goes on");
    progress.end();
    let sent = "WIPE: 1 command was sent to its device and may have run.";
    assert_eq!(progress.status().alarms(), [sent]);
    progress.was_listed_again(&one, CommandState::Sent);
    progress.was_listed_again(&other, CommandState::Cancelled);
    assert!(progress.reading_after(&other).is_none());
    assert_eq!(progress.status().alarms(), [sent], "it was known");
    progress.was_listed_again(&one, CommandState::Succeeded);
    assert_eq!(progress.status().alarms(), ["1 device was wiped."]);
    assert_eq!(
        progress.reading_after(&one),
        Some(&Reading {
            state: Some(CommandState::Succeeded),
            problem: None
        })
    );
}

#[test]
fn that_the_vendor_asks_to_wait_is_said_until_something_comes() {
    let mut progress = run_of(2);
    let until = crate::testing::at(90);
    progress.apply(RunEvent::Paused { until });
    assert_eq!(progress.status().paused_until, Some(until));
    progress.settled(1, CancelOutcome::Cancelled, 2);
    assert_eq!(progress.status().paused_until, None);
    progress.apply(RunEvent::Paused { until });
    progress.end();
    assert_eq!(progress.status().paused_until, None);
}

#[test]
fn rate_and_time_left_are_said_while_it_goes_on() {
    let mut progress = run_of(9);
    assert_eq!(progress.status().pace(), None);
    let mut status = progress.status().clone();
    status.progress.rate = Some(2.5);
    status.progress.time_left = Some(std::time::Duration::from_secs(150));
    assert_eq!(status.pace().as_deref(), Some("150 per minute, 3 min left"));
    progress.end();
    assert_eq!(progress.status().pace(), None);
}

#[test]
fn a_hundred_thousand_events_are_taken_in_one_by_one() {
    let reports = (0..100_000).map(|number| row(number, CancelOutcome::Cancelled));
    let settled = reports.map(|report| TestRow {
        is_settled: true,
        ..queued(report)
    });
    let mut progress = Run {
        rows: Some(run_rows(&settled.collect::<Vec<_>>())),
        ..Run::planning(100_000)
    };
    let began = std::time::Instant::now();
    for number in 0..100_000 {
        progress.apply(RunEvent::Settled {
            report: Box::new(row(number, CancelOutcome::Cancelled)),
            progress: Progress::of(100_000),
        });
    }
    assert_eq!(progress.results.numbers().count(), 100_000);
    progress.end();
    let status = progress.status();
    assert_eq!(status.progress.count(CancelOutcome::Cancelled), 100_000);
    assert_eq!(progress.rows(ResultFilter::ALL, 99_990, 50).len(), 10);
    // Unoptimised it takes some hundred milliseconds; quadratic, it would take minutes.
    assert!(began.elapsed().as_secs() < 20);
}

#[test]
fn what_a_device_that_is_listed_in_the_run_has_is_asked_for_and_has_its_name() {
    let mut progress = run_of(1);
    let (found, mut report) = (target(&lock(2)), row(2, CancelOutcome::Cancelled));
    report.kind = Some("WIPE".to_owned());
    progress.rows.push(queued(report.clone()));
    progress.show_rows();
    progress.apply(RunEvent::Found {
        device: found.device().clone(),
        id: found.id().clone(),
        kind: "WIPE".to_owned(),
        name: None,
        before: CommandState::Pending,
        total: 2,
    });
    assert_eq!(progress.status().progress.total, 2);
    let stage = progress.row(&found).map(|row| row.stage);
    assert_eq!(stage, Some(RowStage::Queued));
    progress.settle(report, 2);
    let row = progress.run.rows(ResultFilter::ALL, 0, 10).remove(0);
    assert!(!row.is_unplanned, "it was meant");
    assert_eq!(row.title, rows::title_of("WIPE", None));
}

#[test]
fn what_was_settled_is_told_once_with_what_was_read_last() {
    let mut progress = run_of(3);
    let mut late = row(2, CancelOutcome::LostRace);
    late.after = Some(CommandState::Sent);
    progress.settle(late, 3);
    let told = |progress: &mut TestRun| {
        let mut told = Vec::new();
        progress.each_fresh(|number, report, read| told.push((number, report.outcome, read)));
        told
    };
    let late = (1, CancelOutcome::LostRace, Some(CommandState::Sent));
    assert_eq!(told(&mut progress), [late]);
    assert!(told(&mut progress).is_empty());
    progress.end();
    let waits = |number| (number, CancelOutcome::NotSent, None);
    let all = [waits(0), late, waits(2)];
    assert_eq!(told(&mut progress), all, "at the end all of them");
}

#[test]
fn a_reading_that_fails_does_not_count_twice_what_an_earlier_one_showed() {
    let mut progress = run_of(1);
    let mut report = row(1, CancelOutcome::Accepted);
    report.kind = Some("WIPE".to_owned());
    progress.settle(report, 1);
    progress.end();
    let one = target(&lock(1));
    let problem = Problem {
        title: "t".into(),
        advice: "a".into(),
        detail: "d".into(),
    };
    for found in [
        Ok(CommandState::Succeeded),
        Err(problem),
        Ok(CommandState::Succeeded),
    ] {
        progress.was_read_again(&one, found);
        assert_eq!(progress.status().alarms(), ["1 device was wiped."]);
        assert_eq!(progress.status().groups.group(OutcomeGroup::Ran), 1);
    }
}

#[test]
fn what_is_read_cancelled_since_will_not_run() {
    let mut progress = run_of(1);
    progress.settled(1, CancelOutcome::Accepted, 1);
    progress.end();
    assert_eq!(
        outcomes(&progress, Shown::Attention),
        [CancelOutcome::Accepted]
    );
    progress.was_read_again(&target(&lock(1)), Ok(CommandState::Cancelled));
    assert!(outcomes(&progress, Shown::Attention).is_empty());
    assert_eq!(progress.status().groups.group(OutcomeGroup::Safe), 1);
}

#[test]
fn a_brake_says_what_it_found_and_how_many_devices_are_left() {
    let mut run = Run::sweeping();
    assert_eq!(run.status().polite(), "Looking for the first devices…");
    assert_eq!(run.status().looking(), None);
    let (lost, cancelled) = (CancelOutcome::LostRace, CancelOutcome::Cancelled);
    let rows: Vec<TestRow> = [lost, cancelled, CancelOutcome::Expired]
        .into_iter()
        .zip(1..)
        .map(|(outcome, number)| {
            let command = command("applivery:a1", number, "WIPE", CommandState::Pending);
            let mut report = CancelReport::new(command.device, command.id);
            report.kind = Some(command.kind);
            report.outcome = outcome;
            TestRow {
                report,
                name: None,
                is_unplanned: false,
                is_settled: number < 3,
            }
        })
        .collect();
    run.begin(run_rows(&rows));
    assert_eq!(
        run.status().polite(),
        "3 found: 1 stopped, 1 too late, 1 in progress"
    );
    let [wipes] = run.results().by_kind().try_into().unwrap();
    assert_eq!((wipes.stopped, wipes.ran, wipes.open), (1, 1, 1));
    let mut sweep = SweepStatus::default();
    (sweep.devices, sweep.looked_at, sweep.failed) = (1_000, 100, 20);
    run.apply(RunEvent::LookedAt { status: sweep });
    assert_eq!(
        run.status().looking().unwrap(),
        "120 of at least 1,000 devices checked"
    );
    sweep.all_known = true;
    sweep.time_left = Some(std::time::Duration::from_secs(91));
    run.apply(RunEvent::LookedAt { status: sweep });
    assert_eq!(
        run.status().looking().unwrap(),
        "120 of 1,000 devices checked, at least 2 min left"
    );
    let mut result = RunResult::default();
    result.gaps.beyond_limit = 4;
    run.finish(result);
    assert_eq!(run.beyond_limit, 4);
    assert_eq!(
        run.status().looking().unwrap(),
        "120 of 1,000 devices checked"
    );
}

#[test]
fn a_brake_that_finds_nothing_says_so() {
    let mut run = Run::sweeping();
    run.begin(run_rows(&[]));
    assert_eq!(run.status().polite(), "Nothing found yet");
    run.finish(RunResult::default());
    assert_eq!(
        run.status().polite(),
        "No matching command was pending. Nothing was sent."
    );
}
