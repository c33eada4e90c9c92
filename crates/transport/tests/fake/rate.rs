use countermand_transport::{Rate, Timer, Transport, TransportErrorKind, fake::FakeTransport};

use crate::{
    clocks::{NO_WAIT, jumping, ms, secs},
    requests::unmarked,
    target::layer_test,
};

fn answering(times: usize) -> FakeTransport {
    (0..times).fold(FakeTransport::new(), |fake, _| fake.answer(200, ""))
}

#[layer_test]
async fn after_the_burst_they_go_evenly() {
    let (timer, shared) = jumping();
    let limit = "3600/h, burst 3".parse().unwrap();
    let rate = Rate::new(answering(6), shared, Some(limit));
    let mut at = Vec::new();
    for _ in 0..6 {
        rate.send(unmarked()).await.unwrap();
        at.push(timer.monotonic());
    }
    let expected = [0, 0, 0, 1, 2, 3].map(secs);
    assert_eq!(at, expected);
}

#[layer_test]
async fn the_limit_holds_over_an_hour() {
    let (timer, shared) = jumping();
    let limit = "10000/h".parse().unwrap();
    let rate = Rate::new(answering(10_101), shared, Some(limit));
    for _ in 0..10_100 {
        rate.send(unmarked()).await.unwrap();
    }
    // The burst of 100, and then 10000: not a moment before the hour is over.
    assert_eq!(timer.monotonic(), secs(3600));
    rate.send(unmarked()).await.unwrap();
    assert_eq!(timer.monotonic(), secs(3600) + ms(360));
}

#[layer_test]
async fn a_pause_fills_the_bucket_and_no_more() {
    let (timer, shared) = jumping();
    let limit = "1/s".parse().unwrap();
    let rate = Rate::new(answering(3), shared, Some(limit));
    rate.send(unmarked()).await.unwrap();
    timer.advance(secs(100));
    rate.send(unmarked()).await.unwrap();
    assert_eq!(timer.slept(), NO_WAIT);
    rate.send(unmarked()).await.unwrap();
    assert_eq!(timer.slept(), [secs(1)]);
}

#[layer_test]
async fn a_failed_request_counts_too() {
    let (timer, shared) = jumping();
    let fake = FakeTransport::new()
        .fail(TransportErrorKind::Timeout)
        .answer(200, "");
    let rate = Rate::new(fake, shared, Some("1/s".parse().unwrap()));
    rate.send(unmarked()).await.unwrap_err();
    rate.send(unmarked()).await.unwrap();
    assert_eq!(timer.slept(), [secs(1)]);
}

#[layer_test]
async fn without_a_limit_nothing_waits() {
    let (timer, shared) = jumping();
    let rate = Rate::new(answering(1000), shared, None);
    for _ in 0..1000 {
        rate.send(unmarked()).await.unwrap();
    }
    assert_eq!(timer.slept(), NO_WAIT);
}
