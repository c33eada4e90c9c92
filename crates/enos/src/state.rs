//! The provider's numbers for a command's state.

use countermand_core_model::CommandState;

/// The states in the order of their numbers, from 1.
const STATES: [CommandState; 7] = [
    CommandState::Pending,
    CommandState::Cancelled,
    CommandState::Expired,
    CommandState::Sent,
    CommandState::Succeeded,
    CommandState::Failed,
    CommandState::TimedOut,
];

/// The state for a number, as text.
pub(crate) fn from_word(word: &str) -> CommandState {
    match word.trim().as_bytes() {
        [digit @ b'1'..=b'7'] => STATES.get(usize::from(digit - b'1')),
        _ => None,
    }
    .copied()
    .unwrap_or(CommandState::Unknown)
}

/// The number of a state; an unknown one has none.
pub(crate) fn number(state: CommandState) -> Option<u8> {
    (1..)
        .zip(STATES)
        .find(|one| one.1 == state)
        .map(|one| one.0)
}

/// The state of a command that has an `outputData`, or has none.
///
/// An `outputData` is the device's answer, so the command went out. A pending, cancelled or expired command never
/// reached the device: beside an answer each of these is a contradiction, and so unknown.
pub(crate) fn with_output(state: CommandState, has_output: bool) -> CommandState {
    match state {
        CommandState::Pending | CommandState::Cancelled | CommandState::Expired if has_output => {
            CommandState::Unknown
        }
        state => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_and_number_are_inverse() {
        for state in CommandState::ALL {
            if let Some(number) = number(state) {
                assert_eq!(from_word(&number.to_string()), state);
            }
        }
        assert_eq!(
            (1..=7)
                .filter(|n: &u8| from_word(&n.to_string()) != CommandState::Unknown)
                .count(),
            7
        );
    }

    #[test]
    fn what_is_not_documented_is_unknown() {
        for word in ["", "0", "8", "-1", "1.0", "01", "created", "１"] {
            assert_eq!(from_word(word), CommandState::Unknown, "{word:?}");
        }
    }
}
