//! The way of each request: the access log, the check of its origin, and then the relay or the other routes.
//!
//! A service and not layers of a router: a router is cloned and its future boxed at each layer, for each request, which
//! took a fifth of the time of a relayed one.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, body::Body, extract::Request, response::Response};
use bytes::Bytes;
use countermand_relay_api::route;
use tower::Service;

use crate::{
    access_log,
    metrics::Metrics,
    relay::Relay,
    validate_origin::{Guard, validate_origin},
};

/// What every request passes. Clones share it.
#[derive(Clone)]
pub(crate) struct Pipeline(Arc<Parts>);

struct Parts {
    metrics: Arc<Metrics>,
    guard: Guard,
    relay: Option<Relay>,
    others: Router,
}

impl Pipeline {
    /// Returns the way to a relay, and to the other routes.
    pub(crate) fn new(
        metrics: Arc<Metrics>,
        guard: Guard,
        relay: Option<Relay>,
        others: Router,
    ) -> Self {
        Self(Arc::new(Parts {
            metrics,
            guard,
            relay,
            others,
        }))
    }

    async fn answer(self, request: Request) -> Result<Response, Infallible> {
        let parts = &*self.0;
        let answering = access_log::record(&parts.metrics, request, async |request| {
            validate_origin(&parts.guard, request, async |request| {
                parts.dispatch(request).await
            })
            .await
        });
        Ok(answering.await)
    }
}

impl Parts {
    async fn dispatch(&self, request: Request) -> Response {
        let rest = request.uri().path().strip_prefix('/');
        let rest = rest.and_then(|path| path.strip_prefix(route::RELAY));
        match (&self.relay, rest) {
            (Some(relay), Some(rest)) if rest.is_empty() || rest.starts_with('/') => {
                relay.answer_below_prefix(request).await
            }
            _ => {
                // Boxed, as all that is rare: what is large is copied for each request.
                let Ok(response) = Box::pin(self.others.clone().call(request)).await;
                response
            }
        }
    }
}

impl<B> Service<http::Request<B>> for Pipeline
where
    B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        Box::pin(self.clone().answer(request.map(Body::new)))
    }
}
