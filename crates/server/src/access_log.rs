//! One log event and one metric for each request.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::{metrics::Metrics, response::RequestLog};

/// Logs and counts each request. Everything that may be logged is listed here: never a path, a query, a header, a body,
/// a device or a command.
pub(crate) async fn record(
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
    let log = response.extensions().get::<RequestLog>();
    let route = log.map_or("other", |log| log.route);
    metrics.request(route, response.status());
    tracing::info!(
        target: "countermand_server::request",
        method,
        route,
        connection = log.and_then(|log| log.connection.as_deref()),
        user = log.and_then(|log| log.user.as_deref()),
        status = response.status().as_u16(),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}
