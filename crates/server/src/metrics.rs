//! Metrics for Prometheus. They contain no name of a person, a device or a command.

use std::{sync::atomic::AtomicU64, time::Duration};

use countermand_core_model::Timestamp;
use http::StatusCode;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// The media type of the OpenMetrics text format.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Two labels, each with its name and its value.
type Labels = [(&'static str, String); 2];

type Counters = Family<Labels, Counter>;

/// The metrics of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Counters,
    upstream: Family<Labels, Histogram>,
    cancels: Counters,
    seen: Counters,
    sign_in_failures: Counters,
    notices: Counters,
    looks: Counters,
    last_look: Family<[(&'static str, String); 1], Gauge<f64, AtomicU64>>,
    watch_state: Family<Labels, Gauge>,
}

fn seconds() -> Histogram {
    Histogram::new([
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    ])
}

fn counters(registry: &mut Registry, name: &str, help: &str) -> Counters {
    let counters = Counters::default();
    registry.register(name, help, counters.clone());
    counters
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("countermand");
        let requests = counters(&mut registry, "http_requests", "Requests answered");
        let upstream = Family::new_with_constructor(seconds as fn() -> Histogram);
        registry.register(
            "upstream_seconds",
            "How long vendors took to answer",
            upstream.clone(),
        );
        let cancels = counters(
            &mut registry,
            "cancels",
            "Cancels by what came back: taken, refused, lost, not_sent, forbidden",
        );
        let seen = counters(
            &mut registry,
            "cancelled_commands_seen",
            "States that later readings showed of commands a cancel was sent for",
        );
        let sign_in_failures = counters(
            &mut registry,
            "sign_in_failures",
            "Sign-ins that failed, by way and reason",
        );
        let notices = counters(
            &mut registry,
            "notices",
            "Attempts to deliver notices, by destination and outcome: delivered, failed, given_up",
        );
        let looks = counters(
            &mut registry,
            "watch_looks",
            "Looks of the watch at devices, by outcome: looked, failed, refused",
        );
        let last_look = Family::default();
        registry.register(
            "watch_last_look_seconds",
            "When the watch looked at a device last, in seconds since 1970",
            last_look.clone(),
        );
        let watch_state = Family::default();
        registry.register(
            "watch_state",
            "1 for the state of a connection's watch at this server: watching, silent, refused or elsewhere",
            watch_state.clone(),
        );
        Self {
            registry,
            requests,
            upstream,
            cancels,
            seen,
            sign_in_failures,
            notices,
            looks,
            last_look,
            watch_state,
        }
    }

    /// Counts a response.
    pub(crate) fn request(&self, route: &'static str, status: StatusCode) {
        let labels = labels(("route", route), ("status", status.as_str()));
        self.requests.get_or_create(&labels).inc();
    }

    /// Measures a response of a provider.
    pub(crate) fn upstream(&self, connection: &str, route: &'static str, took: Duration) {
        let labels = labels(("connection", connection), ("route", route));
        let histogram = self.upstream.get_or_create(&labels);
        histogram.observe(took.as_secs_f64());
    }

    /// Counts a cancel by its response.
    pub(crate) fn cancel(&self, connection: &str, answer: &'static str) {
        let labels = labels(("connection", connection), ("answer", answer));
        self.cancels.get_or_create(&labels).inc();
    }

    /// Counts a new state of a command that a cancel was sent for.
    pub(crate) fn seen(&self, connection: &str, state: &'static str) {
        let labels = labels(("connection", connection), ("state", state));
        self.seen.get_or_create(&labels).inc();
    }

    /// Counts a failed sign-in.
    pub(crate) fn sign_in_failed(&self, way: &'static str, kind: &'static str) {
        let labels = labels(("way", way), ("kind", kind));
        self.sign_in_failures.get_or_create(&labels).inc();
    }

    /// Counts an attempt to deliver a notice, or one that is given up.
    pub(crate) fn notice(&self, destination: &str, outcome: &'static str) {
        let labels = labels(("destination", destination), ("outcome", outcome));
        self.notices.get_or_create(&labels).inc();
    }

    /// Counts a look of the watch, at `now`.
    pub(crate) fn look(&self, connection: &str, outcome: &'static str, now: Timestamp) {
        let labels = labels(("connection", connection), ("outcome", outcome));
        self.looks.get_or_create(&labels).inc();
        if outcome == "looked" {
            let label = [("connection", connection.to_owned())];
            let seconds = now.as_millis() as f64 / 1_000.0;
            self.last_look.get_or_create(&label).set(seconds);
        }
    }

    /// Says in which of these states a watch is.
    pub(crate) fn watch_state(&self, connection: &str, all: &[&'static str], state: &str) {
        for one in all {
            let labels = labels(("connection", connection), ("state", one));
            let gauge = self.watch_state.get_or_create(&labels);
            gauge.set(i64::from(*one == state));
        }
    }

    /// Returns all of them in the OpenMetrics text format.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn labels(one: (&'static str, &str), other: (&'static str, &str)) -> Labels {
    [one, other].map(|(name, value)| (name, value.to_owned()))
}
