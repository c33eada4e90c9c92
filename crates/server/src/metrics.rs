//! Numbers for Prometheus: no name of a person, a device or a command is in them.

use std::time::Duration;

use http::StatusCode;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

/// What the answer to a scrape says it is.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Upstream {
    connection: String,
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cancel {
    connection: String,
    answer: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Seen {
    connection: String,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignInFailure {
    way: &'static str,
    kind: &'static str,
}

#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    upstream: Family<Upstream, Histogram>,
    cancels: Family<Cancel, Counter>,
    seen: Family<Seen, Counter>,
    sign_in_failures: Family<SignInFailure, Counter>,
}

fn seconds() -> Histogram {
    Histogram::new([
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    ])
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("countermand");
        let requests = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        let upstream = Family::new_with_constructor(seconds as fn() -> Histogram);
        registry.register(
            "upstream_seconds",
            "How long vendors took to answer",
            upstream.clone(),
        );
        let cancels = Family::default();
        registry.register(
            "cancels",
            "Cancels by what came back: taken, refused, lost, not_sent, forbidden",
            cancels.clone(),
        );
        let seen = Family::default();
        registry.register(
            "cancelled_commands_seen",
            "States that later readings showed of commands a cancel was sent for",
            seen.clone(),
        );
        let sign_in_failures = Family::default();
        registry.register(
            "sign_in_failures",
            "Sign-ins that failed, by way and reason",
            sign_in_failures.clone(),
        );
        Self {
            registry,
            requests,
            upstream,
            cancels,
            seen,
            sign_in_failures,
        }
    }

    pub(crate) fn request(&self, route: &'static str, status: StatusCode) {
        let status = status.as_u16();
        self.requests
            .get_or_create(&Request { route, status })
            .inc();
    }

    pub(crate) fn upstream(&self, connection: &str, route: &'static str, took: Duration) {
        let connection = connection.to_owned();
        self.upstream
            .get_or_create(&Upstream { connection, route })
            .observe(took.as_secs_f64());
    }

    pub(crate) fn cancel(&self, connection: &str, answer: &'static str) {
        let connection = connection.to_owned();
        self.cancels
            .get_or_create(&Cancel { connection, answer })
            .inc();
    }

    pub(crate) fn seen(&self, connection: &str, state: &'static str) {
        let connection = connection.to_owned();
        self.seen.get_or_create(&Seen { connection, state }).inc();
    }

    pub(crate) fn sign_in_failed(&self, way: &'static str, kind: &'static str) {
        self.sign_in_failures
            .get_or_create(&SignInFailure { way, kind })
            .inc();
    }

    /// All of them, in the text form.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
