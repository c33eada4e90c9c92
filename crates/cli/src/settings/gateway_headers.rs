//! The layer that sends a profile's headers.

use std::fmt;

use bytes::Bytes;
use countermand_core_model::{ExposeSecret, Secret};
use countermand_transport::{SecretScrubber, Transport, TransportError};
use http::{HeaderName, HeaderValue, Request, Response};

use crate::failure::Failure;

/// A transport whose requests carry further headers, for a gateway before the provider. Their values are secrets: they are
/// taken out of every answer, where the gateway may echo them.
pub(super) struct GatewayHeaders<T> {
    inner: T,
    headers: Vec<(HeaderName, HeaderValue, SecretScrubber)>,
}

/// A value that is wiped with the last request that carries it.
struct Wiped(Secret);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        // Exposed to be sent.
        self.0.expose_secret().as_bytes()
    }
}

impl<T: Transport> GatewayHeaders<T> {
    /// Sends `headers` with each request over `inner`.
    ///
    /// # Errors
    /// Names the header whose value cannot be sent, and does not show it.
    pub(super) fn new(inner: T, headers: &[(HeaderName, Secret)]) -> Result<Self, Failure> {
        let mut checked = Vec::with_capacity(headers.len());
        for (name, value) in headers {
            checked.push((
                name.clone(),
                sensitive(name, value)?,
                SecretScrubber::of(value),
            ));
        }
        Ok(Self {
            inner,
            headers: checked,
        })
    }
}

fn sensitive(name: &HeaderName, value: &Secret) -> Result<HeaderValue, Failure> {
    // Exposed to be checked.
    let text = value.expose_secret();
    let is_visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    let refused = || {
        Failure::usage(format!(
            "the value of header {name} must consist of visible ASCII characters, without spaces around it"
        ))
    };
    if text.trim() != text || !text.bytes().all(is_visible) {
        return Err(refused());
    }
    let owned = Bytes::from_owner(Wiped(value.clone()));
    let mut value = HeaderValue::from_maybe_shared(owned).map_err(|_| refused())?;
    value.set_sensitive(true);
    Ok(value)
}

impl<T: Transport> Transport for GatewayHeaders<T> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        for (name, value, _) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        let mut response = self.inner.send(request).await?;
        for (_, _, echoes) in &self.headers {
            echoes.take_out_of(&mut response).await;
        }
        Ok(response)
    }
}

impl<T> fmt::Debug for GatewayHeaders<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayHeaders([redacted])")
    }
}
