//! Where a command stands, derived from what the vendor says.
//!
//! Only the status `PENDING` is documented. The rest is derived in a fixed order, of which the first
//! that holds counts, and whatever contradicts itself is unknown: never a guess.

use std::borrow::Cow;

use countermand_core_model::{CommandState, VendorCode};

use crate::wire::{
    leaf::{BorrowedLeaf, Leaf},
    object::Object,
    operation::{Operation, OperationError},
};

/// Google's code for CANCELLED in a `google.rpc.Status`.
const CANCELLED: i64 = 1;

/// The state of a command with this `status`, these operations (`config`, `_config`) and this error
/// code of its metadata.
pub(crate) fn derive<'a, 'b: 'a>(
    status: &BorrowedLeaf<'_>,
    operations: impl Iterator<Item = &'a Operation<'b>> + Clone,
    error_code: &BorrowedLeaf<'_>,
) -> CommandState {
    let Some(done) = agreed(operations.clone().filter_map(|one| done(&one.done))) else {
        return CommandState::Unknown;
    };
    let Some(ending) = agreed(operations.filter_map(|one| ending(&one.error))) else {
        return CommandState::Unknown;
    };
    let done = match done {
        Some(Done::Unclear) => return CommandState::Unknown,
        Some(Done::Yes) => true,
        Some(Done::No) | None => false,
    };
    // An error counts only once the command has ended.
    match ending.filter(|_| done) {
        Some(Ending::Cancelled) => return CommandState::Cancelled,
        Some(Ending::Failed(_)) => return CommandState::Failed,
        Some(Ending::Unclear) => return CommandState::Unknown,
        None => {}
    }
    if is_set(error_code) {
        return CommandState::Failed;
    }
    match (status, done) {
        (Leaf::Absent, true) => CommandState::Succeeded,
        (Leaf::Text(word), done) => by_word(word, done),
        _ => CommandState::Unknown,
    }
}

/// The value that all agree on: `Some(None)` where there is none, `None` where they disagree.
fn agreed<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<Option<T>> {
    let Some(first) = values.next() else {
        return Some(None);
    };
    values.all(|value| value == first).then_some(Some(first))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Yes,
    No,
    /// Neither true nor false.
    Unclear,
}

/// `None` where it is missing, which counts as false but contradicts nothing.
fn done(leaf: &Leaf) -> Option<Done> {
    match leaf {
        Leaf::Absent => None,
        Leaf::Bool(true) => Some(Done::Yes),
        Leaf::Bool(false) => Some(Done::No),
        _ => Some(Done::Unclear),
    }
}

/// What an operation's error says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ending {
    Cancelled,
    /// Another error, with its code where it has one.
    Failed(Option<String>),
    /// An error whose code is 0, which is "no error".
    Unclear,
}

fn ending(error: &Object<OperationError>) -> Option<Ending> {
    if error.is_absent() {
        return None;
    }
    let Some(code) = error.members().and_then(|error| error.code.code()) else {
        return Some(Ending::Failed(None));
    };
    Some(match code.number() {
        Some(CANCELLED) => Ending::Cancelled,
        Some(0) => Ending::Unclear,
        Some(number) => Ending::Failed(Some(number.to_string())),
        None => match code {
            VendorCode::Text(text) if is_cancelled(&plain(&text)) => Ending::Cancelled,
            other => Ending::Failed(Some(plain(&other.to_string()).into_owned())),
        },
    })
}

/// Set to more than "unspecified"?
fn is_set(error_code: &BorrowedLeaf<'_>) -> bool {
    match error_code {
        Leaf::Absent | Leaf::Bool(false) => false,
        Leaf::Text(word) => {
            let word = plain(word);
            !word.is_empty() && !word.ends_with("unspecified")
        }
        // 0 is how the unspecified value of an enumeration is numbered.
        Leaf::Number(number) => number.as_f64() != Some(0.0),
        Leaf::Bool(true) | Leaf::Nested => true,
    }
}

fn by_word(word: &str, done: bool) -> CommandState {
    match plain(word).as_ref() {
        word if is_cancelled(word) => CommandState::Cancelled,
        "expired" => CommandState::Expired,
        "failed" | "error" => CommandState::Failed,
        "done" | "success" | "succeeded" | "completed" | "acknowledged" => CommandState::Succeeded,
        "sent" | "delivered" | "inprogress" | "tried" => CommandState::Sent,
        "pending" if !done => CommandState::Pending,
        // "pending" and done is a contradiction: the published answer to a cancel is just this.
        _ => CommandState::Unknown,
    }
}

fn is_cancelled(plain_word: &str) -> bool {
    matches!(plain_word, "cancelled" | "canceled")
}

/// An enumeration's word without case and without what separates its parts.
fn plain(word: &str) -> Cow<'_, str> {
    match word {
        // The one that is documented, and what is most likely beside it: thousands may stand in a list.
        "PENDING" => "pending".into(),
        "SUCCESS" => "success".into(),
        "FAILED" => "failed".into(),
        "CANCELLED" => "cancelled".into(),
        _ => word
            .chars()
            .filter(|c| !matches!(c, '_' | '-' | ' '))
            .flat_map(char::to_lowercase)
            .collect(),
    }
}
