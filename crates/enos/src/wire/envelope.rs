//! The envelope around every answer.

use bytes::Bytes;
use countermand_core_model::{
    ProviderCode, ProviderDetail, RawJson, Secret, redact_message, scrub,
};
use countermand_transport::{ApiError, HeldBack, PAGE_INSTEAD};
use http::{Response, StatusCode};
use serde_json::error::Category;

use super::Members;
use crate::errors::{self, Code, Refusal};

/// The code is in `code` for ordinary calls and in `status` for the token service; both are read for each.
const CODE: &str = "code";
const STATUS: &str = "status";

/// The member in which a gateway refuses the token. It never says there that a call succeeded.
const GATEWAY_STATUS: &str = "apim_status";

/// A good answer: its code is 0.
pub(crate) struct Envelope<'a> {
    /// The members of the top level.
    pub(crate) members: Members<'a>,
    /// The provider's code, message and request id.
    pub(crate) word: ProviderDetail,
    status: StatusCode,
}

impl<'a> Envelope<'a> {
    /// Opens an answer of any status.
    ///
    /// # Errors
    /// When the provider or its gateway refused, or this is no answer of either.
    pub(crate) fn open(response: &'a Response<Bytes>) -> Result<Self, ApiError> {
        if HeldBack::is(response) {
            let members = read(response.body()).ok();
            let word = members.map(|members| word(&members, response.status()));
            return Err(errors::token_refused(response, word.unwrap_or_default()));
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

    /// As [`open`](Self::open), of `text` instead of the body. None where it is not a good answer.
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
                return Err(errors::gateway(response, ProviderDetail::default()));
            }
            Err(finding) => return Err(ApiError::unreadable(status, finding)),
        };
        let word = word(&members, status);
        match word.code.as_ref().map(ProviderCode::number) {
            // The gateway refused the call, and the service accepted it.
            Some(Some(0)) if !is_error(status) && gateway_refusal(&members).is_some() => {
                Err(errors::unreadable(
                    status,
                    &word,
                    "the answer says OK, and that the access token is not accepted",
                ))
            }
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
            Some(_) => Err(errors::refused(response, word)),
        }
    }

    /// The error for a good envelope with bad contents.
    pub(crate) fn unreadable(&self, finding: &str) -> ApiError {
        errors::unreadable(self.status, &self.word, finding)
    }
}

/// The refusal of the authentication in an answer, and whether the call surely was not executed.
pub(crate) fn refusal(response: &Response<Bytes>) -> Option<(Refusal, bool)> {
    let by_status = Refusal::of_status(response.status());
    let Ok(members) = read(response.body()) else {
        return by_status.map(|refusal| (refusal, true));
    };
    match code(&members, response.status()) {
        Some(code) if is_ok(&code) && by_status.is_none() => {
            gateway_refusal(&members).map(|refusal| (refusal, false))
        }
        Some(code) => match Code::from(&code) {
            // For zero and unknown codes the status counts.
            Code::Other => by_status,
            code => Refusal::of_code(code),
        }
        .map(|refusal| (refusal, true)),
        None => by_status.map(|refusal| (refusal, true)),
    }
}

fn is_error(status: StatusCode) -> bool {
    status.as_u16() >= 400
}

/// Parses a body. The finding never holds its text.
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

fn word(members: &Members<'_>, status: StatusCode) -> ProviderDetail {
    // A message may repeat secrets that a gateway sends beside its refusal.
    let secrets: Vec<Secret> = members
        .texts()
        .filter(|(name, _)| RawJson::is_secret_name(name))
        .map(|(_, text)| Secret::from(text))
        .collect();
    let clean = |text: String| redact_message(&scrub(&text, &secrets));
    ProviderDetail {
        code: code(members, status),
        message: members
            .text("msg")
            .or_else(|| members.text("message"))
            .map(clean),
        request_id: members.text("requestId").map(clean),
    }
}

/// The code of an answer. Where nothing says OK, a refusal of the token or the signature counts more than any
/// other word beside it.
fn code(members: &Members<'_>, status: StatusCode) -> Option<ProviderCode> {
    // The error page of a web server has its HTTP status there: that is no code of the provider.
    let is_of_a_page = |code: &ProviderCode| code.number() == Some(i64::from(status.as_u16()));
    let of_service = member(members, CODE);
    let of_status = member(members, STATUS).filter(|code| !is_of_a_page(code));
    let of_gateway = member(members, GATEWAY_STATUS).filter(|code| !is_ok(code));
    let said = of_service.as_ref().or(of_status.as_ref());
    if said.is_some_and(is_ok) {
        return said.cloned();
    }
    let codes = [of_service, of_status, of_gateway];
    let refusal = codes
        .iter()
        .flatten()
        .find(|code| Refusal::of_code(Code::from(*code)).is_some())
        .cloned();
    refusal.or_else(|| codes.into_iter().flatten().next())
}

fn member(members: &Members<'_>, name: &str) -> Option<ProviderCode> {
    let text = members.text(name)?;
    Some(match text.trim().parse() {
        Ok(number) => ProviderCode::Number(number),
        Err(_) => ProviderCode::Text(text),
    })
}

fn is_ok(code: &ProviderCode) -> bool {
    code.number() == Some(0)
}

/// The gateway's refusal of the token or the signature, whatever the service says beside it.
fn gateway_refusal(members: &Members<'_>) -> Option<Refusal> {
    Refusal::of_code(Code::from(&member(members, GATEWAY_STATUS)?))
}
