//! What was said against what is true.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use countermand_core_model::CancelOutcome as Outcome;

use super::{
    journal::Journal,
    ledger::{Ledger, Truth},
    outcome::{Row, is_true},
};

/// What a scenario came to.
#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    pub targets: usize,
    /// Rows that say something else than what is true, by the rows that were printed.
    pub wrong: Vec<String>,
    /// The same by the journal's own lines.
    pub wrong_in_journal: Vec<String>,
    pub without_outcome: Vec<String>,
    pub with_two_outcomes: Vec<String>,
    pub doubled_cancels: Vec<String>,
    /// Where the rows printed at the end, the journal and `verify` are not one and the same.
    pub disagreements: Vec<String>,
    pub outcomes: BTreeMap<Outcome, usize>,
    pub requests_per_target: f64,
    pub list_pages: u64,
    pub faulty: f64,
    pub faults: BTreeMap<String, u64>,
    pub seconds: f64,
    pub kills: u32,
}

impl Verdict {
    /// The musts by their names, with whom each is not met.
    pub fn musts(&self) -> [(&'static str, &[String]); 6] {
        [
            ("wrong outcomes", &self.wrong),
            ("wrong outcomes in the journal", &self.wrong_in_journal),
            ("targets without an outcome", &self.without_outcome),
            ("targets with two outcomes", &self.with_two_outcomes),
            ("doubled cancels", &self.doubled_cancels),
            ("rows and journal that differ", &self.disagreements),
        ]
    }

    pub fn is_clean(&self) -> bool {
        self.targets > 0 && self.musts().iter().all(|(_, unmet)| unmet.is_empty())
    }
}

/// Everything that a scenario left behind.
pub struct Evidence<'a> {
    /// The ids of the commands that were added to be cancelled.
    pub added: &'a [String],
    /// The rows that the last run printed.
    pub rows: &'a [Row],
    /// The rows that `verify` prints.
    pub verified: &'a [Row],
    pub journal: &'a Journal,
    pub ledger: &'a Ledger,
}

/// Compares what was said with what is true.
pub fn judge(evidence: &Evidence<'_>) -> Verdict {
    let truths: HashMap<String, &Truth> = evidence
        .ledger
        .commands
        .iter()
        .map(|truth| (truth.command.to_ascii_lowercase(), truth))
        .collect();
    let mut printed: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for row in evidence.rows {
        printed
            .entry(row.id.to_ascii_lowercase())
            .or_default()
            .push(row.outcome);
    }
    let written: BTreeMap<String, &[Outcome]> = evidence.journal.outcomes().collect();
    let targets: BTreeSet<String> = evidence
        .added
        .iter()
        .map(|id| id.to_ascii_lowercase())
        .chain(printed.keys().cloned())
        .chain(written.keys().cloned())
        .collect();

    let unanswered = evidence.journal.without_an_answer();
    let mut verdict = Verdict::of_requests(evidence.ledger, targets.len());
    for id in &targets {
        verdict.add(&Target {
            id,
            truth: truths.get(id).copied(),
            printed: printed.get(id).map_or(&[], Vec::as_slice),
            written: written.get(id).copied().unwrap_or(&[]),
            is_unanswered: unanswered.contains(id),
        });
    }
    for (id, truth) in &truths {
        for _ in 0..truth.doubled_cancels() {
            verdict.doubled_cancels.push(format!("{id}: {truth:?}"));
        }
    }
    verdict.disagreements.extend(differences(evidence));
    verdict
}

/// A target with what is true of it and what was said.
struct Target<'a> {
    id: &'a str,
    truth: Option<&'a Truth>,
    /// The outcomes in the rows that were printed.
    printed: &'a [Outcome],
    /// The outcomes in the journal.
    written: &'a [Outcome],
    /// No cancel of its own was answered.
    is_unanswered: bool,
}

impl Target<'_> {
    /// What is wrong in these outcomes, a line each.
    fn wrong(&self, outcomes: &[Outcome]) -> Vec<String> {
        let (id, truth) = (self.id, self.truth);
        let mut wrong = Vec::new();
        for outcome in outcomes {
            if !truth.is_some_and(|truth| is_true(*outcome, truth)) {
                wrong.push(format!("{id}: {}, and it is {:?}", outcome.as_str(), truth));
            }
            // The refusal of the one call is none of a cancel of its own, which would be sent next.
            if *outcome == Outcome::Rejected && self.is_unanswered {
                wrong.push(format!("{id}: rejected, and no cancel of its own was"));
            }
        }
        wrong
    }
}

impl Verdict {
    /// What the requests came to, with no target compared yet.
    fn of_requests(ledger: &Ledger, targets: usize) -> Self {
        let faults = owned(ledger.faults());
        let met: u64 = faults.values().sum();
        Self {
            targets,
            list_pages: ledger.list_pages(),
            requests_per_target: per(ledger.about_single_commands(), targets),
            faulty: met as f64 / ledger.received().max(1) as f64,
            faults,
            ..Self::default()
        }
    }

    /// Compares one target.
    fn add(&mut self, target: &Target<'_>) {
        let (id, rows, lines) = (target.id, target.printed, target.written);
        self.wrong.extend(target.wrong(rows));
        self.wrong_in_journal.extend(target.wrong(lines));
        if rows.is_empty() || lines.is_empty() {
            self.without_outcome.push(id.to_owned());
        }
        if rows.len() > 1 || lines.len() > 1 {
            self.with_two_outcomes
                .push(format!("{id}: {rows:?} {lines:?}"));
        }
        if rows != lines {
            self.disagreements
                .push(format!("{id}: printed {rows:?}, journal {lines:?}"));
        }
        for outcome in rows {
            *self.outcomes.entry(*outcome).or_default() += 1;
        }
    }
}

/// Where the printed rows and those of `verify` differ.
fn differences(evidence: &Evidence<'_>) -> Vec<String> {
    let (rows, verified) = (evidence.rows, evidence.verified);
    let mut differences: Vec<String> = rows
        .iter()
        .zip(verified)
        .filter(|(row, verified)| row != verified)
        .map(|(row, verified)| format!("printed {row:?}, verified {verified:?}"))
        .collect();
    if rows.len() != verified.len() {
        differences.push(format!(
            "{} rows printed, {} verified",
            rows.len(),
            verified.len()
        ));
    }
    differences
}

fn per(count: u64, targets: usize) -> f64 {
    count as f64 / targets.max(1) as f64
}

fn owned(faults: BTreeMap<&str, u64>) -> BTreeMap<String, u64> {
    faults
        .into_iter()
        .map(|(name, times)| (name.to_owned(), times))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run over one target; each part can be put wrong.
    struct Left {
        added: Vec<&'static str>,
        rows: Vec<(&'static str, Outcome)>,
        verified: Vec<(&'static str, Outcome)>,
        journal: String,
        cancels: &'static str,
    }

    fn good() -> Left {
        Left {
            added: vec!["A1"],
            rows: vec![("a1", Outcome::Cancelled)],
            verified: vec![("a1", Outcome::Cancelled)],
            journal: line("cancelled"),
            cancels: r#"{"accepted":true,"seen_pending":true}"#,
        }
    }

    fn line(outcome: &str) -> String {
        format!("{{\"event\":\"settled\",\"target\":0,\"outcome\":\"{outcome}\"}}\n")
    }

    fn rows(of: &[(&str, Outcome)]) -> Vec<Row> {
        of.iter()
            .map(|(id, outcome)| Row {
                device: "applivery:1".to_owned(),
                id: (*id).to_owned(),
                before: None,
                outcome: *outcome,
                after: None,
                attempts: 1,
            })
            .collect()
    }

    /// How many times each must is not met.
    fn unmet(left: &Left) -> [usize; 6] {
        let ledger = format!(
            r#"{{"commands":[{{"command":"a1","state":"cancelled","cancels":[{}]}}],"requests":{{}}}}"#,
            left.cancels
        );
        let journal = format!(
            "{{\"event\":\"target\",\"target\":0,\"id\":\"A1\"}}\n{}",
            left.journal
        );
        let added: Vec<String> = left.added.iter().map(|id| (*id).to_owned()).collect();
        let verdict = judge(&Evidence {
            added: &added,
            rows: &rows(&left.rows),
            verified: &rows(&left.verified),
            journal: &Journal::of(journal.as_bytes()).unwrap(),
            ledger: &serde_json::from_str(&ledger).unwrap(),
        });
        let unmet = verdict.musts().map(|(_, unmet)| unmet.len());
        assert_eq!(verdict.is_clean(), unmet == [0; 6]);
        unmet
    }

    #[test]
    fn what_holds_is_clean_and_each_must_is_seen_where_it_is_not_met() {
        let with = |change: fn(&mut Left)| {
            let mut left = good();
            change(&mut left);
            unmet(&left)
        };
        assert_eq!(with(|_| {}), [0, 0, 0, 0, 0, 0]);
        let wrong = with(|left| {
            left.rows = vec![("a1", Outcome::LostRace)];
            left.verified = left.rows.clone();
            left.journal = line("lost_race");
        });
        assert_eq!(wrong, [1, 1, 0, 0, 0, 0]);
        assert_eq!(
            with(|left| left.journal = line("expired")),
            [0, 1, 0, 0, 0, 1]
        );
        assert_eq!(with(|left| left.journal.clear()), [0, 0, 1, 0, 0, 1]);
        assert_eq!(with(|left| left.added.push("a2")), [0, 0, 1, 0, 0, 0]);
        assert_eq!(
            with(|left| left.journal.push_str(&line("cancelled"))),
            [0, 0, 0, 1, 0, 1]
        );
        let twice = with(|left| {
            left.rows.push(("A1", Outcome::Cancelled));
            left.verified.push(("A1", Outcome::Cancelled));
        });
        assert_eq!(twice, [0, 0, 0, 1, 0, 1]);
        let doubled = with(|left| {
            left.cancels =
                r#"{"accepted":true,"seen_pending":true},{"accepted":true,"seen_pending":false}"#;
        });
        assert_eq!(doubled, [0, 0, 0, 0, 1, 0]);
        assert_eq!(with(|left| left.verified.clear()), [0, 0, 0, 0, 0, 1]);
    }
}
