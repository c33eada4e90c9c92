//! What the server says of itself.

use countermand_relay_api::{ConnectionsFile, DemoConnection, SignInMethod, route};
use http::StatusCode;
use utoipa::openapi::HttpMethod::Get;

use super::operation::{METRICS, Operation, TEXT, schemes};
use crate::response::Refusal;

pub(super) fn operations(sign_in: SignInMethod) -> Vec<Operation> {
    let mut connections = Operation::of_page(
        Get,
        route::CONNECTIONS,
        "connections",
        "The connections that are open to whoever asks, and how people sign in",
    )
    .by_anybody();
    for scheme in schemes(sign_in) {
        connections = connections.by(scheme);
    }
    let document = route::openapi();
    vec![
        connections
            .mentions::<DemoConnection>()
            .json::<ConnectionsFile<DemoConnection>>(
                StatusCode::OK,
                "What is open. `demo` is what a file of the server's says, as it is there.",
            ),
        Operation::new(Get, &document, "openapi", "This document")
            .misdirected()
            .text(StatusCode::OK, "application/json", "The document."),
        Operation::new(Get, "healthz", "health", "Whether the server can work")
            .text(StatusCode::OK, TEXT, "It can.")
            .text(
                StatusCode::SERVICE_UNAVAILABLE,
                TEXT,
                "It cannot write its audit or its store; the text says why.",
            ),
        Operation::new(Get, "metrics", "metrics", "Metrics for Prometheus")
            .by_anybody()
            .by(METRICS)
            .text(
                StatusCode::OK,
                "application/openmetrics-text",
                "The metrics, for this machine and for whoever has their token.",
            )
            .refuses(&[Refusal::NotFound]),
    ]
}
