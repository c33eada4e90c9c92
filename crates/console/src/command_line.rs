//! A command of the console as one for the command line.

use countermand_core_model::{CommandId, DeviceRef, Organization};

/// The command line that shows a command, or that cancels it.
pub fn command_line(
    cancels: bool,
    base_url: &str,
    org: &Organization,
    device: &DeviceRef,
    id: &CommandId,
) -> String {
    let (device, id) = (quoted(&device.to_string()), quoted(id.as_str()));
    let connection = format!(
        "--provider {} --base-url {} --org {}",
        org.provider().as_str(),
        quoted(base_url),
        quoted(org.as_str())
    );
    if cancels {
        format!("countermand cancel {device} --command {id} {connection}")
    } else {
        format!("countermand show {device} {id} {connection}")
    }
}

/// As a shell takes it to the letter.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::command;
    use countermand_core_model::CommandState;

    #[test]
    fn a_line_that_a_shell_takes() {
        let one = command("enos:key:pk/dk", 7, "x", CommandState::Pending);
        let line = command_line(true, "https://api.example/", &one.org, &one.device, &one.id);
        assert_eq!(
            line,
            "countermand cancel enos:key:pk/dk --command 0000000000000000007 --provider enos --base-url https://api.example/ --org o15"
        );
        let line = command_line(
            false,
            "https://api.example/",
            &one.org,
            &one.device,
            &one.id,
        );
        assert!(line.starts_with("countermand show enos:key:pk/dk 0000000000000000007 --provider"));
        assert_eq!(quoted("it's; rm -rf"), r"'it'\''s; rm -rf'");
        assert_eq!(quoted(""), "''");
    }
}
