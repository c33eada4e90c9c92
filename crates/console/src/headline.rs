//! What people must see first of a result: what ran all the same, in plain words, the gravest first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use countermand_core_model::{
    CancelReport, DeviceRef, KindSeverity, OutcomeGroup, OutcomeSeverity,
};

use super::rows;
use crate::text::{self, ran};

/// What ran or went out, by how grave that is.
#[derive(Debug, Default)]
pub struct Headline {
    told: BTreeMap<Key, Told>,
}

/// The gravest first; then by the kind's name.
type Key = (Reverse<OutcomeSeverity>, Reverse<KindSeverity>, String);

#[derive(Debug, Default)]
struct Told {
    commands: usize,
    /// How many commands on each device.
    devices: HashMap<DeviceRef, usize>,
}

impl Headline {
    /// What came of this row; false where it does not belong here.
    pub fn add(
        &mut self,
        report: &CancelReport,
        name: Option<&str>,
        of_kind: KindSeverity,
        severity: OutcomeSeverity,
    ) -> bool {
        let Some(key) = key(report, name, of_kind, severity) else {
            return false;
        };
        let told = self.told.entry(key).or_default();
        told.commands += 1;
        *told.devices.entry(report.device.clone()).or_default() += 1;
        true
    }

    /// It was something else that came of this row; false where it did not belong here.
    pub fn remove(
        &mut self,
        report: &CancelReport,
        name: Option<&str>,
        of_kind: KindSeverity,
        severity: OutcomeSeverity,
    ) -> bool {
        let Some(key) = key(report, name, of_kind, severity) else {
            return false;
        };
        if let Some(told) = self.told.get_mut(&key) {
            told.commands = told.commands.saturating_sub(1);
            if let Some(count) = told.devices.get_mut(&report.device) {
                *count -= 1;
                if *count == 0 {
                    told.devices.remove(&report.device);
                }
            }
            if told.commands == 0 {
                self.told.remove(&key);
            }
        }
        true
    }

    /// In words, a line for each kind.
    pub fn lines(&self) -> Vec<String> {
        self.told
            .iter()
            .map(|((Reverse(severity), _, kind), told)| {
                if *severity == OutcomeSeverity::Executed {
                    executed(kind, told)
                } else if kind.is_empty() {
                    text::run::lost_races(told.commands)
                } else {
                    ran::delivered(told.commands, kind)
                }
            })
            .collect()
    }
}

/// A kind that leaves open what runs is told by the command's name.
fn key(
    report: &CancelReport,
    name: Option<&str>,
    of_kind: KindSeverity,
    severity: OutcomeSeverity,
) -> Option<Key> {
    let kind = report.kind.as_deref().unwrap_or_default();
    (severity.group() == OutcomeGroup::Ran).then(|| {
        let called = match known(kind) {
            Some(_) => kind,
            None => rows::known_by(name).unwrap_or(kind),
        };
        (Reverse(severity), Reverse(of_kind), called.to_owned())
    })
}

fn executed(kind: &str, told: &Told) -> String {
    match known(kind) {
        Some(say) => say(told.devices.len()),
        None => ran::executed(told.commands, rows::kind(kind)),
    }
}

fn known(kind: &str) -> Option<Sentence> {
    let severity = KindSeverity::of(kind);
    let mut known = KNOWN.iter();
    let known = known.find(|(known, _)| KindSeverity::of(known) == severity);
    known.map(|(_, say)| *say)
}

/// Returns a sentence about a number of devices.
type Sentence = fn(usize) -> String;

/// Kinds with a sentence of their own.
static KNOWN: [(&str, Sentence); 8] = [
    ("WIPE", ran::wiped),
    ("RELINQUISH_OWNERSHIP", ran::relinquished),
    ("RESET_PASSWORD", ran::password_reset),
    ("CLEAR_APP_DATA", ran::app_data_cleared),
    ("REMOVE_ESIM", ran::esim_removed),
    ("START_LOST_MODE", ran::lost_mode_started),
    ("LOCK", ran::locked),
    ("REBOOT", ran::rebooted),
];

#[cfg(test)]
mod tests {
    use countermand_core_model::{CancelOutcome, CommandState};

    use super::*;
    use crate::testing::command;

    fn row(device: &str, kind: &str, after: CommandState) -> CancelReport {
        let command = command(device, 1, kind, CommandState::Pending);
        let mut report = CancelReport::new(command.device, command.id);
        report.kind = Some(kind.to_owned());
        report.outcome = CancelOutcome::LostRace;
        report.after = Some(after);
        report
    }

    fn grave(report: &CancelReport, name: Option<&str>) -> KindSeverity {
        KindSeverity::of_command(report.kind.as_deref().unwrap_or_default(), name)
    }

    fn add(headline: &mut Headline, report: &CancelReport, name: Option<&str>) -> bool {
        headline.add(report, name, grave(report, name), report.severity())
    }

    #[test]
    fn what_ran_comes_first_and_the_gravest_before_the_rest() {
        let mut headline = Headline::default();
        let rows = [
            row("applivery:A", "LOCK", CommandState::Succeeded),
            row("applivery:A", "WIPE", CommandState::Sent),
            row("applivery:A", "WIPE", CommandState::Succeeded),
            row("applivery:B", "WIPE", CommandState::Succeeded),
            row("applivery:B", "WIPE", CommandState::Succeeded),
            row("applivery:C", "SELF_DESTRUCT", CommandState::Succeeded),
            row("applivery:C", "", CommandState::Sent),
        ];
        for row in &rows {
            assert!(add(&mut headline, row, None));
        }
        assert_eq!(
            headline.lines(),
            [
                "2 devices were wiped.",
                "SELF_DESTRUCT: 1 command was executed.",
                "1 device was locked.",
                "WIPE: 1 command was sent to its device and may have run.",
                "1 command was sent to its device before it could be cancelled.",
            ]
        );
        for row in &rows {
            headline.remove(row, None, grave(row, None), row.severity());
        }
        assert!(headline.lines().is_empty());
    }

    #[test]
    fn a_service_is_told_by_its_name_and_what_stops_comes_first() {
        let mut headline = Headline::default();
        for name in ["Start turbine", "Stop turbine"] {
            let row = row(
                "enos:asset:a",
                "service invocation",
                CommandState::Succeeded,
            );
            add(&mut headline, &row, Some(name));
        }
        assert_eq!(
            headline.lines(),
            [
                "Stop turbine: 1 command was executed.",
                "Start turbine: 1 command was executed."
            ]
        );
    }

    #[test]
    fn what_ran_in_spite_of_a_refusal_is_a_headline() {
        for outcome in CancelOutcome::ALL {
            let mut report = row("applivery:A", "WIPE", CommandState::Sent);
            report.outcome = outcome;
            let is_over = matches!(outcome, CancelOutcome::Cancelled | CancelOutcome::Expired);
            let said = add(&mut Headline::default(), &report, None);
            assert_eq!(said, !is_over, "{outcome}");
        }
    }

    #[test]
    fn what_did_not_leave_is_no_headline() {
        for outcome in CancelOutcome::ALL {
            let mut report = row("applivery:A", "WIPE", CommandState::Pending);
            report.outcome = outcome;
            let went_out = matches!(
                outcome,
                CancelOutcome::LostRace | CancelOutcome::AlreadyDelivered
            );
            let said = add(&mut Headline::default(), &report, None);
            assert_eq!(said, went_out, "{outcome}");
        }
    }
}
