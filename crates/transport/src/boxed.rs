//! The transport trait, and the boxed transport.

use std::{fmt, future::Future, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};

use crate::TransportError;

/// `Send` where threads are; nothing in the browser. Chosen by target, never by a feature.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}
/// `Send` where threads are; nothing in the browser. Chosen by target, never by a feature.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// A boxed future that is `Send` where threads are.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = futures_util::future::BoxFuture<'a, T>;
/// A boxed future that is `Send` where threads are.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = futures_util::future::LocalBoxFuture<'a, T>;

/// Sends one request and returns its whole answer.
///
/// An answer of any status is `Ok`; redirects are not followed. Dropping the future cancels the
/// request. The handle is `Send + Sync` everywhere, only the future is not in the browser.
pub trait Transport: Send + Sync + 'static {
    /// Sends `request`.
    ///
    /// # Errors
    /// When no whole answer came. The error tells whether the request may have been executed.
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + MaybeSend;
}

trait ErasedTransport: Send + Sync + 'static {
    fn send_boxed(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

impl<T: Transport> ErasedTransport for T {
    fn send_boxed(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.send(request))
    }
}

/// Any transport, cheap to clone.
#[derive(Clone)]
pub struct BoxTransport(Arc<dyn ErasedTransport>);

impl BoxTransport {
    /// Boxes `transport`.
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }
}

impl Transport for BoxTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + MaybeSend {
        self.0.send_boxed(request)
    }
}

impl fmt::Debug for BoxTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxTransport")
    }
}
