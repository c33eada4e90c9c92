//! A notice as a letter to people: a subject and a text.

use std::collections::BTreeMap;

use countermand_core_model::Timestamp;
use serde_json::Value;

use super::notice::{Body, Notice, RunFacts, SurgeFacts};

/// How much earlier than the earliest command that was found a brake begins, in milliseconds.
pub(crate) const EARLIER_MS: i64 = 120_000;

/// What begins each subject.
const SENDER: &str = "[countermand]";

/// Returns the subject in plain words.
pub(super) fn subject(body: &Body) -> String {
    let what = match &body.notice {
        Notice::ApprovalWanted {
            connection,
            targets,
            sweep,
            ..
        } => match sweep {
            Some(_) => format!("Approval wanted at {connection}: a brake"),
            None => format!("Approval wanted at {connection}: {}", commands(*targets)),
        },
        Notice::BrakeRuleProposed { connection, .. } => {
            format!("Signature wanted at {connection}: a brake rule")
        }
        Notice::RunFinished { run } => format!(
            "Run finished at {}: {} of {} cancelled",
            run.connection,
            cancelled(run),
            run.total
        ),
        Notice::LostRace { run, count } => format!(
            "Lost race at {}: {} went out in spite of the cancel",
            run.connection,
            commands(*count)
        ),
        Notice::RunStopped { run, .. } => format!(
            "Run stopped by itself at {}: {} of {} done",
            run.connection, run.done, run.total
        ),
        Notice::SignInFailures { count, peer, .. } => {
            format!("{count} failed sign-ins from {peer}")
        }
        Notice::Checkpoint { lines, .. } => format!("The audit was signed at line {lines}"),
        Notice::Surge { surge } => format!(
            "Surge at {}: {} on about {} devices. {}",
            surge.connection,
            surge.command_kind,
            surge.estimate,
            match surge.run {
                Some(_) => "The brake was pressed",
                None => "Nobody has braked",
            }
        ),
        Notice::WatchRefused { connection } => {
            format!("The key of {connection} is refused: nothing is watched or stopped there")
        }
        Notice::WatchRestored { connection } => {
            format!("The key of {connection} is taken again: its devices are watched")
        }
    };
    format!("{SENDER} {what}")
}

/// Returns the text, a line for each thing that is known.
pub(super) fn text(body: &Body) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, value: &str| lines.push(format!("{name}: {value}"));
    match &body.notice {
        Notice::ApprovalWanted {
            connection,
            run,
            by,
            reason,
            ticket,
            targets,
            sweep,
        } => {
            line("Connection", connection);
            line("Run", run);
            line("Requested by", by);
            match sweep {
                Some(sweep) => line("Brakes", &sought(sweep)),
                None => line("Commands", &targets.to_string()),
            }
            why(&mut line, reason.as_deref(), ticket.as_deref());
        }
        Notice::BrakeRuleProposed {
            connection,
            rule,
            by,
            reason,
            sweep,
            automatic,
            valid_until,
        } => {
            line("Connection", connection);
            line("Rule", rule);
            line("Proposed by", by);
            line("Lets brake", &sought(sweep));
            if *automatic {
                line("The server brakes by itself", "yes");
            }
            line("Valid until", valid_until);
            why(&mut line, reason.as_deref(), None);
        }
        Notice::RunFinished { run } => of_run(&mut line, run),
        Notice::LostRace { run, count } => {
            of_run(&mut line, run);
            line("Went out in spite of the cancel", &count.to_string());
        }
        Notice::RunStopped { run, why } => {
            of_run(&mut line, run);
            line("Stopped because of", &spaced(why));
        }
        Notice::SignInFailures {
            count,
            peer,
            minutes,
        } => {
            line("Address", peer);
            line(
                "Failed sign-ins",
                &format!("{count} within {minutes} minutes"),
            );
        }
        Notice::Checkpoint { note, .. } => {
            let note = note.lines().map(|of_note| format!("\r\n{of_note}"));
            line("Checkpoint", &note.collect::<String>());
        }
        Notice::Surge { surge } => of_surge(&mut line, surge, &body.server),
        Notice::WatchRefused { connection } | Notice::WatchRestored { connection } => {
            line("Connection", connection);
        }
    }
    line("At", &body.at);
    line("Look at it", &body.link);
    line("Notice", &body.id);
    lines.push(String::new());
    lines.join("\r\n")
}

fn of_run(line: &mut impl FnMut(&str, &str), run: &RunFacts) {
    line("Connection", &run.connection);
    line("Run", &run.run);
    line("Started by", &run.by);
    why(line, run.reason.as_deref(), run.ticket.as_deref());
    line("Done", &format!("{} of {}", run.done, run.total));
    line("Outcomes", &outcomes(&run.outcomes));
}

fn of_surge(line: &mut impl FnMut(&str, &str), surge: &SurgeFacts, server: &str) {
    line("Connection", &surge.connection);
    line("Kind", &surge.command_kind);
    line(
        "Found",
        &format!("on {} of {} devices", surge.hits, surge.looks),
    );
    line(
        "Estimated",
        &format!(
            "{} devices, between {} and {}",
            surge.estimate, surge.at_least, surge.at_most
        ),
    );
    line("Since", surge.since.as_deref().unwrap_or("not known"));
    match (&surge.run, &surge.rule) {
        (Some(run), rule) => {
            line("The brake was pressed, run", run);
            line("By the rule", rule.as_deref().unwrap_or("not known"));
        }
        (None, _) => {
            line("Nobody has braked", &brake_command(surge, server));
        }
    }
}

/// Returns the command that presses the brake. The kind is the provider's word: it does not come into a shell unless it is
/// plain.
pub(super) fn brake_command(surge: &SurgeFacts, server: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let kind = &surge.command_kind;
    let what = match !kind.is_empty() && kind.chars().all(is_plain) {
        true => format!("--kind {kind}"),
        false => "--destructive".to_owned(),
    };
    // Those that were found are a few: others were given before them.
    let since = surge.since.as_deref().and_then(Timestamp::parse_rfc3339);
    let since = since.and_then(|since| since.plus_millis(-EARLIER_MS));
    let since = since.map_or_else(|| "30m".to_owned(), |since| since.to_string());
    let connection = &surge.connection;
    format!("countermand brake --server {server} --connection {connection} {what} --since {since}")
}

/// Returns what a brake looks for, and where.
fn sought(sweep: &Value) -> String {
    let filter = |name: &str| sweep["filter"][name].as_str();
    let kinds = sweep["filter"]["kinds"].as_array().into_iter().flatten();
    let kinds: Vec<&str> = kinds.filter_map(Value::as_str).collect();
    let severity = filter("severity").map(|level| format!("everything {level} or graver"));
    let what = match severity {
        Some(severity) if kinds.is_empty() => severity,
        _ if kinds.is_empty() => "commands".to_owned(),
        _ => kinds.join(", "),
    };
    let text = filter("text").map(|text| format!("with \"{text}\""));
    let after = filter("created_after").map(|time| format!("created after {time}"));
    let before = filter("created_before").map(|time| format!("created before {time}"));
    let place = match (&sweep["scope"]["devices"], &sweep["scope"]["search"]) {
        (Value::Number(devices), _) => format!("on {devices} named devices"),
        (_, Value::String(text)) => format!("on the devices that match \"{text}\""),
        _ => "on all devices".to_owned(),
    };
    let most = sweep["at_most"].as_u64();
    let most = most.map(|most| format!("at most {}", commands(most)));
    let parts = [Some(what), text, after, before, Some(place), most];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn why(line: &mut impl FnMut(&str, &str), reason: Option<&str>, ticket: Option<&str>) {
    if let Some(reason) = reason {
        line("Reason", reason);
    }
    if let Some(ticket) = ticket {
        line("Ticket", ticket);
    }
}

fn outcomes(outcomes: &BTreeMap<String, u64>) -> String {
    let each = outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {}", spaced(outcome)));
    match outcomes.is_empty() {
        true => "none".to_owned(),
        false => each.collect::<Vec<_>>().join(", "),
    }
}

/// Only what was read again counts.
fn cancelled(run: &RunFacts) -> u64 {
    run.outcomes.get("cancelled").copied().unwrap_or_default()
}

fn commands(count: u64) -> String {
    match count {
        1 => "1 command".to_owned(),
        count => format!("{count} commands"),
    }
}

fn spaced(word: &str) -> String {
    word.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_says_whether_the_brake_was_pressed() {
        let mut surge = SurgeFacts {
            connection: "fleet".to_owned(),
            command_kind: "WIPE".to_owned(),
            looks: 41,
            hits: 3,
            estimate: 500,
            at_least: 138,
            at_most: 1_650,
            since: Some("2026-11-30T15:59:00Z".to_owned()),
            run: None,
            rule: None,
        };
        let body = |surge: &SurgeFacts| Body {
            id: "n1".to_owned(),
            notice: Notice::Surge {
                surge: surge.clone(),
            },
            at: "2026-11-30T16:00:00Z".to_owned(),
            server: "https://c.example".to_owned(),
            link: "https://c.example/#connection=fleet".to_owned(),
        };
        assert_eq!(
            subject(&body(&surge)),
            "[countermand] Surge at fleet: WIPE on about 500 devices. Nobody has braked"
        );
        let asks = text(&body(&surge));
        let command = "countermand brake --server https://c.example --connection fleet --kind WIPE --since 2026-11-30T15:57:00Z";
        assert!(
            asks.contains(&format!("Nobody has braked: {command}\r\n")),
            "{asks}"
        );
        // A provider's word is no part of a command line.
        surge.command_kind = "X; rm -rf $HOME".to_owned();
        assert!(brake_command(&surge, "https://c.example").contains(" --destructive "));
        (surge.run, surge.rule) = (Some("r1".to_owned()), Some("b1".to_owned()));
        let says = text(&body(&surge));
        assert!(
            says.contains("The brake was pressed, run: r1\r\nBy the rule: b1\r\n"),
            "{says}"
        );
    }

    #[test]
    fn a_brake_and_a_brake_rule_say_what_they_look_for() {
        let asked = |sweep: Value| {
            let notice = Notice::ApprovalWanted {
                connection: "fleet".to_owned(),
                run: "r1".to_owned(),
                by: "alice".to_owned(),
                reason: None,
                ticket: None,
                targets: 0,
                sweep: Some(sweep),
            };
            Body {
                id: "n1".to_owned(),
                notice,
                at: "2026-11-30T16:00:00Z".to_owned(),
                server: "https://c.example".to_owned(),
                link: "https://c.example/#connection=fleet&run=r1".to_owned(),
            }
        };
        let wipes = serde_json::json!({
            "filter": {"kinds": ["LOCK", "WIPE"], "created_after": "2026-11-30T15:30:00Z"},
            "scope": "organization", "at_most": 900,
        });
        let body = asked(wipes.clone());
        assert_eq!(
            subject(&body),
            "[countermand] Approval wanted at fleet: a brake"
        );
        let said = text(&body);
        let line = "Brakes: LOCK, WIPE, created after 2026-11-30T15:30:00Z, on all devices, at most 900 commands\r\n";
        assert!(said.contains(line), "{said}");
        let grave = serde_json::json!({
            "filter": {"severity": "disruptive"}, "scope": {"devices": 12},
        });
        let said = text(&asked(grave));
        let line = "Brakes: everything disruptive or graver, on 12 named devices\r\n";
        assert!(said.contains(line), "{said}");
        let rule = Body {
            notice: Notice::BrakeRuleProposed {
                connection: "fleet".to_owned(),
                rule: "b1".to_owned(),
                by: "alice".to_owned(),
                reason: Some("night shift".to_owned()),
                sweep: wipes,
                automatic: true,
                valid_until: "2026-12-01T16:00:00Z".to_owned(),
            },
            ..asked(Value::Null)
        };
        let said = text(&rule);
        for line in [
            "Proposed by: alice\r\n",
            "The server brakes by itself: yes\r\nValid until: 2026-12-01T16:00:00Z\r\nReason: night shift\r\n",
        ] {
            assert!(said.contains(line), "{said}");
        }
    }

    #[test]
    fn words_for_people() {
        let run = RunFacts {
            connection: "fleet".to_owned(),
            run: "r1".to_owned(),
            by: "alice".to_owned(),
            reason: Some("a wrong lock".to_owned()),
            ticket: None,
            done: 12,
            total: 12,
            outcomes: BTreeMap::from([("cancelled".to_owned(), 11), ("lost_race".to_owned(), 1)]),
        };
        let body = Body {
            id: "n1".to_owned(),
            notice: Notice::LostRace { run, count: 1 },
            at: "2026-11-30T16:00:00Z".to_owned(),
            server: "https://c.example".to_owned(),
            link: "https://c.example/#connection=fleet&run=r1".to_owned(),
        };
        assert_eq!(
            subject(&body),
            "[countermand] Lost race at fleet: 1 command went out in spite of the cancel"
        );
        let expected = "Connection: fleet\r\nRun: r1\r\nStarted by: alice\r\nReason: a wrong lock\r\n\
                        Done: 12 of 12\r\nOutcomes: 11 cancelled, 1 lost race\r\nWent out in spite of the cancel: 1\r\n\
                        At: 2026-11-30T16:00:00Z\r\nLook at it: https://c.example/#connection=fleet&run=r1\r\nNotice: n1\r\n";
        assert_eq!(text(&body), expected);
    }
}
