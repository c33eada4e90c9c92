//! Takes secrets that a server echoes out of its answers.

use std::fmt;

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use http::{HeaderValue, Response, header::CONTENT_LENGTH};
use memchr::{memchr2, memchr3, memmem};

use crate::{
    pace::pause,
    secret_filter::Filter,
    secret_forms::{self, Form},
};

const REDACTED: &str = "[redacted]";

/// Shorter texts are too common to be recognized as an echo.
const SHORTEST: usize = 6;

/// How much of a long body is looked through before the page may do something else.
const PIECE: usize = 128 * 1024;

/// No character of a secret is written longer, however it is escaped.
const LONGEST: usize = 16 * 1024;

/// A secret in every form in which a server, or a proxy on the way, may write it back.
pub struct SecretScrubber {
    forms: Vec<(Form, Secret)>,
    filter: Filter,
}

impl SecretScrubber {
    /// The forms of a secret: as it is, in hexadecimal digits and in Base64, alone or in a longer text. Each may be
    /// escaped as in JSON, HTML and URLs, wholly or in part.
    pub fn of(secret: &Secret) -> Self {
        // Exposed to be looked for and taken out.
        let plain = secret.expose_secret();
        let mut forms = Vec::new();
        if plain.len() >= SHORTEST {
            forms.push((Form::Plain, plain.to_owned()));
            forms.extend(secret_forms::hexadecimal(plain));
            forms.extend(secret_forms::base64(plain));
        }
        let filter = Filter::of(forms.iter().map(|(form, text)| (*form, text.as_str())));
        let forms = forms.into_iter();
        Self {
            forms: forms
                .map(|(form, text)| (form, Secret::from(text)))
                .collect(),
            filter,
        }
    }

    /// Replaces each of them, in headers and body. A page can do something else between the parts of a long body.
    pub async fn take_out_of(&self, response: &mut Response<Bytes>) {
        for value in response.headers_mut().values_mut() {
            if let Some(clean) = self.cleaned(value.as_bytes()) {
                *value = HeaderValue::from_bytes(&clean)
                    .unwrap_or_else(|_| HeaderValue::from_static(REDACTED));
            }
        }
        let may_match = if response.body().len() > 2 * PIECE {
            self.may_be_in_pieces_of(response.body()).await
        } else {
            self.may_be_in(response.body())
        };
        if may_match && let Some(clean) = self.replaced_in(response.body()) {
            *response.body_mut() = Bytes::from(clean);
            response.headers_mut().remove(CONTENT_LENGTH);
        }
    }

    /// As [`Self::may_be_in`], piece by piece.
    async fn may_be_in_pieces_of(&self, body: &Bytes) -> bool {
        let forms = self
            .forms
            .iter()
            .map(|(_, form)| form.expose_secret().len());
        // What begins in a piece may end in the next one.
        let beyond = forms.max().unwrap_or_default() + LONGEST;
        for start in (0..body.len()).step_by(PIECE) {
            let end = body.len().min(start + PIECE + beyond);
            if self.may_be_in(body.get(start..end).unwrap_or_default()) {
                return true;
            }
            pause().await;
        }
        false
    }

    fn cleaned(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.may_be_in(text).then(|| self.replaced_in(text))?
    }

    /// Returns whether `text` may hold one of the forms: mostly not, and one pass shows it.
    fn may_be_in(&self, text: &[u8]) -> bool {
        // Exposed to be looked for.
        let begins = |rest: &[u8]| {
            let mut forms = self.forms.iter();
            forms.any(|(_, form)| rest.starts_with(form.expose_secret().as_bytes()))
        };
        !self.forms.is_empty() && self.filter.may_match(text, begins)
    }

    /// Takes each form out of `text`. None where none is in it.
    fn replaced_in(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut clean = None;
        for (form, secret) in &self.forms {
            let text = clean.as_deref().unwrap_or(text);
            // Exposed to be looked for and taken out.
            clean = replaced(text, *form, secret.expose_secret()).or(clean);
        }
        clean
    }
}

impl fmt::Debug for SecretScrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretScrubber([redacted])")
    }
}

/// Takes `secret` out of `text`, where it occurs. In nearly every answer it does not, and nothing is escaped: a few
/// fast scans decide that.
fn replaced(text: &[u8], form: Form, secret: &str) -> Option<Vec<u8>> {
    // For most headers the length decides; an iterator would prepare a search for each.
    let is_plain = memmem::find(text, secret.as_bytes()).is_some();
    let may_be_escaped = text.len() > secret.len()
        && (memchr3(b'%', b'\\', b'&', text).is_some()
            || (form == Form::Base64 && memchr2(b'\n', b'\r', text).is_some()));
    if !is_plain && !may_be_escaped {
        return None;
    }
    let first = *secret.as_bytes().first()?;
    let mut clean = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let may_begin = *byte == first || matches!(byte, b'%' | b'\\' | b'&');
        match may_begin.then(|| form.matched(text, at, secret)).flatten() {
            Some(end) => {
                let found = form.extended(text, at, end);
                clean.extend_from_slice(&text[done..found.start.max(done)]);
                clean.extend_from_slice(REDACTED.as_bytes());
                done = found.end;
                at = found.end;
            }
            None => at += 1,
        }
    }
    if done == 0 {
        return None;
    }
    clean.extend_from_slice(&text[done..]);
    Some(clean)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::fmt::Write;

    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;

    fn taken_out(scrubber: &SecretScrubber, response: &mut Response<Bytes>) {
        // Nothing is waited for outside a browser.
        scrubber.take_out_of(response).now_or_never().unwrap();
    }

    #[test]
    fn every_form_of_an_echo_goes_from_headers_and_body() {
        let echoes = SecretScrubber::of(&Secret::from("to/ken\"1+2-é"));
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
        taken_out(&echoes, &mut response);
        assert_eq!(
            response.body(),
            &r#"{"a":"[redacted]","b":"[redacted] [redacted]","c":"token"}"#
        );
        assert_eq!(response.headers()["x-echo"], REDACTED);
        assert!(!response.headers().contains_key("content-length"));
    }

    #[test]
    fn a_long_body_is_looked_through_to_its_end() {
        let echoes = SecretScrubber::of(&Secret::from("s3cr3t!t0ken"));
        for echo in ["s3cr3t!t0ken", "s3cr3t\\u0021t0ken", "czNjcjN0IXQ\nwa2Vu"] {
            for place in [0, PIECE - 5, 3 * PIECE] {
                let mut body = vec![b'.'; 3 * PIECE];
                body.splice(place..place, echo.bytes());
                let mut response = Response::new(Bytes::from(body));
                taken_out(&echoes, &mut response);
                let found = memmem::find(response.body(), REDACTED.as_bytes());
                assert!(
                    found.is_some_and(|at| at.abs_diff(place) < 2),
                    "{echo} {place}"
                );
            }
        }
    }

    #[test]
    fn every_reading_of_an_escape_is_followed() {
        for (secret, echo) in [
            ("é%aa-key", "%C3%A9%25aa-key"),
            ("é%aa-key", "%C3%A9%2525aa-key"),
            ("25%25%2525", "25%2525%252525"),
            ("25%25%2525", "25%25%2525"),
            (r"a\\nb\c-d", r"a\\\\nb\\c-d"),
            (r"a\\nb\c-d", r"a\\\\\\\\nb\\\\c-d"),
            ("&amp;&#65;", "&amp;amp;&amp;#65;"),
            ("+ +%2B+", "+++%2B+"),
        ] {
            let mut response = Response::new(Bytes::from(format!("<{echo}>")));
            taken_out(&SecretScrubber::of(&Secret::from(secret)), &mut response);
            assert_eq!(response.body(), "<[redacted]>", "{secret} as {echo}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay_and_so_does_what_is_clean() {
        let echoes = SecretScrubber::of(&Secret::from("s3cr3t!"));
        let mut response = Response::new(Bytes::from_static(b"\xff\xfes3cr3t!\xff"));
        taken_out(&echoes, &mut response);
        assert_eq!(response.body(), &b"\xff\xfe[redacted]\xff"[..]);

        let mut clean = Response::new(Bytes::from_static(b"s3cr3 s3cr3t"));
        clean
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from_static("12"));
        taken_out(&echoes, &mut clean);
        taken_out(&SecretScrubber::of(&Secret::from("")), &mut clean);
        assert_eq!(clean.body(), "s3cr3 s3cr3t");
        assert!(clean.headers().contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn debug_shows_none() {
        let shown = format!("{:?}", SecretScrubber::of(&Secret::from("s3cr3t-token")));
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    const ALPHABETS: [&[u8; 64]; 2] = [
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ];

    /// By the bits, and not by the code that is tested.
    fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
        let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
        bits.as_bytes()
            .chunks(6)
            .map(|bits| {
                let bits = format!("{:0<6}", std::str::from_utf8(bits).unwrap());
                alphabet[usize::from_str_radix(&bits, 2).unwrap()] as char
            })
            .collect()
    }

    /// One character, written in one of many ways.
    fn written(c: char, way: u8) -> String {
        let mut buffer = [0; 4];
        let mut units = [0; 2];
        let bytes = c.encode_utf8(&mut buffer).bytes();
        let number = u32::from(c);
        match way {
            0 => bytes.fold(String::new(), |mut text, byte| {
                write!(text, "%{byte:02X}").unwrap();
                text
            }),
            1 => bytes.fold(String::new(), |mut text, byte| {
                write!(text, "%{byte:02x}").unwrap();
                text
            }),
            2 => bytes.fold(String::new(), |mut text, byte| {
                write!(text, "%25{byte:02x}").unwrap();
                text
            }),
            3 => c
                .encode_utf16(&mut units)
                .iter()
                .fold(String::new(), |mut text, unit| {
                    write!(text, "\\u{unit:04x}").unwrap();
                    text
                }),
            4 => c
                .encode_utf16(&mut units)
                .iter()
                .fold(String::new(), |mut text, unit| {
                    write!(text, "\\\\u{unit:04X}").unwrap();
                    text
                }),
            5 => format!("&#{number};"),
            6 => format!("&#x{number:X};"),
            7 => format!("&#x{number:04x};"),
            8 if c == '/' => "\\/".to_owned(),
            8 if c == '&' => "&amp;".to_owned(),
            8 if c == '<' => "&lt;".to_owned(),
            _ if c == '"' => "\\\"".to_owned(),
            _ if c == '\\' => "\\\\".to_owned(),
            _ => c.to_string(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn no_way_to_write_a_secret_stays(
            secret in "[ -~é风😀]{6,24}",
            ways in prop::collection::vec(0_u8..12, 24),
            same: bool,
            around in "[a-zA-Z0-9:,]{0,7}",
            form in 0_u8..6,
        ) {
            let written = |text: &str| -> String {
                text.chars().zip(&ways).map(|(c, way)| written(c, if same { ways[0] } else { *way })).collect()
            };
            let whole = format!("{around}{secret}{around}");
            let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            });
            let echo = match form {
                0 | 1 => written(&secret),
                2 => hex(secret.as_bytes()),
                3 => hex(whole.as_bytes()).to_uppercase(),
                form => base64(whole.as_bytes(), ALPHABETS[usize::from(form % 2)]),
            };
            let mut response = Response::new(Bytes::from(format!("<{echo}> {echo}")));
            let header = HeaderValue::from_bytes(echo.as_bytes());
            if let Ok(header) = &header {
                response.headers_mut().insert("x-echo", header.clone());
            }
            taken_out(&SecretScrubber::of(&Secret::from(secret.clone())), &mut response);
            let body = std::str::from_utf8(response.body()).unwrap();
            prop_assert!(!body.contains(&echo), "{} in {}", echo, body);
            prop_assert_eq!(body.matches(REDACTED).count(), 2, "{}", body);
            if form < 3 {
                prop_assert_eq!(body, format!("<{REDACTED}> {REDACTED}"));
            }
            if header.is_ok() {
                prop_assert!(response.headers()["x-echo"].as_bytes() != echo.as_bytes());
            }
        }

        #[test]
        fn any_bytes_at_all(text: Vec<u8>, signs in "[%\\\\&#xu;0-9a-f]{0,40}") {
            let echoes = SecretScrubber::of(&Secret::from("s3cr3t-t0ken"));
            for body in [text, signs.into_bytes()] {
                let mut response = Response::new(Bytes::from(body.clone()));
                taken_out(&echoes, &mut response);
                prop_assert_eq!(response.body(), &body);
            }
        }
    }

    #[test]
    fn a_basic_authorization_and_a_wrapped_line_are_seen_through() {
        let echoes = SecretScrubber::of(&Secret::from("open/sesame+42"));
        for user in ["", "u", "us", "use"] {
            let text = base64(format!("{user}:open/sesame+42").as_bytes(), ALPHABETS[0]);
            let wrapped = format!("{}\r\n{}", &text[..8], &text[8..]);
            let escaped = wrapped.replace("\r\n", "\\r\\n");
            let in_url = text
                .replace('+', "%2B")
                .replace('/', "%2f")
                .replace('=', "%3D");
            for echo in [text, wrapped, escaped, in_url] {
                let mut response = Response::new(Bytes::from(format!("Basic {echo} refused")));
                taken_out(&echoes, &mut response);
                let body = std::str::from_utf8(response.body()).unwrap();
                assert!(body.contains(REDACTED), "{user} {echo} {body}");
            }
        }
    }
}
