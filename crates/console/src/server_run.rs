//! Runs that the page's own server drives, whoever started them.

use countermand_client::{CancelOutcome, ChainError, FollowedRun, Progress, SweepStatus};
use countermand_core_model::{Organization, Timestamp};
use countermand_relay_api::{ApprovalState, Run as Told, RunList, RunState};

use super::{approval::refusal, run_status::RunStatus};
use crate::text::{approvals, brake, run as run_text, server_runs as text};

/// For how many milliseconds a run that has ended is shown with those that go on.
const IS_RECENT: i64 = 24 * 60 * 60 * 1_000;

/// A run as the server tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRun {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: RunState,
    /// Who started it.
    pub by: String,
    /// When.
    pub at: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket that it belongs to.
    pub ticket: Option<String>,
    /// Who asked it to stop.
    pub stopped_by: Option<String>,
    /// Where its approval stands, where it needs one, and who decided.
    pub approval: Option<(ApprovalState, Option<String>)>,
    /// When it stopped or finished, or was not approved.
    pub ended_at: Option<Timestamp>,
    /// How many targets are settled.
    pub done: usize,
    /// How many targets there are, as far as is known.
    pub total: usize,
    /// How many lines its journal has.
    pub lines: u64,
    /// How many devices it has looked at, and of how many it knows, where it is a brake.
    pub sweep: Option<(usize, usize)>,
    outcomes: Vec<(CancelOutcome, usize)>,
}

/// The runs of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerRuns {
    /// Those that go on or have just ended, the newest first.
    pub current: Vec<ServerRun>,
    /// All others, the newest first.
    pub earlier: Vec<ServerRun>,
}

impl ServerRuns {
    /// Reads the server's list as of `now`; none where it is no list.
    pub fn read(text: &str, now: Timestamp) -> Option<Self> {
        let list: RunList = serde_json::from_str(text).ok()?;
        let runs = list.runs.into_iter().map(ServerRun::of);
        let (current, earlier) = runs.partition(|run| run.is_current(now));
        Some(Self { current, earlier })
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.current.is_empty() && self.earlier.is_empty()
    }
}

impl ServerRun {
    fn of(run: Told) -> Self {
        let outcomes = run.outcomes.iter().filter_map(|(word, count)| {
            let outcome = CancelOutcome::ALL
                .into_iter()
                .find(|one| one.as_str() == word)?;
            Some((outcome, number(*count)))
        });
        let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse_rfc3339);
        let done = number(run.done);
        Self {
            outcomes: outcomes.collect(),
            at: Timestamp::parse_rfc3339(&run.at),
            ended_at: time(&run.ended_at),
            done,
            total: number(run.total).max(done),
            id: run.id,
            state: run.state,
            by: run.by,
            reason: run.reason,
            ticket: run.ticket,
            stopped_by: run.stopped_by,
            approval: run
                .approval
                .map(|approval| (approval.state, approval.decided_by)),
            lines: run.lines,
            sweep: run
                .devices
                .map(|devices| (number(run.looked_at.unwrap_or_default()), number(devices))),
        }
    }

    /// Reads the server's answer about one run; none where it is no such answer.
    pub fn read(text: &str) -> Option<Self> {
        let run: Told = serde_json::from_str(text).ok()?;
        (!run.id.is_empty()).then(|| Self::of(run))
    }

    fn is_current(&self, now: Timestamp) -> bool {
        let since = |ended: Timestamp| now.as_millis() - ended.as_millis();
        !self.state.is_over() || self.ended_at.is_some_and(|ended| since(ended) < IS_RECENT)
    }

    /// Returns how far it is in numbers.
    pub fn numbers(&self) -> Progress {
        let mut numbers = Progress::counted(self.outcomes.iter().copied());
        (numbers.done, numbers.total) = (self.done, self.total);
        numbers
    }

    /// Returns how far it is in looking for its targets, where it looks for them. Whether it knows all devices is not told.
    pub fn sweep_status(&self) -> Option<SweepStatus> {
        let (looked_at, devices) = self.sweep?;
        let mut status = SweepStatus::default();
        (status.looked_at, status.devices) = (looked_at, devices);
        Some(status)
    }

    /// What it is called: who cancels how much.
    pub fn title(&self, is_own: bool) -> String {
        match (self.sweep, is_own) {
            (None, true) => text::own(self.total),
            (None, false) => text::other(&self.by, self.total),
            (Some(_), true) => brake::run_own().to_owned(),
            (Some(_), false) => brake::run_other(&self.by),
        }
    }

    /// How far it is, in a sentence.
    pub fn progress(&self) -> String {
        let mut status = RunStatus::past(self.total, &self.outcomes);
        status.sweep = self.sweep_status();
        let attention = status.groups.attention();
        match (self.state, &self.stopped_by) {
            (RunState::Waiting, _) if self.sweep.is_some() => brake::asked_line().to_owned(),
            (RunState::Running, _) if self.sweep.is_some() => status.sweep_line(),
            (RunState::Waiting, _) => approvals::waiting_line(self.total),
            (RunState::NotApproved, _) => self.refusal(),
            (RunState::Running, _) => run_text::going(self.done, self.total, attention),
            (RunState::Stopping, _) => text::stopping(self.done, self.total),
            (RunState::Stopped, Some(by)) => text::stopped_by(by, self.done, self.total),
            (RunState::Stopped, None) => text::stopped(self.done, self.total),
            (RunState::Finished, _) => status.summary(),
            (RunState::Unknown, _) => text::unknown_state().to_owned(),
        }
    }

    /// What became of it where it was not approved, in a sentence.
    pub fn refusal(&self) -> String {
        let (state, by) = self.approval.clone().unzip();
        refusal(state, by.flatten().as_deref())
    }

    /// Returns who approved it, where somebody had to.
    pub fn approved_by(&self) -> Option<&str> {
        let (state, by) = self.approval.as_ref()?;
        by.as_deref().filter(|_| *state == ApprovalState::Approved)
    }

    /// Why it was started and the ticket that it belongs to, where somebody said so.
    pub fn notes(&self) -> Vec<String> {
        let reason = self.reason.as_deref().map(text::reason);
        let ticket = self.ticket.as_deref().map(text::ticket);
        reason.into_iter().chain(ticket).collect()
    }

    /// Returns why what a followed journal says is not to be believed: it is that of something else.
    pub fn contradicts(&self, followed: &FollowedRun, org: &Organization) -> bool {
        let header = followed.header();
        let is_another = header.is_some_and(|header| header.run != self.id || header.org != *org);
        // The state is told after the lines are written, so none may be missing.
        let is_unsealed = self.state == RunState::Finished
            && followed.lines() >= self.lines
            && !followed.is_finished();
        is_another || is_unsealed
    }
}

/// Says that a run's journal is broken, and where.
pub fn distrusted(broken: Option<&ChainError>) -> String {
    match broken.and_then(ChainError::line) {
        Some(line) => text::distrusted_at(usize::try_from(line).unwrap_or(usize::MAX)),
        None => text::distrusted().to_owned(),
    }
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"runs":[
        {"id":"r-3","state":"running","by":"bob","at":"2026-02-10T12:00:00Z","reason":"wrong lock","ticket":"T-1",
         "done":3,"total":5,"outcomes":{"cancelled":1,"lost_race":1,"of_a_newer_server":1},"lines":20},
        {"id":"r-2","state":"stopped","by":"alice","at":"2026-02-10T11:00:00Z","stopped_by":"bob","done":1,"total":2,
         "outcomes":{"cancelled":1},"ended_at":"2026-02-10T11:30:00Z"},
        {"id":"r-5","state":"not_approved","by":"bob","at":"2026-02-10T12:00:00Z","total":2,
         "approval":{"state":"declined","decided_by":"alice"},"ended_at":"2026-02-10T12:20:00Z"},
        {"id":"r-4","state":"waiting","by":"bob","at":"2026-02-10T12:00:00Z","total":2,"approval":{"state":"waiting"}},
        {"id":"r-1","state":"finished","by":"bob","at":"2026-02-08T11:00:00Z","done":2,"total":2,
         "outcomes":{"cancelled":2},"ended_at":"2026-02-08T11:30:00Z"}]}"#;

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-02-10T12:30:00Z").unwrap()
    }

    fn runs() -> ServerRuns {
        ServerRuns::read(LIST, now()).unwrap()
    }

    #[test]
    fn what_goes_on_or_has_just_ended_comes_first() {
        let runs = runs();
        let ids = |runs: &[ServerRun]| runs.iter().map(|run| run.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&runs.current), ["r-3", "r-2", "r-5", "r-4"]);
        assert_eq!(ids(&runs.earlier), ["r-1"]);
        assert!(ServerRuns::read("<!doctype html>", now()).is_none());
    }

    #[test]
    fn each_says_who_cancels_what_and_how_far_it_is() {
        let runs = runs();
        let said = |run: &ServerRun, is_own| (run.title(is_own), run.progress());
        assert_eq!(
            said(&runs.current[0], false),
            (
                "bob cancels 5 commands".to_owned(),
                "3 of 5 done, 1 needs attention".to_owned()
            )
        );
        let numbers = runs.current[0].numbers();
        assert_eq!((numbers.done, numbers.total), (3, 5));
        assert_eq!(
            runs.current[0].notes(),
            ["Reason: wrong lock", "Ticket: T-1"]
        );
        assert_eq!(
            said(&runs.current[1], true),
            (
                "You cancel 2 commands".to_owned(),
                "Stopped by bob: 1 of 2 done. It can be resumed.".to_owned()
            )
        );
        assert_eq!(
            runs.current[2].progress(),
            "Declined by alice. Nothing was sent."
        );
        assert_eq!(
            runs.current[3].progress(),
            "2 cancels are waiting for a second operator. Nothing has been sent."
        );
        assert_eq!(runs.earlier[0].progress(), "2 commands: 2 cancelled.");
    }

    #[test]
    fn a_run_of_a_newer_server_is_no_finished_one() {
        let run = ServerRun::read(r#"{"id":"r-9","state":"on_mars","total":1,"done":2}"#).unwrap();
        assert_eq!((run.done, run.total), (2, 2));
        assert_eq!(
            run.progress(),
            "This page does not know its state: it is too old."
        );
        assert!(ServerRun::read("{}").is_none());
        assert!(ServerRun::read("[]").is_none());
    }

    #[test]
    fn a_journal_of_something_else_is_not_believed() {
        let org = Organization::parse(countermand_core_model::Provider::Enos, "o1").unwrap();
        let mut run = ServerRun::read(r#"{"id":"r-1","state":"running"}"#).unwrap();
        let followed = FollowedRun::new(countermand_core_model::SeverityRules::default());
        assert!(!run.contradicts(&followed, &org));
        run.state = RunState::Finished;
        assert!(run.contradicts(&followed, &org), "it has no seal");
    }
}
