//! What is asked about the server itself: whether it lives, its numbers, its connections. And what it tells of
//! each request.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
    routing::get,
};
use countermand_relay_api::ConnectionsFile;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use super::{guard::OwnOrigin, is_this_machine};
use crate::{
    answers::{Refusal, json_answer},
    console,
    metrics::{self, Metrics},
    relay::{Relay, Told},
};

#[derive(Clone)]
pub(super) struct Site {
    pub(super) demo: Vec<Value>,
    pub(super) relay: Option<Relay>,
    pub(super) metrics: Arc<Metrics>,
}

pub(super) fn router(site: Site) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/metrics", get(numbers))
        .route("/connections.json", get(connections))
        .with_state(Arc::new(site))
}

/// Whoever cannot write its audit can cancel nothing, and is not healthy.
async fn health(State(site): State<Arc<Site>>) -> Response {
    let illness = site.relay.as_ref().and_then(Relay::illness);
    let mut response = match illness {
        None => console::plain(StatusCode::OK, "ok"),
        Some(why) => console::plain(StatusCode::SERVICE_UNAVAILABLE, why),
    };
    response.extensions_mut().insert(Told::of("health"));
    response
}

/// For this machine, and for whoever has the token for it.
async fn numbers(State(site): State<Arc<Site>>, request: Request) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|ConnectInfo(peer)| is_this_machine(peer.ip()));
    // A proxy on this machine connects from here, too: but by the public name.
    let by_local_name = request
        .extensions()
        .get::<OwnOrigin>()
        .is_some_and(|own| own.is_local() && !was_forwarded(request.headers()));
    let has_token = site
        .relay
        .as_ref()
        .is_some_and(|relay| relay.opens_metrics(request.headers()));
    if !(has_token || peer && by_local_name) {
        return Refusal::NotFound.answer(None);
    }
    let mut response = Response::new(site.metrics.text().into());
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static(metrics::CONTENT_TYPE),
    );
    response.extensions_mut().insert(Told::of("metrics"));
    response
}

/// Does a proxy say that it hands on what somebody else asked for?
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

/// What the page may offer: for the page itself, not for one of another origin that asks beside it.
async fn connections(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let own = parts.extensions.get::<OwnOrigin>();
    if !own.is_some_and(|own| own.is_of(&parts.method, &parts.headers)) {
        return Refusal::Elsewhere.answer(None);
    }
    if let Some(relay) = &site.relay {
        relay.note_nobody(&parts).await;
    }
    let offered = ConnectionsFile {
        demo: site.demo.clone(),
        relay: site.relay.as_ref().map(|relay| relay.offer(&parts)),
    };
    let mut response = json_answer(StatusCode::OK, &offered);
    response.extensions_mut().insert(Told::of("connections"));
    response
}

/// One event and one number for each request. What may be told is listed here: never a path, a query, a
/// header, a body, a device or a command.
pub(super) async fn tell(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = match request.method().as_str() {
        method @ ("GET" | "HEAD" | "POST") => method.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let told = response.extensions().get::<Told>();
    let route = told.map_or("other", |told| told.route);
    metrics.request(route, response.status());
    tracing::info!(
        target: "countermand_server::request",
        method,
        route,
        connection = told.and_then(|told| told.connection.as_deref()),
        user = told.and_then(|told| told.user.as_deref()),
        status = response.status().as_u16(),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}
