//! The settled rows of a run by what they come to: what ran, what may still run, what will not.
//!
//! It holds a few bytes for each row, so that a filter over a hundred thousand of them reads nothing else.

use std::cmp::Reverse;

use countermand_client::{CancelOutcome, CancelReport};
use countermand_core_model::{KindSeverity, OutcomeGroup, OutcomeSeverity};

use super::rows;

/// Which results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// What ran or may still run.
    #[default]
    Attention,
    /// All.
    All,
    /// One group.
    Group(OutcomeGroup),
    /// One outcome in a group: what had ended is in two of them.
    Outcome(OutcomeGroup, CancelOutcome),
}

/// Which results are shown, and of which kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultFilter {
    /// Which of them.
    pub shown: Shown,
    /// The place of a kind in [`Results::kinds`]; any if none.
    pub kind: Option<usize>,
}

impl ResultFilter {
    /// Takes all.
    pub const ALL: Self = Self {
        shown: Shown::All,
        kind: None,
    };

    fn takes(self, row: &Settled) -> bool {
        let is_shown = match self.shown {
            Shown::Attention => row.group() != OutcomeGroup::Safe,
            Shown::All => true,
            Shown::Group(group) => row.group() == group,
            Shown::Outcome(group, outcome) => row.group() == group && row.outcome == outcome,
        };
        is_shown && self.kind.is_none_or(|kind| usize::from(row.kind) == kind)
    }
}

/// So many kinds can be told apart. Who has more of them filters by outcome.
const KINDS: usize = 60;

/// A settled row.
#[derive(Clone, Copy, Debug)]
struct Settled {
    number: u32,
    kind: u8,
    outcome: CancelOutcome,
    severity: OutcomeSeverity,
}

impl Settled {
    const fn group(&self) -> OutcomeGroup {
        self.severity.group()
    }
}

/// The settled rows: as they were settled, and at the end the gravest first.
#[derive(Debug, Default)]
pub struct Results {
    rows: Vec<Settled>,
    kinds: Vec<String>,
    /// How many targets there are of each kind, settled or not.
    found: Vec<usize>,
    counts: GroupCounts,
}

/// What became of the targets of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindResults {
    /// What the commands are called.
    pub kind: String,
    /// How many are cancelled.
    pub stopped: usize,
    /// How many will not run for another reason.
    pub ended: usize,
    /// How many may still run.
    pub may_run: usize,
    /// How many ran all the same.
    pub ran: usize,
    /// How many are not settled yet.
    pub open: usize,
}

impl Results {
    /// Adds the row of this number, which is called `name` where it has a name.
    pub(super) fn add(
        &mut self,
        number: usize,
        report: &CancelReport,
        name: Option<&str>,
        severity: OutcomeSeverity,
    ) {
        let kind = report.kind.as_deref().unwrap_or_default();
        let kind = self.kind(rows::known_by(name).unwrap_or_else(|| rows::kind(kind)));
        self.counts.change(severity, report.outcome, 1);
        self.rows.push(Settled {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            kind,
            outcome: report.outcome,
            severity,
        });
    }

    fn kind(&mut self, called: &str) -> u8 {
        let known = self.kinds.iter().position(|kind| kind == called);
        let at = known.unwrap_or_else(|| {
            if self.kinds.len() < KINDS {
                self.kinds.push(called.to_owned());
                self.kinds.len() - 1
            } else {
                KINDS
            }
        });
        u8::try_from(at).unwrap_or(u8::MAX)
    }

    /// The row of this number came to something else.
    pub(super) fn change(&mut self, number: usize, severity: OutcomeSeverity) {
        let row = self
            .rows
            .iter_mut()
            .find(|row| row.number as usize == number);
        if let Some(row) = row {
            self.counts.change(row.severity, row.outcome, -1);
            row.severity = severity;
            self.counts.change(row.severity, row.outcome, 1);
        }
    }

    /// Orders the rows: the gravest first, by what became of the command, then by `order`.
    pub(super) fn sort(&mut self, order: impl Fn(usize) -> (KindSeverity, u8)) {
        // One number for each row: what it comes to, turned around, before its place.
        let key = |(place, row): (u64, &Settled)| {
            let (kind, attention) = order(row.number as usize);
            let parts = [row.severity as u8, kind.rank(), attention];
            let gravity = parts
                .into_iter()
                .fold(0, |all, part| all << 8 | u64::from(part));
            (0xff_ffff - gravity) << 32 | place
        };
        let mut keys: Vec<u64> = (0..).zip(&self.rows).map(key).collect();
        keys.sort_unstable();
        let places = keys.iter().map(|key| (key & 0xffff_ffff) as usize);
        self.rows = places
            .filter_map(|place| self.rows.get(place).copied())
            .collect();
    }

    /// Returns the numbers of the rows, in their order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().map(|row| row.number as usize)
    }

    /// Returns the numbers of those that a filter takes, with what each comes to.
    pub(super) fn shown(
        &self,
        filter: ResultFilter,
    ) -> impl Iterator<Item = (usize, OutcomeGroup)> + '_ {
        let rows = self.rows.iter().filter(move |row| filter.takes(row));
        rows.map(|row| (row.number as usize, row.group()))
    }

    /// Returns how many rows a filter takes.
    pub fn count(&self, filter: ResultFilter) -> usize {
        self.rows.iter().filter(|row| filter.takes(row)).count()
    }

    /// Returns what the commands are called: their names or, without one, their kinds.
    pub fn kinds(&self) -> &[String] {
        &self.kinds
    }

    /// A target of this kind and name is there, settled or not.
    pub(super) fn found(&mut self, kind: &str, name: Option<&str>) {
        let kind = self.kind(rows::known_by(name).unwrap_or_else(|| rows::kind(kind)));
        let at = usize::from(kind);
        if self.found.len() <= at {
            self.found.resize(at + 1, 0);
        }
        self.found[at] += 1;
    }

    /// Returns what became of each kind. Kinds that are not told apart have no line.
    pub fn by_kind(&self) -> Vec<KindResults> {
        let found = self.found.iter().copied().chain(std::iter::repeat(0));
        let lines = self
            .kinds
            .iter()
            .zip(found)
            .map(|(kind, found)| KindResults {
                kind: kind.clone(),
                open: found,
                ..KindResults::default()
            });
        let mut lines: Vec<KindResults> = lines.collect();
        for row in &self.rows {
            let Some(line) = lines.get_mut(usize::from(row.kind)) else {
                continue;
            };
            line.open = line.open.saturating_sub(1);
            *match (row.group(), row.outcome) {
                (OutcomeGroup::Safe, CancelOutcome::Cancelled) => &mut line.stopped,
                (OutcomeGroup::Safe, _) => &mut line.ended,
                (OutcomeGroup::MayRun, _) => &mut line.may_run,
                (OutcomeGroup::Ran, _) => &mut line.ran,
            } += 1;
        }
        lines
    }

    /// Returns how many rows there are of each group and outcome.
    pub fn counts(&self) -> GroupCounts {
        self.counts
    }
}

/// How many rows there are of each group and outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupCounts([[usize; CancelOutcome::ALL.len()]; OutcomeGroup::ALL.len()]);

impl GroupCounts {
    /// Returns the counts of outcomes without rows: each is in the group that it has by itself.
    pub fn of_outcomes(outcomes: impl IntoIterator<Item = (CancelOutcome, usize)>) -> Self {
        let mut counts = Self::default();
        for (outcome, count) in outcomes {
            counts.0[outcome.group() as usize][outcome as usize] += count;
        }
        counts
    }

    fn change(&mut self, severity: OutcomeSeverity, outcome: CancelOutcome, by: isize) {
        let count = &mut self.0[severity.group() as usize][outcome as usize];
        *count = count.saturating_add_signed(by);
    }

    /// Returns how many rows are in a group.
    pub fn group(&self, group: OutcomeGroup) -> usize {
        self.0[group as usize].iter().sum()
    }

    /// Returns how many rows of a group have this outcome.
    pub fn outcome(&self, group: OutcomeGroup, outcome: CancelOutcome) -> usize {
        self.0[group as usize][outcome as usize]
    }

    /// Returns the outcomes in a group that occur, what needs attention first.
    pub fn outcomes(&self, group: OutcomeGroup) -> Vec<CancelOutcome> {
        let all = CancelOutcome::ALL.into_iter();
        let mut outcomes: Vec<_> = all.filter(|one| self.outcome(group, *one) > 0).collect();
        outcomes.sort_by_key(|outcome| Reverse(outcome.attention()));
        outcomes
    }

    /// Returns how many rows ran or may still run.
    pub fn attention(&self) -> usize {
        self.group(OutcomeGroup::Ran) + self.group(OutcomeGroup::MayRun)
    }

    /// Returns how many rows are shown by this.
    pub fn shown(&self, shown: Shown) -> usize {
        match shown {
            Shown::Attention => self.attention(),
            Shown::All => self.all(),
            Shown::Group(group) => self.group(group),
            Shown::Outcome(group, outcome) => self.outcome(group, outcome),
        }
    }

    /// Returns how many rows there are.
    pub fn all(&self) -> usize {
        self.attention() + self.group(OutcomeGroup::Safe)
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::CommandState;

    use super::*;
    use crate::testing::command;

    fn report(outcome: CancelOutcome, kind: &str) -> CancelReport {
        let command = command("applivery:A1", 1, kind, CommandState::Pending);
        let mut report = CancelReport::new(command.device, command.id);
        report.outcome = outcome;
        report.kind = Some(kind.to_owned());
        report
    }

    fn results() -> Results {
        let mut results = Results::default();
        for (number, outcome) in CancelOutcome::ALL.into_iter().enumerate() {
            let report = report(outcome, if number % 2 == 0 { "WIPE" } else { "LOCK" });
            results.add(number, &report, None, report.severity());
        }
        results
    }

    #[test]
    fn every_row_is_in_one_group_and_every_count_is_that_of_its_list() {
        let mut results = results();
        for change in [None, Some((0, OutcomeSeverity::Executed))] {
            if let Some((number, severity)) = change {
                results.change(number, severity);
            }
            let count = |shown| results.count(ResultFilter { shown, kind: None });
            let counts = results.counts();
            let mut seen = 0;
            for group in OutcomeGroup::ALL {
                assert_eq!(
                    count(Shown::Group(group)),
                    counts.shown(Shown::Group(group))
                );
                for outcome in counts.outcomes(group) {
                    let listed = count(Shown::Outcome(group, outcome));
                    assert_eq!(listed, counts.outcome(group, outcome));
                    seen += listed;
                }
            }
            assert_eq!(seen, CancelOutcome::ALL.len());
            for shown in [Shown::All, Shown::Attention] {
                assert_eq!(count(shown), counts.shown(shown));
            }
            assert_eq!(counts.all(), seen);
        }
        assert_eq!(
            results
                .counts()
                .outcome(OutcomeGroup::Ran, CancelOutcome::Cancelled),
            1
        );
    }

    #[test]
    fn a_kind_narrows_down_what_is_shown() {
        let results = results();
        assert_eq!(results.kinds(), ["WIPE", "LOCK"]);
        let of = |kind| ResultFilter {
            shown: Shown::All,
            kind: Some(kind),
        };
        assert_eq!((results.count(of(0)), results.count(of(1))), (6, 6));
    }

    #[test]
    fn the_lines_of_kinds_come_to_what_the_groups_come_to() {
        let mut results = results();
        for kind in ["LOCK", "REBOOT"].into_iter().chain(["WIPE"; 9]) {
            results.found(kind, None);
        }
        let lines = results.by_kind();
        let kinds: Vec<&str> = lines.iter().map(|line| line.kind.as_str()).collect();
        assert_eq!(kinds, ["WIPE", "LOCK", "REBOOT"]);
        let sum = |of: fn(&KindResults) -> usize| lines.iter().map(of).sum::<usize>();
        let counts = results.counts();
        assert_eq!(sum(|line| line.ran), counts.group(OutcomeGroup::Ran));
        assert_eq!(sum(|line| line.may_run), counts.group(OutcomeGroup::MayRun));
        let safe = sum(|line| line.stopped + line.ended);
        assert_eq!(safe, counts.group(OutcomeGroup::Safe));
        assert_eq!(
            sum(|line| line.stopped),
            1,
            "only what is read as cancelled"
        );
        let open: Vec<usize> = lines.iter().map(|line| line.open).collect();
        assert_eq!(open, [3, 0, 1]);
    }

    #[test]
    fn kinds_without_number_are_no_trouble() {
        let mut results = Results::default();
        for number in 0..500 {
            let report = report(CancelOutcome::Unknown, &format!("KIND_{number}"));
            results.add(number, &report, None, report.severity());
        }
        assert_eq!(results.kinds().len(), KINDS);
        assert_eq!(results.count(ResultFilter::default()), 500);
    }
}
