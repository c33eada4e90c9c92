//! Everything that is known of a command, for reading.

use countermand_core_model::{Command, Timestamp};

use crate::text::details as text;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(&'static str, String),
    /// A point in time.
    Time(&'static str, Timestamp),
}

/// The facts, in the order in which they are read.
pub fn facts(command: &Command) -> Vec<Fact> {
    let text = |label, value: Option<String>| value.map(|value| Fact::Text(label, value));
    let time = |label, value: Option<Timestamp>| value.map(|value| Fact::Time(label, value));
    [
        text(text::id(), Some(command.id.to_string())),
        text(
            text::kind(),
            Some(command.kind.clone()).filter(|kind| !kind.is_empty()),
        ),
        text(text::name(), command.name.clone()),
        text(text::device(), Some(command.device.to_string())),
        text(text::organisation(), Some(command.org.to_string())),
        text(text::vendor_state(), command.vendor_state.clone()),
        time(text::created(), command.created_at),
        time(text::expires(), command.expires_at),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use countermand_core_model::CommandState;

    use super::*;
    use crate::testing::command;

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut command = command("applivery:A", 1, "LOCK", CommandState::Pending);
        let count = facts(&command).len();
        command.created_at = None;
        command.kind.clear();
        assert_eq!(facts(&command).len(), count - 2);
    }
}
