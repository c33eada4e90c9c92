//! The native backend, on reqwest.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, StatusCode, header::CONTENT_LENGTH};
use reqwest::{Client, ClientBuilder, redirect, retry};
use rustls::ClientConfig;

use super::{
    addresses::AddressRule,
    extra_roots::ExtraRoots,
    failure::{before_the_head, in_the_body, with_cause},
    tls,
};
use crate::{Transport, TransportError, TransportErrorKind, base_url::is_loopback};

/// The options of the native backends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReqwestOptions {
    /// How long a connection may take to be made, TLS included. 10 s unless set.
    pub connect_timeout: Duration,
    /// The largest accepted body, unpacked. 64 MiB unless set.
    pub max_body_bytes: usize,
    /// The `User-Agent`. `countermand/VERSION` unless set.
    pub user_agent: String,
    /// Which addresses a name may resolve to. Any, unless set.
    pub addresses: Option<AddressRule>,
    /// Authorities that are trusted beside those of the machine. None, unless set.
    pub extra_roots: ExtraRoots,
}

impl Default for ReqwestOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            max_body_bytes: crate::limits::MAX_BODY_BYTES,
            user_agent: concat!("countermand/", env!("CARGO_PKG_VERSION")).to_owned(),
            addresses: None,
            extra_roots: ExtraRoots::default(),
        }
    }
}

/// Sends over HTTP/1.1 and HTTP/2, TLS by rustls with the certificates that the machine trusts.
///
/// No cookies, no redirects, no retries; gzip is unpacked. The system's proxy is used, except that a
/// loopback host is always reached directly. A request is sent once or surely not at all: it is sent again on
/// a new connection only where a closed one did not take it. Clones share their connections.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    direct: Client,
    proxied: Client,
    max_body_bytes: usize,
    no_tls: Option<rustls::Error>,
}

impl ReqwestTransport {
    /// A transport with the default options.
    ///
    /// # Errors
    /// When the client cannot be set up on this machine.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(&ReqwestOptions::default())
    }

    /// A transport with these options.
    ///
    /// # Errors
    /// When the client cannot be set up on this machine, or the user agent is no valid header value.
    pub fn with_options(options: &ReqwestOptions) -> Result<Self, TransportError> {
        let set_up = |error| with_cause(TransportErrorKind::InvalidRequest, error);
        let (tls, no_tls) = tls::of_this_machine(&options.extra_roots)?;
        Ok(Self {
            direct: client(options, tls.clone())
                .no_proxy()
                .build()
                .map_err(set_up)?,
            proxied: client(options, tls).build().map_err(set_up)?,
            max_body_bytes: options.max_body_bytes,
            no_tls,
        })
    }

    fn client_for(&self, request: &Request<Bytes>) -> Result<&Client, TransportError> {
        let uri = request.uri();
        if let (Some("https"), Some(error)) = (uri.scheme_str(), &self.no_tls) {
            return Err(
                TransportError::new(TransportErrorKind::Untrusted).with_source(error.clone())
            );
        }
        Ok(match uri.host() {
            Some(host) if is_loopback(host) => &self.direct,
            _ => &self.proxied,
        })
    }
}

fn client(options: &ReqwestOptions, tls: ClientConfig) -> ClientBuilder {
    let builder = match &options.addresses {
        Some(rule) => Client::builder().dns_resolver(Arc::new(rule.clone())),
        None => Client::builder(),
    };
    builder
        .tls_backend_preconfigured(tls)
        .connect_timeout(options.connect_timeout)
        .user_agent(&options.user_agent)
        .redirect(redirect::Policy::none())
        .referer(false)
        // By default it would resend requests that an HTTP/2 server refused.
        .retry(retry::never())
}

impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let client = self.client_for(&request)?;
        let request = reqwest::Request::try_from(told_empty(request)).map_err(before_the_head)?;
        let mut incoming = client.execute(request).await.map_err(before_the_head)?;
        if incoming.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(TransportError::new(TransportErrorKind::ProxyRefused));
        }
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = incoming.status();
        *response.version_mut() = incoming.version();
        *response.headers_mut() = std::mem::take(incoming.headers_mut());
        *response.body_mut() = whole_body(incoming, self.max_body_bytes).await?;
        Ok(response)
    }
}

/// A cancel is a POST without a body. hyper leaves out the length of one, and some servers answer 411 then.
pub(super) fn told_empty(mut request: Request<Bytes>) -> Request<Bytes> {
    if request.body().is_empty()
        && matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        )
    {
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    request
}

/// Reads a body up to `limit`.
async fn whole_body(
    mut incoming: reqwest::Response,
    limit: usize,
) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = incoming.chunk().await.map_err(in_the_body)? {
        if chunk.len() > limit - body.len() {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
