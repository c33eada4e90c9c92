//! A connection over HTTP/1.1.
//!
//! Whoever sends over it also drives it. In a task of its own, each request would wake that task and be woken by it,
//! which took as long as the request itself.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header::HOST};
use http_body_util::Full;
use hyper::{
    body::{Body, Frame, Incoming},
    client::conn::http1::{self, Connection, SendRequest},
};

use super::{
    body::WholeBody,
    connector::Stream,
    exchange::{Failure, whole},
};
use crate::{TransportError, TransportErrorKind};

/// A connection over HTTP/1.1.
pub(super) struct Http1 {
    sender: SendRequest<Full<Bytes>>,
    connection: Box<Connection<Stream, Full<Bytes>>>,
    has_ended: bool,
}

impl Http1 {
    pub(super) async fn new(stream: Stream) -> Result<Self, TransportError> {
        let (sender, connection) = http1::handshake(stream).await.map_err(interrupted)?;
        Ok(Self {
            sender,
            connection: Box::new(connection),
            has_ended: false,
        })
    }

    /// Returns whether the host has not closed it, as far as this side knows, and it takes a request.
    pub(super) fn is_open(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.can_be_used_again()
    }

    /// Returns whether it takes another request.
    pub(super) fn can_be_used_again(&self) -> bool {
        !self.has_ended && self.sender.is_ready()
    }

    /// Sends a request and returns its whole answer.
    pub(super) async fn exchange(
        &mut self,
        mut request: Request<Full<Bytes>>,
        host: HeaderValue,
        limit: usize,
    ) -> Result<Response<Bytes>, Failure> {
        *request.uri_mut() = target(request.uri());
        request.headers_mut().entry(HOST).or_insert(host);
        let (mut head, mut incoming) = self.head(request).await?.into_parts();
        let mut body = WholeBody::new(&mut head.headers, limit);
        while !incoming.is_end_stream() {
            let Some(frame) = self.frame(&mut incoming).await else {
                break;
            };
            if let Ok(piece) = frame.map_err(truncated)?.into_data() {
                body.push(piece)?;
            }
        }
        if !self.can_be_used_again() {
            // It may not have noticed yet that the answer is over.
            poll_fn(|context| {
                self.drive(context);
                Poll::Ready(())
            })
            .await;
        }
        Ok(whole(head, body.finish()?))
    }

    /// Sends a request and returns the head of its answer.
    async fn head(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failure> {
        // It is ready when the connection was driven so far, and has nobody to wake. It must not count as work of the
        // task: one that has worked enough is woken later, and nobody would be.
        let sending = tokio::task::unconstrained(self.sender.try_send_request(request));
        let mut sending = pin!(sending);
        let sent = poll_fn(|context| {
            self.drive(context);
            let mut nobody = Context::from_waker(Waker::noop());
            match sending.as_mut().poll(&mut nobody) {
                Poll::Ready(sent) => Poll::Ready(Some(sent)),
                Poll::Pending if self.has_ended => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        });
        match sent.await {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => Err(Failure::of(error)),
            None => Err(TransportError::new(TransportErrorKind::Interrupted).into()),
        }
    }

    /// Returns the next frame of an answer's body. `None` at its end.
    async fn frame(
        &mut self,
        incoming: &mut Incoming,
    ) -> Option<Result<Frame<Bytes>, Option<hyper::Error>>> {
        poll_fn(|context| {
            let mut nobody = Context::from_waker(Waker::noop());
            if let Poll::Ready(frame) = Pin::new(&mut *incoming).poll_frame(&mut nobody) {
                return Poll::Ready(frame.map(|frame| frame.map_err(Some)));
            }
            self.drive(context);
            match Pin::new(&mut *incoming).poll_frame(&mut nobody) {
                Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(Some))),
                Poll::Pending if self.has_ended => Poll::Ready(Some(Err(None))),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// Reads and writes what can be read and written now. What goes wrong is told to whoever waits for an answer or
    /// its body.
    fn drive(&mut self, context: &mut Context<'_>) {
        if !self.has_ended && Pin::new(&mut *self.connection).poll(context).is_ready() {
            self.has_ended = true;
        }
    }
}

/// Returns the path and query of a URL: HTTP/1.1 has the rest in `Host`.
fn target(uri: &Uri) -> Uri {
    uri.path_and_query()
        .cloned()
        .map(Uri::from)
        .unwrap_or_default()
}

fn interrupted(error: hyper::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted).with_source(error)
}

fn truncated(error: Option<hyper::Error>) -> TransportError {
    let truncated = TransportError::new(TransportErrorKind::Truncated);
    match error {
        Some(error) => truncated.with_source(error),
        None => truncated,
    }
}
