use bytes::Bytes;
use countermand_transport::{
    Attempts, Hold, RequestClass, Retry, RetryPolicy, Transport, TransportErrorKind,
    fake::FakeTransport,
};
use http::Request;

use crate::{
    clocks::jumping,
    requests::{ROUTE, marked, read, unmarked},
    target::layer_test,
    transports::Repeating,
};

const CLASSES: [Option<RequestClass>; 3] =
    [Some(RequestClass::Read), Some(RequestClass::Cancel), None];

fn of_class(class: Option<RequestClass>) -> Request<Bytes> {
    class.map_or_else(unmarked, marked)
}

#[layer_test]
async fn which_status_is_tried_again_for_which_class() {
    for class in CLASSES {
        for status in [
            200, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 501, 502, 503, 504, 599,
        ] {
            let again = match class {
                Some(RequestClass::Read) => matches!(status, 429 | 500 | 502 | 503 | 504),
                _ => matches!(status, 429 | 503),
            };
            let fake = FakeTransport::new().answer(status, "1").answer(200, "2");
            let transport = Retry::new(fake.clone(), jumping().1, RetryPolicy::default());
            let response = transport.send(of_class(class)).await.unwrap();
            let sent = fake.requests().len();
            assert_eq!(sent, if again { 2 } else { 1 }, "{class:?} {status}");
            assert_eq!(&response.body()[..], if again { b"2" } else { b"1" });
            assert_eq!(usize::try_from(Attempts::of(&response)).unwrap(), sent);
        }
    }
}

#[layer_test]
async fn a_page_in_place_of_an_answer_is_asked_past_where_nothing_was_asked_to_be_done() {
    for class in CLASSES {
        let again = class == Some(RequestClass::Read);
        let page = [("content-type", "text/html; charset=utf-8")];
        let fake = FakeTransport::new()
            .answer_with(200, &page, "<html>")
            .answer(200, "2");
        let transport = Retry::new(fake.clone(), jumping().1, RetryPolicy::default());
        let response = transport.send(of_class(class)).await.unwrap();
        assert_eq!(
            fake.requests().len(),
            if again { 2 } else { 1 },
            "{class:?}"
        );
        assert_eq!(
            &response.body()[..],
            if again { &b"2"[..] } else { b"<html>" }
        );
    }
}

#[layer_test]
async fn which_failure_is_tried_again_for_which_class() {
    use TransportErrorKind as Kind;
    for class in CLASSES {
        for kind in [
            Kind::InvalidRequest,
            Kind::Connect,
            Kind::Untrusted,
            Kind::ProxyRefused,
            Kind::HeldBack(Hold::Transient),
            Kind::HeldBack(Hold::Refused),
            Kind::HeldBack(Hold::Lasting),
            Kind::Fetch,
            Kind::Timeout,
            Kind::Interrupted,
            Kind::Truncated,
            Kind::TooLarge,
            Kind::Redirected,
        ] {
            let again = match class {
                Some(RequestClass::Read) => !matches!(
                    kind,
                    Kind::InvalidRequest
                        | Kind::Untrusted
                        | Kind::ProxyRefused
                        | Kind::HeldBack(Hold::Refused | Hold::Lasting)
                        | Kind::TooLarge
                        | Kind::Redirected
                ),
                _ => matches!(kind, Kind::Connect | Kind::HeldBack(Hold::Transient)),
            };
            let fake = FakeTransport::new().fail(kind).answer(200, "2");
            let transport = Retry::new(fake.clone(), jumping().1, RetryPolicy::default());
            let result = transport.send(of_class(class)).await;
            let sent = fake.requests().len();
            assert_eq!(sent, if again { 2 } else { 1 }, "{class:?} {kind:?}");
            assert_eq!(
                result.map_err(|error| error.kind()).err(),
                (!again).then_some(kind)
            );
        }
    }
}

#[layer_test]
async fn every_attempt_carries_the_whole_request() {
    let fake = FakeTransport::new()
        .answer(503, "")
        .answer(429, "")
        .answer(200, "");
    let transport = Retry::new(fake.clone(), jumping().1, RetryPolicy::default());
    let mut request = Request::put("https://vendor.example/x?y=z")
        .header("x-mark", "kept")
        .body(Bytes::from_static(b"body"))
        .unwrap();
    request.extensions_mut().insert(RequestClass::Cancel);
    request.extensions_mut().insert(ROUTE);
    transport.send(request).await.unwrap();
    let requests = fake.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.uri(), "https://vendor.example/x?y=z");
        assert_eq!(request.headers()["x-mark"], "kept");
        assert_eq!(&request.body()[..], b"body");
        assert_eq!(request.extensions().get(), Some(&RequestClass::Cancel));
        assert_eq!(request.extensions().get(), Some(&ROUTE));
    }
}

#[layer_test]
async fn attempts_are_the_requests_that_left() {
    let fake = FakeTransport::new()
        .fail(TransportErrorKind::Connect)
        .fail(TransportErrorKind::Timeout)
        .answer(503, "")
        .answer(200, "");
    let transport = Retry::new(fake.clone(), jumping().1, RetryPolicy::default());
    let response = transport.send(read()).await.unwrap();
    // Four were tried; the one without a connection did not leave.
    assert_eq!(fake.requests().len(), 4);
    assert_eq!(Attempts::of(&response), 3);
}

#[layer_test]
async fn attempts_of_layers_further_in_are_summed_up() {
    let fake = FakeTransport::new()
        .answer(503, "")
        .fail(TransportErrorKind::Timeout)
        .answer(200, "");
    let transport = Retry::new(
        Repeating {
            inner: fake,
            times: 2,
        },
        jumping().1,
        RetryPolicy::default(),
    );
    let response = transport.send(read()).await.unwrap();
    assert_eq!(Attempts::of(&response), 6);
}

#[layer_test]
async fn the_last_failure_carries_the_sum() {
    let fake = FakeTransport::new()
        .fail(TransportErrorKind::Connect)
        .answer(503, "")
        .fail(TransportErrorKind::Fetch)
        .fail(TransportErrorKind::Interrupted)
        .fail(TransportErrorKind::Timeout)
        .answer(200, "");
    let transport = Retry::new(fake.clone(), jumping().1, RetryPolicy::default());
    let error = transport.send(read()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_eq!(error.attempts(), 4);
    assert_eq!(fake.left(), 1, "five attempts are the most");
}

#[layer_test]
async fn the_last_answer_is_given_back_as_it_is() {
    let mut fake = FakeTransport::new();
    for body in ["1", "2", "3", "4", "5", "6"] {
        fake = fake.answer(503, body);
    }
    let transport = Retry::new(fake, jumping().1, RetryPolicy::default());
    let response = transport.send(read()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (503, &b"5"[..])
    );
    assert_eq!(Attempts::of(&response), 5);
}

#[layer_test]
async fn the_number_of_attempts_can_be_set() {
    for (max_attempts, sent) in [(0, 1), (1, 1), (2, 2), (3, 3)] {
        let fake = FakeTransport::new()
            .answer(503, "")
            .answer(503, "")
            .answer(503, "")
            .answer(503, "");
        let mut policy = RetryPolicy::default();
        policy.max_attempts = max_attempts;
        let transport = Retry::new(fake.clone(), jumping().1, policy);
        transport.send(read()).await.unwrap();
        assert_eq!(fake.requests().len(), sent);
    }
}
