//! Derives the state of a command from its signs.
//!
//! Only the status `PENDING` is documented. Each sign is read on its own; then the state is the one that
//! all of them agree on:
//!
//! - A command did not run (cancelled, expired) only where no other sign says that it went out or ran, and
//!   every sign can be read. `PENDING` beside an ended operation says neither: the published answer to a
//!   cancel shows that this word lags behind.
//! - How it ran is decided by the status of the command's own type, then by `errorCode`, then by the
//!   operation's error (androidmanagement v1, `Command.errorCode`), and last by the status word.
//! - Any other contradiction is unknown: never a guess.

use countermand_core_model::CommandState;

use crate::signs::{Ending, Said, Signs};

/// Google's code for DEADLINE_EXCEEDED, the one error that goes with "expired".
const DEADLINE_EXCEEDED: &str = "4";

/// The state by all signs together.
pub(crate) fn derive(signs: &Signs) -> CommandState {
    let ended = match signs.done {
        Said::Unclear => return CommandState::Unknown,
        Said::Is(done) => done,
        Said::Nothing => false,
    };
    // An error counts only once the command has ended. Without any other sign it is the end.
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

    /// Returns whether no sign comes from the device, and none may be hidden.
    fn has_not_answered(&self) -> bool {
        !self.response && self.type_status == Said::Nothing && !self.is_unread
    }

    /// The state with a response, which only a successful operation has.
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
