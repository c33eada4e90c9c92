//! The vendor's numbers for a command's state.

use countermand_core_model::CommandState;

/// The state that the vendor's word (a number, as text) stands for.
pub(crate) fn from_word(word: &str) -> CommandState {
    match word.trim() {
        "1" => CommandState::Pending,
        "2" => CommandState::Cancelled,
        "3" => CommandState::Expired,
        "4" => CommandState::Sent,
        "5" => CommandState::Succeeded,
        "6" => CommandState::Failed,
        "7" => CommandState::TimedOut,
        _ => CommandState::Unknown,
    }
}

/// The state of a command that has an `outputData`, or has none.
///
/// An `outputData` is what the device answered, so the command went out. A command that waits, was
/// revoked from the cache or expired there never reached the device: beside an answer each of these is a
/// contradiction, and so unknown. "Cancelled" must not be claimed of what ran, "expired" says as much, and
/// "pending" would count it to what can still be cancelled. The other states have gone out anyway.
pub(crate) fn with_output(state: CommandState, has_output: bool) -> CommandState {
    match state {
        CommandState::Pending | CommandState::Cancelled | CommandState::Expired if has_output => {
            CommandState::Unknown
        }
        state => state,
    }
}

/// The vendor's number for a state; an unknown one has none.
pub(crate) fn number(state: CommandState) -> Option<u8> {
    match state {
        CommandState::Pending => Some(1),
        CommandState::Cancelled => Some(2),
        CommandState::Expired => Some(3),
        CommandState::Sent => Some(4),
        CommandState::Succeeded => Some(5),
        CommandState::Failed => Some(6),
        CommandState::TimedOut => Some(7),
        CommandState::Unknown => None,
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
