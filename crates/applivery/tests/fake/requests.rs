//! What goes out: method, path, query, class, and nothing else.

use std::collections::HashSet;

use countermand_applivery::{Applivery, DEFAULT_BASE_URL, endpoints::ROUTES};
use countermand_transport::{BaseUrl, RequestClass, Route, fake::FakeTransport};
use http::Request;

use crate::support::{ID, client, device, id, now};

type Sent = Request<bytes::Bytes>;

fn sent_by<T>(call: impl AsyncFnOnce(Applivery) -> T) -> Sent {
    let transport = FakeTransport::new();
    now(call(client(&transport)));
    let mut requests = transport.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

fn all() -> [Sent; 5] {
    [
        sent_by(async |client| client.commands(&device()).await.is_err()),
        sent_by(async |client| client.command(&device(), &id()).await.is_err()),
        sent_by(async |client| client.cancel(&device(), &id()).await.is_err()),
        sent_by(async |client| client.devices(Some("x")).await.is_err()),
        sent_by(async |client| client.check().await.is_err()),
    ]
}

#[test]
fn the_paths() {
    let lines = all().map(|request| format!("{} {}", request.method(), request.uri()));
    let base = "https://api.example/v1/organizations/acme";
    let enterprise = format!("{base}/mdm/android/enterprise");
    let query = "?page=1&limit=100&sort=createdAt%3Adesc";
    assert_eq!(
        lines,
        [
            format!("GET {enterprise}/devices/R58M123/commands{query}"),
            format!("GET {enterprise}/devices/R58M123/commands/{ID}"),
            format!("POST {enterprise}/devices/R58M123/commands/{ID}/cancel"),
            format!("GET {enterprise}/devices{query}"),
            format!("GET {base}"),
        ]
    );
}

#[test]
fn every_path_fits_the_route_it_says() {
    for request in all() {
        let route = request.extensions().get::<Route>().unwrap();
        assert!(ROUTES.contains(route));
        assert_eq!(route.method, request.method().as_str());
        let path = request.uri().path().strip_prefix("/v1").unwrap();
        assert_eq!(path.split('/').count(), route.template.split('/').count());
        for (part, template) in path.split('/').zip(route.template.split('/')) {
            assert!(template.starts_with('{') || part == template, "{path}");
        }
    }
    let operations: HashSet<_> = ROUTES.iter().map(|route| route.operation).collect();
    assert_eq!(operations.len(), ROUTES.len());
}

#[test]
fn only_the_cancel_is_a_cancel_and_nothing_has_a_body() {
    for request in all() {
        let class = *request.extensions().get::<RequestClass>().unwrap();
        let is_cancel = request.uri().path().ends_with("/cancel");
        assert_eq!(class == RequestClass::Cancel, is_cancel);
        assert!(request.body().is_empty());
        assert!(!request.headers().contains_key("content-type"));
        assert!(!request.headers().contains_key("authorization"));
    }
}

#[test]
fn the_default_base_url_is_one() {
    assert_eq!(
        BaseUrl::parse(DEFAULT_BASE_URL).unwrap().as_str(),
        DEFAULT_BASE_URL
    );
}
