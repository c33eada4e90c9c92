//! The envelope around every answer.

use bytes::Bytes;
use countermand_core_model::{VendorCode, VendorWord};
use countermand_transport::{ApiError, HeldBack, PAGE_INSTEAD};
use http::{Response, StatusCode};
use serde_json::error::Category;

use super::Members;
use crate::errors;

/// Ordinary calls report themselves in `code`, the token service in `status`; each is taken for either.
const CODE: &str = "code";
const STATUS: &str = "status";

/// A good answer, opened: its code is 0.
pub(crate) struct Envelope<'a> {
    /// Everything at the top level.
    pub(crate) members: Members<'a>,
    /// The vendor's code, message and request id.
    pub(crate) word: VendorWord,
    status: StatusCode,
}

impl<'a> Envelope<'a> {
    /// Opens an answer of any status.
    ///
    /// # Errors
    /// When the vendor or its gateway refused, or this is no answer of either.
    pub(crate) fn open(response: &'a Response<Bytes>) -> Result<Self, ApiError> {
        if HeldBack::is(response) {
            return Err(errors::token_refused(response));
        }
        let status = response.status();
        if status.is_redirection() {
            return Err(ApiError::unreadable(
                status,
                "a redirect, which is not followed: check the base URL",
            ));
        }
        Self::of(response, read(response.body()))
    }

    /// As [`open`](Self::open), but only where `text`, which stands for the body, is a good answer.
    pub(super) fn of_text(response: &Response<Bytes>, text: &'a str) -> Option<Self> {
        let is_the_calls_own = !HeldBack::is(response) && !response.status().is_redirection();
        is_the_calls_own
            .then(|| Self::of(response, read_text(text)).ok())
            .flatten()
    }

    fn of(
        response: &Response<Bytes>,
        members: Result<Members<'a>, &'static str>,
    ) -> Result<Self, ApiError> {
        let status = response.status();
        let members = match members {
            Ok(members) => members,
            Err(_) if is_error(status) => {
                return Err(errors::gateway(response, VendorWord::default()));
            }
            Err(finding) => return Err(ApiError::unreadable(status, finding)),
        };
        let word = word(&members, status);
        match word.code.as_ref().map(VendorCode::number) {
            Some(Some(0)) if !is_error(status) => Ok(Self {
                members,
                word,
                status,
            }),
            Some(Some(0)) | None if is_error(status) => Err(errors::gateway(response, word)),
            None => Err(errors::unreadable(
                status,
                &word,
                "the JSON has neither a code nor a status",
            )),
            Some(_) => Err(errors::vendor(response, word)),
        }
    }

    /// The error for a good envelope with bad contents.
    pub(crate) fn unreadable(&self, finding: &str) -> ApiError {
        errors::unreadable(self.status, &self.word, finding)
    }
}

/// The vendor's word in an answer of any kind, as far as there is one.
pub(crate) fn word_of_refusal(response: &Response<Bytes>) -> Option<VendorWord> {
    read(response.body())
        .ok()
        .map(|members| word(&members, response.status()))
}

fn is_error(status: StatusCode) -> bool {
    status.as_u16() >= 400
}

/// What is found is said without the body's text.
fn read(body: &Bytes) -> Result<Members<'_>, &'static str> {
    read_text(text(body)?)
}

/// The body as text.
pub(super) fn text(body: &Bytes) -> Result<&str, &'static str> {
    std::str::from_utf8(body).map_err(|_| "the body is not UTF-8 text")
}

fn read_text(text: &str) -> Result<Members<'_>, &'static str> {
    match text.trim_start().chars().next() {
        None => return Err("the body is empty"),
        Some('<') => return Err(PAGE_INSTEAD),
        Some(_) => {}
    }
    serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Eof => "the JSON breaks off",
        Category::Data => "the JSON is not an object",
        Category::Syntax | Category::Io => "the body is not JSON",
    })
}

fn word(members: &Members<'_>, status: StatusCode) -> VendorWord {
    // A bare web server's own error page carries its HTTP status there: that is no vendor's code.
    let of_status = || {
        members
            .text(STATUS)
            .filter(|text| *text != status.as_u16().to_string())
    };
    VendorWord {
        code: members
            .text(CODE)
            .or_else(of_status)
            .map(|text| match text.trim().parse() {
                Ok(number) => VendorCode::Number(number),
                Err(_) => VendorCode::Text(text),
            }),
        message: members.text("msg").or_else(|| members.text("message")),
        request_id: members.text("requestId"),
    }
}
