//! What came of one request to cancel, as far as outcomes are concerned.

use countermand_core_model::{CancelAnswer, CancelOutcome, VendorWord};
use countermand_transport::{Answer, ApiError, CancelEffect};

use super::refusal;
use crate::in_words;

/// How a request to cancel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum End {
    /// The vendor took it.
    Taken,
    /// It may have been taken: no answer came, or none that can be read.
    Lost,
    /// It did not leave.
    NotSent,
    /// It surely was not executed, for this reason.
    Refused(CancelOutcome),
}

/// How a request to cancel ended, with the vendor's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Came {
    pub(crate) end: End,
    /// How many requests left for it.
    pub(crate) attempts: u32,
    /// The vendor's code, message and request id, or else the error in its own words.
    pub(crate) word: VendorWord,
}

impl Came {
    pub(crate) fn of(result: &Result<Answer<CancelAnswer>, ApiError>) -> Self {
        match result {
            Ok(answer) => Self {
                end: End::Taken,
                attempts: answer.attempts,
                word: VendorWord {
                    request_id: answer.value.word.request_id.clone(),
                    ..VendorWord::default()
                },
            },
            Err(error) => {
                let word = error.word();
                Self {
                    end: end_of(error),
                    attempts: error.attempts(),
                    word: VendorWord {
                        code: word.code.clone(),
                        message: Some(word.message.clone().unwrap_or_else(|| in_words(error))),
                        request_id: word.request_id.clone(),
                    },
                }
            }
        }
    }

    /// The process ended, or was ended, before an answer was written down.
    pub(crate) fn never_written() -> Self {
        Self {
            end: End::Lost,
            attempts: 1,
            word: VendorWord {
                message: Some(
                    "the run was broken off before an answer was written down".to_owned(),
                ),
                ..VendorWord::default()
            },
        }
    }
}

fn end_of(error: &ApiError) -> End {
    match error.cancel_effect() {
        CancelEffect::Unknown => End::Lost,
        // It did not leave: whatever was so before is so still.
        CancelEffect::NotSent if error.attempts() == 0 => End::NotSent,
        // An earlier attempt of the same request was answered with a refusal, the last did not leave.
        CancelEffect::NotSent => End::Refused(CancelOutcome::Rejected),
        CancelEffect::Refused if error.refuses_connection() => End::Refused(CancelOutcome::Denied),
        CancelEffect::Refused => End::Refused(refusal(error).unwrap_or(CancelOutcome::Rejected)),
    }
}
