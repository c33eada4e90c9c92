//! One log event and one metric for each request.

use std::time::Instant;

use axum::{extract::Request, response::Response};

use crate::{metrics::Metrics, response::RequestLog};

/// Logs and counts a request, which `next` answers. Everything that may be logged is listed here: never a path, a query,
/// a header, a body, a device or a command.
pub(crate) async fn record(
    metrics: &Metrics,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let began = Instant::now();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    };
    let response = next(request).await;
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
