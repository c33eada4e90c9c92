//! Answers that refuse the token or the signature: the call surely was not executed.

use bytes::Bytes;
use countermand_transport::RequestClass;
use http::Response;

use crate::{errors::Refusal, wire};

/// A larger answer is not a refusal, and is not parsed.
const LARGEST: usize = 64 * 1024;

/// The refusal in an answer to a call of this class after which the call can be repeated. A cancel only where it
/// surely was not executed.
pub(super) fn of(response: &Response<Bytes>, class: RequestClass) -> Option<Refusal> {
    let by_status = Refusal::of_status(response.status());
    if response.body().len() >= LARGEST {
        return by_status;
    }
    let (refusal, is_sure) = wire::refusal(response)?;
    (is_sure || class == RequestClass::Read).then_some(refusal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(response: &Response<Bytes>) -> Option<Refusal> {
        super::of(response, RequestClass::Cancel)
    }

    fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
        let mut response = Response::new(body.into());
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
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

    #[test]
    fn what_says_ok_and_refuses_the_token_is_repeated_where_that_does_no_harm() {
        for body in [
            r#"{"code":0,"apim_status":4011,"data":[]}"#,
            r#"{"status":"0","apim_status":"4012"}"#,
        ] {
            let answer = answer(200, body);
            assert_eq!(super::of(&answer, RequestClass::Cancel), None, "{body}");
            let read = super::of(&answer, RequestClass::Read);
            assert_eq!(read, Some(Refusal::Token), "{body}");
        }
    }

    /// Every code of which it is known that it refuses the token or the signature.
    fn any_code() -> impl Strategy<Value = (i64, Refusal)> {
        prop_oneof![
            prop::sample::select(vec![401, 498, 1203, 4011, 4012])
                .prop_map(|code| (code, Refusal::Token)),
            prop::sample::select(vec![497, 1001]).prop_map(|code| (code, Refusal::Signature)),
        ]
    }

    proptest! {
        #[test]
        fn a_refusal_is_heard_in_every_member_and_at_every_status(
            (code, refusal) in any_code(),
            member in prop::sample::select(vec!["code", "status", "apim_status"]),
            is_text: bool,
            status in 200_u16..600,
            others in prop::collection::btree_map("msg|data|apim_refreshtoken|requestId|business", ".{0,9}", 0..4),
        ) {
            // Where the status says the same, the status counts: a web server's page repeats it.
            prop_assume!(i64::from(status) != code);
            let mut body = serde_json::json!(others);
            body[member] = if is_text { code.to_string().into() } else { code.into() };
            prop_assert_eq!(of(&answer(status, body.to_string())), Some(refusal));
        }

        #[test]
        fn a_status_of_refusal_counts_whatever_the_body_is(body in any::<Vec<u8>>()) {
            for (status, refusal) in [(401, Refusal::Token), (498, Refusal::Token), (497, Refusal::Signature)] {
                prop_assert_eq!(of(&answer(status, body.clone())), Some(refusal));
            }
        }
    }
}
