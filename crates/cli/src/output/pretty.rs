//! One command for people, with everything that is known of it.

use countermand_core_model::{Command, RawJson};

use super::{records::state_words, text::visible};

/// Label and value a line, and the JSON below.
pub(crate) fn command(command: &Command) -> String {
    let time = |at: Option<countermand_core_model::Timestamp>| {
        at.map_or_else(|| "-".to_owned(), |at| at.to_string())
    };
    let mut text = String::new();
    for (label, value) in [
        ("Provider", command.provider.display_name().to_owned()),
        ("Organisation", command.org.to_string()),
        ("Device", command.device.to_string()),
        ("Command", command.id.to_string()),
        ("Kind", command.kind.clone()),
        (
            "Name",
            command.name.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        ("State", state_words(command)),
        (
            "Vendor state",
            command
                .vendor_state
                .clone()
                .unwrap_or_else(|| "-".to_owned()),
        ),
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

fn indented(json: &RawJson) -> String {
    let pretty = json.pretty();
    // Line ends are the layout here; within strings JSON has them escaped.
    let lines = pretty.lines().map(|line| format!("  {}\n", visible(line)));
    lines.collect()
}
