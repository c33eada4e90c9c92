//! The verdicts as a table for people.

use std::fmt::Write;

use countermand_core_model::CancelOutcome as Outcome;

use super::{faults, judge::Verdict, scenario::Scenario};

/// How many of the targets that fail a check are named.
const NAMED: usize = 5;

/// Returns a column for each scenario, and below it what is wrong.
pub fn of(columns: &[(Scenario, Verdict)]) -> String {
    let mut text = String::new();
    let mut row = |name: &str, cell: &dyn Fn(&Verdict) -> String| {
        let _ = write!(text, "{name:32}");
        for (_, verdict) in columns {
            let _ = write!(text, "{:>16}", cell(verdict));
        }
        text.push('\n');
    };
    row("targets", &|verdict| verdict.targets.to_string());
    row("SIGKILLs, each then resumed", &|verdict| {
        verdict.kills.to_string()
    });
    let share = format!("met a fault (by chance {:.0}%)", faults::SHARE * 100.0);
    row(&share, &|verdict| format!("{:.1}%", verdict.faulty * 100.0));
    for place in 0..Verdict::default().musts().len() {
        let name = Verdict::default()
            .musts()
            .get(place)
            .map_or("", |(name, _)| name);
        row(&format!("{name} (0)"), &|verdict| {
            verdict
                .musts()
                .get(place)
                .map_or(0, |(_, unmet)| unmet.len())
                .to_string()
        });
    }
    for outcome in Outcome::ALL {
        let count = |verdict: &Verdict| verdict.outcomes.get(&outcome).copied().unwrap_or(0);
        if columns.iter().any(|(_, verdict)| count(verdict) > 0) {
            row(&format!("  {}", outcome.as_str()), &|verdict| {
                count(verdict).to_string()
            });
        }
    }
    row("requests per target", &|verdict| {
        format!("{:.2}", verdict.requests_per_target)
    });
    row("list pages", &|verdict| verdict.list_pages.to_string());
    row("time", &|verdict| format!("{:.1} s", verdict.seconds));

    let mut head = format!("{:32}", "");
    for (scenario, _) in columns {
        let _ = write!(head, "{:>16}", scenario.name);
    }
    format!("{head}\n{text}{}{}", met(columns), unmet(columns))
}

/// Returns the faults that were met: a kind that nothing met proves nothing.
fn met(columns: &[(Scenario, Verdict)]) -> String {
    let mut text = String::new();
    for (scenario, verdict) in columns {
        let met: Vec<String> = verdict
            .faults
            .iter()
            .map(|(fault, times)| format!("{fault} {times}"))
            .collect();
        let _ = writeln!(text, "faults, {}: {}", scenario.name, met.join(", "));
    }
    text
}

fn unmet(columns: &[(Scenario, Verdict)]) -> String {
    let mut text = String::new();
    for (scenario, verdict) in columns {
        for (name, unmet) in verdict.musts() {
            for one in unmet.iter().take(NAMED) {
                let _ = writeln!(text, "{}, {name}: {one}", scenario.name);
            }
            if unmet.len() > NAMED {
                let _ = writeln!(text, "... and {} more", unmet.len() - NAMED);
            }
        }
    }
    text
}
