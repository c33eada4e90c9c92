//! What is asked about the server itself: whether it is healthy, its metrics, and the connections that it offers.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use countermand_relay_api::ConnectionsFile;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use crate::{
    metrics::{self, Metrics},
    own_origin::OwnOrigin,
    relay::Relay,
    response::{Refusal, json, logged, plain},
};

#[derive(Clone)]
pub(crate) struct SiteState {
    pub(crate) demo: Vec<Value>,
    pub(crate) relay: Option<Relay>,
    pub(crate) metrics: Arc<Metrics>,
}

pub(crate) fn router(site: SiteState) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .route("/connections.json", get(connections))
        .with_state(Arc::new(site))
}

/// Answers `/healthz`. A server that cannot write its audit or its store cannot cancel, so it is not healthy.
async fn health(State(site): State<Arc<SiteState>>) -> Response {
    let problem = site.relay.as_ref().and_then(Relay::problem);
    let response = match problem {
        None => plain(StatusCode::OK, "ok"),
        Some(why) => plain(StatusCode::SERVICE_UNAVAILABLE, why),
    };
    logged("health", response)
}

/// Answers `/metrics`, for this machine and for the token of the metrics.
async fn metrics(State(site): State<Arc<SiteState>>, request: Request) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    // A proxy on this machine connects from here as well, but by the public name.
    let by_local_name = request
        .extensions()
        .get::<OwnOrigin>()
        .is_some_and(|own| own.is_local() && !was_forwarded(request.headers()));
    let has_token = site
        .relay
        .as_ref()
        .is_some_and(|relay| relay.may_read_metrics(request.headers()));
    if !(has_token || peer && by_local_name) {
        return Refusal::NotFound.into_response();
    }
    let media_type = [(CONTENT_TYPE, metrics::CONTENT_TYPE)];
    logged("metrics", (media_type, site.metrics.text()))
}

/// Returns whether a proxy says that it forwarded the request.
fn was_forwarded(headers: &HeaderMap) -> bool {
    [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-real-ip",
    ]
    .iter()
    .any(|name| headers.contains_key(*name))
}

/// Answers `/connections.json`, for the own page only.
async fn connections(State(site): State<Arc<SiteState>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let own = parts.extensions.get::<OwnOrigin>();
    if !own.is_some_and(|own| own.is_of(&parts.method, &parts.headers)) {
        return Refusal::Elsewhere.into_response();
    }
    let relay = match &site.relay {
        Some(relay) => Some(relay.session_info(&parts).await),
        None => None,
    };
    let offered = ConnectionsFile {
        demo: site.demo.clone(),
        relay,
    };
    logged("connections", json(StatusCode::OK, &offered))
}
