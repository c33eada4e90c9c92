//! Authentication by bearer token.

use std::fmt;

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, InvalidValue, Secret};
use http::{HeaderValue, Request, Response, header};

use crate::{SecretScrubber, Transport, TransportError};

const FIELD: &str = "token";
const PREFIX: &str = "Bearer ";

/// A transport that authenticates each attempt with a token.
///
/// A server, or a proxy on the way, may echo what it was sent: the token is taken out of every answer
/// before anything above sees it. It belongs below the retry layer and above the time limit.
pub struct Bearer<T> {
    inner: T,
    header: HeaderValue,
    echoes: SecretScrubber,
}

/// A token that is wiped with the last request that carries it.
struct Wiped(Secret);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        // Exposed to be sent.
        self.0.expose_secret().as_bytes()
    }
}

impl<T: Transport> Bearer<T> {
    /// Authenticates with `token` over `inner`.
    ///
    /// # Errors
    /// When the token is empty or no valid header value. The error never shows it.
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
        // Reserved at once: growing it would leave copies behind.
        let mut value = String::with_capacity(PREFIX.len() + text.len());
        value.push_str(PREFIX);
        value.push_str(text);
        let owned = Bytes::from_owner(Wiped(Secret::from(value)));
        let mut header = HeaderValue::from_maybe_shared(owned).map_err(|_| refused())?;
        header.set_sensitive(true);
        Ok(Self {
            inner,
            header,
            echoes: SecretScrubber::of(token),
        })
    }
}

impl<T: Transport> Transport for Bearer<T> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, self.header.clone());
        let mut response = self.inner.send(request).await?;
        self.echoes.take_out_of(&mut response).await;
        Ok(response)
    }
}

impl<T> fmt::Debug for Bearer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer([redacted])")
    }
}
