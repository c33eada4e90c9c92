//! The head of a result: what ran in spite of its cancel, the most severe first.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use countermand_client::CancelReport;
use countermand_core_model::{DeviceRef, KindSeverity, OutcomeSeverity};

use crate::output::number;

/// Returns a line for each kind of which a command ran or was sent.
pub(super) fn lines(reports: &[CancelReport]) -> Vec<String> {
    let mut told: BTreeMap<_, (usize, BTreeSet<&DeviceRef>)> = BTreeMap::new();
    for report in reports {
        let severity = report.severity();
        if severity >= OutcomeSeverity::Delivered {
            let kind = report.kind.as_deref().unwrap_or_default();
            let key = (Reverse(severity), Reverse(KindSeverity::of(kind)), kind);
            let (commands, devices) = told.entry(key).or_default();
            *commands += 1;
            devices.insert(&report.device);
        }
    }
    told.into_iter()
        .map(|((Reverse(severity), _, kind), (commands, devices))| {
            let kind = if kind.is_empty() {
                "unknown kind"
            } else {
                kind
            };
            if severity == OutcomeSeverity::Executed {
                executed(kind, commands, devices.len())
            } else {
                let sent = if commands == 1 {
                    "command was sent to its device"
                } else {
                    "commands were sent to their devices"
                };
                format!("{kind}: {} {sent} and may have run", number(commands))
            }
        })
        .collect()
}

fn executed(kind: &str, commands: usize, devices: usize) -> String {
    let severity = KindSeverity::of(kind);
    let known = KNOWN
        .iter()
        .find(|(known, ..)| KindSeverity::of(known) == severity);
    let Some((_, one, many)) = known else {
        let were = if commands == 1 {
            "command was"
        } else {
            "commands were"
        };
        return format!("{kind}: {} {were} executed", number(commands));
    };
    if devices == 1 {
        format!("1 device {one}")
    } else {
        format!("{} devices {many}", number(devices))
    }
}

/// What a command of a kind did to one device, and to several.
static KNOWN: [(&str, &str, &str); 8] = [
    ("WIPE", "was wiped", "were wiped"),
    (
        "RELINQUISH_OWNERSHIP",
        "was removed from management",
        "were removed from management",
    ),
    (
        "RESET_PASSWORD",
        "had its password reset",
        "had their passwords reset",
    ),
    (
        "CLEAR_APP_DATA",
        "had app data deleted",
        "had app data deleted",
    ),
    ("REMOVE_ESIM", "had an eSIM removed", "had an eSIM removed"),
    (
        "START_LOST_MODE",
        "was put in lost mode",
        "were put in lost mode",
    ),
    ("LOCK", "was locked", "were locked"),
    ("REBOOT", "was restarted", "were restarted"),
];

#[cfg(test)]
mod tests {
    use countermand_core_model::{CancelOutcome, CommandId, CommandState, Provider};

    use super::*;

    fn row(device: &str, kind: &str, outcome: CancelOutcome, after: CommandState) -> CancelReport {
        let id = CommandId::parse(Provider::Enos, "1").unwrap();
        let mut report = CancelReport::new(device.parse().unwrap(), id);
        report.kind = Some(kind.to_owned()).filter(|kind| !kind.is_empty());
        (report.outcome, report.after) = (outcome, Some(after));
        report
    }

    #[test]
    fn what_ran_comes_first_and_the_gravest_before_the_rest() {
        use CommandState::{Cancelled, Pending, Sent, Succeeded};
        let (a, b) = ("enos:asset:a", "enos:asset:b");
        let rows = [
            row(a, "LOCK", CancelOutcome::Cancelled, Cancelled),
            row(a, "REBOOT", CancelOutcome::LostRace, Succeeded),
            row(a, "WIPE", CancelOutcome::LostRace, Sent),
            row(b, "", CancelOutcome::LostRace, Sent),
            row(a, "WIPE", CancelOutcome::LostRace, Succeeded),
            row(a, "WIPE", CancelOutcome::LostRace, Succeeded),
            row(b, "WIPE", CancelOutcome::LostRace, Succeeded),
            row(b, "WIPE", CancelOutcome::Rejected, Pending),
            row(b, "SELF_DESTRUCT", CancelOutcome::LostRace, Succeeded),
        ];
        assert_eq!(
            lines(&rows),
            [
                "2 devices were wiped",
                "SELF_DESTRUCT: 1 command was executed",
                "1 device was restarted",
                "WIPE: 1 command was sent to its device and may have run",
                "unknown kind: 1 command was sent to its device and may have run",
            ]
        );
        assert!(lines(&rows[..1]).is_empty());
    }
}
