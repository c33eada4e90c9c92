//! Takes secrets that a server echoes out of its answers, before anything above sees them.

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use http::{HeaderValue, Response, header::CONTENT_LENGTH};
use memchr::memmem;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const REDACTED: &[u8] = b"[redacted]";

/// Shorter texts are too common to be recognised as an echo.
const SHORTEST: usize = 6;

/// Replaces each of the `secrets`, in every form in which a server may write it, in headers and body.
pub(super) fn redact(response: &mut Response<Bytes>, secrets: &[&Secret]) {
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        for value in response.headers_mut().values_mut() {
            if let Some(clean) = replaced(value.as_bytes(), &form) {
                *value = HeaderValue::from_bytes(&clean)
                    .unwrap_or_else(|_| HeaderValue::from_static("[redacted]"));
            }
        }
        if let Some(clean) = replaced(response.body(), &form) {
            *response.body_mut() = Bytes::from(clean);
            response.headers_mut().remove(CONTENT_LENGTH);
        }
    }
}

/// As it is, and as JSON and URLs write it.
fn forms(secret: &Secret) -> Vec<Vec<u8>> {
    // Exposed to be looked for and taken out.
    let plain = secret.expose_secret();
    if plain.len() < SHORTEST {
        return Vec::new();
    }
    let json = serde_json::Value::from(plain).to_string();
    let json = json.trim_matches('"').to_owned();
    let mut forms: Vec<Vec<u8>> = [
        plain.to_owned(),
        json.replace('/', "\\/"),
        json,
        utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string(),
        url_encoded(plain),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect();
    forms.sort();
    forms.dedup();
    forms
}

/// As a URL has it: unreserved characters stand for themselves.
fn url_encoded(plain: &str) -> String {
    const RESERVED: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(plain, RESERVED).to_string()
}

/// `text` without `form`, where it occurs. In nearly every answer it does not: then this is one fast scan.
fn replaced(text: &[u8], form: &[u8]) -> Option<Vec<u8>> {
    let mut found = memmem::find_iter(text, form).peekable();
    found.peek()?;
    let mut clean = Vec::with_capacity(text.len());
    let mut done = 0;
    for at in found {
        clean.extend_from_slice(&text[done..at]);
        clean.extend_from_slice(REDACTED);
        done = at + form.len();
    }
    clean.extend_from_slice(&text[done..]);
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_echo_goes_from_headers_and_body() {
        let secret = Secret::from("to/ken\"1+2-é");
        let body =
            r#"{"a":"to/ken\"1+2-é","b":"to\/ken\"1+2-é to%2Fken%221%2B2-%C3%A9","c":"token"}"#;
        let mut response = Response::new(Bytes::from(body));
        for (name, value) in [
            ("x-echo", "to%2Fken%221%2B2%2D%C3%A9"),
            ("content-length", "99"),
        ] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        redact(&mut response, &[&secret]);
        assert_eq!(
            response.body(),
            &r#"{"a":"[redacted]","b":"[redacted] [redacted]","c":"token"}"#
        );
        assert_eq!(response.headers()["x-echo"], "[redacted]");
        assert!(!response.headers().contains_key("content-length"));
    }

    #[test]
    fn bytes_that_are_no_text_stay_and_so_does_what_is_clean() {
        let mut response = Response::new(Bytes::from_static(b"\xff\xfes3cr3t!\xff"));
        redact(&mut response, &[&Secret::from("s3cr3t!")]);
        assert_eq!(response.body(), &b"\xff\xfe[redacted]\xff"[..]);

        let mut clean = Response::new(Bytes::from_static(b"s3cr3 s3cr3t"));
        clean
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from_static("12"));
        redact(&mut clean, &[&Secret::from("s3cr3t!"), &Secret::from("")]);
        assert_eq!(clean.body(), "s3cr3 s3cr3t");
        assert!(clean.headers().contains_key(CONTENT_LENGTH));
    }
}
