//! The signs in an answer about the state of a command, each read on its own.
//!
//! Each is read whatever its type and place. One that cannot be read is unclear rather than missing, so
//! that nothing is concluded from its absence.

use std::borrow::Cow;

use countermand_core_model::{CommandState, ProviderCode};
use serde_json::value::RawValue;

use crate::wire::{
    command::WireCommand,
    object::Object,
    operation::{Metadata, OperationError},
    scalar::{BorrowedScalar, Scalar},
    type_status,
};

/// What all places say of one kind of sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Said<T> {
    /// Nothing.
    #[default]
    Nothing,
    /// This.
    Is(T),
    /// Something that cannot be read, or contradictions.
    Unclear,
}

impl<T: PartialEq> Said<T> {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (Self::Is(one), Self::Is(other)) if one == other => Self::Is(one),
            _ => Self::Unclear,
        }
    }
}

/// How an operation ended, by its error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was cancelled.
    Cancelled,
    /// Otherwise, with the error's code where it has one.
    Failed(Option<String>),
}

/// All signs of an answer.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    /// Whether the operation has ended.
    pub(crate) done: Said<bool>,
    /// The status words.
    pub(crate) word: Said<CommandState>,
    /// The operation's error.
    pub(crate) error: Said<Ending>,
    /// Whether there is a response, which is an operation's successful end.
    pub(crate) response: bool,
    /// The status of the command's own type.
    pub(crate) type_status: Said<CommandState>,
    /// The command's error code: failed, or "cancelled" where it says just that.
    pub(crate) error_code: Said<CommandState>,
    /// Whether an operation has a form that is not decoded. It may hold any of the signs.
    pub(crate) is_unread: bool,
}

impl Signs {
    /// Reads the signs of a command with this metadata.
    pub(crate) fn of(wire: &WireCommand<'_>, metadata: &[Metadata<'_>]) -> Self {
        let mut signs = Self {
            is_unread: wire.has_unread_operation(),
            ..Self::default()
        };
        for place in wire.places() {
            signs.done = signs.done.and(done(place.done));
            signs.word = signs.word.and(word(place.status));
            signs.error = signs.error.and(ending(place.error));
            signs.response |= !matches!(place.response, Scalar::Absent | Scalar::Bool(false));
        }
        for one in metadata {
            signs.error_code = signs.error_code.and(error_code(&one.error_code));
            for status in one.type_statuses() {
                signs.type_status = signs.type_status.and(of_type(status));
            }
        }
        signs
    }
}

/// A missing member counts as false but contradicts nothing.
fn done(scalar: &Scalar) -> Said<bool> {
    match scalar {
        Scalar::Absent => Said::Nothing,
        Scalar::Bool(done) => Said::Is(*done),
        _ => Said::Unclear,
    }
}

/// Only `PENDING` is documented; the rest is inferred.
fn word(scalar: &BorrowedScalar<'_>) -> Said<CommandState> {
    let word = match scalar {
        Scalar::Absent => return Said::Nothing,
        Scalar::Text(word) => plain(word),
        _ => return Said::Unclear,
    };
    Said::Is(match word.as_ref() {
        word if is_cancelled(word) => CommandState::Cancelled,
        "pending" => CommandState::Pending,
        "expired" => CommandState::Expired,
        "failed" | "error" => CommandState::Failed,
        "done" | "success" | "succeeded" | "completed" | "acknowledged" => CommandState::Succeeded,
        "sent" | "delivered" | "inprogress" => CommandState::Sent,
        // "Tried" among them: the Apple sibling cancels what is "pending or tried", so it may still be pending
        // or may have gone out.
        _ => return Said::Unclear,
    })
}

fn ending(error: &Object<OperationError>) -> Said<Ending> {
    let error = match error {
        Object::Is(error) => error,
        Object::Not(Scalar::Absent | Scalar::Bool(false)) => return Said::Nothing,
        Object::Not(Scalar::Text(text)) if text.trim().is_empty() => return Said::Nothing,
        Object::Not(Scalar::Text(text)) if is_cancelled(&plain(text)) => {
            return Said::Is(Ending::Cancelled);
        }
        // A number may be a code, or a number of errors.
        Object::Not(Scalar::Number(_) | Scalar::Nested) => return Said::Unclear,
        Object::Not(Scalar::Text(_) | Scalar::Bool(true)) => return Said::Is(Ending::Failed(None)),
    };
    let code = match of_code(&error.code) {
        // Google's own pages over HTTP give CANCELLED the number 499.
        Said::Is(Ending::Failed(Some(code))) if code == HTTP_CANCELLED => {
            match of_code(&error.status) {
                Said::Is(Ending::Cancelled) => return Said::Is(Ending::Cancelled),
                _ => Said::Is(Ending::Failed(Some(code))),
            }
        }
        code => code,
    };
    match (code, of_code(&error.status)) {
        (Said::Nothing, Said::Nothing) => Said::Is(Ending::Failed(None)),
        (Said::Nothing, one) | (one, Said::Nothing) => one,
        // The code distinguishes failures; the status only repeats them in words.
        (Said::Is(failed @ Ending::Failed(_)), Said::Is(Ending::Failed(_))) => Said::Is(failed),
        (Said::Is(Ending::Cancelled), Said::Is(Ending::Cancelled)) => Said::Is(Ending::Cancelled),
        _ => Said::Unclear,
    }
}

/// Google's code for CANCELLED in a `google.rpc.Status`, and the status of HTTP that goes with it.
const CANCELLED: i64 = 1;
const HTTP_CANCELLED: &str = "499";

/// The ending for a code, a number or a word. 0 is "no error", which an error cannot be.
fn of_code(scalar: &Scalar) -> Said<Ending> {
    let code = match scalar {
        Scalar::Absent => return Said::Nothing,
        Scalar::Number(number) if number.as_f64() == Some(1.0) => ProviderCode::Number(CANCELLED),
        scalar => match scalar.code() {
            Some(code) => code,
            None => return Said::Unclear,
        },
    };
    Said::Is(match code.number() {
        Some(CANCELLED) => Ending::Cancelled,
        Some(0) => return Said::Unclear,
        Some(number) => Ending::Failed(Some(number.to_string())),
        None => match code {
            ProviderCode::Text(text) if is_cancelled(&plain(&text)) => Ending::Cancelled,
            other => Ending::Failed(Some(plain(&other.to_string()).into_owned())),
        },
    })
}

/// The state for an error code, where it is set to more than "unspecified".
fn error_code(scalar: &BorrowedScalar<'_>) -> Said<CommandState> {
    match scalar {
        Scalar::Text(word) if is_cancelled(&plain(word)) => Said::Is(CommandState::Cancelled),
        scalar if is_unspecified(scalar) => Said::Nothing,
        _ => Said::Is(CommandState::Failed),
    }
}

/// The state for a status of one type. A command fails where its part for any app does, and has ended
/// once all of them have.
fn of_type(status: &RawValue) -> Said<CommandState> {
    let weight = |said: &Said<CommandState>| match said {
        Said::Nothing => 0,
        Said::Is(CommandState::Failed) => 4,
        Said::Unclear => 3,
        Said::Is(CommandState::Sent) => 2,
        Said::Is(_) => 1,
    };
    let mut all = Said::Nothing;
    type_status::words(status, |word| {
        let one = word.map_or(Said::Unclear, type_status_word);
        if weight(&one) > weight(&all) {
            all = one;
        }
    });
    all
}

/// The state for a word of androidmanagement v1. All of them come from the device.
fn type_status_word(scalar: &BorrowedScalar<'_>) -> Said<CommandState> {
    if is_unspecified(scalar) {
        return Said::Nothing;
    }
    let Scalar::Text(word) = scalar else {
        return Said::Unclear;
    };
    Said::Is(match plain(word).as_ref() {
        "success" | "succeeded" | "alreadyinlostmode" | "notinlostmode" => CommandState::Succeeded,
        "inprogress" | "pendinguseraction" => CommandState::Sent,
        "resetpasswordrecently"
        | "userexitlostmoderecently"
        | "appnotfound"
        | "appprotected"
        | "apilevel"
        | "errorsetupinprogress"
        | "erroruserdenied"
        | "internalerror"
        | "erroriccidnotfound"
        | "errormultipleactiveesimsnoavailableslot"
        | "userdeclined"
        | "unsupported" => CommandState::Failed,
        _ => return Said::Unclear,
    })
}

/// Returns whether it is missing, or the "unspecified" value of an enumeration, whose number is 0.
fn is_unspecified(scalar: &BorrowedScalar<'_>) -> bool {
    match scalar {
        Scalar::Absent | Scalar::Bool(false) => true,
        Scalar::Text(word) => {
            let word = plain(word);
            word.is_empty() || word.ends_with("unspecified")
        }
        Scalar::Number(number) => number.as_f64() == Some(0.0),
        Scalar::Bool(true) | Scalar::Nested => false,
    }
}

fn is_cancelled(plain_word: &str) -> bool {
    matches!(plain_word, "cancelled" | "canceled")
}

/// An enumeration's word without case and separators.
fn plain(word: &str) -> Cow<'_, str> {
    match word {
        // The documented word and likely others, without an allocation: a list may have thousands.
        "PENDING" => "pending".into(),
        "SUCCESS" => "success".into(),
        "FAILED" => "failed".into(),
        "CANCELLED" => "cancelled".into(),
        _ => word
            .chars()
            .filter(|c| !matches!(c, '_' | '-') && !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect(),
    }
}
