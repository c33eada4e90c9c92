//! The native backend of a server that forwards very many requests, on hyper.

mod body;
mod connector;
mod exchange;
mod http1;
mod http2;
mod origin;
mod pool;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode, Uri,
    header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT},
};
use http_body_util::Full;
use hyper_util::client::proxy::matcher::Matcher;
use rustls::ClientConfig;

use self::{
    connector::{Connector, is_http2},
    exchange::Failure,
    http1::Http1,
    http2::Http2,
    origin::Origin,
    pool::{Kept, Pool},
};
use super::{
    reqwest_transport::{ReqwestOptions, ReqwestTransport, told_empty},
    tls,
};
use crate::{Transport, TransportError, TransportErrorKind, base_url::is_loopback};

/// Sends as [`ReqwestTransport`] does, in less than half of its time: a URL is parsed once, and over HTTP/1.1 whoever
/// waits for an answer drives the connection.
///
/// What the system's proxy is for goes by way of a [`ReqwestTransport`]. A request is sent once or surely not at all: it
/// is sent again on another connection only where hyper hands it back, because a closed one did not take it. Clones share
/// their connections.
#[derive(Clone)]
pub struct HyperTransport(Arc<Shared>);

struct Shared {
    proxied: ReqwestTransport,
    proxies: Matcher,
    connector: Connector,
    pool: Pool,
    user_agent: HeaderValue,
    max_body_bytes: usize,
    no_tls: Option<rustls::Error>,
}

impl HyperTransport {
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
        let (tls, no_tls) = tls::of_this_machine(&options.extra_roots)?;
        Self::with_tls(options, tls, no_tls)
    }

    fn with_tls(
        options: &ReqwestOptions,
        tls: ClientConfig,
        no_tls: Option<rustls::Error>,
    ) -> Result<Self, TransportError> {
        let user_agent = HeaderValue::from_str(&options.user_agent).map_err(|error| {
            TransportError::new(TransportErrorKind::InvalidRequest).with_source(error)
        })?;
        Ok(Self(Arc::new(Shared {
            proxied: ReqwestTransport::with_options(options)?,
            proxies: Matcher::from_system(),
            connector: Connector::new(options, tls),
            pool: Pool::default(),
            user_agent,
            max_body_bytes: options.max_body_bytes,
            no_tls,
        })))
    }
}

impl Transport for HyperTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let shared = &*self.0;
        let origin = Origin::of(request.uri())?;
        let kept = shared.pool.take(&origin);
        if kept.is_none() {
            if let (true, Some(error)) = (origin.is_secure(), &shared.no_tls) {
                return Err(
                    TransportError::new(TransportErrorKind::Untrusted).with_source(error.clone())
                );
            }
            if shared.is_proxied(&request) {
                return Box::pin(shared.proxied.send(request)).await;
            }
        }
        let response = shared.send(origin, kept, shared.prepared(request)).await?;
        match response.status() {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(TransportError::new(TransportErrorKind::ProxyRefused))
            }
            _ => Ok(response),
        }
    }
}

impl Shared {
    fn is_proxied(&self, request: &Request<Bytes>) -> bool {
        let uri = request.uri();
        !uri.host().is_some_and(is_loopback) && self.proxies.intercept(uri).is_some()
    }

    /// Returns a request with the headers that every request has.
    fn prepared(&self, request: Request<Bytes>) -> Request<Full<Bytes>> {
        let (mut parts, body) = told_empty(request).into_parts();
        for (name, value) in [
            (ACCEPT, HeaderValue::from_static("*/*")),
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
            (USER_AGENT, self.user_agent.clone()),
        ] {
            parts.headers.entry(name).or_insert(value);
        }
        Request::from_parts(parts, Full::new(body))
    }

    /// Sends over connections that wait, as long as they hand the request back, and then over a new one.
    async fn send(
        &self,
        origin: Origin,
        mut kept: Option<Kept>,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, TransportError> {
        let uri = request.uri().clone();
        while let Some(connection) = kept {
            match self.exchange(&origin, connection, request).await {
                Ok(response) => return Ok(response),
                Err(Failure::Lost(error)) => return Err(error),
                Err(Failure::HandedBack(back)) => {
                    request = back.request;
                    *request.uri_mut() = uri.clone();
                }
            }
            kept = self.pool.take(&origin);
        }
        // Boxed: it is rare and large, and what is large is copied for each request.
        let connection = Box::pin(self.connected(&origin, uri)).await?;
        match self.exchange(&origin, connection, request).await {
            Ok(response) => Ok(response),
            Err(Failure::Lost(error)) => Err(error),
            // Another new one would do the same.
            Err(Failure::HandedBack(back)) => {
                Err(TransportError::new(TransportErrorKind::Interrupted).with_source(back.error))
            }
        }
    }

    /// Makes a connection. Nothing of a request is sent.
    async fn connected(&self, origin: &Origin, uri: Uri) -> Result<Kept, TransportError> {
        let stream = self.connector.connect(uri).await?;
        if is_http2(&stream) {
            let connection = Http2::new(stream).await?;
            self.pool.share(origin.clone(), connection.clone());
            return Ok(Kept::Http2(connection));
        }
        Ok(Kept::Http1(Http1::new(stream).await?))
    }

    async fn exchange(
        &self,
        origin: &Origin,
        connection: Kept,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, Failure> {
        match connection {
            Kept::Http1(mut connection) => {
                let host = origin.host()?;
                let exchange = connection.exchange(request, host, self.max_body_bytes);
                let response = exchange.await?;
                if connection.can_be_used_again() {
                    self.pool.put(origin.clone(), connection);
                }
                Ok(response)
            }
            Kept::Http2(mut connection) => {
                Box::pin(connection.exchange(request, self.max_body_bytes)).await
            }
        }
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
