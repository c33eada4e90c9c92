use countermand_transport::{
    Delivery, Timeout, Transport, TransportErrorKind, fake::FakeTransport,
};

use crate::{
    clocks::{NO_WAIT, SteppedTimer, jumping, ms, secs},
    probe::Probe,
    requests::unmarked,
    target::layer_test,
    transports::Silent,
};

#[layer_test]
async fn what_never_answers_is_given_up_at_the_limit() {
    let (timer, shared) = jumping();
    let transport = Timeout::new(FakeTransport::new().hang(), shared, secs(7));
    let error = transport.send(unmarked()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_eq!(error.delivery(), Delivery::MayHaveBeenSent);
    assert_eq!(error.attempts(), 1);
    assert_eq!(timer.slept(), [secs(7)]);
}

#[layer_test]
async fn giving_up_drops_the_request_and_not_before() {
    let timer = SteppedTimer::new();
    let silent = Silent::default();
    let transport = Timeout::new(silent.clone(), timer.shared(), secs(7));
    let mut call = Probe::waiting(transport.send(unmarked()));
    timer.advance(ms(6999));
    assert!(call.poll_if_woken().is_none());
    assert_eq!(silent.alive(), 1);
    timer.advance(ms(1));
    let result = call.poll_if_woken().expect("the limit is over");
    assert_eq!(result.unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(silent.alive(), 0);
}

#[layer_test]
async fn dropping_the_call_drops_the_request() {
    let timer = SteppedTimer::new();
    let silent = Silent::default();
    let transport = Timeout::new(silent.clone(), timer.shared(), secs(7));
    let call = Probe::waiting(transport.send(unmarked()));
    assert_eq!(silent.alive(), 1);
    drop(call);
    assert_eq!(silent.alive(), 0);
}

#[layer_test]
async fn an_answer_or_a_failure_in_time_passes_as_it_is() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new()
        .answer(418, "tea")
        .fail(TransportErrorKind::Truncated);
    let transport = Timeout::new(fake, shared, secs(7));
    let response = transport.send(unmarked()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (418, &b"tea"[..])
    );
    let error = transport.send(unmarked()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Truncated);
    assert_eq!(timer.slept(), NO_WAIT);
}
