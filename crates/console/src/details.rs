//! Everything that is known of a command, for reading.

use countermand_core_model::{Command, Timestamp};

use crate::text::details as text;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(&'static str, String),
    /// An id, with the name of what it is the id of, and what copying it is called.
    Id {
        /// What it is the id of.
        label: &'static str,
        /// What copying it is called.
        copy: &'static str,
        /// The name of what it is the id of.
        name: Option<String>,
        /// The id.
        id: String,
    },
    /// A point in time.
    Time(&'static str, Timestamp),
}

/// The facts, in the order in which they are read. `device` is the device's name.
pub fn facts(command: &Command, device: Option<String>) -> Vec<Fact> {
    let text = |label, value: Option<String>| value.map(|value| Fact::Text(label, value));
    let time = |label, value: Option<Timestamp>| value.map(|value| Fact::Time(label, value));
    [
        Some(Fact::Id {
            label: text::id(),
            copy: text::copy_command(),
            name: None,
            id: command.id.to_string(),
        }),
        text(
            text::kind(),
            Some(command.kind.clone()).filter(|kind| !kind.is_empty()),
        ),
        text(text::name(), command.name.clone()),
        Some(Fact::Id {
            label: text::device(),
            copy: text::copy_device(),
            name: device,
            id: command.device.to_string(),
        }),
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
        let count = facts(&command, None).len();
        command.created_at = None;
        command.kind.clear();
        assert_eq!(facts(&command, None).len(), count - 2);
    }

    #[test]
    fn a_device_has_its_name_beside_its_id() {
        let command = command("applivery:A", 1, "LOCK", CommandState::Pending);
        let named = Fact::Id {
            label: text::device(),
            copy: text::copy_device(),
            name: Some("Clinic 1".to_owned()),
            id: "applivery:A".to_owned(),
        };
        assert!(facts(&command, Some("Clinic 1".to_owned())).contains(&named));
    }
}
