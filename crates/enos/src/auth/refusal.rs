//! Does an answer refuse the token or the signature? Then the call surely was not executed.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::{errors::Code, wire};

/// A larger answer is no refusal, and is not looked into.
const LARGEST: usize = 64 * 1024;

/// What to do about a refusal of the authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The token has expired, or may have: renew it, and repeat.
    Token,
    /// The signature was seen before: sign anew, and repeat.
    Signature,
}

/// The refusal in an answer to a call, where it is one.
pub(super) fn of(response: &Response<Bytes>) -> Option<Refusal> {
    let unauthorized = response.status() == StatusCode::UNAUTHORIZED;
    if !unauthorized && response.body().len() >= LARGEST {
        return None;
    }
    let code = wire::word_of_refusal(response).and_then(|word| word.code.as_ref().map(Code::from));
    match code {
        Some(Code::TokenExpired) => Some(Refusal::Token),
        Some(Code::Repeated) => Some(Refusal::Signature),
        // Which words an installation's gateway has for an expired token is not documented.
        None | Some(Code::Other) if unauthorized => Some(Refusal::Token),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response
    }

    #[test]
    fn the_code_counts_wherever_it_stands() {
        for status in [200, 401] {
            for (body, refusal) in [
                (r#"{"code":1203,"msg":"x"}"#, Refusal::Token),
                (r#"{"status":1203}"#, Refusal::Token),
                (r#"{"code":"1203"}"#, Refusal::Token),
                (r#"{"code":1001}"#, Refusal::Signature),
                (r#"{"status":"1001"}"#, Refusal::Signature),
            ] {
                assert_eq!(of(&answer(status, body)), Some(refusal), "{status} {body}");
            }
        }
    }

    #[test]
    fn a_401_in_unknown_words_may_be_an_expired_token() {
        for body in [
            "",
            "<html>",
            r#"{"message":"Invalid authentication credentials"}"#,
        ] {
            assert_eq!(of(&answer(401, body)), Some(Refusal::Token), "{body}");
            assert_eq!(of(&answer(403, body)), None, "{body}");
        }
        assert_eq!(
            of(&answer(401, r#"{"code":1002}"#)),
            None,
            "an unknown key stays unknown"
        );
    }

    #[test]
    fn an_ordinary_answer_is_none() {
        assert_eq!(of(&answer(200, r#"{"code":0,"data":{"code":1203}}"#)), None);
        assert_eq!(of(&answer(200, r#"{"code":0,"status":1}"#)), None);
        let large = format!(r#"{{"code":1203,"msg":"{}"}}"#, "x".repeat(LARGEST));
        assert_eq!(of(&answer(200, large.clone())), None);
        assert_eq!(of(&answer(401, large)), Some(Refusal::Token));
    }
}
