use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use countermand_core_model::{Provider, Secret, Timestamp};
use countermand_transport::{
    TransportError,
    fake::{FakeTimer, FakeTransport},
};
use http::{Request, Response};

use super::*;
use crate::Credentials;

/// Counts the calls that pass it.
struct Counting<T>(T, Arc<AtomicUsize>);

impl<T: Transport> Transport for Counting<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.send(request).await
    }
}

#[tokio::test]
async fn a_layer_around_a_client_sees_each_of_its_calls_once() {
    let name = r#"{"status":true,"data":{"name":"Acme"}}"#;
    let backend = FakeTransport::new()
        .answer(503, "{}")
        .answer(200, name)
        .answer(200, name);
    let connection = Connection::new(
        Organization::parse(Provider::Applivery, "acme-mobile").unwrap(),
        BaseUrl::parse("https://api.example/v1").unwrap(),
        Credentials::applivery(Secret::from("k3y")),
    );
    let timer = FakeTimer::starting_at(Timestamp::from_millis(1_770_724_800_000).unwrap());
    let client = Client::connect(connection.unwrap(), backend.clone(), Arc::new(timer)).unwrap();
    let passed = Arc::new(AtomicUsize::new(0));
    let around = client.around(|inner| Counting(inner, passed.clone()));

    let _ = around.check().await;
    assert_eq!(backend.requests().len(), 2, "tried again behind the layer");
    assert_eq!(passed.load(Ordering::Relaxed), 1);

    let _ = client.check().await;
    assert_eq!(backend.requests().len(), 3);
    assert_eq!(passed.load(Ordering::Relaxed), 1, "not around the other");
}
