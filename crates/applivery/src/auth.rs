//! Authentication: the bearer token on the way out, and no trace of it on the way back.

use std::fmt;

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, InvalidValue, Secret};
use countermand_transport::{Transport, TransportError};
use http::{HeaderValue, Request, Response, header};
use memchr::memmem;

const FIELD: &str = "token";
const PREFIX: &str = "Bearer ";
const REDACTED: &[u8] = b"[redacted]";

/// Shorter tokens are not looked for in answers: they would be found in innocent text.
const SHORTEST: usize = 6;

/// A transport that authenticates each attempt with a token.
///
/// A vendor, or a proxy on the way, may echo what it was sent: the token is taken out of every answer
/// before anything above sees it. Stands below the retry layer and above the time limit.
pub struct Bearer<T> {
    inner: T,
    header: HeaderValue,
    /// The forms in which the token may come back.
    echoes: Vec<Secret>,
}

/// Wiped when the last request that carries it is gone.
struct Wiped(Secret);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        // Exposed to be sent, which is what it is for.
        self.0.expose_secret().as_bytes()
    }
}

impl<T: Transport> Bearer<T> {
    /// Authenticates with `token` over `inner`.
    ///
    /// # Errors
    /// When the token is empty or cannot stand in a header. The error never shows it.
    pub fn new(inner: T, token: &Secret) -> Result<Self, InvalidValue> {
        // Exposed to be checked and put into the header.
        let text = token.expose_secret();
        if text.is_empty() {
            return Err(InvalidValue::new(FIELD, "must not be empty", ""));
        }
        let refused = || {
            InvalidValue::new(
                FIELD,
                "must consist of visible ASCII characters, without spaces and line breaks",
                "[redacted]",
            )
        };
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused());
        }
        // As long as it will be: growing it would leave copies behind.
        let mut value = String::with_capacity(PREFIX.len() + text.len());
        value.push_str(PREFIX);
        value.push_str(text);
        let owned = Bytes::from_owner(Wiped(Secret::from(value)));
        let mut header = HeaderValue::from_maybe_shared(owned).map_err(|_| refused())?;
        header.set_sensitive(true);
        Ok(Self {
            inner,
            header,
            echoes: echoes(text),
        })
    }

    fn without_token(&self, response: Response<Bytes>) -> Response<Bytes> {
        let (mut parts, mut body) = response.into_parts();
        for echo in &self.echoes {
            // Exposed to be looked for and taken out.
            let token = echo.expose_secret().as_bytes();
            if let Some(clean) = replaced(&body, token) {
                body = clean.into();
            }
            for value in parts.headers.values_mut() {
                if let Some(clean) = replaced(value.as_bytes(), token) {
                    *value = HeaderValue::from_bytes(&clean)
                        .unwrap_or_else(|_| HeaderValue::from_static("[redacted]"));
                }
            }
        }
        Response::from_parts(parts, body)
    }
}

impl<T: Transport> Transport for Bearer<T> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, self.header.clone());
        let response = self.inner.send(request).await?;
        Ok(self.without_token(response))
    }
}

impl<T> fmt::Debug for Bearer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer([redacted])")
    }
}

/// The token as it was sent, and as JSON may escape it.
fn echoes(token: &str) -> Vec<Secret> {
    if token.len() < SHORTEST {
        return Vec::new();
    }
    let escaped = token.replace('\\', r"\\").replace('"', r#"\""#);
    let slashes_too = escaped.replace('/', r"\/");
    let mut forms = vec![slashes_too, escaped, token.to_owned()];
    forms.dedup();
    forms.into_iter().map(Secret::from).collect()
}

/// `text` with every `token` in it replaced; `None` where it has none. Nearly every answer has none: then
/// this is one fast scan.
fn replaced(text: &[u8], token: &[u8]) -> Option<Vec<u8>> {
    let mut found = memmem::find_iter(text, token).peekable();
    found.peek()?;
    let mut clean = Vec::with_capacity(text.len());
    let mut done = 0;
    for at in found {
        clean.extend_from_slice(&text[done..at]);
        clean.extend_from_slice(REDACTED);
        done = at + token.len();
    }
    clean.extend_from_slice(&text[done..]);
    Some(clean)
}
