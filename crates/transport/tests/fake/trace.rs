use bytes::Bytes;
use countermand_transport::{
    Attempts, Retry, RetryPolicy, Trace, Transport, TransportErrorKind, fake::FakeTransport,
};
use http::{HeaderValue, Request};

use crate::{
    clocks::{SteppedTimer, jumping, ms, secs},
    event_log::EventLog,
    probe::Probe,
    requests::{ROUTE, marked, unmarked},
    target::layer_test,
    transports::{Silent, Slow},
};

const SECRET: &str = "hunter2";

/// With the secret wherever one may stand.
fn secretive() -> Request<Bytes> {
    let mut key = HeaderValue::from_str(&format!("Bearer {SECRET}")).unwrap();
    key.set_sensitive(true);
    let mut request = Request::post(format!(
        "https://{SECRET}.example/{SECRET}/cancel?key={SECRET}"
    ))
    .header("authorization", key)
    .header("x-plain", SECRET)
    .body(Bytes::from(format!("{{\"key\":\"{SECRET}\"}}")))
    .unwrap();
    request.extensions_mut().insert(ROUTE);
    request
}

#[layer_test]
async fn an_answer_is_one_event_of_what_may_be_logged() {
    let (log, _listening) = EventLog::listen();
    let (timer, shared) = jumping();
    let slow = Slow {
        inner: FakeTransport::new().answer_with(
            409,
            &[("x-vendor", SECRET)],
            format!("no: {SECRET}"),
        ),
        timer,
        takes: ms(1234),
    };
    let response = Trace::new(slow, shared).send(secretive()).await.unwrap();
    assert_eq!(Attempts::of(&response), 1);
    let event = log.only_event();
    let fields: Vec<(&str, &str)> = event
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    assert_eq!(
        fields,
        [
            ("attempts", "1"),
            ("duration_ms", "1234"),
            ("level", "DEBUG"),
            ("message", "answered"),
            ("method", "POST"),
            ("operation", "vendor.cancel"),
            ("path", "/devices/{device}/commands/{command}/cancel"),
            ("status", "409"),
        ]
    );
}

#[layer_test]
async fn a_failure_is_one_event_with_its_kind() {
    let (log, _listening) = EventLog::listen();
    let (_, shared) = jumping();
    let fake = FakeTransport::new().fail(TransportErrorKind::Interrupted);
    let trace = Trace::new(fake, shared);
    trace.send(secretive()).await.unwrap_err();
    let event = log.only_event();
    assert_eq!(event["message"], "failed");
    assert_eq!(event["error"], "Interrupted");
    assert_eq!(event["attempts"], "1");
    assert!(!format!("{event:?}").contains(SECRET), "{event:?}");
}

#[layer_test]
async fn a_call_that_is_dropped_is_one_event() {
    let (log, _listening) = EventLog::listen();
    let timer = SteppedTimer::new();
    let trace = Trace::new(Silent::default(), timer.shared());
    let call = Probe::waiting(trace.send(secretive()));
    assert!(log.events().is_empty());
    timer.advance(secs(2));
    drop(call);
    let event = log.only_event();
    assert_eq!(event["message"], "dropped");
    assert_eq!(event["operation"], "vendor.cancel");
    assert_eq!(event["duration_ms"], "2000");
    assert!(!format!("{event:?}").contains(SECRET), "{event:?}");
}

#[layer_test]
async fn without_a_route_nothing_of_the_request_is_logged() {
    let (log, _listening) = EventLog::listen();
    let trace = Trace::new(FakeTransport::new().answer(200, ""), jumping().1);
    let mut request = secretive();
    request.extensions_mut().clear();
    trace.send(request).await.unwrap();
    let event = log.only_event();
    for field in ["operation", "method", "path"] {
        assert_eq!(event[field], "unrouted");
    }
    assert!(!format!("{event:?}").contains(SECRET), "{event:?}");
}

#[layer_test]
async fn no_layer_logs_a_secret_on_the_way() {
    let (log, _listening) = EventLog::listen();
    let (_, shared) = jumping();
    let fake = FakeTransport::new()
        .answer_with(
            429,
            &[("retry-after", SECRET), ("x-vendor", SECRET)],
            SECRET,
        )
        .fail(TransportErrorKind::Timeout)
        .answer(200, SECRET);
    let retry = Retry::new(fake, shared.clone(), RetryPolicy::default());
    let mut request = secretive();
    request
        .extensions_mut()
        .insert(countermand_transport::RequestClass::Read);
    Trace::new(retry, shared).send(request).await.unwrap();
    assert_eq!(log.only_event()["attempts"], "3");
    assert!(!format!("{:?}", log.events()).contains(SECRET));
}

#[layer_test]
async fn the_answer_passes_untouched() {
    let fake = FakeTransport::new().answer(202, "body");
    let trace = Trace::new(fake.clone(), jumping().1);
    let response = trace
        .send(marked(countermand_transport::RequestClass::Read))
        .await
        .unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (202, &b"body"[..])
    );
    assert_eq!(fake.requests()[0].uri(), unmarked().uri());
}
