//! Where a command stands, derived from what the provider says.
//!
//! Only the status `PENDING` is documented. Each sign is read on its own; then the state is the one that
//! all of them agree on:
//!
//! - That it did not run (cancelled, expired) is concluded only where no other sign says that it went out
//!   or ran, and none is there that cannot be read. `PENDING` beside an operation that has ended says
//!   neither: the published answer to a cancel shows that this word lags behind.
//! - How it ran is told best by the status of the command's own type, then by `errorCode`, then by the
//!   operation's error (androidmanagement v1, `Command.errorCode`), and last by the status word.
//! - Whatever else contradicts itself is unknown: never a guess.

use countermand_core_model::CommandState;

use crate::signs::{Ending, Said, Signs};

/// Google's code for DEADLINE_EXCEEDED, the one error that goes with "expired".
const DEADLINE_EXCEEDED: &str = "4";

/// The state that these signs mean together.
pub(crate) fn derive(signs: &Signs) -> CommandState {
    let ended = match signs.done {
        Said::Unclear => return CommandState::Unknown,
        Said::Is(done) => done,
        Said::Nothing => false,
    };
    // An error counts only once the command has ended. Where nothing tells how far it is, it is the end.
    let is_bare = signs.done == Said::Nothing && signs.word == Said::Nothing;
    let error = match ended || is_bare {
        true => &signs.error,
        false => &Said::Nothing,
    };
    if signs.word == Said::Is(CommandState::Cancelled) || *error == Said::Is(Ending::Cancelled) {
        return if signs.agree_on_cancelled() {
            CommandState::Cancelled
        } else {
            CommandState::Unknown
        };
    }
    if signs.word == Said::Is(CommandState::Expired) {
        return if signs.agree_on_expired() {
            CommandState::Expired
        } else {
            CommandState::Unknown
        };
    }
    match (&signs.type_status, &signs.error_code) {
        (Said::Nothing, Said::Nothing) => {}
        (Said::Is(state), _) => return *state,
        (Said::Nothing, Said::Is(CommandState::Failed)) => return CommandState::Failed,
        // An error code "cancelled" is not among Google's, and alone it settles nothing.
        (Said::Unclear, _) | (Said::Nothing, Said::Is(_) | Said::Unclear) => {
            return CommandState::Unknown;
        }
    }
    if signs.response {
        return signs.with_response(ended);
    }
    match error {
        Said::Is(_) => return CommandState::Failed,
        Said::Unclear => return CommandState::Unknown,
        Said::Nothing => {}
    }
    match (&signs.word, ended) {
        (Said::Nothing, true) => CommandState::Succeeded,
        // "Pending" and done is a contradiction: the published answer to a cancel is just this.
        (Said::Is(CommandState::Pending), true) => CommandState::Unknown,
        (Said::Is(state), _) => *state,
        (Said::Nothing, false) | (Said::Unclear, _) => CommandState::Unknown,
    }
}

impl Signs {
    /// Returns whether every sign says "cancelled", or at least not that the command went out or ran.
    fn agree_on_cancelled(&self) -> bool {
        let word = matches!(
            self.word,
            Said::Nothing | Said::Is(CommandState::Cancelled | CommandState::Pending)
        );
        let error = matches!(self.error, Said::Nothing | Said::Is(Ending::Cancelled));
        let error_code = matches!(
            self.error_code,
            Said::Nothing | Said::Is(CommandState::Cancelled)
        );
        word && error && error_code && self.has_not_answered()
    }

    /// Returns whether no sign says that the command went out, ran or was cancelled.
    fn agree_on_expired(&self) -> bool {
        let error = match &self.error {
            Said::Nothing => true,
            Said::Is(Ending::Failed(code)) => code.as_deref() == Some(DEADLINE_EXCEEDED),
            Said::Is(Ending::Cancelled) | Said::Unclear => false,
        };
        error && self.error_code == Said::Nothing && self.has_not_answered()
    }

    /// Nothing is there that only comes from the device, nor anything that may hide it.
    fn has_not_answered(&self) -> bool {
        !self.response && self.type_status == Said::Nothing && !self.is_unread
    }

    /// The state with a response, which an operation has only once it has ended well.
    fn with_response(&self, ended: bool) -> CommandState {
        if self.error != Said::Nothing {
            return CommandState::Unknown;
        }
        match (&self.word, ended) {
            (Said::Is(CommandState::Succeeded), _)
            | (Said::Nothing | Said::Is(CommandState::Sent), true) => CommandState::Succeeded,
            (Said::Is(CommandState::Sent), false) => CommandState::Sent,
            _ => CommandState::Unknown,
        }
    }
}
