//! The header by which a server knows that no page of another origin asks.

use bytes::Bytes;
use countermand_transport::{Transport, TransportError};
use http::{HeaderName, HeaderValue, Request, Response};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A transport whose requests say, as those of the server's own page, that no other page is behind them. The server
/// refuses a request that changes something and does not say so.
#[derive(Debug)]
pub(crate) struct OwnPage<T>(pub(crate) T);

impl<T: Transport> Transport for OwnPage<T> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let own = HeaderValue::from_static("same-origin");
        request.headers_mut().insert(SITE, own);
        self.0.send(request).await
    }
}
