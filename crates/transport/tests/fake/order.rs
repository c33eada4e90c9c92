//! The layers in their documented order.

use std::time::Duration;

use countermand_transport::{
    Attempts, BoxTransport, Rate, Retry, RetryPolicy, SharedTimer, Timeout, Timer, Trace,
    Transport, TransportErrorKind, fake::FakeTransport,
};

use crate::{
    clocks::{NO_WAIT, jumping, ms, secs},
    event_log::EventLog,
    requests::{ROUTE, marked, read},
    target::layer_test,
};

/// `trace -> retry -> rate -> timeout -> fake`, as a client composes it.
fn stack(
    fake: &FakeTransport,
    timer: &SharedTimer,
    rate: &str,
    limit: Duration,
    policy: RetryPolicy,
) -> BoxTransport {
    let timeout = Timeout::new(fake.clone(), timer.clone(), limit);
    let rate = Rate::new(timeout, timer.clone(), Some(rate.parse().unwrap()));
    let retry = Retry::new(rate, timer.clone(), policy);
    BoxTransport::new(Trace::new(retry, timer.clone()))
}

#[layer_test]
async fn a_call_of_several_attempts_is_one_event_and_one_sum() {
    let (log, _listening) = EventLog::listen();
    let (_, shared) = jumping();
    let fake = FakeTransport::new()
        .hang()
        .answer(502, "")
        .answer(200, "done");
    let transport = stack(&fake, &shared, "1000/s", secs(3), RetryPolicy::default());
    let mut request = read();
    request.extensions_mut().insert(ROUTE);
    let response = transport.send(request).await.unwrap();
    assert_eq!(&response.body()[..], b"done");
    assert_eq!(Attempts::of(&response), 3);
    let event = log.only_event();
    assert_eq!((&*event["attempts"], &*event["status"]), ("3", "200"));
}

#[layer_test]
async fn every_attempt_has_to_pass_the_rate() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new()
        .answer(503, "")
        .answer(503, "")
        .answer(200, "");
    let transport = stack(&fake, &shared, "6/m", secs(3), RetryPolicy::default());
    transport.send(read()).await.unwrap();
    assert_eq!(
        timer.monotonic(),
        secs(20),
        "two more attempts, one in ten seconds"
    );
}

#[layer_test]
async fn waiting_for_the_turn_is_not_part_of_the_attempt() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new().answer(200, "").answer(200, "");
    let transport = stack(&fake, &shared, "6/m", secs(3), RetryPolicy::default());
    transport.send(read()).await.unwrap();
    // Ten seconds of waiting against three of the time limit.
    transport.send(read()).await.unwrap();
    assert_eq!(timer.slept(), [secs(10)]);
}

#[layer_test]
async fn a_retry_after_is_waited_for_once_not_by_each_layer() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new()
        .answer_with(429, &[("retry-after", "9")], "")
        .answer(200, "");
    let transport = stack(&fake, &shared, "1000/s", secs(3), RetryPolicy::default());
    transport.send(read()).await.unwrap();
    assert_eq!(timer.monotonic(), secs(9));
}

#[layer_test]
async fn a_retry_after_beyond_the_budget_ends_this_call_and_the_next_is_told_so() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new()
        .answer_with(503, &[("retry-after", "45")], "")
        .answer(200, "");
    let transport = stack(&fake, &shared, "1000/s", secs(3), RetryPolicy::default());
    let response = transport.send(read()).await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert_eq!(timer.slept(), NO_WAIT);
    let error = transport.send(read()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Paused);
    assert_eq!(error.retry_after(), Some(secs(45)));
    assert_eq!((timer.slept(), fake.requests().len()), (vec![], 1));
    timer.advance(secs(45));
    transport.send(read()).await.unwrap();
}

#[layer_test]
async fn a_cancel_that_times_out_goes_out_once() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new().hang().answer(200, "");
    let transport = stack(&fake, &shared, "1000/s", ms(1500), RetryPolicy::default());
    let request = marked(countermand_transport::RequestClass::Cancel);
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_eq!(error.attempts(), 1);
    assert_eq!(fake.requests().len(), 1);
    assert_eq!(timer.slept(), [ms(1500)]);
}
