//! Takes secrets that a server echoes out of its answers, before anything above sees them.

use std::fmt;

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use http::{HeaderValue, Response, header::CONTENT_LENGTH};
use memchr::memmem;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const REDACTED: &str = "[redacted]";

/// Shorter texts are too common to be recognised as an echo.
const SHORTEST: usize = 6;

/// What stands for itself in a URL is not written otherwise by everybody.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A secret in every form in which a server, or a proxy on the way, may write it back.
pub struct Echoes(Vec<Secret>);

impl Echoes {
    /// Of this secret: as it is, and as JSON and URLs write it.
    pub fn of(secret: &Secret) -> Self {
        // Exposed to be looked for and taken out.
        let plain = secret.expose_secret();
        if plain.len() < SHORTEST {
            return Self(Vec::new());
        }
        let json = in_json(plain);
        let mut forms = vec![
            plain.to_owned(),
            json.replace('/', "\\/"),
            json,
            utf8_percent_encode(plain, NON_ALPHANUMERIC).to_string(),
            utf8_percent_encode(plain, RESERVED).to_string(),
        ];
        forms.sort();
        forms.dedup();
        Self(forms.into_iter().map(Secret::from).collect())
    }

    /// Replaces each of them, in headers and body.
    pub fn take_out_of(&self, response: &mut Response<Bytes>) {
        for form in &self.0 {
            // Exposed to be looked for and taken out.
            let form = form.expose_secret().as_bytes();
            for value in response.headers_mut().values_mut() {
                if let Some(clean) = replaced(value.as_bytes(), form) {
                    *value = HeaderValue::from_bytes(&clean)
                        .unwrap_or_else(|_| HeaderValue::from_static(REDACTED));
                }
            }
            if let Some(clean) = replaced(response.body(), form) {
                *response.body_mut() = Bytes::from(clean);
                response.headers_mut().remove(CONTENT_LENGTH);
            }
        }
    }
}

impl fmt::Debug for Echoes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Echoes([redacted])")
    }
}

/// As it stands between the quotes of a JSON string.
fn in_json(plain: &str) -> String {
    let mut json = String::with_capacity(plain.len());
    for char in plain.chars() {
        match char {
            '"' | '\\' => json.extend(['\\', char]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..' ' => json.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => json.push(char),
        }
    }
    json
}

/// `text` without `form`, where it occurs. In nearly every answer it does not: then this is one fast scan.
fn replaced(text: &[u8], form: &[u8]) -> Option<Vec<u8>> {
    // Of most headers the length alone tells; an iterator would prepare a search for each.
    memmem::find(text, form)?;
    let mut clean = Vec::with_capacity(text.len());
    let mut done = 0;
    for at in memmem::find_iter(text, form) {
        clean.extend_from_slice(&text[done..at]);
        clean.extend_from_slice(REDACTED.as_bytes());
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
        let echoes = Echoes::of(&Secret::from("to/ken\"1+2-é"));
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
        echoes.take_out_of(&mut response);
        assert_eq!(
            response.body(),
            &r#"{"a":"[redacted]","b":"[redacted] [redacted]","c":"token"}"#
        );
        assert_eq!(response.headers()["x-echo"], REDACTED);
        assert!(!response.headers().contains_key("content-length"));
    }

    #[test]
    fn bytes_that_are_no_text_stay_and_so_does_what_is_clean() {
        let echoes = Echoes::of(&Secret::from("s3cr3t!"));
        let mut response = Response::new(Bytes::from_static(b"\xff\xfes3cr3t!\xff"));
        echoes.take_out_of(&mut response);
        assert_eq!(response.body(), &b"\xff\xfe[redacted]\xff"[..]);

        let mut clean = Response::new(Bytes::from_static(b"s3cr3 s3cr3t"));
        clean
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from_static("12"));
        echoes.take_out_of(&mut clean);
        Echoes::of(&Secret::from("")).take_out_of(&mut clean);
        assert_eq!(clean.body(), "s3cr3 s3cr3t");
        assert!(clean.headers().contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn json_writes_control_characters_as_its_readers_expect() {
        assert_eq!(in_json("a\"\\\n\t\u{1}é"), r#"a\"\\\n\t\u0001é"#);
    }

    #[test]
    fn debug_shows_none() {
        let shown = format!("{:?}", Echoes::of(&Secret::from("s3cr3t-token")));
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
