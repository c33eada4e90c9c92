//! A connection over HTTP/2. Clones share it: it carries many requests at once, and has a task of its own.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Body,
    client::conn::http2::{Builder, SendRequest},
};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::{
    body::WholeBody,
    connector::Stream,
    exchange::{Failure, whole},
};
use crate::{TransportError, TransportErrorKind};

/// A connection over HTTP/2.
#[derive(Clone)]
pub(super) struct Http2(SendRequest<Full<Bytes>>);

impl Http2 {
    pub(super) async fn new(stream: Stream) -> Result<Self, TransportError> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new());
        let (sender, connection) = builder.handshake(stream).await.map_err(|error| {
            TransportError::new(TransportErrorKind::Interrupted).with_source(error)
        })?;
        // It ends when the last clone is gone and nothing is under way. What goes wrong is told to whoever waits for
        // an answer.
        tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(Self(sender))
    }

    /// Returns whether it takes another request, as far as this side knows.
    pub(super) fn is_open(&self) -> bool {
        !self.0.is_closed()
    }

    /// Sends a request and returns its whole answer.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        limit: usize,
    ) -> Result<Response<Bytes>, Failure> {
        let response = self
            .0
            .try_send_request(request)
            .await
            .map_err(Failure::of)?;
        let (mut head, mut incoming) = response.into_parts();
        let mut body = WholeBody::new(&mut head.headers, limit);
        while !incoming.is_end_stream() {
            let Some(frame) = incoming.frame().await else {
                break;
            };
            let frame = frame.map_err(|error| {
                TransportError::new(TransportErrorKind::Truncated).with_source(error)
            })?;
            if let Ok(piece) = frame.into_data() {
                body.push(piece)?;
            }
        }
        Ok(whole(head, body.finish()?))
    }
}
