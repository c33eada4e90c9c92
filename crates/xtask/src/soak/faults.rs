//! Faults of every kind, at random.

use serde_json::{Value, json};

/// The share of the requests that meet a fault.
pub const SHARE: f64 = 0.2;

/// A kind of fault and the share of the requests that meet it.
type Kind = (f64, Value);

fn plain(kind: &str) -> Value {
    json!({ "kind": kind })
}

fn http(status: u16) -> Value {
    json!({"kind": "http", "status": status})
}

fn done_and_then(status: u16) -> Value {
    json!({"kind": "http", "status": status, "processed": true})
}

fn wait(status: u16, seconds: &str) -> Value {
    json!({"kind": "http", "status": status, "retry_after": seconds})
}

fn slow() -> Value {
    json!({"kind": "slow", "ms": 60})
}

/// The faults that any request can meet: 17 of 20.
fn of_all(provider: &str) -> Vec<Kind> {
    let mut kinds = vec![
        (0.025, plain("lost_before")),
        (0.025, plain("lost_after")),
        (0.015, http(429)),
        (0.002, wait(429, "1")),
        (0.010, http(500)),
        (0.010, done_and_then(500)),
        (0.010, http(502)),
        (0.005, done_and_then(502)),
        (0.014, http(503)),
        (0.002, wait(503, "1")),
        (0.017, slow()),
        (0.015, plain("truncated")),
        (0.010, plain("html")),
    ];
    // At Applivery a refused token is final, and rightly ends a run: EnOS alone can renew one.
    kinds.push(match provider {
        "enos" => (0.002, plain("token_expired")),
        _ => (0.002, done_and_then(504)),
    });
    kinds.push(match provider {
        "enos" => (0.008, plain("replayed")),
        _ => (0.008, http(504)),
    });
    kinds
}

/// The faults that only some requests can meet: 3 of 20.
fn of_operation(operation: &str) -> Vec<Kind> {
    match operation.rsplit('.').next() {
        Some("list" | "search") => vec![
            (0.015, plain("page_repeated")),
            (0.015, plain("paging_ignored")),
        ],
        Some("cancel" | "cancel_all") => vec![
            (0.008, plain("goes_out_first")),
            (0.010, plain("executed_all_the_same")),
            (0.006, plain("expires_all_the_same")),
            (0.006, plain("stays_pending")),
        ],
        Some("get") => vec![
            (0.010, plain("goes_out_first")),
            (0.020, plain("another_command")),
        ],
        // Nothing else can befall a request for a token.
        _ => vec![(0.030, slow())],
    }
}

const OPERATIONS: [&str; 9] = [
    "applivery.list",
    "applivery.get",
    "applivery.cancel",
    "enos.search",
    "enos.get",
    "enos.cancel",
    "enos.cancel_all",
    "enos.token_get",
    "enos.token_refresh",
];

/// Returns the rules for all requests to `provider`.
pub fn rules(provider: &str) -> Vec<Value> {
    let mut before = 0.0;
    let mut rules = Vec::new();
    for (share, fault) in of_all(provider) {
        rules.push(json!({
            "match": {"vendor": provider}, "fault": fault, "probability": chance(share, before)
        }));
        before += share;
    }
    for operation in OPERATIONS {
        if !operation.starts_with(provider) {
            continue;
        }
        let mut before = before;
        for (share, fault) in of_operation(operation) {
            rules.push(json!({
                "match": {"operation": operation}, "fault": fault,
                "probability": chance(share, before)
            }));
            before += share;
        }
    }
    rules
}

/// A rule only sees what the rules before it left: it takes a larger share of that.
fn chance(share: f64, before: f64) -> f64 {
    share / (1.0 - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_meets_a_fault_with_the_same_chance() {
        for provider in ["applivery", "enos"] {
            let rules = rules(provider);
            for operation in OPERATIONS.iter().filter(|name| name.starts_with(provider)) {
                let spared: f64 = rules
                    .iter()
                    .filter(|rule| {
                        rule["match"]["vendor"] == provider
                            || rule["match"]["operation"] == *operation
                    })
                    .map(|rule| 1.0 - rule["probability"].as_f64().unwrap())
                    .product();
                assert!((1.0 - spared - SHARE).abs() < 1e-9, "{operation}: {spared}");
            }
        }
    }

    #[test]
    fn no_kind_that_the_issue_names_is_left_out() {
        let all: String = ["applivery", "enos"]
            .iter()
            .flat_map(|provider| rules(provider))
            .map(|rule| rule.to_string())
            .collect();
        for wanted in [
            "lost_before",
            "lost_after",
            "retry_after",
            "429",
            "500",
            "502",
            "503",
            "slow",
            "truncated",
            "html",
            "token_expired",
            "replayed",
            "page_repeated",
            "goes_out_first",
            "executed_all_the_same",
        ] {
            assert!(all.contains(wanted), "{wanted}");
        }
    }
}
