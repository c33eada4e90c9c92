//! One command or run in full, for people.

use countermand_core_model::{Command, RawJson, Timestamp};

use countermand_relay_api::Run;

use super::{
    records::{done, state_words},
    text::visible,
};

/// Returns one label and value per line, and the JSON below.
pub(crate) fn command(command: &Command) -> String {
    let time = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let text_or_dash = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
    let mut text = String::new();
    for (label, value) in [
        ("Provider", command.provider.display_name().to_owned()),
        ("Organisation", command.org.to_string()),
        ("Device", command.device.to_string()),
        ("Command", command.id.to_string()),
        ("Kind", command.kind.clone()),
        ("Name", text_or_dash(&command.name)),
        ("State", state_words(command)),
        ("Vendor state", text_or_dash(&command.vendor_state)),
        ("Created", time(command.created_at)),
        ("Expires", time(command.expires_at)),
    ] {
        text.push_str(&format!("{label:<13} {}\n", visible(&value)));
    }
    for (title, json) in [("Request", &command.request), ("Raw", &command.raw)] {
        if let Some(json) = json {
            text.push_str(&format!("\n{title}\n{}", indented(json)));
        }
    }
    text
}

/// Returns one label and value per line.
pub(crate) fn run(run: &Run) -> String {
    let text_or_dash = |text: &Option<String>| text.as_deref().unwrap_or("-").to_owned();
    let outcomes: Vec<String> = run
        .outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    let mut text = String::new();
    for (label, value) in [
        ("Run", run.id.clone()),
        ("State", run.state.as_str().to_owned()),
        ("By", run.by.clone()),
        ("At", run.at.clone()),
        ("Reason", text_or_dash(&run.reason)),
        ("Ticket", text_or_dash(&run.ticket)),
        ("Done", done(run)),
        ("Outcomes", outcomes.join(", ")),
        ("Stopped by", text_or_dash(&run.stopped_by)),
        ("Approval", approval(run)),
        ("Ended", text_or_dash(&run.ended_at)),
        ("Journal", format!("{} lines", run.lines)),
        ("Plan SHA-256", run.plan_sha256.clone()),
    ] {
        text.push_str(&format!("{label:<13} {}\n", visible(&value)));
    }
    text
}

fn approval(run: &Run) -> String {
    let Some(approval) = &run.approval else {
        return "-".to_owned();
    };
    let state = approval.state.as_str();
    match &approval.decided_by {
        Some(by) => format!("{state} by {by}"),
        None => state.to_owned(),
    }
}

fn indented(json: &RawJson) -> String {
    let pretty = json.pretty();
    // Line ends are layout: within strings, JSON escapes them.
    let lines = pretty.lines().map(|line| format!("  {}\n", visible(line)));
    lines.collect()
}
